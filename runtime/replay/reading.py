"""Case files as they are read: checked against the form of a case; what is wrong is told with its place."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bindings.nearest import hint
from bindings.problems import describe, printable
from runtime.differing import Path as ValuePath
from runtime.placed_yaml import FileUnreadable, Node, Place, place_of, shown_path, values_of
from runtime.replay.case import CaseFile
from storage.models import Json

MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_PROBLEMS = 1_000
"""Among which the first one in the file is looked for."""
_NO_STEP = re.compile(r"<\w.*>")
"""What pydantic's paths have for the choice of a union."""


class ReadFile(NamedTuple):
    """A case file, checked, with the places of what stands in it."""

    file: str
    cases: CaseFile
    root: Node

    def place(self, path: Sequence[str | int]) -> Place:
        """Where the value of a path stands, or the nearest one around it that is there."""
        return place_of(self.root, path)


def read_file(path: Path, file: str) -> ReadFile:
    """The case file at a path, called ``file`` in messages. Raises ``FileUnreadable``."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise FileUnreadable(file, None, (error.strerror or str(error)).lower()) from error
    if len(data) > MAX_FILE_BYTES:
        raise FileUnreadable(file, None, f"larger than {MAX_FILE_BYTES:,} bytes, which is no case file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileUnreadable(file, None, f"not UTF-8 text (byte 0x{data[error.start]:02x} in line {line})") from error
    return read_text(text, file)


def read_text(text: str, file: str) -> ReadFile:
    """The case file of a text. Raises ``FileUnreadable``."""
    root, data = values_of(text, file, "'cases', a list")
    try:
        cases = CaseFile.model_validate(data)
    except ValidationError as error:
        raise _malformed(file, root, data, error) from None
    read = ReadFile(file, cases, root)
    _refuse_twins(read)
    return read


def _malformed(file: str, root: Node, data: Json, error: ValidationError) -> FileUnreadable:
    """The first problem, in the order of the file; what is missing last, since it may only be misspelt."""
    details = error.errors(include_url=False)[:MAX_PROBLEMS]
    first = min(details, key=lambda detail: (detail["type"] == "missing", place_of(root, _path_of(detail))))
    return FileUnreadable(file, *_problem(root, data, first))


def _path_of(detail: ErrorDetails) -> ValuePath:
    path = tuple(step for step in detail["loc"] if not (isinstance(step, str) and _NO_STEP.fullmatch(step)))
    return path + _steps(detail.get("ctx", {}).get("path", ""))


def _problem(root: Node, data: Json, detail: ErrorDetails) -> tuple[Place, str]:
    path, context = _path_of(detail), detail.get("ctx", {})
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


def _steps(path: str) -> ValuePath:
    """``.before.entries[1].id`` as steps."""
    return tuple(int(index) if index else name for name, index in re.findall(r"\.([\w-]+)|\[(\d+)\]", path))


def _got(data: Json, path: ValuePath) -> str:
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
            raise FileUnreadable(read.file, read.place(path), f"{shown_path(path)}: {problem}")
        places[case.name] = index
