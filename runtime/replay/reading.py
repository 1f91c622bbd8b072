"""Case files as they are read: YAML 1.2, bounded, each value with its place; what is wrong is told with that place.

The scanner is libyaml by way of PyYAML: it gives a graph of nodes with their places, ten times faster than one in
Python. What a plain scalar means is decided here, by the core schema of YAML 1.2: ``no`` and ``2026-03-15`` are text.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bindings.nearest import hint
from bindings.problems import describe, printable
from runtime.replay.case import CaseFile
from storage.models import Json

MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 100
MAX_DIGITS = 40
MAX_VALUES = 1_000_000
"""Of one file, each use of an alias counted: what a few lines of YAML can stand for is bounded."""

Path_: TypeAlias = tuple[str | int, ...]
Node: TypeAlias = Any
"""A node of the YAML library's graph."""


class Place(NamedTuple):
    """Line and column, from 1."""

    line: int
    column: int


class CaseUnreadable(Exception):
    """A case file that cannot be used. The message names file, line, column, what came and what is allowed."""

    def __init__(self, file: str, place: Place | None, problem: str) -> None:
        where = file if place is None else f"{file}:{place.line}:{place.column}"
        super().__init__(f"{where}: {problem}")
        self.file = file
        self.place = place
        self.problem = problem


class ReadFile(NamedTuple):
    """A case file, checked, with the places of what stands in it."""

    file: str
    cases: CaseFile
    root: Node

    def place(self, path: Sequence[str | int]) -> Place:
        """Where the value of a path stands, or the nearest one around it that is there."""
        return place_of(self.root, path)


def read_file(path: Path, file: str) -> ReadFile:
    """The case file at a path, called ``file`` in messages. Raises ``CaseUnreadable``."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise CaseUnreadable(file, None, (error.strerror or str(error)).lower()) from error
    if len(data) > MAX_FILE_BYTES:
        raise CaseUnreadable(file, None, f"larger than {MAX_FILE_BYTES:,} bytes, which is no case file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CaseUnreadable(file, None, f"not UTF-8 text (byte 0x{data[error.start]:02x} in line {line})") from error
    return read_text(text, file)


def read_text(text: str, file: str) -> ReadFile:
    """The case file of a text. Raises ``CaseUnreadable``."""
    root, data = values_of(text, file, "'cases', a list")
    try:
        cases = CaseFile.model_validate(data)
    except ValidationError as error:
        raise _malformed(file, root, data, error) from None
    read = ReadFile(file, cases, root)
    _refuse_twins(read)
    return read


def values_of(text: str, file: str, needs: str) -> tuple[Node, Json]:
    """The graph of a YAML text, for ``place_of``, and what it says. Raises ``CaseUnreadable``.

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
        raise CaseUnreadable(file, place, f"no YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise CaseUnreadable(file, None, f"no YAML: {_reason(error)}") from None
    finally:
        loader.dispose()
    if root is None:
        raise CaseUnreadable(file, Place(1, 1), f"the file is empty; it needs {needs}")
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
            return int(text, 0)
        if _NOT_FINITE.fullmatch(text):
            raise self._unfit(node, f"no JSON value; a text needs quotes (got {text})")
        if _FLOAT.fullmatch(text):
            return float(text)
        return text

    def _unfit(self, node: Node, problem: str) -> CaseUnreadable:
        return CaseUnreadable(self._file, _place(node), problem)


def _malformed(file: str, root: Node, data: Json, error: ValidationError) -> CaseUnreadable:
    """The first problem, in the order of the file; what is missing last, since it may only be misspelt."""
    details = error.errors(include_url=False)
    problems = [(detail["type"] == "missing", *_problem(root, data, detail)) for detail in details]
    _, place, problem = min(problems)
    return CaseUnreadable(file, place, problem)


def _problem(root: Node, data: Json, detail: ErrorDetails) -> tuple[Place, str]:
    path = tuple(step for step in detail["loc"] if not (isinstance(step, str) and step.startswith("<")))
    context = detail.get("ctx", {})
    path += _steps(context.get("path", ""))
    place, shown = place_of(root, path), shown_path(path)
    match detail["type"]:
        case "extra_forbidden":
            *around, name = path
            inside = f"{shown_path(around)}: " if around else ""
            return place, f"{inside}unknown key '{printable(str(name))}'{hint(str(name), _known(around), '')}"
        case "missing":
            *around, name = path
            return place, f"{shown_path(around) or 'the file'}: '{name}' is missing"
        case kind:
            said = _WORDING.get(kind, detail["msg"]).format_map(_Context(context))
            return place, f"{shown or 'the file'}: {said} (got {_got(data, path)})"


_WORDING = {
    "string_type": "must be a string",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "list_type": "must be an array",
    "literal_error": "must be {expected}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length}",
    "string_pattern_mismatch": "must match {pattern}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}
"""What is wrong, by the kind of problem, in the words of the rest of the runtime."""


class _Context(dict[str, Any]):
    """Names that a wording has and the problem does not stay as they are."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _steps(path: str) -> Path_:
    """``.before.entries[1].id`` as steps."""
    return tuple(int(index) if index else name for name, index in re.findall(r"\.([\w-]+)|\[(\d+)\]", path))


def _got(data: Json, path: Path_) -> str:
    for step in path:
        try:
            data = data[step]
        except (LookupError, TypeError):
            break
    return describe(data)


def _known(path: Sequence[str | int]) -> tuple[str, ...]:
    """The keys that the form allows at a path."""
    whole = CaseFile.model_json_schema(by_alias=True)
    schema = whole
    for step in path:
        schema = _resolved(schema, whole)
        schema = schema.get("items", {}) if isinstance(step, int) else _property(schema, step)
    return tuple(_resolved(schema, whole).get("properties", ()))


def _property(schema: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = schema.get("properties", {}).get(name) or schema.get("additionalProperties") or {}
    return found


def _resolved(schema: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """A schema without its references; of several, the one that says most."""
    while "$ref" in schema or "anyOf" in schema or "oneOf" in schema:
        if "$ref" in schema:
            schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
        else:
            choices = [_resolved(choice, whole) for choice in schema.get("anyOf") or schema["oneOf"]]
            schema = max(choices, key=lambda one: one.get("type") in ("object", "array"))
    return schema


def _refuse_twins(read: ReadFile) -> None:
    """A name is what ``-k``, a report and a person know a case by."""
    places: dict[str, int] = {}
    for index, case in enumerate(read.cases.cases):
        if case.name in places:
            path = ("cases", index, "name")
            first = read.place(("cases", places[case.name], "name"))
            problem = (
                f"the name {describe(case.name).removeprefix('string ')} is taken by the case in line {first.line}"
            )
            raise CaseUnreadable(read.file, read.place(path), f"{shown_path(path)}: {problem}")
        places[case.name] = index


def _place(node: Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)


def _step(node: Node, step: str | int) -> tuple[Node, Node] | None:
    """The node that has a step's place, and the one of its value."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None
