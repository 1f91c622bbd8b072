"""One line of a script with a mark under the place of an error, fit for a terminal of any width."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from runtime.cli.terminal import visible

TAB_CELLS = 4
CUT = "…"

_LINE_END = re.compile("\r\n|[\n\r\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """``text`` has no control character in it; ``caret_cells`` is how many cells stand left of the mark, or None."""

    text: str
    caret_cells: int | None


def excerpt(source: str, line: int, column: int | None, width_cells: int) -> Excerpt | None:
    """The line (from 1) of the source, cut to a width around the column (from 1, in characters).

    None where the source has no such line. A column behind the line's end marks the place just after it.
    """
    lines = _LINE_END.split(source)
    if not 1 <= line <= len(lines):
        return None
    pieces = list(_pieces(lines[line - 1]))
    at = None if column is None else min(column - 1, len(pieces))
    start, end = _window(pieces, at or 0, max(width_cells, 20))
    before = CUT if start > 0 else ""
    after = CUT if end < len(pieces) else ""
    text = before + "".join(pieces[start:end]) + after
    return Excerpt(text, None if at is None else cell_len(before + "".join(pieces[start:at])))


def _pieces(line: str) -> Iterator[str]:
    """What is shown for each character: tabs as blanks up to the next stop, control characters as escapes."""
    cells = 0
    for character in line:
        piece = " " * (TAB_CELLS - cells % TAB_CELLS) if character == "\t" else visible(character)
        cells += cell_len(piece)
        yield piece


def _window(pieces: list[str], at: int, width_cells: int) -> tuple[int, int]:
    """The range of pieces around ``at`` that fits: all of them, else a third of the width before it, the rest after."""
    if sum(map(cell_len, pieces)) <= width_cells:
        return 0, len(pieces)
    room = width_cells - 2 * cell_len(CUT)
    start = at
    before = 0
    while start > 0 and before + cell_len(pieces[start - 1]) <= room // 3:
        start -= 1
        before += cell_len(pieces[start])
    end, used = start, 0
    while end < len(pieces) and used + cell_len(pieces[end]) <= room:
        used += cell_len(pieces[end])
        end += 1
    return start, end
