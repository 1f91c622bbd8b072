"""Clients that put a service under load, as a process: ``python -m benchmarks.load_clients``, told by standard input.

Each sends its next request when the answer to the one before is there, and after a 503 when that says that it may try
again; rude ones try again at once. So many seconds, and never more requests than a bound.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import cast

import uvloop

from runtime.sandbox.worker import CLOCK_OF_PROCESS

MAX_REQUESTS = 200_000
WARM_UP_SECONDS = 1.0
DONE = re.compile(rb'done\\?":82.5')
"""What the body of a check-in that was done has in it."""


@dataclass
class Load:
    """What came of some seconds of requests."""

    seconds: float = 0.0
    times_ms: dict[int, list[float]] = field(default_factory=dict)
    without_retry_after: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    cpu_seconds: float = 0.0
    """Of the service's own process, its workers aside, while the answers counted."""

    @property
    def accepted(self) -> list[float]:
        """How long each answer of 200 took, sorted."""
        return sorted(self.times_ms.get(200, []))

    @property
    def answers(self) -> int:
        """How many there were, of any kind."""
        return sum(map(len, self.times_ms.values()))

    @property
    def errors(self) -> int:
        """Answers that are neither 200 nor a 503 with Retry-After, and connections that broke."""
        others = sum(len(times) for status, times in self.times_ms.items() if status not in {200, 503})
        return others + self.without_retry_after + sum(self.broken.values())


class Client(asyncio.Protocol):
    """One connection: request, answer, request, … until the time is over."""

    def __init__(self, plan: "Plan", load: Load, ended: asyncio.Future[None]) -> None:
        self._plan, self._load, self._ended = plan, load, ended
        self._data, self._sent_seconds = b"", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class
        self._send()

    def data_received(self, data: bytes) -> None:
        """Note an answer when all of it is there, and go on."""
        self._data += data
        head, end, body = self._data.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        if not end or length is None or len(body) < int(length[1]):
            return
        status, retry_after = int(head[9:12]), re.search(rb"retry-after: (\d+)", head)
        self._note(status, is_wrong=status == 200 and not DONE.search(body), has_retry_after=retry_after is not None)
        wait_seconds = int(retry_after[1]) if retry_after is not None and not self._plan.rude else 0
        if time.perf_counter() + wait_seconds >= self._plan.until_seconds or self._load.answers >= MAX_REQUESTS:
            self._finish(None)
        elif wait_seconds:
            asyncio.get_running_loop().call_later(wait_seconds, self._send)
        else:
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """The service closed it: that is an error, unless all is done."""
        self._finish("closed" if exc is None else type(exc).__name__)

    def _note(self, status: int, *, is_wrong: bool, has_retry_after: bool) -> None:
        now_seconds = time.perf_counter()
        self._load.broken.update(["wrong"] if is_wrong else [])
        self._load.without_retry_after += status == 503 and not has_retry_after
        if self._plan.from_seconds <= now_seconds < self._plan.until_seconds:
            self._load.times_ms.setdefault(status, []).append((now_seconds - self._sent_seconds) * 1e3)

    def _send(self) -> None:
        if self._ended.done():
            return
        self._data, self._sent_seconds = b"", time.perf_counter()
        self._transport.write(self._plan.request)

    def _finish(self, problem: str | None) -> None:
        if not self._ended.done():
            self._load.broken.update([problem] if problem else [])
            self._ended.set_result(None)
            self._transport.close()


@dataclass(frozen=True)
class Plan:
    """What each client sends, from when on and until when its answers count, and whether it comes again at once."""

    request: bytes
    from_seconds: float
    until_seconds: float
    rude: bool


async def clients(port: int, process_id: int, request: bytes, connections: int, seconds: float, *, rude: bool) -> Load:
    """Many connections at once. The answers of the first moment do not count: all begin together then."""
    loop = asyncio.get_running_loop()
    warm_up_seconds = min(WARM_UP_SECONDS, seconds)
    from_seconds = time.perf_counter() + warm_up_seconds
    plan, load = Plan(request, from_seconds, from_seconds + seconds, rude), Load(seconds)
    clock, readings = (~process_id << 3) | CLOCK_OF_PROCESS, list[float]()
    for after_seconds in (warm_up_seconds, warm_up_seconds + seconds):
        loop.call_later(after_seconds, lambda: readings.append(time.clock_gettime(clock)))
    ended = [loop.create_future() for _ in range(connections)]
    for one in ended:
        await loop.create_connection(lambda one=one: Client(plan, load, one), "127.0.0.1", port)
    await asyncio.wait_for(asyncio.gather(*ended), seconds + 60)
    load.cpu_seconds = (readings[1] if len(readings) > 1 else time.clock_gettime(clock)) - readings[0]
    return load


async def main() -> None:
    """As a process: what standard input says."""
    order = json.load(sys.stdin)
    load = await clients(**{**order, "request": order["request"].encode()})
    said = {"seconds": load.seconds, "times_ms": load.times_ms, "cpu_seconds": load.cpu_seconds}
    print(json.dumps({**said, "without_retry_after": load.without_retry_after, "broken": load.broken}))


if __name__ == "__main__":
    uvloop.run(main())
