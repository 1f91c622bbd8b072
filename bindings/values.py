"""Values that a script may store: JSON, within bounds. Checked here, since the worker that sent them is not trusted.

Each check returns what it was given or raises a problem that names the path inside the value.
"""

import math
import re
import sys
from collections.abc import Iterator, Sequence
from typing import NoReturn

from pydantic_core import to_json

from bindings.problems import describe, printable, range_problem, string_text, type_problem
from storage.models import Json

MAX_STRING_UNITS = 65_536
MAX_OBJECT_BYTES = 64 * 1024
MAX_DEPTH = 100
MAX_SAFE_INTEGER = 2**53 - 1

VALUE_WORDS = "a string, finite number, boolean, null, or a plain object or array of those"

_LARGEST_DOUBLE = int(sys.float_info.max)
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")
_UNITS_IN_DOUBT = MAX_STRING_UNITS // 2
_MAX_PATH_CHARACTERS = 160


def check_value(value: Json) -> Json:
    """A value of one field: JSON alone, at most 100 levels deep, strings and objects of at most 64 Ki.

    A string costs one scan, an object a walk and an encoding to count its bytes.
    """
    if isinstance(value, str):
        check_text(value)
        _check_units(value)
    elif isinstance(value, list | dict):
        _check_tree(value)
        _check_bytes(value)
    else:
        _check_scalar(value, ())
    return value


def check_text(text: str, path: str = "") -> None:
    """Both engines store text as UTF-8 and refuse U+0000, so neither may come in."""
    if "\0" in text:
        raise type_problem("must not contain U+0000", path)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise type_problem(
                f"must not contain a lone surrogate (got {string_text(text[error.start])} at {error.start})", path
            ) from None


def utf16_units(text: str) -> int:
    """The length of a string as a script counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def json_bytes(value: Json) -> int:
    """The size of a value as JSON in UTF-8, without spaces."""
    return len(to_json(value))


def steps_text(steps: Sequence[str | int]) -> str:
    """A path inside a value as a script would write it: ``.items[2].name``; a long one loses its middle."""
    text = "".join(_step_text(step) for step in steps)
    if len(text) <= _MAX_PATH_CHARACTERS:
        return text
    half = _MAX_PATH_CHARACTERS // 2
    return f"{text[:half]}…{text[-half:]}"


def _step_text(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _IDENTIFIER.match(step) and len(step) <= _UNITS_IN_DOUBT else f'["{printable(step)}"]'


def _check_units(text: str) -> None:
    if len(text) <= _UNITS_IN_DOUBT:
        return
    units = utf16_units(text)
    if units > MAX_STRING_UNITS:
        raise range_problem(f"is a string of {units} UTF-16 units, the limit is {MAX_STRING_UNITS}")


def _check_bytes(value: Json) -> None:
    size = json_bytes(value)
    if size > MAX_OBJECT_BYTES:
        kind = "an array" if isinstance(value, list) else "an object"
        raise range_problem(f"is {kind} of {size} bytes of JSON, the limit is {MAX_OBJECT_BYTES}")


def _check_scalar(value: Json, steps: Sequence[str | int]) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int) and -_LARGEST_DOUBLE <= value <= _LARGEST_DOUBLE:
        return
    if isinstance(value, float) and math.isfinite(value):
        return
    _refuse(value, steps)


def _refuse(value: Json, steps: Sequence[str | int]) -> NoReturn:
    raise type_problem(f"must be {VALUE_WORDS} (got {describe(value)})", steps_text(steps))


def _check_tree(root: Json) -> None:
    """Walk with a stack of its own, so that no depth can exhaust the interpreter's."""
    walk: list[Iterator[tuple[str | int, Json]]] = [_children(root, ())]
    steps: list[str | int] = []
    while walk:
        step = next(walk[-1], None)
        if step is None:
            walk.pop()
            if steps:
                steps.pop()
            continue
        _visit(step, walk, steps)


def _visit(child: tuple[str | int, Json], walk: list[Iterator[tuple[str | int, Json]]], steps: list[str | int]) -> None:
    key, value = child
    if isinstance(value, str):
        if "\0" in value or not value.isascii():
            check_text(value, steps_text((*steps, key)))
    elif isinstance(value, list | dict):
        steps.append(key)
        if len(steps) >= MAX_DEPTH:
            raise type_problem(f"is nested deeper than {MAX_DEPTH} levels", steps_text(steps))
        walk.append(_children(value, steps))
    elif value is not None and value is not True and value is not False:
        _check_scalar(value, (*steps, key))


def _children(container: Json, steps: Sequence[str | int]) -> Iterator[tuple[str | int, Json]]:
    if isinstance(container, list):
        return iter(enumerate(container))
    for key in container:
        if "\0" in key or not key.isascii():
            check_text(key, steps_text((*steps, key)))
    return iter(container.items())
