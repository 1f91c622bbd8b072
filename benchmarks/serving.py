"""What a contender's process does: for each line ``{"runs": N}`` on standard input, N runs and a line about them."""

import json
import sys
from collections.abc import Callable
from time import perf_counter_ns, process_time_ns
from typing import NamedTuple

RunMany = Callable[[int], list[float]]
"""So many runs; the microseconds of each."""


class Batch(NamedTuple):
    """Microseconds of each run, of all together, and of CPU for all."""

    times_us: list[float]
    wall_us: float
    cpu_us: float


def serve(run_many: RunMany, other_cpu_us: Callable[[], float] = lambda: 0.0) -> None:
    """Serve until the other end hangs up. ``other_cpu_us`` is the CPU of processes that work for this one."""
    print("ready", flush=True)
    for line in sys.stdin:
        cpu_us, wall_us = _cpu_us() + other_cpu_us(), _wall_us()
        times_us = run_many(json.loads(line)["runs"])
        batch = Batch(times_us, _wall_us() - wall_us, _cpu_us() + other_cpu_us() - cpu_us)
        print(json.dumps(batch._asdict()), flush=True)


def timed(count: int, run: Callable[[int], object]) -> list[float]:
    """The microseconds of ``run(0)``, ``run(1)``, …"""
    times_us = []
    for number in range(count):
        before_us = _wall_us()
        run(number)
        times_us.append(_wall_us() - before_us)
    return times_us


def _cpu_us() -> float:
    return process_time_ns() / 1e3


def _wall_us() -> float:
    return perf_counter_ns() / 1e3
