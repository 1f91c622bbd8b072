"""Property names in both spellings: whatever a script wrote becomes the canonical camelCase, nested descriptors too.

A call whose names are all canonical, the usual one, costs one comparison of key sets and no copy.
"""

from dataclasses import dataclass, field
from functools import cache

from bindings.arguments.base import ScriptObject
from bindings.arguments.properties import properties
from bindings.errors import ScriptTypeError
from bindings.problems import describe
from storage.models import Json


@dataclass(frozen=True, slots=True)
class Spellings:
    """The names of one model's properties. ``nested``: by canonical name, of an object and of an array's items."""

    canonical: frozenset[str]
    by_spelling: dict[str, str]
    required: frozenset[str]
    nested: dict[str, tuple["Spellings | None", "Spellings | None"]]


@dataclass(slots=True)
class Unknown:
    """Properties that no model has, with the names that there are; filled while a call's names are read."""

    found: list[tuple[str, str, Spellings]] = field(default_factory=list)


@cache
def spellings(model: type[ScriptObject]) -> Spellings:
    """The table of a model; made once."""
    known = properties(model)
    return Spellings(
        canonical=frozenset(one.name for one in known),
        by_spelling={name: one.name for one in known for name in (one.name, one.snake_name)},
        required=frozenset(one.name for one in known if one.required),
        nested={
            one.name: (
                None if one.object_model is None else spellings(one.object_model),
                None if one.item_model is None else spellings(one.item_model),
            )
            for one in known
            if one.object_model or one.item_model
        },
    )


def canonical(
    raw: dict[str, Json], table: Spellings, unknown: Unknown, function: str, path: str = ""
) -> dict[str, Json]:
    """The same object under canonical names, without nulls for optional properties. Unknown ones stay as they came.

    Raises ``ScriptTypeError`` where both spellings of a name are there and say different things.
    """
    named = raw
    if not (raw.keys() <= table.canonical and None not in raw.values()):
        named = _renamed(raw, table, unknown, function, path)
    if not table.nested:
        return named
    return _with_nested(named, table, unknown, function, path)


def _renamed(raw: dict[str, Json], table: Spellings, unknown: Unknown, function: str, path: str) -> dict[str, Json]:
    named: dict[str, Json] = {}
    came_as: dict[str, str] = {}
    for spelling, value in raw.items():
        name = table.by_spelling.get(spelling)
        if name is None:
            unknown.found.append((path, spelling, table))
            named[spelling] = value
        elif value is None and name not in table.required:
            continue
        elif name in named and not _same(named[name], value):
            raise _conflict(function, path, (came_as[name], named[name]), (spelling, value))
        else:
            named[name] = value
            came_as[name] = spelling
    return named


def _same(one: Json, other: Json) -> bool:
    """Whether two JSON values are the same; ones too deep to compare count as different."""
    try:
        return type(one) is type(other) and bool(one == other)
    except RecursionError:
        return False


def _conflict(function: str, path: str, one: tuple[str, Json], other: tuple[str, Json]) -> ScriptTypeError:
    return ScriptTypeError(
        f"{function}: '{path}{one[0]}' and '{path}{other[0]}' are one property and must not differ "
        f"(got {describe(one[1])} and {describe(other[1])})"
    )


def _with_nested(
    named: dict[str, Json], table: Spellings, unknown: Unknown, function: str, path: str
) -> dict[str, Json]:
    changed: dict[str, Json] = {}
    for name, (of_object, of_items) in table.nested.items():
        value = named.get(name)
        if isinstance(value, list) and of_items is not None:
            changed[name] = [
                canonical(item, of_items, unknown, function, f"{path}{name}[{index}].")
                if isinstance(item, dict)
                else item
                for index, item in enumerate(value)
            ]
        elif isinstance(value, dict) and of_object is not None:
            changed[name] = canonical(value, of_object, unknown, function, f"{path}{name}.")
    return {**named, **changed} if changed else named
