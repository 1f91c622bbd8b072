"""Why modules cannot be linked, as the record's error, with the place in the author's file."""

import codecs
import json
import re
from typing import Any, NamedTuple

from runtime.child.engine import SyntaxProblem

# Loaded now: a locked worker finds no file of a codec's.
codecs.lookup("utf-16-le")
codecs.lookup("utf-16-be")

LINE_END = re.compile("\r\n|[\n\r\u2028\u2029]")
"""What ends a line for the engine."""


class Refused(Exception):
    """Something in a source that cannot be had; ``at`` is its byte there."""

    def __init__(self, name: str, message: str, at: int, code: str | None = None) -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.at = at
        self.code = code


class Place(NamedTuple):
    """A position in an author's file, both from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Part(NamedTuple):
    """As in ``runtime.script``: from ``line`` on, a text is that of ``file`` from ``file_line`` on."""

    line: int
    file: str
    file_line: int
    columns_before: int
    start: int = 0
    end: int = 0


class Failed(Exception):
    """The run ends before it begins: ``text`` is its result for the host."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class TooDeep(Exception):
    """Modules stand deeper in one another than the run's limit; its text is the chain of them."""


def failed(name: str, message: str, place: Place | None, code: str | None = None) -> Failed:
    """The run's error, with its place where that is known."""
    error: dict[str, Any] = {"name": name, "message": message, "stack": "", "code": code}
    if place is not None:
        error |= {"stack": f"    at {place}\n", **place._asdict()}
    return Failed(json.dumps({"error": error}))


def place_of(source: str, parts: list[Part], at: int) -> Place:
    """Where a byte of a source stands in the author's file."""
    before = source.encode("utf-8")[:at].decode("utf-8", "ignore")
    ends = [end.end() for end in LINE_END.finditer(before)]
    return _mapped(parts, len(ends) + 1, len(before) - (ends[-1] if ends else 0) + 1)


def place_of_problem(source: str, parts: list[Part], problem: SyntaxProblem) -> Place | None:
    """The same of a line and column as the engine counts them, in bytes of UTF-8; None where it names none."""
    if problem.line is None:
        return None
    starts = [0, *(end.end() for end in LINE_END.finditer(source))]
    line = min(problem.line, len(starts))
    text = source[starts[line - 1] :].encode("utf-8")[: problem.column_bytes - 1]
    return _mapped(parts, line, len(text.decode("utf-8", "ignore")) + 1)


def offset_of(source: str, parts: list[Part], place: Place) -> int | None:
    """The byte of a source that stands at a place of an author's file; None where none does."""
    fitting = [
        part
        for part in parts
        if part.file == place.file and (part.file_line, part.columns_before) < (place.line, place.column)
    ]
    if not fitting:
        return None
    part = fitting[-1]
    starts = [0, *(end.end() for end in LINE_END.finditer(source))]
    line = place.line - part.file_line + part.line
    if line > len(starts):
        return None
    column = place.column - (part.columns_before if line == part.line else 0)
    return len(source[: starts[line - 1] + column - 1].encode("utf-8", "replace"))


def _mapped(parts: list[Part], line: int, column: int) -> Place:
    part = next(one for one in reversed(parts) if one.line <= line)
    columns_before = part.columns_before if part.line == line else 0
    return Place(part.file, line - part.line + part.file_line, column + columns_before)
