"""Who is measured against whom: each a process (or several) that does batches of runs when told to."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.node_setup import NoNode, node_folder
from benchmarks.serving import Batch
from benchmarks.tables import median

SCRIPT = Path(__file__).with_name("weight_tracker.js")
ROOT = Path(__file__).parent.parent
OURS, NODE, IN_PYTHON, IN_PYTHON_DICT = "funnelscript", "Node", "in Python", "in Python, a dict"


class Contender:
    """Processes that together do batches of runs. ``cores`` are those that they may use, all where None."""

    def __init__(self, commands: Sequence[Sequence[str]], cores: set[int] | None = None) -> None:
        self._processes = [_start(command, cores) for command in commands]

    def run(self, count: int) -> Batch:
        """So many runs, shared out to the processes; as long as the slowest takes."""
        share = max(1, count // len(self._processes))
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(json.dumps({"runs": share}) + "\n")
            process.stdin.flush()
        batches = [Batch(**json.loads(_line(process))) for process in self._processes]
        times_us = [time_us for batch in batches for time_us in batch.times_us]
        return Batch(times_us, max(batch.wall_us for batch in batches), sum(batch.cpu_us for batch in batches))

    def close(self) -> None:
        """Hang up, and wait until all have ended."""
        for process in self._processes:
            process.communicate()


def command_of(kind: str, database: Path, brands: Sequence[str] = ("acme",), threads: int = 1) -> list[str]:
    """How a contender is started, on a database of its own kind. Raises ``NoNode``."""
    path = f"{database}-{kind.replace(' ', '_')}.db"
    if kind == OURS:
        return command_of_ours(f"sqlite:///{Path(path).absolute()}", brands, threads)
    arguments = [path, str(SCRIPT), *brands]
    if kind == NODE:
        return ["node", str(node_folder(install=False) / "weight_tracker.js"), *arguments]
    return [sys.executable, "-m", "benchmarks.in_python", "dict" if kind == IN_PYTHON_DICT else "sqlite", *arguments]


def command_of_ours(url: str, brands: Sequence[str], threads: int) -> list[str]:
    """How this runtime is started on a store, whatever its engine."""
    return [sys.executable, "-m", "benchmarks.in_funnelscript", str(threads), url, str(SCRIPT), *brands]


def available(kinds: Sequence[str], *, install: bool) -> tuple[list[str], str]:
    """Those that can run here, and a word on who cannot."""
    try:
        node_folder(install=install)
    except NoNode as error:
        return [kind for kind in kinds if kind != NODE], f"Without the comparator on Node: {error}."
    return list(kinds), ""


@contextlib.contextmanager
def started(commands: Mapping[str, Callable[[], Contender]]) -> Iterator[dict[str, Contender]]:
    """All contenders at once, by name, ended at the end."""
    contenders: dict[str, Contender] = {}
    try:
        for name, start in commands.items():
            contenders[name] = start()
        yield contenders
    finally:
        for contender in contenders.values():
            contender.close()


def interleave(contenders: Mapping[str, Contender], rounds: int, runs: int) -> dict[str, list[Batch]]:
    """A B C A B C …: what slows the machine for a while slows all of them. The first round warms up and is dropped."""
    batches: dict[str, list[Batch]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, contender in contenders.items():
            batch = contender.run(runs)
            if number > 0:
                batches[name].append(batch)
    return batches


def wall_us(batches: Sequence[Batch]) -> float:
    """The median run."""
    return median(time_us for batch in batches for time_us in batch.times_us)


def cpu_us(batches: Sequence[Batch]) -> float:
    """CPU a run, in the median batch."""
    return median(batch.cpu_us / len(batch.times_us) for batch in batches)


def runs_per_second(batches: Sequence[Batch]) -> float:
    """In the median batch."""
    return median(len(batch.times_us) / batch.wall_us * 1e6 for batch in batches)


def ratio(ours: Sequence[Batch], theirs: Sequence[Batch], figure: Callable[[Sequence[Batch]], float]) -> float:
    """Ours over theirs, the median of the rounds: of two batches right after one another."""
    return median(figure([one]) / figure([other]) for one, other in zip(ours, theirs, strict=True))


def _start(command: Sequence[str], cores: set[int] | None) -> "subprocess.Popen[str]":
    before = os.sched_getaffinity(0)
    try:
        if cores is not None:
            os.sched_setaffinity(0, cores)  # a child inherits it
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    finally:
        os.sched_setaffinity(0, before)
    if _line(process) != "ready\n":
        raise SystemExit(f"a contender does not start: {' '.join(command)}")
    return process


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if line == "":
        raise SystemExit(f"a contender has ended: {process.args!r}")
    return line
