"""Names to addresses, in the time that a call has: the system's own lookup knows no bound."""

import socket
import threading
from collections.abc import Callable
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from typing import TypeAlias

from runtime.http.addresses import Address, plain
from runtime.http.allowance import Allowance
from runtime.http.failures import CallFailed

Resolve: TypeAlias = Callable[[str, int], list[str]]
"""A name and a port to the addresses behind it, as text. Raises ``OSError`` where there is none."""

MAX_LOOKUPS = 16
"""At a time, over all runs: one that hangs in the system's resolver cannot be ended, only left behind."""


def system_addresses(host: str, port: int) -> list[str]:
    """What the system's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(sockaddr[0]) for *_, sockaddr in found]


class Lookups:
    """Asks a resolver in threads of its own; each name of a call once, so that what was checked is what is used."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._places = threading.BoundedSemaphore(MAX_LOOKUPS)

    def addresses(self, host: str, port: int, allowance: Allowance) -> list[Address]:
        """All addresses behind a name, each once, in the resolver's order; none where it has none."""
        if not self._places.acquire(timeout=allowance.seconds_left()):
            raise allowance.used_up()
        answers: SimpleQueue[list[Address] | OSError] = SimpleQueue()
        try:
            threading.Thread(target=self._look_up, args=(host, port, answers), daemon=True).start()
        except RuntimeError as error:
            self._places.release()
            raise CallFailed("it cannot be looked up now", cause=str(error)) from error
        try:
            answer = answers.get(timeout=allowance.seconds_left())
        except Empty:
            raise allowance.used_up() from None
        if isinstance(answer, OSError):
            raise no_public_address(f"the name was not resolved: {answer}") from answer
        return answer

    def _look_up(self, host: str, port: int, answers: "SimpleQueue[list[Address] | OSError]") -> None:
        try:
            found = [plain(ip_address(text)) for text in self._resolve(host, port)]
            answers.put(list(dict.fromkeys(found)))
        except (OSError, ValueError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))
        finally:
            self._places.release()


def no_public_address(cause: str, *, refused: bool = False) -> CallFailed:
    """The same for a name without an address and for one that is not public: no script maps the host's network."""
    return CallFailed("no public address is behind it", cause=cause, refused=refused)
