"""What a run is given to run: one source text, and which file each of its lines comes from."""

from functools import lru_cache
from typing import NamedTuple

from runtime.pages.blocks import KEPT_PAGES, LINE_END, Block

SEPARATOR = "\n;\n"
"""Between blocks, so that none goes on in the next where a line break would not end its last statement."""


class Part(NamedTuple):
    """From ``line`` on, the source is that of ``file`` from ``file_line`` on.

    Its first line lacks the ``columns_before`` characters of the file's. ``start`` and ``end`` are where it stands in
    the source, in UTF-16 units.
    """

    line: int
    file: str
    file_line: int
    columns_before: int
    start: int
    end: int


class Script(NamedTuple):
    """A source in one scope. ``parts`` is None where all of it is the file from its first line."""

    source: str
    file: str
    parts: list[Part] | None = None

    def before(self, file: str | None, line: int | None, column: int | None) -> str:
        """What stands before a place in its line; nothing where the place is not in this source."""
        if file != self.file or line is None or column is None:
            return ""
        own_line, columns_before = line, 0
        for part in self.parts or ():
            if part.file_line <= line:
                own_line = line - part.file_line + part.line
                columns_before = part.columns_before if line == part.file_line else 0
        lines = self.source.split("\n")
        return lines[own_line - 1][: max(0, column - 1 - columns_before)] if 0 < own_line <= len(lines) else ""


@lru_cache(maxsize=KEPT_PAGES)
def script_of_blocks(blocks: tuple[Block, ...], file: str) -> Script:
    """A page's blocks as one script, with their places in the page. 13 µs for a new one; kept as the page is."""
    parts: list[Part] = []
    line, start = 1, 0
    for block in blocks:
        end = start + _utf16_units(block.source)
        parts.append(Part(line, file, block.place.line, block.place.column - 1, start, end))
        line += len(LINE_END.findall(block.source)) + SEPARATOR.count("\n")
        start = end + len(SEPARATOR)
    return Script(SEPARATOR.join(block.source for block in blocks), file, parts)


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
