"""python -m benchmarks.stores [--quick] [--entries N…]: the two engines side by side, by call, by run and as they grow.

PostgreSQL runs on this machine with its own defaults of durability, reached by a socket; SQLite lies on the same disk.
"""

import argparse
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from itertools import count
from multiprocessing.pool import Pool
from pathlib import Path

from benchmarks import contenders, postgres
from benchmarks.contenders import Contender, command_of_ours, ratio, runs_per_second, wall_us
from benchmarks.filling import BRAND, ENTRIES_A_CUSTOMER, customer
from benchmarks.filling import fill as fill_sqlite
from benchmarks.postgres import DURABLE, POSTGRES, PROMISES, SQLITE, Urls
from benchmarks.store_calls import CREATE, ENTITY, LIST_10, READ, VALUES_10, WRITE, Calls, Customers, calls, interleaved
from benchmarks.tables import machine, median, print_table, shown
from storage import Store, open_store
from storage.commands import Write
from tests.storage.postgres_server import PostgresServer

COMMAND = "python -m benchmarks stores"
GROWTH = (10_000, 5_000_000)
ACTIVE_CUSTOMERS = 1_000


def measure(*, quick: bool, sizes: Sequence[int] = GROWTH) -> None:
    """Print tables of calls as the stores grow, of runs, and of processes side by side."""
    sizes = (100, 1_000) if quick else sizes
    with postgres.server() as server, tempfile.TemporaryDirectory() as folder:
        filled = {size: _filled(server, Path(folder), size) for size in sizes}
        with _on_one_core(server):
            _measure_growth(filled, *((1, 1) if quick else (20, 20)))
        print(f"\nThe largest database of PostgreSQL takes {_largest_bytes(server):,} bytes.")
        urls = filled[sizes[0]]
        _measure_services({POSTGRES: urls[POSTGRES]} if quick else urls, quick=quick)
        _measure_processes(urls, quick=quick)


