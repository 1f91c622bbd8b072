"""The service under load: requests a second and how long each takes, within its capacity and past it.

A real ``funnelscript serve`` on a new SQLite store, and clients (``benchmarks/load_clients.py``) in a process of their
own, on loopback.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.load_clients import Load
from benchmarks.tables import print_table
from runtime.tokens import issue
from storage import open_store

COMMAND = "python -m benchmarks load"
CONNECTIONS = (1, 8, 64)
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


def measure(*, quick: bool) -> None:
    """Both tables."""
    seconds, connections = (0.1, (8,)) if quick else (5.0, CONNECTIONS)
    rows, loads = [], []
    with served({}) as service:
        for way in ("API", "page"):
            for number in connections:
                loads.append(put_under_load(service, way, number, seconds))
                rows.append(_row(f"{way}, {number}", loads[-1]))
    print_table("Within capacity", COMMAND, HEAD, rows)
    past = {}
    with served(SMALL) as service:
        for title, number, rude in PAST[-1:] if quick else PAST:
            past[title] = put_under_load(service, "API", number, seconds, rude=rude)
    print_table("Past capacity", COMMAND, HEAD, [_row(title, load) for title, load in past.items()], NOTE)
    errors = sum(load.errors for load in (*loads, *past.values()))
    if errors:
        raise SystemExit(f"{errors} answers were neither 200 nor 503 with Retry-After")


HEAD = (
    *("connections", "200 a second", "p50 of those, ms", "p99, ms", "CPU of the host, ms an answer"),
    *("503 with Retry-After", "errors"),
)
NOTE = "4 runs at a time and 8 waiting: 12 connections fill all places, 64 are past what the service takes."
PAST = (("API, 8", 8, False), ("API, 12", 12, False), ("API, 64", 64, False), ("API, 64 rude ones", 64, True))
"""Connections, and whether they come again at once."""


def _row(name: str, load: Load) -> tuple[object, ...]:
    accepted = load.accepted
    refused = load.times_ms.get(503, [])
    return (
        *(name, len(accepted) / load.seconds, percentile(accepted, 0.5), percentile(accepted, 0.99)),
        *(load.cpu_seconds * 1e3 / max(1, load.answers), len(refused), load.errors),
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


class Served(NamedTuple):
    """A service that runs."""

    port: int
    token: str
    process_id: int


def put_under_load(service: Served, way: str, connections: int, seconds: float, *, rude: bool = False) -> Load:
    """So many clients for so many seconds, in a process of their own."""
    request = request_bytes(way, service.token).decode()
    where = {"port": service.port, "process_id": service.process_id}
    order = {**where, "request": request, "connections": connections, "seconds": seconds, "rude": rude}
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.load_clients"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(answer.stdout)
    times = {int(status): times for status, times in said["times_ms"].items()}
    return Load(said["seconds"], times, said["without_retry_after"], Counter(said["broken"]), said["cpu_seconds"])


@contextmanager
def served(environment: dict[str, str]) -> Iterator[Served]:
    """A service on a store of its own, with the page."""
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
                yield Served(int(process.stdout.readline().rpartition(":")[2]), token, process.pid)
            finally:
                process.terminate()
