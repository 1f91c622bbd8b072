"""The weight tracker with a warm worker, one run after another, against what a user would pick instead."""

import tempfile
from functools import partial
from pathlib import Path

from benchmarks import contenders
from benchmarks.contenders import IN_PYTHON, IN_PYTHON_DICT, NODE, OURS, Contender, cpu_us, ratio, wall_us
from benchmarks.tables import print_table

NAMES = {
    OURS: "funnelscript: isolation, validation, brands",
    NODE: "`quickjs-emscripten` and `better-sqlite3` in one Node process",
    IN_PYTHON: "the engine in the Python process, SQLite: no isolation, no validation",
    IN_PYTHON_DICT: "the same with a dict",
}


def measure(*, quick: bool) -> None:
    """Print the table."""
    rounds, runs = (2, 20) if quick else (15, 300)
    kinds, note = contenders.available(list(NAMES), install=not quick)
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "runs"
        starts = {kind: partial(Contender, [contenders.command_of(kind, database)]) for kind in kinds}
        with contenders.started(starts) as started:
            batches = contenders.interleave(started, rounds, runs)
    ours = batches[OURS]
    print_table(
        "The weight tracker, one run after another",
        "python -m benchmarks runs",
        ["", "wall, µs a run", "CPU, µs a run", "funnelscript's wall to this", "its CPU to this"],
        [
            [
                NAMES[kind],
                wall_us(batches[kind]),
                cpu_us(batches[kind]),
                ratio(ours, batches[kind], wall_us),
                ratio(ours, batches[kind], cpu_us),
            ]
            for kind in kinds
        ],
        f"{note}\n{rounds} rounds of {runs} runs each, in turn. CPU is that of all processes that take part.".strip(),
    )
