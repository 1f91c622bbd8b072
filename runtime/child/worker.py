"""A worker's life: lock the door, then runs, one after another, each in a context of its own."""

import os
import socket
from collections.abc import Callable
from typing import NamedTuple

from runtime.child.engine import Context
from runtime.child.wire import pack, receive

EXIT_LOST_HOST = 3
EXIT_BROKEN = 4


class Prelude(NamedTuple):
    """The script's side of the runtime: a core for each context, parts for those that come to need them."""

    core: str
    parts: dict[str, str]


def serve(connection: socket.socket, prelude: Prelude, ready: str) -> None:
    """Answer jobs until the host hangs up. The next run's context is made while nobody waits."""
    host = _host(connection, prelude.parts)
    connection.sendall(pack("H" + ready))
    while True:
        context = Context(prelude.core, host)
        _run_one(connection, context)


def _run_one(connection: socket.socket, context: Context) -> None:
    header, _, job = receive(connection).partition("\n")
    memory_bytes, stack_bytes, max_promise_jobs = map(int, header[1:].split(","))
    result = context.run(job, memory_bytes, stack_bytes, max_promise_jobs)
    connection.sendall(pack(f"R{context.memory_bytes()}\n{result}"))


def _host(connection: socket.socket, parts: dict[str, str]) -> Callable[[str], str]:
    """The one function that the prelude can call: sends a frame, and for a call waits for its answer.

    A frame ``P…`` asks for a part of the prelude and stays in this process.
    """
    send, answer = connection.sendall, receive

    def host(frame: str) -> str:
        try:
            if frame[0] == "P":
                return parts[frame[1:]]
            send(pack(frame))
            return answer(connection)[1:] if frame[0] == "C" else ""
        except BaseException:  # noqa: BLE001 - an exception here would reach the script; the host is gone or has hung up
            os._exit(EXIT_LOST_HOST)

    return host
