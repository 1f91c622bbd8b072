"""Replaying what paths mean, cases first and then tapes, and what comes of it all: report, updates, exit status."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from rich.text import Text

from runtime.cli import terminal
from runtime.cli.case_replaying import case_summary, replay_cases, updated_lines
from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.opening import read_source
from runtime.cli.present import counted
from runtime.cli.replay import Wishes
from runtime.cli.tape_replaying import TapeTask, replay_tapes, tape_result, tape_summary
from runtime.cli.tapes import tape_in
from runtime.placed_yaml import FileUnreadable
from runtime.replay.finding import Suite, find, tapes_in
from runtime.replay.reporting import Result, case_result, junit
from runtime.replay.selecting import ExpressionWrong, choice
from runtime.replay.suite import Task
from runtime.tape.files import ENDING


class Chosen(NamedTuple):
    """What is to be done."""

    cases: list[Task]
    tapes: list[TapeTask]


def replay_paths(paths: Sequence[str], wishes: Wishes) -> ExitStatus:
    """Replay what the paths mean, as wished; the exit status says what came of it."""
    try:
        _check_report(wishes.report)
        suite = find(paths) if wishes.script is None else Suite([], [], _tapes_alone(paths))
        chosen = _chosen(suite, wishes)
        return _replayed(suite, chosen, wishes)
    except FileUnreadable as error:
        raise CommandFailed(ExitStatus.USAGE, str(error)) from error


def _replayed(suite: Suite, chosen: Chosen, wishes: Wishes) -> ExitStatus:
    cases = replay_cases(chosen.cases, wishes) if chosen.cases else []
    is_ended = wishes.stop_early and not all(one.is_as_expected for one in cases)
    tapes = replay_tapes(chosen.tapes, wishes) if chosen.tapes and not is_ended else []
    results = [*map(case_result, cases), *map(tape_result, tapes)]
    if wishes.report is not None:
        _write_report(wishes.report, results)
    if wishes.update:
        terminal.write(*updated_lines(cases))
    terminal.write(*(_lonely(script) for script in suite.without_cases), Text())
    terminal.write(*([case_summary(chosen.cases, cases, wishes)] if chosen.cases else []))
    terminal.write(*([tape_summary(chosen.tapes, tapes)] if chosen.tapes else []))
    return _status(results, wishes)


def _lonely(script: str) -> Text:
    return Text.assemble(("no cases", "yellow"), f"  {terminal.visible(script)}")


def _tapes_alone(paths: Sequence[str]) -> list[str]:
    """The tapes that the paths mean, where only tapes are meant. Raises where there is none."""
    named: dict[str, None] = {}
    for path in paths:
        if not path.endswith(ENDING) and not Path(path).is_dir():
            raise CommandFailed(ExitStatus.USAGE, f"{path}: no tape (*{ENDING}); --script is for tapes alone")
        named |= dict.fromkeys([path] if path.endswith(ENDING) else tapes_in(Path(path)))
    if not named:
        raise CommandFailed(ExitStatus.USAGE, f"no tapes (*{ENDING}) in {', '.join(paths)}")
    return [*named]


def _chosen(suite: Suite, wishes: Wishes) -> Chosen:
    """What the paths mean and ``-k`` takes. Raises where that is nothing, or something that cannot be had."""
    is_meant = _choice(wishes.expression)
    source = None if wishes.script is None else (read_source(str(wishes.script)), str(wishes.script))
    cases = [Task(read, script, number) for read, script in suite.files for number in range(len(read.cases.cases))]
    tapes = [TapeTask(file, tape_in(file), source) for file in suite.tapes]
    chosen = Chosen(
        [task for task in cases if is_meant(f"{task.read.file} {task.read.cases.cases[task.number].name}")],
        [task for task in tapes if is_meant(f"{task.file} {task.name}")],
    )
    if not any(chosen):
        counts = [counted(len(some), noun) for some, noun in ((cases, "case"), (tapes, "tape")) if some]
        raise CommandFailed(ExitStatus.USAGE, f"-k: none of {' and '.join(counts)} fits {wishes.expression!r}")
    if wishes.update and chosen.tapes:
        message = (
            f"--update: a tape stays as it was recorded ({chosen.tapes[0].file}); name cases alone, or choose by -k"
        )
        raise CommandFailed(ExitStatus.USAGE, message)
    return chosen


def _choice(expression: str | None) -> Callable[[str], bool]:
    try:
        return choice(expression) if expression is not None else lambda _: True
    except ExpressionWrong as error:
        raise CommandFailed(ExitStatus.USAGE, f"-k: {error}") from error


def _status(results: Sequence[Result], wishes: Wishes) -> ExitStatus:
    if any(one.problem is not None for one in results):
        return ExitStatus.USAGE
    is_well = wishes.update or all(one.difference is None for one in results)
    return ExitStatus.OK if is_well else ExitStatus.SCRIPT_FAILED


def _check_report(path: Path | None) -> None:
    """Say at once what would keep a report from being written in the end."""
    if path is not None:
        with _report_named(path):
            path.touch()


def _write_report(path: Path, results: Sequence[Result]) -> None:
    with _report_named(path):
        path.write_bytes(junit(results))


@contextmanager
def _report_named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"--junit: {path}: {(error.strerror or str(error)).lower()}"
        raise CommandFailed(ExitStatus.USAGE, message) from error
