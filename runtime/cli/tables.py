"""Tables and times as the lists of the command line show them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from rich.table import Table
from rich.text import Text

from runtime.cli.terminal import visible


def plain_table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, may_break: str) -> Table:
    """Rows under their headings, without lines. Of all columns ``may_break`` alone is broken where there is no room."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading, no_wrap=heading != may_break, overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    return table


def utc_time(at_ms: int) -> str:
    """To the second, in UTC, as ``2026-03-15 10:00:00``."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
