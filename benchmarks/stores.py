"""python -m benchmarks.stores [--quick] [--entries N…]: the two engines side by side, call by call, and as they grow.

PostgreSQL runs on this machine with its own defaults of durability, reached by a socket; SQLite lies on the same disk.
"""

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.filling import fill as fill_sqlite
from benchmarks.tables import machine, median, print_table
from storage import Store, new_uuid7, open_store
from storage.commands import (
    Command,
    CreateEntry,
    Destination,
    EnsureEntity,
    Move,
    NewPipeline,
    NewStage,
    SetFields,
    Write,
)
from storage.models import Reference
from storage.queries import GetEntity, ListEntries, Query, ReadFields, ReadValues, Scope
from tests.storage.postgres_server import PostgresServer

BRAND = "acme"
SLUG = "weight-tracker"
KEYS = ("current_weight", "goal_weight", "last_checkin")
VALUES = {"current_weight": 180, "goal_weight": 165, "last_checkin": "2026-03-16"}
ENTITY = EnsureEntity(
    SLUG, "Weight", "Weight", "Weight", pipelines=(NewPipeline("p", "P", (NewStage("a", "A"), NewStage("b", "B"))),)
)
READ, WRITE = "`ReadFields`, three keys of the newest entry", "`SetFields`, three held keys"
ENTRIES_A_CUSTOMER = 10
BATCH = 50
DURABLE = "PostgreSQL, on disk"
PROMISES = (
    "SQLite in WAL mode with `synchronous = NORMAL` and PostgreSQL with `synchronous_commit = off`: what was returned"
    " outlives the process, a power cut can cost the last. “On disk” is PostgreSQL's default: it waits for the disk."
)
GROWTH = (10_000, 100_000, 1_000_000)

FILL = """
INSERT INTO customers (brand, id, created_at_ms)
SELECT 'acme', 'x_' || n, 0 FROM generate_series(0, {customers} - 1) n;
INSERT INTO reference_heads (brand, reference_type, reference_id, entity_id, last_sequence, entry_count)
SELECT 'acme', 'customer', 'x_' || n, 1, 10, 10 FROM generate_series(0, {customers} - 1) n;
INSERT INTO entries (
    brand, id, entity_id, reference_type, reference_id, sequence, values_json, size_bytes, pipeline_id, stage_id,
    created_at_ms, updated_at_ms
)
SELECT 'acme', format('%s-0000-7000-8000-%s', lpad(to_hex(n), 8, '0'), lpad(to_hex(n), 12, '0')), 1, 'customer',
    'x_' || n / 10, n % 10 + 1, v::json, length(v), 1, 1, 0, 0
FROM generate_series(0, {count} - 1) n,
    LATERAL (SELECT '{{"current_weight":' || 150 + n % 50 || ',"goal_weight":165,"last_checkin":"2026-03-15"}}' AS v) t;
INSERT INTO entry_keys (brand, reference_type, reference_id, entity_id, key, sequence, entry_id)
SELECT 'acme', 'customer', 'x_' || n / 10, 1, k, n % 10 + 1,
    format('%s-0000-7000-8000-%s', lpad(to_hex(n), 8, '0'), lpad(to_hex(n), 12, '0'))
FROM generate_series(0, {count} - 1) n, unnest(ARRAY['current_weight', 'goal_weight', 'last_checkin']) k;
VACUUM ANALYZE;
CHECKPOINT
"""


def measure(*, quick: bool, sizes: tuple[int, ...] = GROWTH) -> None:
    """Print a table of calls as the stores grow, and one of processes side by side."""
    _measure_calls((100, 1_000) if quick else sizes, *((2, 10) if quick else (20, 20)))
    _measure_processes(0.3 if quick else 3.0)


def _measure_calls(sizes: tuple[int, ...], rounds: int, turn: int) -> None:
    with on_one_core(), server() as postgres, tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        columns: dict[str, tuple[str, int]] = {}
        for size in sizes:
            urls = filled(postgres, Path(folder), size)
            columns |= {f"{engine}, {size:,}": (url, size) for engine, url in urls.items() if engine != DURABLE}
            if size == sizes[0]:
                on_disk = urls[DURABLE], size
        columns[f"{DURABLE}, {sizes[0]:,}"] = on_disk
        stores = {name: (stack.enter_context(closing(open_store(url))), size) for name, (url, size) in columns.items()}
        times_us = interleaved(stores, rounds, turn)
        size_bytes = postgres.execute("postgres", f"SELECT pg_database_size('test{len(sizes)}')")[0][0]
    print_table(
        "The engines side by side as entries add up, µs a call",
        "python -m benchmarks.stores",
        ["", *columns],
        [[call, *(median(times_us[column, call]) for column in columns)] for call in calls(None, 1)],
        f"Medians of {rounds * turn} calls in turn, each another customer's; ten entries a customer; client and server"
        f" share a core. {PROMISES} The largest database of PostgreSQL takes {size_bytes:,} bytes.",
    )


def _measure_processes(seconds: float) -> None:
    with server() as postgres, tempfile.TemporaryDirectory() as folder:
        rates = {name: side_by_side(url, seconds) for name, url in filled(postgres, Path(folder), 1_000).items()}
    print_table(
        "Processes side by side on one store, calls a second in all",
        "python -m benchmarks.stores",
        ["", *rates],
        [[what, *(rates[name][what] for name in rates)] for what in rates[DURABLE]],
        "Each process does one call after the other, each call another customer's.",
    )


