"""What is wrong with one argument, as the argument models say it. ``messages`` makes the script's error of it."""

import json
import math
import sys

from pydantic_core import PydanticCustomError

from storage.models import Json

SHOWN_CHARACTERS = 40

TYPE_PROBLEM = "script_type"
RANGE_PROBLEM = "script_range"
MISSING_PROBLEM = "script_missing"


def type_problem(problem: str, path: str = "") -> PydanticCustomError:
    """A ``TypeError`` in the making: ``'property<path>' <problem>``."""
    return PydanticCustomError(TYPE_PROBLEM, "{problem}", {"problem": problem, "path": path})


def range_problem(problem: str, path: str = "") -> PydanticCustomError:
    """A ``RangeError`` in the making: ``'property<path>' <problem>``."""
    return PydanticCustomError(RANGE_PROBLEM, "{problem}", {"problem": problem, "path": path})


def missing_problem(names: str) -> PydanticCustomError:
    """One of several properties is needed: ``'a' or 'b' is missing``. For validators of a whole object."""
    return PydanticCustomError(MISSING_PROBLEM, "{problem}", {"problem": names})


def problem_under(path: str, problem: PydanticCustomError) -> PydanticCustomError:
    """The same problem, seen from the object or array that holds the value at ``path``."""
    context: dict[str, str] = problem.context or {}
    return PydanticCustomError(problem.type, "{problem}", {**context, "path": path + context["path"]})


def describe(value: Json) -> str:
    """A value as a message names it: its type as the script knows it, and what it is where that is short."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"boolean {'true' if value else 'false'}"
    if isinstance(value, int | float):
        return f"number {number_text(value)}"
    if isinstance(value, str):
        return f"string {string_text(value)}"
    return "an array" if isinstance(value, list) else "an object"


def number_text(value: float) -> str:
    """A number as a script would show it; a long integer is cut to what can be read, beyond doubles it is Infinity."""
    if isinstance(value, int) and abs(value) >= 10**SHOWN_CHARACTERS:
        value = float(value) if abs(value) <= sys.float_info.max else math.inf if value > 0 else -math.inf
    return json.dumps(value)


def string_text(text: str) -> str:
    """A string in double quotes, cut to what can be read, with whatever cannot be printed escaped."""
    return f'"{printable(text)}"'


def printable(text: str) -> str:
    """Names and strings of a script, fit for one line of a message: at most 40 characters, none of them a control."""
    shown = text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
    return "".join(character if character.isprintable() else _escaped(character) for character in shown)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]
