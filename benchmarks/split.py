"""Where the time of a run goes: the host's and the worker's, each moment counted for what was going on."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import process_time_ns
from typing import Any

import bindings
import runtime.broker as broker_module
import runtime.running as running_module
import runtime.sandbox.zygote as zygote_module
from benchmarks import child_spans, contenders
from benchmarks.child_spans import ANSWERS, FREEING, IDLE, LOCKING, OWNING, RunRows
from benchmarks.in_funnelscript import ENTITY, must_run
from benchmarks.serving import timed
from benchmarks.spans import Spans
from benchmarks.tables import median, print_table
from benchmarks.worker_cpu import SandboxCpu
from runtime import Runtime, Session
from runtime.broker import Broker
from runtime.foresight import Foresight
from runtime.frames import FrameBuffer
from runtime.sandbox.pool import PoolSettings, WorkerPool
from runtime.sandbox.worker import Worker
from storage.sqlite.store import SqliteStore

RUNS_A_WORKER = PoolSettings().max_runs_per_worker
WAITING = "waiting for the worker"
RUN = "preparing: context, plan, limits"
PAUSE_SECONDS = 0.003
PAUSE_US = PAUSE_SECONDS * 1e6
OUTSIDE = (IDLE, ANSWERS, OWNING, FREEING, LOCKING)
"""What a worker does while no host waits for it, or what its host does meanwhile."""
PARTS: Sequence[tuple[Any, str, str]] = (
    (running_module, "job_text", "the job's text"),
    (WorkerPool, "acquire", "taking a worker"),
    (Broker, "run", "the broker's loop and clocks"),
    (Worker, "send", "sending job and answers"),
    (Worker, "receive", WAITING),
    (FrameBuffer, "next", "frames and strict JSON"),
    (broker_module, "decode_pair", "frames and strict JSON"),
    (broker_module, "decode", "frames and strict JSON"),
    (Broker, "_on_call", "calls: notes, plan, encoding"),
    (bindings, "call", "bindings: names, validation, handler"),
    (SqliteStore, "query", "store: reads"),
    (SqliteStore, "apply", "store: writes"),
    (Broker, "_on_result", "the result"),
    (Broker, "_take_usage", "the result"),
    (running_module, "record_of", "the record"),
    (Foresight, "learn", "learning what was read"),
    (WorkerPool, "release", "giving the worker back"),
)
"""What of the host is timed, and what its time is called."""


def measure(*, quick: bool) -> None:
    """Print the host's table, then the worker's."""
    count = 60 if quick else 3_000
    script, session = contenders.SCRIPT.read_text(encoding="utf-8"), Session(brand="acme", customer_id="c_1")
    with tempfile.TemporaryDirectory() as folder, _timed_child(Path(folder) / "rows") as rows:
        spans = Spans()
        cpu = SandboxCpu()
        with Runtime.open(f"sqlite:///{folder}/split.db", allow_weaker_sandbox=True) as runtime:
            cpu.attach(runtime)
            must_run(runtime, ENTITY, session)
            with _timed_host(spans):
                close = [_one(runtime, script, session, spans, 0) for _ in range(count)]
                apart = [_one(runtime, script, session, spans, PAUSE_SECONDS) for _ in range(count // 4)]
            workers = rows.read()
            before, plain_us = _clocks(cpu), timed(count, lambda _: must_run(runtime, script, session))
            spent_us = [(after - start) / count for start, after in zip(before, _clocks(cpu), strict=True)]
    _print((_middle(close, _total), _middle(apart, _total)), workers, median(plain_us))
    _print_cpu(spent_us, workers)


def _clocks(cpu: SandboxCpu) -> tuple[float, float, float, float]:
    return process_time_ns() / 1e3, cpu.zygote_us(), cpu.workers_us(), cpu.ends_us()


def _print_cpu(spent_us: Sequence[float], rows: Sequence[dict[str, float]]) -> None:
    host_us, zygote_us, workers_us, ends_us = spent_us
    births_us = median(_birth(row) for row in rows if _birth(row)) / RUNS_A_WORKER
    between_us = median(row[OWNING] + row[FREEING] for row in rows if not _birth(row))
    print_table(
        "CPU a run, by who uses it",
        "python -m benchmarks split",
        ["", "CPU, µs a run"],
        [
            ("the host", host_us),
            ("the worker, in runs", workers_us - births_us - between_us),
            ("the worker, between runs", between_us),
            (f"workers' births, a {RUNS_A_WORKER}th", births_us),
            ("workers' ends", ends_us),
            ("the zygote: forks", zygote_us),
            ("**all**", host_us + workers_us + ends_us + zygote_us),
        ],
    )


def _one(runtime: Runtime, script: str, session: Session, spans: Spans, pause_seconds: float) -> dict[str, float]:
    if pause_seconds:
        time.sleep(pause_seconds)
    spans.take()
    result = runtime.run(script, session=session)
    if result.status != "ok":
        raise SystemExit(f"a run ended as {result.status}: {result.error}")
    return spans.take()


def _print(hosts: tuple[Mapping[str, float], ...], rows: Sequence[dict[str, float]], plain_us: float) -> None:
    births, runs = [row for row in rows if _birth(row)], [row for row in rows if not _birth(row)]
    worker = _middle([row for row in runs if row[IDLE] < PAUSE_US / 2], _busy)
    other_worker = _middle([row for row in runs if row[IDLE] > PAUSE_US / 2], _busy)
    busy_us = _busy(worker)
    columns = [
        _with_waiting_split(host, busy) for host, busy in zip(hosts, (busy_us, _busy(other_worker)), strict=True)
    ]
    inside = [(label, value) for label, value in worker.items() if value and label not in OUTSIDE]
    command = "python -m benchmarks split"
    print_table(
        "Where a run of the weight tracker goes, on the host's clock",
        command,
        ["", "one right after another, µs a run", f"{PAUSE_SECONDS * 1e3:.0f} ms apart, µs a run"],
        [[label, *(column[label] for column in columns)] for label in columns[0]],
        "The mean of the middle half of the runs. What the instrumentation takes is in it: without, a run right after"
        f" another takes {plain_us:.0f} µs (median).",
    )
    print_table(
        "Where the worker's time goes",
        command,
        ["", "µs a run"],
        [
            *inside,
            ("**at work while the host waits**", busy_us),
            ("waiting for the host's answers", worker[ANSWERS]),
            (f"between two runs: {OWNING}", worker[OWNING]),
            (f"between two runs: {FREEING}", worker[FREEING]),
            ("once a worker: the lock-down", median(row[LOCKING] for row in births)),
        ],
    )


def _with_waiting_split(host: Mapping[str, float], busy_us: float) -> dict[str, float]:
    """With the wait for the worker as what it works meanwhile, and the rest."""
    parts = {label: value for label, value in host.items() if label != WAITING}
    parts["waiting: the worker is at work"] = busy_us
    parts["waiting: wake-ups, a worker that is not ready yet"] = host[WAITING] - busy_us
    return parts | {"**all**": sum(host.values())}


def _middle(rows: Sequence[dict[str, float]], by: Callable[[Mapping[str, float]], float]) -> dict[str, float]:
    """The mean of the middle half of the rows."""
    ordered = sorted(rows, key=by)
    middle = ordered[len(ordered) // 4 : max(len(ordered) * 3 // 4, len(ordered) // 4 + 1)]
    labels = dict.fromkeys(label for row in middle for label in row)
    return {label: sum(row.get(label, 0.0) for row in middle) / len(middle) for label in labels}


def _birth(row: Mapping[str, float]) -> float:
    """What a worker's birth took; 0 for a row that is a run's."""
    return row[LOCKING] and row[LOCKING] + row[OWNING] + row[FREEING]


def _total(row: Mapping[str, float]) -> float:
    return sum(row.values())


def _busy(row: Mapping[str, float]) -> float:
    return sum(value for label, value in row.items() if label not in OUTSIDE)


@contextmanager
def _timed_child(path: Path) -> Iterator[RunRows]:
    """Zygotes started meanwhile are timed, and so are their workers."""
    rows, before = child_spans.make_file(path), zygote_module.START
    zygote_module.START = child_spans.start_code(path)
    try:
        yield rows
    finally:
        zygote_module.START = before


@contextmanager
def _timed_host(spans: Spans) -> Iterator[None]:
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in PARTS]
    for owner, name, label in PARTS:
        spans.patch(owner, name, label)
    spans.enter(RUN)
    try:
        yield
    finally:
        spans.leave()
        for owner, name, function in before:
            setattr(owner, name, function)
