"""Doing cases for ``funnelscript replay``, and telling a person or a machine what came."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from runtime.cli import terminal
from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.github import annotation
from runtime.cli.replay import Wishes
from runtime.replay.finding import Suite, find
from runtime.replay.reading import CaseUnreadable
from runtime.replay.reporting import difference_text, junit, place_of
from runtime.replay.running import Replayed
from runtime.replay.selecting import ExpressionWrong, choice
from runtime.replay.suite import Task, replay_all
from runtime.replay.updating import update
from runtime.replay.wording import difference_lines


def replay_cases(paths: Sequence[str], wishes: Wishes) -> ExitStatus:
    """Do the cases that the paths mean, as wished; the exit status says what came of it."""
    try:
        _check_report(wishes.report)
        suite = find(paths)
        tasks = _chosen(suite, wishes.expression)
        replayed = _replayed(tasks, wishes)
        if wishes.report is not None:
            _write_report(wishes.report, replayed)
        if wishes.update:
            terminal.write(*_updated(replayed))
    except CaseUnreadable as error:
        raise CommandFailed(ExitStatus.USAGE, str(error)) from error
    terminal.write(*_summary(suite, tasks, replayed, wishes))
    return _status(replayed, wishes)


def _chosen(suite: Suite, expression: str | None) -> list[Task]:
    try:
        is_meant = choice(expression) if expression is not None else lambda _: True
    except ExpressionWrong as error:
        raise CommandFailed(ExitStatus.USAGE, f"-k: {error}") from error
    every = [Task(read, script, number) for read, script in suite.files for number in range(len(read.cases.cases))]
    chosen = [task for task in every if is_meant(f"{task.read.file} {task.read.cases.cases[task.number].name}")]
    if not chosen:
        raise CommandFailed(ExitStatus.USAGE, f"-k: none of {_counted(len(every), 'case')} fits {expression!r}")
    return chosen


def _replayed(tasks: Sequence[Task], wishes: Wishes) -> list[Replayed]:
    """Do them, and tell of each file when it is done."""
    replayed: list[Replayed] = []
    with _progress(len(tasks)) as (advance, tell):
        came = replay_all(tasks, wishes.jobs, stop_early=wishes.stop_early)
        for file, ones in groupby(_noted(came, replayed, advance), lambda one: one.read.file):
            tell(*_file_lines(file, list(ones), wishes))
    return replayed


def _noted(came: Iterator[Replayed], replayed: list[Replayed], advance: Callable[[], None]) -> Iterator[Replayed]:
    for one in came:
        replayed.append(one)
        advance()
        yield one


def _file_lines(file: str, ones: list[Replayed], wishes: Wishes) -> Iterator[RenderableType]:
    if all(one.is_as_expected for one in ones):
        if wishes.output == "text":
            yield Text.assemble(("ok", "bold green"), f"  {terminal.visible(file)} · {_counted(len(ones), 'case')}")
        return
    for one in ones:
        if one.is_as_expected or (wishes.update and one.problem is None):
            continue
        if wishes.output == "github":
            yield Text(terminal.visible(_annotation(one)))
        else:
            yield from _case_lines(one)


def _annotation(one: Replayed) -> str:
    text = difference_text(one) if one.problem is None else one.problem.problem
    return annotation(one.read.file, place_of(one)[0], None, text, one.case.name).rstrip("\n")


def _case_lines(one: Replayed) -> Iterator[Text]:
    if one.problem is not None:
        yield Text.assemble(("unusable", "bold red"), f"  {terminal.visible(str(one.problem))}")
        return
    place = f"{one.read.file}:{place_of(one)[0]}"
    yield Text.assemble(("different", "bold red"), f"  {terminal.visible(f'{place} · {one.case.name}')}")
    for found in one.differences:
        for line in difference_lines(found, terminal.width_cells() - 2):
            yield Text(f"  {terminal.visible(line)}", _style(line))


def _style(line: str) -> str:
    return {"  - ": "red", "  + ": "green"}.get(line[:4], "")


def _updated(replayed: Sequence[Replayed]) -> Iterator[Text]:
    for file, ones in groupby(replayed, lambda one: one.read.file):
        changed = [*ones]
        if update(changed):
            count = sum(bool(one.differences) for one in changed)
            yield Text.assemble(("updated", "bold yellow"), f"  {terminal.visible(file)} · {_counted(count, 'case')}")


def _summary(suite: Suite, tasks: Sequence[Task], replayed: Sequence[Replayed], wishes: Wishes) -> Iterator[Text]:
    for script in suite.without_cases:
        yield Text.assemble(("no cases", "yellow"), f"  {terminal.visible(script)}")
    files = len({task.read.file for task in tasks})
    well = sum(one.is_as_expected for one in replayed)
    differing, unusable = (
        sum(bool(one.differences) for one in replayed),
        sum(one.problem is not None for one in replayed),
    )
    parts = [f"{well:,} as expected"]
    parts += [f"{differing:,} {'updated' if wishes.update else 'different'}"] if differing else []
    parts += [f"{unusable:,} unusable"] if unusable else []
    parts += [f"{len(tasks) - len(replayed):,} not done"] if len(replayed) < len(tasks) else []
    yield Text(f"\n{_counted(len(tasks), 'case')} in {_counted(files, 'file')}: {', '.join(parts)}")


def _status(replayed: Sequence[Replayed], wishes: Wishes) -> ExitStatus:
    if any(one.problem is not None for one in replayed):
        return ExitStatus.USAGE
    return ExitStatus.OK if wishes.update or all(one.is_as_expected for one in replayed) else ExitStatus.SCRIPT_FAILED


def _check_report(path: Path | None) -> None:
    """Say at once what would keep a report from being written in the end."""
    if path is not None:
        with _report_named(path):
            path.touch()


def _write_report(path: Path, replayed: Sequence[Replayed]) -> None:
    with _report_named(path):
        path.write_bytes(junit(replayed))


@contextmanager
def _report_named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"--junit: {path}: {(error.strerror or str(error)).lower()}"
        raise CommandFailed(ExitStatus.USAGE, message) from error


@contextmanager
def _progress(total: int) -> Iterator[tuple[Callable[[], None], Callable[..., None]]]:
    """What to call for each case, and how to tell of a file: at once, or behind the bar that a terminal shows."""
    kept: list[RenderableType] = []
    shown = sys.stderr.isatty()
    columns = (TextColumn("replaying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not shown) as bar:
        task = bar.add_task("replaying", total=total)
        yield lambda: bar.advance(task), lambda *parts: kept.extend(parts) if shown else terminal.write(*parts)
    terminal.write(*kept)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
