"""What a write with ``async`` costs on either engine, how fast it is applied, when it is seen.

Beside it, what a job of RQ's for each write would cost. Real processes, a real server; prints Markdown tables.
"""

import logging
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

import bindings
from benchmarks import postgres
from benchmarks.tables import median, print_table, shown
from bindings.deferring import hand_in
from bindings.queue import DeferredWrite, WriteQueue
from runtime import Runtime, Session
from storage import Store, open_store
from storage.commands import CreateEntry, EnsureEntity, Write
from storage.ids import new_uuid7
from storage.models import Reference
from storage.queries import ListEntries, Scope, Visitor
from workers import payload
from workers.connections import connect
from workers.keys import shard_of
from workers.redis_queue import RedisQueue
from workers.server import EmbeddedServer
from workers.shards import Shards
from workers.worker import run_worker

ROOT = Path(__file__).parents[1]
COMMAND = "python -m benchmarks queue"
BRAND = "acme"
REFERENCES = 500
SET = "setCrmField({{ slug: 'visits', fieldKey: 'n', value: {value}, force: true, async: {later} }});"
START_SECONDS, POLL_SECONDS, IDLE_SECONDS = 60.0, 0.002, 0.02
PATIENCE_SECONDS = 5.0


def measure(*, quick: bool) -> None:
    """All tables."""
    with postgres.server() as server:
        urls = {**postgres.urls(server, Path()), postgres.SQLITE: ""}  # which lies where the arena puts it
        if quick:
            del urls[postgres.DURABLE]
        measure_calls(urls, 10 if quick else 1_000)
        measure_runs(urls, 2 if quick else 150)
    measure_draining((1,) if quick else (1, 2, 4), 100 if quick else 20_000, 10 if quick else 1_500)
    measure_delay(5 if quick else 500)
    measure_outage(1 if quick else 30)


def measure_calls(urls: postgres.Urls, count: int) -> None:
    """A call and its share of the run's end, without the sandbox around it."""
    rows: list[list[object]] = []
    for engine, url in urls.items():
        with _arena(url) as (redis, store, _):
            queue = RedisQueue(redis.url, store, seconds=PATIENCE_SECONDS)
            now = median([_timed(lambda store=store: _set(store, None, 1)) for _ in range(count)])
            rows.append([engine, "synchronous", now, "", now, ""])
            for writes in (1, 10):
                contexts = [_context(store, queue) for _ in range(count // writes)]
                call = median([_timed(_puts_off(context, writes)) for context in contexts]) / writes
                end = median([_timed(lambda context=context: hand_in(context)) for context in contexts]) / writes
                rows.append(["", f"`async`, {writes} in the run", call, end, call + end, shown((call + end) / now)])
            queue.close()
    head = ["", "one `setCrmField`", "in the call", "at the end of the run", "together", "to the synchronous one"]
    print_table("A write to the store and one to the queue, in the host, µs", COMMAND, head, rows, postgres.PROMISES)


def measure_runs(urls: postgres.Urls, count: int) -> None:
    """What a visitor waits for."""
    rows: list[list[object]] = []
    for engine, url in urls.items():
        with (
            _arena(url) as (redis, store, _),
            Runtime.open(store, queue=redis.url, allow_weaker_sandbox=True) as runtime,
        ):
            for writes in (1, 10):
                now_us, later_us = _runs_in_turn(runtime, writes, count)
                ratios = [later / now for now, later in zip(now_us, later_us, strict=True)]
                rows.append([engine, f"{writes}", median(now_us), median(later_us), shown(median(ratios))])
    head = ["", "writes", "synchronous", "`async`", "to the synchronous one"]
    print_table("A run with so many writes, µs", COMMAND, head, rows, postgres.PROMISES)


def _runs_in_turn(runtime: Runtime, writes: int, count: int) -> tuple[list[float], list[float]]:
    sources = [
        "".join(SET.format(value=number, later=later) for number in range(writes)) for later in ("false", "true")
    ]
    pairs = [(_run(runtime, sources[0]), _run(runtime, sources[1])) for _ in range(count + 1)]
    return [now for now, _ in pairs[1:]], [later for _, later in pairs[1:]]


def measure_draining(processes: Sequence[int], writes: int, jobs: int) -> None:
    """How fast a full queue becomes an empty one."""
    rows: list[list[object]] = []
    for workers in processes:
        with _arena() as (server, store, store_url):
            queue = RedisQueue(server.url, store, seconds=PATIENCE_SECONDS)
            for start in range(0, writes, 100):
                queue.push([_visit(number) for number in range(start, min(start + 100, writes))])
            queue.close()
            with _workers("serve", server.url, store_url, workers):
                rows.append([f"{workers} of our workers", _rate(server.url)])
    with _arena() as (server, store, store_url), connect(server.url) as connection:
        rq = Queue("one-job-each", connection=connection, serializer=JSONSerializer)
        items = [_visit(number) for number in range(jobs)]
        begun = time.perf_counter()
        for one in items:
            arguments = (store_url, payload.encode(one).decode(), shard_of(one.brand, one.reference))
            rq.enqueue("benchmarks.queue.apply_one", args=arguments, result_ttl=0)
        enqueuing = jobs / (time.perf_counter() - begun)
        with _workers("jobs", server.url, store_url, 1):
            rows.append(["a job of RQ's for each write, 1 worker", _job_rate(rq, jobs)])
    note = f"A job of RQ's for each write is enqueued at {enqueuing:,.0f} a second, by one process."
    print_table("Writes applied a second, SQLite", COMMAND, ["", "writes/s"], rows, note)


def measure_delay(count: int) -> None:
    """From the end of the run to the moment at which another process reads the value."""
    with _arena() as (server, store, store_url):
        queue = RedisQueue(server.url, store, seconds=PATIENCE_SECONDS)
        with _workers("serve", server.url, store_url, 1), connect(server.url) as connection:
            _until(lambda: connection.scard("rq:workers:funnelscript") == 1)
            delays_ms = sorted(_delay_ms(queue, store, number) for number in range(count))
        queue.close()
    row = [median(delays_ms), delays_ms[int(0.99 * (len(delays_ms) - 1))], delays_ms[-1]]
    print_table(
        "From handing in to being seen, one idle worker, ms", COMMAND, ["median", "99 of 100 within", "longest"], [row]
    )


def measure_outage(count: int) -> None:
    """What a run's end costs when the server is gone."""
    rows: list[list[object]] = []
    for name, listens in (("nobody listens", False), ("it takes connections and says nothing", True)):
        first: list[float] = []
        later: list[float] = []
        with _arena() as (_, store, _):
            for _ in range(count):
                with socket.socket() as silent:
                    silent.bind(("127.0.0.1", 0))
                    if listens:
                        silent.listen()
                    queue = RedisQueue(f"redis://127.0.0.1:{silent.getsockname()[1]}", store)
                    for times in (first, later):
                        context = _context(store, queue)
                        _puts_off(context, 1)()
                        times.append(_timed(lambda context=context: hand_in(context)) / 1e3)
                    queue.close()
        rows.append([name, median(first), max(first), median(later)])
    head = ["the server", "first run, median", "longest", "runs after it"]
    print_table("The end of a run whose queue cannot be reached, one write applied there, ms", COMMAND, head, rows)


@contextmanager
def _arena(store_url: str = "") -> Iterator[tuple[EmbeddedServer, Store, str]]:
    """A server that syncs its file every second, as Redis does by default, and a store with one entity."""
    _be_quiet()
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder, "queue")) as server:
        with connect(server.url) as connection:
            connection.config_set("appendfsync", "everysec")
        store_url = store_url or f"sqlite:///{folder}/store.db"
        store = open_store(store_url)
        store.apply(BRAND, Write(EnsureEntity("visits", "Visits", "Visit", "Visits"), 1, "unused"))
        yield server, store, store_url
        store.close()