def _measure_growth(filled: Mapping[int, Urls], rounds: int, turn: int) -> None:
    first, *_ = sizes = list(filled)
    active = min(ACTIVE_CUSTOMERS, first // ENTRIES_A_CUSTOMER)
    with ExitStack() as stack:
        stores: dict[str, tuple[Store, int]] = {}
        for size, urls in filled.items():
            for name in urls if size == first else (SQLITE, POSTGRES):
                store = stack.enter_context(closing(open_store(urls[name])))
                stores[f"{name}, {size:,}"] = store, size // ENTRIES_A_CUSTOMER
        for title, number in ((f"the same {active:,} customers", active), ("any customer", None)):
            measured = {name: calls(store, _customers(there, number)) for name, (store, there) in stores.items()}
            for known in measured.values() if number else ():
                _visit_all(known, number)
            _print_growth(title, interleaved(measured, rounds, turn), sizes)


def _print_growth(title: str, times_us: Mapping[tuple[str, str], list[float]], sizes: Sequence[int]) -> None:
    names = list(dict.fromkeys(call for _, call in times_us))
    head = [""]
    rows: dict[str, list[object]] = {call: [call] for call in names}
    for engine in (SQLITE, POSTGRES):
        columns = [f"{engine}, {size:,}" for size in sizes]
        head += [*columns, "last to first"]
        for call in names:
            first, last = times_us[columns[0], call], times_us[columns[-1], call]
            ratios = [later / earlier for earlier, later in zip(first, last, strict=True)]
            rows[call] += [*(median(times_us[column, call]) for column in columns), shown(median(ratios))]
    durable = f"{DURABLE}, {sizes[0]:,}"
    for call in names:
        rows[call].append(median(times_us[durable, call]))
    print_table(
        f"The engines side by side as entries add up, calls of {title}, µs",
        COMMAND,
        [*head, durable],
        list(rows.values()),
        f"Medians of {len(next(iter(times_us.values())))} rounds in turn, ratios of the rounds' ratios; ten entries a"
        f" customer; client and server share a core. {PROMISES}",
    )


def _customers(there: int, active: int | None) -> Customers:
    """Who comes next: one of so many, spread over all that are there, or any of those."""
    chosen, numbers = random.Random(1), count()
    if active is None:
        return lambda: customer(chosen.randrange(there))
    return lambda: customer(next(numbers) * 7919 % active * (there // active))


def _visit_all(measured: Calls, active: int) -> None:
    """Every one of the customers has been there before: what is theirs has been read, and written."""
    for name in (VALUES_10, LIST_10, CREATE):
        for _ in range(active):
            measured[name]()


def _largest_bytes(server: PostgresServer) -> int:
    size: int = server.execute("postgres", "SELECT max(pg_database_size(oid)) FROM pg_database")[0][0]  # type: ignore[assignment]  # SQL says so
    return size


def _measure_services(urls: Urls, *, quick: bool) -> None:
    """Whole runs by one process that serves runs and by two, each with brands of its own."""
    rounds, runs = (1, 6) if quick else (10, 200)
    starts = {}
    for name, url in urls.items():
        for processes in (1, 2):
            commands = [
                command_of_ours(url, [f"b{processes}-{process}-{brand}" for brand in range(4)], threads=2)
                for process in range(processes)
            ]
            starts[name, processes] = partial(Contender, commands)
    with contenders.started(starts) as started:
        batches = contenders.interleave(started, rounds, runs)
    print_table(
        "The weight tracker on one store, by one service process and by two",
        COMMAND,
        ["", "a run, µs", "1 process, runs/s", "2 processes, runs/s", "2 to 1"],
        [
            [
                name,
                wall_us(batches[name, 1]),
                runs_per_second(batches[name, 1]),
                runs_per_second(batches[name, 2]),
                ratio(batches[name, 2], batches[name, 1], runs_per_second),
            ]
            for name in urls
        ],
        f"{rounds} rounds of {runs} runs each, in turn; two threads and four brands a process. The database shares the"
        " cores with both.",
    )


def _measure_processes(urls: Urls, *, quick: bool) -> None:
    seconds, counts = (0.02, (1,)) if quick else (3.0, (1, 2, 4))
    rows: list[list[object]] = []
    for processes in counts:
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            for what in (READ, WRITE):
                rates = [_rate(pool, processes, (url, what, seconds)) for url in urls.values()]
                rows.append([f"{what}, {processes} process{'es' * (processes > 1)}", *rates])
    print_table(
        "Processes side by side on one store, calls a second in all",
        COMMAND,
        ["", *urls],
        rows,
        "Each process does one call after the other, each call another customer's.",
    )


@contextmanager
def _on_one_core(server: PostgresServer) -> Iterator[None]:
    """Client and server take turns there: waking another core takes longer than most calls, and differs by chance."""
    before = os.sched_getaffinity(0)
    server.stop()
    os.sched_setaffinity(0, {min(before)})
    try:
        server.start()  # its processes inherit the core
        yield
        server.stop()
    finally:
        os.sched_setaffinity(0, before)
    server.start()


def _filled(server: PostgresServer, folder: Path, size: int) -> Urls:
    """A store of each engine with so many entries."""
    path = folder / f"{size}.db"
    urls = postgres.urls(server, path)
    for url in urls.values():
        with closing(open_store(url)) as store:
            store.apply(BRAND, Write(ENTITY, 0, "c"))
    fill_sqlite(path, count=size)
    postgres.fill(urls[DURABLE], count=size)
    return urls


def _rate(pool: Pool, processes: int, work: tuple[str, str, float]) -> float:
    url, what, seconds = work
    pool.starmap(_work, [(url, what, min(0.1, seconds))] * processes, chunksize=1)
    counts = pool.starmap(_work, [work] * processes, chunksize=1)
    return sum(counts) / seconds


def _work(url: str, what: str, seconds: float) -> int:
    with closing(open_store(url)) as store:
        call = calls(store, _customers(100, None))[what]
        done, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            call()
            done += 1
    return done


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stores", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="see that everything runs; the figures mean nothing")
    parser.add_argument("--entries", type=int, nargs="+", default=list(GROWTH), help="how many entries the stores have")
    options = parser.parse_args()
    print(machine(), flush=True)
    measure(quick=options.quick, sizes=tuple(options.entries))
    sys.exit(0)