@contextmanager
def on_one_core() -> Iterator[None]:
    """Client and server take turns there: waking another core takes longer than most calls, and differs by chance."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def interleaved(stores: Mapping[str, tuple[Store, int]], rounds: int, turn: int) -> dict[tuple[str, str], list[float]]:
    """Times in µs by store and call, in turns, so that what else the machine does is shared by all."""
    times_us: dict[tuple[str, str], list[float]] = {}
    measured = {name: calls(store, size // ENTRIES_A_CUSTOMER) for name, (store, size) in stores.items()}
    for number in range(rounds + 1):
        for call in calls(None, 1):
            for name in stores:
                found = timed(measured[name][call], turn)
                if number:
                    times_us.setdefault((name, call), []).extend(found)
    return times_us


def calls(store: Any, customers: int) -> dict[str, Callable[[], object]]:
    """What is measured, by name; each call is the next customer's. Without a store: only for the names."""
    numbers = count(1)

    def scope() -> Scope:
        return Scope(Reference("customer", f"x_{next(numbers) * 7919 % customers}"))

    def ask(make: Callable[[], Query[object]]) -> Callable[[], object]:
        return lambda: store.query(BRAND, make())

    def tell(make: Callable[[], Command[object]], operation: bool = False) -> Callable[[], object]:
        return lambda: store.apply(BRAND, Write(make(), 0, "c", new_uuid7() if operation else None))

    def batch() -> object:
        writes = [Write(SetFields(SLUG, scope(), new_uuid7(), VALUES), 0, "c", new_uuid7()) for _ in range(BATCH)]
        return store.apply_batch([(BRAND, write) for write in writes])

    stages = count()
    return {
        "`GetEntity`": ask(lambda: GetEntity(SLUG)),
        READ: ask(lambda: ReadFields(SLUG, scope(), KEYS)),
        "`ReadValues`, 10": ask(lambda: ReadValues(SLUG, scope(), KEYS[0], 10)),
        "`ListEntries`, 10": ask(lambda: ListEntries(SLUG, scope(), 10)),
        "`EnsureEntity`, nothing to add": tell(lambda: ENTITY),
        WRITE: tell(lambda: SetFields(SLUG, scope(), new_uuid7(), VALUES)),
        "`CreateEntry`, three keys": tell(lambda: CreateEntry(SLUG, scope(), new_uuid7(), VALUES)),
        "`CreateEntry` with an operation id": tell(lambda: CreateEntry(SLUG, scope(), new_uuid7(), VALUES), True),
        "`Move` of the newest entry": tell(
            lambda: Move(SLUG, scope(), Destination("stage", stage_slug="ab"[next(stages) % 2]))
        ),
        f"`SetFields` in a batch of {BATCH}, each": batch,
    }


def timed(call: Callable[[], object], rounds: int) -> list[float]:
    """Times in µs; of a batch, for each of its writes."""
    each = BATCH if call.__name__ == "batch" else 1
    times_us = []
    for _ in range(max(rounds // each, 2)):
        started = time.perf_counter()
        call()
        times_us.append((time.perf_counter() - started) * 1e6 / each)
    return times_us


def filled(postgres: PostgresServer, folder: Path, size: int) -> dict[str, str]:
    """The URL of a store of each engine with so many entries, ten a customer."""
    path = folder / f"{size}.db"
    database = postgres.new_database()
    relaxed = f"{database}&options=-c%20synchronous_commit%3Doff"
    urls = {"SQLite": f"sqlite:///{path}", "PostgreSQL": relaxed, DURABLE: database}
    for url in urls.values():
        with closing(open_store(url)) as store:
            store.apply(BRAND, Write(ENTITY, 0, "c"))
    fill_sqlite(path, count=size)
    fill_postgres(database, size)
    return urls


def fill_postgres(url: str, size: int) -> None:
    """Add entries as the store itself would have."""
    with psycopg.connect(url, autocommit=True) as driver:
        driver.execute("SET search_path = funnelscript")
        driver.execute("SET synchronous_commit = off")
        for statement in FILL.format(count=size, customers=size // ENTRIES_A_CUSTOMER).split(";"):
            driver.execute(statement.encode())


def side_by_side(url: str, seconds: float) -> dict[str, float]:
    """Reads and writes a second of one and of several processes."""
    return {
        f"{what}, {processes} process{'es' if processes > 1 else ''}": _rate(url, what, processes, seconds)
        for what in ("reads", "writes")
        for processes in (1, 2, 4)
    }


def _rate(url: str, what: str, processes: int, seconds: float) -> float:
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes) as pool:
        pool.starmap(_work, [(url, what, 0.1)] * processes)
        counts = pool.starmap(_work, [(url, what, seconds)] * processes)
    return sum(counts) / seconds


def _work(url: str, what: str, seconds: float) -> int:
    store = open_store(url)
    call = calls(store, 100)[READ if what == "reads" else WRITE]
    done, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        call()
        done += 1
    store.close()
    return done


@contextmanager
def server() -> Iterator[PostgresServer]:
    """A server that keeps its promises."""
    postgres = PostgresServer(durable=True)
    try:
        yield postgres
    finally:
        postgres.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stores", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="see that everything runs; the figures mean nothing")
    parser.add_argument("--entries", type=int, nargs="+", default=list(GROWTH), help="how many entries the stores have")
    options = parser.parse_args()
    print(machine(), flush=True)
    measure(quick=options.quick, sizes=tuple(options.entries))
    sys.exit(0)
