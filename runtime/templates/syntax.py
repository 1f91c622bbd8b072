"""What a template is made of: expressions, and the constructs around them. ``at`` is an offset into the source."""

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple, TypeAlias

from runtime.pages.blocks import Place, Places


class Source:
    """One template's text, and where each of its characters stands in the author's file.

    ``spans`` are the stretches of the file that the text was put together from; all of it where there are none.
    """

    def __init__(
        self, file: str, text: str, original: str | None = None, spans: list[tuple[int, int]] | None = None
    ) -> None:
        self.file = file
        self.text = text
        self._original = text if original is None else original
        self._spans = spans or [(0, len(text))]
        self._starts = [0, *accumulate(end - start for start, end in self._spans)][:-1]
        self._places: Places | None = None

    def place(self, at: int) -> Place:
        """Line and column in the author's file."""
        self._places = self._places or Places(self._original)
        span = max(0, bisect_right(self._starts, at) - 1)
        return self._places.of(self._spans[span][0] + at - self._starts[span])


class Problem(NamedTuple):
    """What is wrong with a template, and where. The construct prints nothing; the page goes on."""

    message: str
    file: str
    place: Place


@dataclass(frozen=True, slots=True)
class Broken:
    """An expression that could not be read: a missing value, noted as a problem already."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, a number, ``true``, ``false`` or ``null``."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """The first name of a path."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Member:
    """``of.key`` and ``of[key]``."""

    of: "Expression"
    key: "Expression"


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function by its name, which may have a dot in it."""

    name: str
    arguments: list["Expression"]
    at: int


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator by its symbol, with one, two or (``?``) three operands."""

    operator: str
    operands: list["Expression"]


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """``[a, b]``."""

    items: list["Expression"]


@dataclass(frozen=True, slots=True)
class ObjectLiteral:
    """``{key: a, 'another key': b}``."""

    pairs: list[tuple[str, "Expression"]]


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of an expression: ``name:argument:argument``."""

    name: str
    arguments: list["Expression"]
    at: int


@dataclass(frozen=True, slots=True)
class Filtered:
    """``of | filter | filter``."""

    of: "Expression"
    filters: list[Filter]


Expression: TypeAlias = Broken | Literal | Name | Member | Call | Operation | ListLiteral | ObjectLiteral | Filtered


@dataclass(frozen=True, slots=True)
class Text:
    """What stands in the page as it is."""

    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Output:
    """``{{ expression }}``."""

    expression: Expression
    at: int


@dataclass(frozen=True, slots=True)
class If:
    """``@if``: conditions with what each one shows, in order, and what is shown where none is true."""

    branches: list[tuple[Expression, list["Node"], int]]
    otherwise: list["Node"]
    at: int


@dataclass(frozen=True, slots=True)
class ForEach:
    """``@foreach(name in expression)``."""

    name: str
    expression: Expression
    nodes: list["Node"]
    at: int


@dataclass(frozen=True, slots=True)
class Set:
    """``@set(name = expression)``."""

    name: str
    expression: Expression
    at: int


@dataclass(frozen=True, slots=True)
class Component:
    """``@component("code", {arguments})``."""

    code: str
    arguments: ObjectLiteral
    at: int


@dataclass(frozen=True, slots=True)
class Block:
    """``@block("name")``: a stretch that a page gives its layout."""

    name: str
    nodes: list["Node"]
    at: int


@dataclass(frozen=True, slots=True)
class Yield:
    """``@yield("name")``: where a layout shows a page's block."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Extends:
    """``@extends("slug")``."""

    slug: str
    at: int


Node: TypeAlias = Text | Output | If | ForEach | Set | Component | Block | Yield | Extends


@dataclass(slots=True)
class Template:
    """One parsed source: its nodes, and what is wrong with it."""

    source: Source
    nodes: list[Node]
    problems: list[Problem] = field(default_factory=list)
