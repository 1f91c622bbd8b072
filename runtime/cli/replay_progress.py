"""While cases or tapes are replayed: a bar where there is a terminal, and each file told of when it is done."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from runtime.cli import terminal

R = TypeVar("R")


@contextmanager
def progress(total: int) -> Iterator[tuple[Callable[[], None], Callable[..., None]]]:
    """What to call for each one done, and how to tell of it: at once, or behind the bar that a terminal shows."""
    kept: list[RenderableType] = []
    shown = sys.stderr.isatty()
    columns = (TextColumn("replaying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not shown) as bar:
        task = bar.add_task("replaying", total=total)
        yield lambda: bar.advance(task), lambda *parts: kept.extend(parts) if shown else terminal.write(*parts)
    terminal.write(*kept)


def noted(came: Iterator[R], done: list[R], advance: Callable[[], None]) -> Iterator[R]:
    """Each one as it comes, counted and kept."""
    for one in came:
        done.append(one)
        advance()
        yield one
