"""What compiled templates are put together from: names in scope, texts and places by number, statements in order."""

import json
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from runtime.pages.blocks import Place
from runtime.templates.syntax import Problem, Source

HELPERS = {
    "p": "put",
    "g": "get",
    "T": "truth",
    "i": "items",
    "z": "guarded",
    "q": "equal",
    "s": "same",
    "k": "compare",
    "a": "add",
    "m": "arithmetic",
    "h": "html",
    "w": "raw",
    "n": "nl2br",
    "j": "json",
    "x": "context",
    "P": "part",
}
"""What the code calls, by its short names; the prelude's part ``template`` has them by the long ones."""
NOTHING = "undefined"
SHORT_TEXT_CHARACTERS = 64
PART_NAMES = {"template_places": "E", "template_filters": "F", "template_numbers": "N", "template_dates": "D"}
MARK = "\ufdd0"
"""Stands around the number of a text that the host keeps: a character that is none, and that no value can put out."""
_NOT_PASSING = re.compile(f"[\0{MARK}\ud800-\udfff]")


class Loop(NamedTuple):
    """A loop that an expression stands in: its variable's name, and the code's for the item, its index and the list."""

    name: str
    item: str
    place: str
    items: str


@dataclass(slots=True)
class Scope:
    """Which names an expression can use, with what the code has for them.

    ``is_open`` is so in a component, where an unknown name is an argument that was not given.
    """

    source: Source
    names: dict[str, str]
    loops: list[Loop] = field(default_factory=list)
    is_open: bool = False


@dataclass(slots=True)
class Unit:
    """What all writers of one page share."""

    texts: list[str] = field(default_factory=list)
    places: list[tuple[str, Place]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)
    last_number: int = 0
    is_dynamic: bool = False
    _text_numbers: dict[str, int] = field(default_factory=dict)

    def fresh(self, letter: str) -> str:
        """A name that the code does not have yet."""
        self.last_number += 1
        return f"{letter}{self.last_number}"

    def place(self, source: Source, at: int) -> int:
        """The number by which the code names a place."""
        self.places.append((source.file, source.place(at)))
        return len(self.places) - 1

    def problem(self, message: str, source: Source, at: int) -> None:
        """Note what is wrong."""
        self.problems.append(Problem(message, source.file, source.place(at)))

    def text_number(self, text: str) -> int:
        """The number by which the code names a text that the host keeps."""
        number = self._text_numbers.setdefault(text, len(self.texts))
        if number == len(self.texts):
            self.texts.append(text)
        return number


class Writer:
    """Statements in order, with neighbouring outputs in one; beside them the page as it is where every value fails."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._statements: list[str] = []
        self._values: list[str] = []
        self._text = ""
        self.bare: list[str] = []

    def text(self, text: str) -> None:
        """Put out a text of the page."""
        self.bare.append(text)
        if len(text) > SHORT_TEXT_CHARACTERS or not _passes(text):
            text = f"{MARK}{self._unit.text_number(text)}{MARK}"
        self._text += text

    def value(self, code: str) -> None:
        """Put out what the code gives, a text that is harmless where it stands."""
        self._unit.is_dynamic = True
        self._end_text()
        self._values.append(code)

    def statement(self, code: str) -> None:
        """Do something between outputs."""
        self._unit.is_dynamic = True
        self._end_values()
        self._statements.append(code)

    def take(self, other: "Writer") -> None:
        """Go on with all that another one wrote."""
        self._end_values()
        self._statements.append(other.code())
        self.bare += other.bare

    def code(self) -> str:
        """All statements."""
        self._end_values()
        return "".join(self._statements)

    def _end_text(self) -> None:
        if self._text:
            self._values.append(js_string(self._text))
            self._text = ""

    def _end_values(self) -> None:
        self._end_text()
        if self._values:
            self._statements.append(f"p({'+'.join(self._values)});")
            self._values = []


def _passes(text: str) -> bool:
    """Whether a text comes back from a worker as it was."""
    return _NOT_PASSING.search(text) is None


def js_string(text: str) -> str:
    """A string of JavaScript's."""
    return json.dumps(text, ensure_ascii=False)


def part_names(parts: set[str]) -> str:
    """The beginning of the code: the parts of the prelude that it needs."""
    return "".join(f'const {PART_NAMES[part]}=P("{part}");' for part in sorted(parts))
