"""Runs a second, on one core and on two, by one thread of the host and by several."""

import os
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from benchmarks import contenders
from benchmarks.contenders import NODE, OURS, Contender, command_of, cpu_us, ratio, runs_per_second
from benchmarks.serving import Batch
from benchmarks.tables import print_table

BRANDS = ("acme", "brio", "cleo", "duna")


def measure(*, quick: bool) -> None:
    """Print a table for one core and one for two."""
    rounds, runs, threads = (1, 8, (2,)) if quick else (8, 800, (1, 2, 4))
    cores = sorted(os.sched_getaffinity(0))
    _, note = contenders.available([NODE], install=not quick)
    for count in (1, 2):
        if count <= len(cores):
            most = 1 if quick and count > 1 else None  # what starts on one core starts on two
            _measure(set(cores[:count]), rounds, runs, threads, note, most)


def _measure(cores: set[int], rounds: int, runs: int, threads: Sequence[int], note: str, most: int | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        starts = _starts(Path(folder) / "throughput", cores, threads, with_node=not note)
        starts = dict(islice(starts.items(), most))
        with contenders.started(starts) as started:
            batches = contenders.interleave(started, rounds, runs)
    base = batches.get("Node, 1 process")
    print_table(
        f"Runs a second on {len(cores)} core{'s' * (len(cores) > 1)}",
        "python -m benchmarks throughput",
        ["", "runs/s", "CPU, µs a run", "to Node's one process"],
        [_row(name, part, base) for name, part in batches.items()],
        f"{note}\n{rounds} rounds of {runs} runs each, in turn; {len(BRANDS)} brands, one customer each.".strip(),
    )


def _row(name: str, batches: list[Batch], base: list[Batch] | None) -> list[object]:
    to_base = "" if base is None else ratio(batches, base, runs_per_second)
    return [name, runs_per_second(batches), cpu_us(batches), to_base]


def _starts(
    database: Path, cores: set[int], thread_counts: Sequence[int], *, with_node: bool
) -> dict[str, Callable[[], Contender]]:
    starts: dict[str, Callable[[], Contender]] = {}
    if with_node:
        for count in (1, 2):
            commands = [command_of(NODE, database, BRANDS)] * count
            starts[f"Node, {count} process{'es' * (count > 1)}"] = partial(Contender, commands, cores)
    for threads in thread_counts:
        command = command_of(OURS, database.with_name(f"ours-{threads}"), BRANDS, threads)
        starts[f"funnelscript, {threads} thread{'s' * (threads > 1)}"] = partial(Contender, [command], cores)
    two = [command_of(OURS, database.with_name("ours-two"), BRANDS)] * 2
    starts["funnelscript, 2 processes of 1 thread"] = partial(Contender, two, cores)
    one_brand = command_of(OURS, database.with_name("ours-one"), BRANDS[:1], 2)
    starts["funnelscript, 2 threads, one brand"] = partial(Contender, [one_brand], cores)
    return starts