@contextmanager
def _workers(kind: str, url: str, store_url: str, count: int) -> Iterator[None]:
    command = [sys.executable, "-c", f"from benchmarks.queue import {kind}; {kind}()", url, store_url]
    started = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) for _ in range(count)]
    try:
        yield
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.wait()


def serve() -> None:
    """A worker process of ours."""
    _be_quiet()
    run_worker(sys.argv[1], open_store(sys.argv[2]))


def jobs() -> None:
    """A worker process that runs a job for each write."""
    with connect(sys.argv[1]) as connection:
        worker = SimpleWorker(["one-job-each"], connection=connection, serializer=JSONSerializer)
        worker.work(logging_level="ERROR")


def _be_quiet() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


_stores: dict[str, Store] = {}


def apply_one(store_url: str, text: str, shard: int) -> None:
    """The job for each write."""
    if store_url not in _stores:
        _stores[store_url] = open_store(store_url)
    store = _stores[store_url]
    one = payload.decode(text.encode(), shard)
    store.apply(one.brand, one.write)


def _context(store: Store, queue: WriteQueue | None) -> bindings.RunContext:
    return bindings.RunContext(BRAND, Visitor("c_1"), store, lambda: 1, new_uuid7, queue=queue)


def _set(store: Store, queue: WriteQueue | None, value: int) -> None:
    _puts_off(_context(store, queue), 1, later=False, value=value)()


def _puts_off(context: bindings.RunContext, writes: int, *, later: bool = True, value: int = 1) -> Any:
    call = {"slug": "visits", "fieldKey": "n", "value": value, "force": True, "async": later}

    def act() -> None:
        for _ in range(writes):
            bindings.call("setCrmField", call, context)

    return act


def _visit(number: int) -> DeferredWrite:
    reference = Reference("customer", f"c_{number % REFERENCES}")
    command = CreateEntry("visits", Scope(reference=reference), new_uuid7(), {"url": "/pricing", "n": number})
    return DeferredWrite(BRAND, reference, "addCrmFieldValue", Write(command, 1, "unused", new_uuid7()))


def _run(runtime: Runtime, source: str) -> float:
    time.sleep(POLL_SECONDS)
    return _timed(lambda: runtime.run(source, session=Session(brand=BRAND, customer_id="c_1")))


def _timed(act: Any) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1e6


def _rate(url: str) -> float:
    """Writes a second, from the first that is applied on."""
    with connect(url) as connection:
        shards = Shards(connection)

        def waiting() -> int:
            return sum(state.waiting for state in shards.states())

        full = waiting()
        _until(lambda: waiting() < full)
        start, left = time.perf_counter(), waiting()
        _until(lambda: waiting() == 0)
        return left / (time.perf_counter() - start)


def _job_rate(rq: "Queue", count: int) -> float:
    _until(lambda: len(rq) < count)
    start, left = time.perf_counter(), len(rq)
    _until(lambda: len(rq) == 0)
    return left / (time.perf_counter() - start)


def _delay_ms(queue: RedisQueue, store: Store, number: int) -> float:
    time.sleep(IDLE_SECONDS)
    one = _visit(number)
    command: Any = one.write.command
    scope = Scope(entry_id=command.new_entry_id)
    start = time.perf_counter()
    queue.push([one])
    while not store.query(BRAND, ListEntries("visits", scope, 1)).items:
        time.sleep(0.0001)
    return (time.perf_counter() - start) * 1e3


def _until(what: Any) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not what():
        if time.monotonic() > deadline:
            raise SystemExit("the workers do not get anywhere")
        time.sleep(POLL_SECONDS)
