"""Markdown tables, and the words around them."""

import os
import platform
import statistics
from collections.abc import Iterable, Sequence


def print_table(
    title: str, command: str, head: Sequence[str], rows: Iterable[Sequence[object]], note: str = ""
) -> None:
    """One table as the pages show it, with the command that makes it. A number is printed as it is worth reading."""
    print(f"\n### {title}\n\n`{command}`\n")
    print(f"| {' | '.join(head)} |")
    print("|" + "---|" * len(head))
    for row in rows:
        print(f"| {' | '.join(map(shown, row))} |")
    if note:
        print(f"\n{note}")


def shown(cell: object) -> str:
    """A cell: whole numbers from 100 on, one or two digits after the point below."""
    if not isinstance(cell, float):
        return str(cell)
    if abs(cell) >= 100:
        return f"{cell:,.0f}"
    return f"{cell:.1f}" if abs(cell) >= 10 else f"{cell:.2f}"


def median(numbers: Iterable[float]) -> float:
    """The middle one."""
    return statistics.median(numbers)


def machine() -> str:
    """Where this runs, in words that name nobody."""
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    version = platform.python_version()
    return f"{cores} cores, {platform.machine()}, {platform.system()}, Python {version}; load {load:.1f} at the start."
