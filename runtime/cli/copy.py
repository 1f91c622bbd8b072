"""``funnelscript copy``: one store into another."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from runtime.cli import terminal
from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.opening import store_named
from runtime.cli.options import environment
from storage import CopyMismatch, CopyReport, copy_store, migration_status


def copy(
    *,
    source: Annotated[str, typer.Option("--from", metavar="URL", help="The store to copy; it must not be in use.")],
    target: Annotated[str, typer.Option("--to", metavar="URL", help="Where to; empty, or left by a copy broken off.")],
) -> int:
    """Copy a store into another, of whatever kind, with all ids; then compare the two."""
    environment()
    for url, option in ((source, "--from"), (target, "--to")):
        with store_named(url, option):
            migration_status(url)  # whether it is there at all, and whose fault it is if not
    with store_named(target, "--to"), _progress() as tell:
        try:
            report = copy_store(source, target, tell)
        except CopyMismatch as error:
            raise CommandFailed(ExitStatus.UNAVAILABLE, _told(error)) from error
    terminal.write_text("\n".join(_report(report)) + "\n")
    return ExitStatus.OK


def _told(error: CopyMismatch) -> str:
    first = f"{error.differences[0]} ({len(error.differences)} differences in all)"
    if not error.is_before:
        return f"the stores differ: {first}"
    allowed = "it has to be empty, or left by a copy of the same data that was broken off"
    return f"nothing was copied, since the target has other data: {first}; {allowed}"


def _report(report: CopyReport) -> Iterator[str]:
    total = sum(report.rows.values())
    yield f"{total:,} rows are the same in both stores, {report.copied:,} of them copied now"
    for name, count in report.rows.items():
        yield f"  {count:>12,} {name}"
    yield f"checksum {report.checksum}"


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Tells how far it is, on a terminal's standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    with bar:
        tasks = {what: bar.add_task(what, total=None) for what in ("copying", "comparing")}
        yield lambda what, done, total: bar.update(tasks[what], completed=done, total=total)
