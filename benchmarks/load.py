"""The service under load: requests a second and how long each takes, within its capacity and past it.

A real ``funnelscript serve`` on a new SQLite store, and clients in a process of their own, on loopback. Each sends its
next request when the answer to the one before is there, and after a 503 when that says that it may try again; rude ones
try again at once. So many seconds, and never more requests than a bound.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import uvloop

from benchmarks.tables import print_table
from runtime.tokens import issue
from storage import open_store

COMMAND = "python -m benchmarks load"
CONNECTIONS = (1, 8, 64)
MAX_REQUESTS = 200_000
WARM_UP_SECONDS = 1.0
DONE = re.compile(rb'done\\?":82.5')
"""What the body of a check-in that was done has in it."""
SMALL = {"FUNNELSCRIPT_MAX_RUNS": "4", "FUNNELSCRIPT_MAX_WAITING": "8", "FUNNELSCRIPT_MAX_WAIT_SECONDS": "1"}
"""A service that 64 clients at once are too many for."""
CHECK_IN = """<!doctype html><title>Check-in</title>
<script scope="backend">
  EnsureCrmEntity({ slug: 'weight-tracker', fields: [{ key: 'weight', type: 'number' }] });
  var rules = { member: Schema.string().required(), weight: Schema.number().min(20).max(400).required() };
  var form = Schema.object(rules).validate(request.body);
  if (!form.valid) response.status(422).json({ ok: false, errors: form.errors });
  var where = { slug: 'weight-tracker', fieldKey: 'weight', referenceType: 'member', referenceId: form.value.member };
  setCrmField({ ...where, value: form.value.weight });
  response.json({ done: getCrmField(where) });
</script>
<form method="post"><input name="weight"><button>Save</button></form>
"""


@dataclass
class Load:
    """What came of some seconds of requests."""

    seconds: float = 0.0
    times_ms: dict[int, list[float]] = field(default_factory=dict)
    without_retry_after: int = 0
    broken: Counter[str] = field(default_factory=Counter)

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


def measure(*, quick: bool) -> None:
    """Both tables."""
    seconds, connections = (0.1, (8,)) if quick else (5.0, CONNECTIONS)
    rows, loads = [], []
    with served({}) as (port, token):
        for way in ("API", "page"):
            for number in connections:
                loads.append(put_under_load(port, request_bytes(way, token), number, seconds))
                rows.append(_row(f"{way}, {number}", loads[-1]))
    print_table("Within capacity", COMMAND, HEAD, rows)
    past = {}
    with served(SMALL) as (port, token):
        for title, number, rude in PAST[-1:] if quick else PAST:
            past[title] = put_under_load(port, request_bytes("API", token), number, seconds, rude=rude)
    print_table("Past capacity", COMMAND, HEAD, [_row(title, load) for title, load in past.items()], NOTE)
    errors = sum(load.errors for load in (*loads, *past.values()))
    if errors:
        raise SystemExit(f"{errors} answers were neither 200 nor 503 with Retry-After")


HEAD = ("connections", "200 a second", "p50 of those, ms", "p99, ms", "503 with Retry-After", "errors")
NOTE = "4 runs at a time and 8 waiting: 12 connections fill all places, 64 are past what the service takes."
PAST = (("API, 8", 8, False), ("API, 12", 12, False), ("API, 64", 64, False), ("API, 64 rude ones", 64, True))
"""Connections, and whether they come again at once."""


def _row(name: str, load: Load) -> tuple[object, ...]:
    accepted = load.accepted
    refused = load.times_ms.get(503, [])
    return (
        *(name, len(accepted) / load.seconds, percentile(accepted, 0.5), percentile(accepted, 0.99)),
        *(len(refused), load.errors),
    )


def percentile(times: list[float], share: float) -> float:
    """Of sorted times, that which the share does not pass."""
    return times[min(len(times) - 1, int(share * len(times)))] if times else 0.0


def request_bytes(way: str, token: str) -> bytes:
    """One check-in, by the API or as a visitor's form."""
    form = "member=m_1&weight=82.5"
    if way == "page":
        kind, path, body = "application/x-www-form-urlencoded", "/checkin", form
    else:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        order = {
            "page": CHECK_IN,
            "request": {"method": "POST", "path": "/checkin", "headers": headers, "body": form},
        }
        kind, path, body = "application/json", "/v1/runs", json.dumps(order)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def put_under_load(port: int, request: bytes, connections: int, seconds: float, *, rude: bool = False) -> Load:
    """So many clients for so many seconds, in a process of their own."""
    order = {"port": port, "request": request.decode(), "connections": connections, "seconds": seconds, "rude": rude}
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"], input=json.dumps(order), capture_output=True, text=True, check=True
    )
    said = json.loads(answer.stdout)
    times = {int(status): times for status, times in said["times_ms"].items()}
    return Load(said["seconds"], times, said["without_retry_after"], Counter(said["broken"]))


@contextmanager
def served(environment: dict[str, str]) -> Iterator[tuple[int, str]]:
    """A service on a store of its own, with the page; its port and a token."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "site").mkdir()
        (Path(folder) / "site" / "checkin.html").write_text(CHECK_IN)
        url = f"sqlite:///{folder}/load.db"
        store = open_store(url)
        token = issue(store, "acme", "load", ["run"])
        store.close()
        command = [str(Path(sys.executable).with_name("funnelscript")), "serve", "--port", "0", "--store", url]
        command += ["--pages", f"{folder}/site", "--brand", "acme", "--no-reload", "--debug-panel", "off"]
        quiet = {"FUNNELSCRIPT_LOG_LEVEL": "warning", "FUNNELSCRIPT_MAX_BRAND_RUNS": "1000", **environment}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **quiet}) as process:
            assert process.stdout is not None
            try:
                yield int(process.stdout.readline().rpartition(":")[2]), token
            finally:
                process.terminate()


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


async def clients(port: int, request: bytes, connections: int, seconds: float, *, rude: bool) -> Load:
    """Many connections at once. The answers of the first moment do not count: all begin together then."""
    loop = asyncio.get_running_loop()
    from_seconds = time.perf_counter() + min(WARM_UP_SECONDS, seconds)
    plan, load = Plan(request, from_seconds, from_seconds + seconds, rude), Load(seconds)
    ended = [loop.create_future() for _ in range(connections)]
    for one in ended:
        await loop.create_connection(lambda one=one: Client(plan, load, one), "127.0.0.1", port)
    await asyncio.wait_for(asyncio.gather(*ended), seconds + 60)
    return load


async def main() -> None:
    """As a process: what standard input says."""
    order = json.load(sys.stdin)
    request = order["request"].encode()
    load = await clients(order["port"], request, order["connections"], order["seconds"], rude=order["rude"])
    said = {"seconds": load.seconds, "times_ms": load.times_ms}
    print(json.dumps({**said, "without_retry_after": load.without_retry_after, "broken": load.broken}))


if __name__ == "__main__":
    uvloop.run(main())
