"""What argument models say about their properties: one table a model, for names, messages and the reference page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from bindings.arguments.base import Arguments, ScriptObject
from bindings.arguments.types import Says, quoted
from storage.models import Json


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an object that a script hands over.

    ``default`` is None where there is none. ``object_model`` and ``item_model`` are the descriptors inside it: of the
    object itself, and of the items of an array.
    """

    name: str
    snake_name: str
    required: bool
    default: Json
    description: str
    says: Says
    item_says: Says | None
    object_model: type[ScriptObject] | None
    item_model: type[ScriptObject] | None


@cache
def properties(model: type[ScriptObject]) -> tuple[Property, ...]:
    """The properties of a model: the slug, its own, then those that it shares with other functions."""
    shared = {name for base in model.__mro__[1:] if base in _mixins() for name in base.model_fields}
    own = [(name, info) for name, info in model.model_fields.items() if name not in shared or name == "slug"]
    others = [(name, info) for name, info in model.model_fields.items() if name in shared and name != "slug"]
    return tuple(_property(name, info) for name, info in own + others)


@cache
def property_of(model: type[ScriptObject], name: str) -> Property:
    """The property of that canonical name."""
    return next(one for one in properties(model) if one.name == name)


def nested(model: type[ScriptObject], path: str = "") -> Iterator[tuple[str, type[ScriptObject]]]:
    """The descriptors inside an object, by path, outer ones first: ``fields[]``, ``fields[].options``."""
    for one in properties(model):
        for inner, place in ((one.item_model, f"{path}{one.name}[]"), (one.object_model, f"{path}{one.name}")):
            if inner is not None:
                yield place, inner
                yield from nested(inner, f"{place}.")


def snake_case(name: str) -> str:
    """``fieldKey`` as ``field_key``."""
    return re.sub(r"[A-Z]", lambda capital: f"_{capital[0].lower()}", name)


def _mixins() -> set[type[ScriptObject]]:
    return {base for base in _all_subclasses(Arguments) if "function" not in base.__dict__}


def _all_subclasses(model: type[ScriptObject]) -> Iterator[type[ScriptObject]]:
    for subclass in model.__subclasses__():
        yield subclass
        yield from _all_subclasses(subclass)


def _property(attribute: str, info: FieldInfo) -> Property:
    name = info.alias or attribute
    models = dict(_nested_models(info.annotation))
    return Property(
        name=name,
        snake_name=snake_case(name),
        required=info.is_required(),
        default=None if info.is_required() else info.default,
        description=info.description or "",
        says=_says(info),
        item_says=next(_item_says(info.annotation), None),
        object_model=models.get("object"),
        item_model=models.get("item"),
    )


def _says(info: FieldInfo) -> Says:
    found = [one for one in info.metadata if isinstance(one, Says)] or list(_find_says(info.annotation))
    if not found:
        raise TypeError(f"no words for what is allowed: {info}")
    return found[0]


def _find_says(annotation: Any) -> Iterator[Says]:
    """Words on the annotation itself, not on what an array of it holds."""
    if get_origin(annotation) is Literal:
        names = list(get_args(annotation))
        yield Says(quoted(names), " | ".join(f"`'{name}'`" for name in names))
    yield from (one for one in getattr(annotation, "__metadata__", ()) if isinstance(one, Says))
    if get_origin(annotation) is not list:
        for part in _parts(annotation):
            yield from _find_says(part)


def _item_says(annotation: Any) -> Iterator[Says]:
    if get_origin(annotation) is list:
        yield from _find_says(get_args(annotation)[0])
    for part in _parts(annotation):
        yield from _item_says(part)


def _nested_models(annotation: Any, kind: str = "object") -> Iterator[tuple[str, type[ScriptObject]]]:
    if isinstance(annotation, type) and issubclass(annotation, ScriptObject):
        yield kind, annotation
    inner = "item" if get_origin(annotation) is list else kind
    for part in _parts(annotation):
        yield from _nested_models(part, inner)


def _parts(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Literal:
        return ()
    if hasattr(annotation, "__metadata__"):
        return (annotation.__origin__,)
    return tuple(part for part in get_args(annotation) if part is not type(None))
