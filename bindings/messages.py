"""What a script's author reads about a malformed call: function, property, what came, what is allowed."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bindings.arguments.base import Arguments, ScriptObject
from bindings.arguments.properties import Property, property_of
from bindings.arguments.types import PATTERN_WORDS
from bindings.context import RunContext
from bindings.errors import ScriptError, ScriptRangeError, ScriptTypeError
from bindings.names import Spellings, Unknown
from bindings.nearest import nearest
from bindings.problems import MISSING_PROBLEM, RANGE_PROBLEM, TYPE_PROBLEM, describe, printable
from storage.models import Json

MAX_NAMES_SHOWN = 12
MAX_UNKNOWN_SHOWN = 10


def not_an_object(model: type[Arguments], came: Json) -> ScriptTypeError:
    """A call with something else than one object."""
    return ScriptTypeError(f"{model.function}: takes one object of properties (got {describe(came)})")


def malformed(model: type[Arguments], arguments: dict[str, Json], error: ValidationError) -> ScriptError:
    """The first problem of a call, in the order of the properties."""
    return next(problems(model, arguments, error)).error


class Problem(NamedTuple):
    """One thing that is wrong with a call: where, by canonical names, what came there, and what the script gets.

    ``is_missing`` says that ``came`` is what should have held more.
    """

    path: tuple[str | int, ...]
    came: Any
    is_missing: bool
    error: ScriptError


def problems(
    model: type[Arguments],
    arguments: dict[str, Json],
    error: ValidationError,
    skip: Callable[[Any], bool] | None = None,
) -> Iterator[Problem]:
    """All problems of a call, in the order of the properties, but for those of values that ``skip`` knows."""
    for detail in error.errors(include_url=False):
        is_missing = detail["type"] in {"missing", MISSING_PROBLEM}
        if skip is not None and not is_missing and skip(detail["input"]):
            continue
        steps = tuple(step for step in detail["loc"] if not (isinstance(step, str) and step.startswith("<")))
        message = _MESSAGES.get(detail["type"], _wrong_type)
        yield Problem(steps, detail["input"], is_missing, message(_Problem(model, arguments, detail, steps)))


def tell_unknown(model: type[Arguments], unknown: Unknown, context: RunContext) -> None:
    """Warn of properties that the function does not have, or in strict mode throw at the first."""
    for path, name, table in unknown.found[:MAX_UNKNOWN_SHOWN]:
        message = unknown_property(model, path, name, table)
        if context.strict:
            raise ScriptTypeError(message)
        context.warn("unknown_property", message)


def unknown_property(model: type[Arguments], path: str, name: str, table: Spellings) -> str:
    """What is said of one of them; ``path`` ends in a dot where it is not empty."""
    near = nearest(name, table.by_spelling)
    meant = "" if near is None else f", did you mean '{near}'?"
    return f"{model.function}: unknown property '{path}{printable(name)}'{meant}"


class _Problem:
    """One error of the models with what is needed to put it into words."""

    __slots__ = ("arguments", "detail", "model", "steps")

    def __init__(
        self,
        model: type[Arguments],
        arguments: dict[str, Json],
        detail: ErrorDetails,
        steps: tuple[str | int, ...],
    ) -> None:
        self.model = model
        self.arguments = arguments
        self.detail = detail
        self.steps = steps

    @property
    def came(self) -> str:
        return describe(self.detail["input"])

    @property
    def context(self) -> dict[str, Any]:
        return self.detail.get("ctx", {})

    @property
    def allowed(self) -> str:
        """What the property, or the item of the array, may be."""
        one, is_item = _find(self.model, self.steps)
        if is_item:
            return "an object" if one.item_says is None else one.item_says.allowed
        return one.says.allowed

    @property
    def path(self) -> str:
        text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.steps)
        return f"{text}{self.context.get('path', '')}".removeprefix(".")

    def type_error(self, text: str) -> ScriptError:
        return ScriptTypeError(f"{self.model.function}: '{self.path}' {text}")

    def range_error(self, text: str) -> ScriptError:
        return ScriptRangeError(f"{self.model.function}: '{self.path}' {text}")


def _find(model: type[ScriptObject], steps: tuple[str | int, ...]) -> tuple[Property, bool]:
    """The property that a path ends in, and whether the path ends in an item of it."""
    name, *rest = steps
    found = property_of(model, str(name))
    is_item = bool(rest) and isinstance(rest[0], int)
    inner = found.item_model if is_item else found.object_model
    rest = rest[1:] if is_item else rest
    return _find(inner, tuple(rest)) if rest and inner is not None else (found, is_item)


def _wrong_type(problem: _Problem) -> ScriptError:
    return problem.type_error(f"must be {problem.allowed} (got {problem.came})")


def _out_of_range(problem: _Problem) -> ScriptError:
    return problem.range_error(f"must be {problem.allowed} (got {problem.came.removeprefix('number ')})")


def _missing(problem: _Problem) -> ScriptError:
    return problem.type_error(f"is missing ({_names_that_came(problem.detail['input'])})")


def _one_missing(problem: _Problem) -> ScriptError:
    return ScriptTypeError(
        f"{problem.model.function}: {problem.context['problem']} is missing ({_names_that_came(problem.arguments)})"
    )


def _names_that_came(came: Json) -> str:
    names = list(came) if isinstance(came, dict) else []
    if not names:
        return "got no properties"
    shown = ", ".join(printable(name) for name in names[:MAX_NAMES_SHOWN])
    return f"got {shown}{', …' if len(names) > MAX_NAMES_SHOWN else ''}"


def _wrong_pattern(problem: _Problem) -> ScriptError:
    return problem.type_error(f"must be {PATTERN_WORDS[problem.context['pattern']]} (got {problem.came})")


def _empty(problem: _Problem) -> ScriptError:
    return problem.type_error("must not be empty")


def _too_long(problem: _Problem) -> ScriptError:
    longest, came = problem.context["max_length"], len(problem.detail["input"])
    return problem.range_error(f"may have at most {longest} characters (got {came})")


def _too_many(problem: _Problem) -> ScriptError:
    most, came = problem.context["max_length"], len(problem.detail["input"])
    return problem.range_error(f"may hold at most {most} items (got {came})")


def _surrogate(problem: _Problem) -> ScriptError:
    return problem.type_error(f"must not contain a lone surrogate (got {problem.came})")


def _said_type(problem: _Problem) -> ScriptError:
    return problem.type_error(problem.context["problem"])


def _said_range(problem: _Problem) -> ScriptError:
    return problem.range_error(problem.context["problem"])


_Message: TypeAlias = Callable[[_Problem], ScriptError]

_MESSAGES: dict[str, _Message] = {
    "missing": _missing,
    "string_pattern_mismatch": _wrong_pattern,
    "string_too_short": _empty,
    "string_too_long": _too_long,
    "string_unicode": _surrogate,
    "too_short": _empty,
    "too_long": _too_many,
    "greater_than_equal": _out_of_range,
    "less_than_equal": _out_of_range,
    "greater_than": _out_of_range,
    MISSING_PROBLEM: _one_missing,
    TYPE_PROBLEM: _said_type,
    RANGE_PROBLEM: _said_range,
}
"""By the type of pydantic's error; every other type is a value of a wrong type."""
