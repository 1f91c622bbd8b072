"""What starts cost: a runtime, a worker, its first run, a command."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from benchmarks import contenders
from benchmarks.in_funnelscript import must_run
from benchmarks.serving import timed
from benchmarks.tables import median, print_table
from runtime import Runtime, Session
from runtime.sandbox.pool import PoolSettings
from runtime.sandbox.worker import Worker
from runtime.sandbox.zygote import Zygote

Action = Callable[[], float]
"""Does it once, and says in how many microseconds."""

ROOM_BYTES = 72 << 20
COMMAND = (sys.executable, "-c", "from runtime.cli import main; main()", "run")
EMPTY_SCRIPT = "1;"
PAUSE_SECONDS = 0.05
"""Before each: time for workers that are made ahead of demand."""


def measure(*, quick: bool) -> None:
    """Print the table."""
    rounds, warm_ups = (1, 0) if quick else (15, 1)
    roomy = PoolSettings(max_workers=4 * rounds + 8)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        url = f"sqlite:///{folder}/start.db"
        runtime = stack.enter_context(Runtime.open(url, allow_weaker_sandbox=True))
        with_room = stack.enter_context(Runtime.open(url, pool=roomy, allow_weaker_sandbox=True))
        zygote = Zygote(PoolSettings().max_runs_per_worker)
        stack.callback(zygote.close)
        times_us = _interleaved(_actions(runtime, with_room, zygote, Path(folder)), rounds, warm_ups)
    print_table(
        "Starts, ms",
        "python -m benchmarks start",
        ["", "ms"],
        [[name, median(found_us) / 1e3] for name, found_us in times_us.items()],
        f"Medians of {rounds} each, in turn.",
    )


def _actions(runtime: Runtime, with_room: Runtime, zygote: Zygote, folder: Path) -> Mapping[str, Action]:
    brands = (f"b{number}" for number in count())
    script = folder / "empty.js"
    script.write_text(EMPTY_SCRIPT)
    for _ in range(PoolSettings().max_workers):
        must_run(runtime, EMPTY_SCRIPT, Session(brand=next(brands)))
    return {
        "a run of an empty script by a warm worker": lambda: _first_run(with_room, "acme"),
        "the first run of a brand: a fresh worker is ready": lambda: _first_run(with_room, next(brands)),
        "the first run of a brand: every place is taken by other brands": lambda: _first_run(runtime, next(brands)),
        "a fork of the zygote, until the worker is locked and ready": lambda: _fork(zygote),
        "`Runtime.open`, until the first run's result": lambda: _open_and_run(folder),
        "`funnelscript run` of an empty script": lambda: _shell([*COMMAND, str(script), *_store(folder, "start")]),
        "`funnelscript run` of the example, a new store": lambda: _shell(_tracker(folder, next(brands))),
        "for comparison: `python -c pass`": lambda: _shell([sys.executable, "-c", "pass"]),
    }


def _interleaved(actions: Mapping[str, Action], rounds: int, warm_ups: int) -> dict[str, list[float]]:
    times_us: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(warm_ups + rounds):
        for name, action in actions.items():
            time.sleep(PAUSE_SECONDS)
            time_us = action()
            if number >= warm_ups:
                times_us[name].append(time_us)
    return times_us


def _first_run(runtime: Runtime, brand: str) -> float:
    return timed(1, lambda _: must_run(runtime, EMPTY_SCRIPT, Session(brand=brand)))[0]


def _fork(zygote: Zygote) -> float:
    workers: list[Worker] = []

    def fork(_: int) -> None:
        workers.append(zygote.fork(ROOM_BYTES))
        workers[0].greet()

    time_us = timed(1, fork)[0]
    workers[0].kill()
    return time_us


def _open_and_run(folder: Path) -> float:
    with ExitStack() as stack:

        def open_and_run(_: int) -> None:
            runtime = stack.enter_context(Runtime.open(f"sqlite:///{folder}/start.db", allow_weaker_sandbox=True))
            must_run(runtime, EMPTY_SCRIPT, Session(brand="acme"))

        return timed(1, open_and_run)[0]


def _store(folder: Path, name: str) -> list[str]:
    return ["--store", f"sqlite:///{folder}/{name}.db"]


def _tracker(folder: Path, name: str) -> list[str]:
    script = contenders.ROOT / "scripts_examples" / "weight_tracker.js"
    return [*COMMAND, str(script), "--customer", "c_1", *_store(folder, name)]


def _shell(command: list[str]) -> float:
    return timed(1, lambda _: subprocess.run(command, cwd=contenders.ROOT, check=True, capture_output=True))[0]
