"""``python -m tests.soak``: thousands of mixed runs, a tenth of them hostile, and what they leave behind.

Prints a line of figures now and then. Ends with status 1 where a run saw what is not its own, or where memory,
descriptors or processes grew.
"""

import argparse
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, fields

import psutil

from runtime import Limits, Runtime, Session
from runtime.logging import configure
from runtime.sandbox.pool import PoolSettings
from tests.hostile.scripts import load_corpus
from tests.sandbox.owners import Owner, check_run, set_up
from tests.sandbox.processes import is_zombie, wait_until

BRANDS = tuple(f"brand-{number}" for number in range(6))
CUSTOMERS = ("c_1", "c_2", "c_3")
THREADS = 4
SAMPLES = 10
HOSTILE_ONE_IN = 10
POOL = PoolSettings(max_workers=4, fresh_workers=1, max_wait_seconds=60.0, max_runs_per_worker=50)
HOSTILE_LIMITS = Limits(cpu_seconds=0.05, wall_seconds=5.0, max_host_calls=50, max_promise_jobs=5_000)
MIB = 1024 * 1024
ROOM_MIB = 24
"""How much the host may hold at the end beyond what it held after the first tenth: caches that fill, fragments."""


@dataclass(frozen=True)
class Figures:
    """What is held after so many runs; memory in MiB, of the largest worker and of the others."""

    runs: int
    seconds: float
    host_mib: float
    zygote_mib: float
    worker_mib: float
    host_descriptors: int
    zygote_descriptors: int
    processes: int
    zombies: int
    threads: int


def soak(runs: int, tell: Callable[[Figures], None]) -> list[Figures]:
    """Make so many runs on a fresh store; the figures after each tenth of them. Raises where a run went wrong."""
    start_seconds, hostile = time.monotonic(), [script.source for script in load_corpus()]
    samples: list[Figures] = []
    with tempfile.TemporaryDirectory() as folder, Runtime.open(f"sqlite:///{folder}/soak.db", pool=POOL) as runtime:
        set_up(runtime, BRANDS)
        with ThreadPoolExecutor(THREADS) as threads:
            for tenth in range(1, SAMPLES + 1):
                list(threads.map(lambda _: _run_one(runtime, hostile), range(runs // SAMPLES)))
                samples.append(_figures(runtime, tenth * (runs // SAMPLES), time.monotonic() - start_seconds))
                tell(samples[-1])
    return samples


def growth(samples: list[Figures]) -> list[str]:
    """What grew from the first tenth to the end; empty for a pool that holds no more than it did."""
    first, last = samples[0], samples[-1]
    spare_descriptors = 2 * POOL.max_workers
    bounds = {
        "host_mib": first.host_mib + ROOM_MIB,
        "zygote_mib": first.zygote_mib + 1,
        "worker_mib": first.worker_mib + ROOM_MIB,
        "host_descriptors": first.host_descriptors + spare_descriptors,
        "zygote_descriptors": first.zygote_descriptors + 1,
        "processes": POOL.max_workers + 1,
        "zombies": 0,
        "threads": first.threads,
    }
    return [name for name, bound in bounds.items() if getattr(last, name) > bound]


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Mixed runs, a tenth of them hostile.")
    parser.add_argument("--runs", type=int, default=20_000, help="how many runs to make (default: %(default)s)")
    runs = parser.parse_args().runs
    configure("error")
    names = [field.name for field in fields(Figures)]
    _print(names)
    grown = growth(soak(max(runs, SAMPLES), lambda figures: _print([f"{value:.0f}" for value in astuple(figures)])))
    sys.stdout.write(f"grew: {', '.join(grown)}\n" if grown else "flat\n")
    return 1 if grown else 0


def _print(cells: list[str]) -> None:
    sys.stdout.write("  ".join(cell.rjust(len(field.name)) for cell, field in zip(cells, fields(Figures), strict=True)))
    sys.stdout.write("\n")
    sys.stdout.flush()


def _run_one(runtime: Runtime, hostile: list[str]) -> None:
    brand, customer_id = random.choice(BRANDS), random.choice(CUSTOMERS)
    if random.randrange(HOSTILE_ONE_IN) == 0:
        session = Session(brand=f"hostile-{brand}", customer_id=customer_id)
        runtime.run(random.choice(hostile), session=session, limits=HOSTILE_LIMITS)
    check_run(runtime, Owner(brand, customer_id, secrets.token_hex(8)))


def _figures(runtime: Runtime, runs: int, seconds: float) -> Figures:
    host, zygote = psutil.Process(), psutil.Process(runtime._pool.zygote_process_id())
    wait_until(lambda: len(zygote.children()) <= POOL.max_workers)  # those just killed take a moment to go
    workers = [_resident(worker) for worker in zygote.children()]
    family = [zygote, *zygote.children(recursive=True)]
    return Figures(
        runs=runs,
        seconds=seconds,
        host_mib=host.memory_info().rss / MIB,
        zygote_mib=zygote.memory_info().rss / MIB,
        worker_mib=max(workers, default=0) / MIB,
        host_descriptors=host.num_fds(),
        zygote_descriptors=zygote.num_fds(),
        processes=len(family),
        zombies=sum(map(is_zombie, family)),
        threads=host.num_threads(),
    )


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


if __name__ == "__main__":
    sys.exit(main())
