"""YAML 1.2 as files of authors are read: bounded, each value with its place; what is wrong is told with that place.

The scanner is libyaml by way of PyYAML: it gives a graph of nodes with their places, ten times faster than one in
Python. What a plain scalar means is decided here, by the core schema of YAML 1.2: ``no`` and ``2026-03-15`` are text.
"""

import re
from collections.abc import Sequence
from math import inf
from typing import Any, NamedTuple, TypeAlias

import yaml

from bindings.problems import describe, printable
from storage.models import Json

MAX_DEPTH = 100
MAX_DIGITS = 40
MAX_VALUES = 1_000_000
"""Of one file, each use of an alias counted: what a few lines of YAML can stand for is bounded."""

Node: TypeAlias = Any
"""A node of the YAML library's graph."""


class Place(NamedTuple):
    """Line and column, from 1."""

    line: int
    column: int


class FileUnreadable(Exception):
    """A file that cannot be used. The message names file, line, column, what came and what is allowed."""

    def __init__(self, file: str, place: Place | None, problem: str) -> None:
        where = file if place is None else f"{file}:{place.line}:{place.column}"
        super().__init__(f"{where}: {problem}")
        self.file = file
        self.place = place
        self.problem = problem


def values_of(text: str, file: str, needs: str) -> tuple[Node, Json]:
    """The graph of a YAML text, for ``place_of``, and what it says. Raises ``FileUnreadable``.

    ``needs`` is said of an empty one.
    """
    root = _composed(text, file, needs)
    return root, _Values(file).value(root, 0)


def place_of(root: Node, path: Sequence[str | int]) -> Place:
    """The place of a path's value; of a key of a mapping the key's own place."""
    place, node = _place(root), root
    for step in path:
        found = _step(node, step)
        if found is None:
            break
        key, node = found
        place = _place(key)
    return place


def shown_path(path: Sequence[str | int]) -> str:
    """A path as a person writes it: ``cases[0].expect.variables``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif re.fullmatch(r"[\w$-]+", step):
            text += f".{step}" if text else step
        else:
            text += f"[{describe(step).removeprefix('string ')}]"
    return text


def _composed(text: str, file: str, needs: str) -> Node:
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = None if mark is None else Place(mark.line + 1, mark.column + 1)
        raise FileUnreadable(file, place, f"no YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise FileUnreadable(file, None, f"no YAML: {_reason(error)}") from None
    finally:
        loader.dispose()
    if root is None:
        raise FileUnreadable(file, Place(1, 1), f"the file is empty; it needs {needs}")
    return root


def _reason(error: Exception) -> str:
    if isinstance(error, yaml.reader.ReaderError):
        return f"it holds a character that YAML forbids ({error.reason!s})"
    return "nested too deep" if isinstance(error, RecursionError) else str(error).partition("\n")[0]


class _Loader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]  # libyaml's, where it is there
    """Composes nodes and makes nothing of them."""


_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL, _HEXADECIMAL = re.compile(r"0o[0-7]+"), re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_STRING_TAGS = ("!", "tag:yaml.org,2002:str")
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map"))


class _Values:
    """JSON values of nodes."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._count = 0

    def value(self, node: Node, depth: int) -> Json:
        self._count += 1
        if depth > MAX_DEPTH:
            raise self._unfit(node, f"nested deeper than {MAX_DEPTH} levels")
        if self._count > MAX_VALUES:
            raise self._unfit(node, f"the file stands for more than {MAX_VALUES:,} values")
        if node.tag not in _PLAIN_TAGS and node.tag is not None:
            raise self._unfit(node, f"tags are not allowed (got {printable(node.tag)})")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, depth + 1) for item in node.value]
        return self._scalar(node)

    def _mapping(self, node: Node, depth: int) -> Json:
        values: dict[str, Json] = {}
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._unfit(key, "a key must be text")
            if key.value in values:
                raise self._unfit(key, f"the key '{printable(key.value)}' stands twice")
            values[key.value] = self.value(item, depth + 1)
        return values

    def _scalar(self, node: Node) -> Json:
        text = node.value
        if node.style in ("'", '"', "|", ">"):
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text) and len(text) <= MAX_DIGITS:
            return int(text)
        if _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
            number: float = int(text, 0) if len(text) <= MAX_DIGITS else inf
        elif _NOT_FINITE.fullmatch(text):
            number = inf
        elif _FLOAT.fullmatch(text):
            number = float(text)
        else:
            return text
        if number == inf or number == -inf:  # noqa: PLR1714 - an integer may be larger than what a set of floats takes
            raise self._unfit(node, f"no JSON value; a text needs quotes (got {printable(text)})")
        return number

    def _unfit(self, node: Node, problem: str) -> FileUnreadable:
        return FileUnreadable(self._file, _place(node), problem)


def _place(node: Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)


def _step(node: Node, step: str | int) -> tuple[Node, Node] | None:
    """The node that has a step's place, and the one of its value."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None
