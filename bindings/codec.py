"""Writes as JSON, for a queue: what ``decode_write`` gives has passed every check that a call's arguments pass.

The form is the records' own: an object of their attributes, defaults left out, and the command's name beside them.
"""

from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import MappingProxyType, NoneType
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from bindings.arguments.types import (
    MAX_ID_CHARACTERS,
    EntryId,
    FieldKey,
    FieldMap,
    IdempotencyKey,
    Name,
    NumericId,
    ReferenceType,
    Slug,
    Title,
    Values,
)
from bindings.registry import FUNCTIONS
from bindings.values import MAX_SAFE_INTEGER
from storage.commands import (
    ClearEntries,
    CreateEntry,
    Destination,
    Idempotency,
    Move,
    MoveToEntity,
    RemoveRelation,
    SetFields,
    SetRelation,
    Write,
)
from storage.models import Json, Reference
from storage.queries import Scope, Visitor

_Type: TypeAlias = Any
"""A class; said loosely, since commands are no keys of a cache to the type checker."""

COMMANDS: MappingProxyType[str, _Type] = MappingProxyType(
    {
        command.__name__: command
        for command in (ClearEntries, CreateEntry, Move, MoveToEntity, RemoveRelation, SetFields, SetRelation)
    }
)
"""What can be put off, by name."""


class WriteMalformed(ValueError):
    """The JSON is no write that could have been put off. The message names the place and what is wrong there."""


def encode_write(write: Write[Any]) -> dict[str, Json]:
    """A write as a JSON object; its command must be one that can be put off."""
    name = type(write.command).__name__
    if name not in COMMANDS:
        raise TypeError(f"{name} cannot be put off")
    return {"name": name, **_encoded(write)}


def decode_write(payload: Json) -> Write[Any]:
    """The write of a JSON object, whatever came. Raises ``WriteMalformed``."""
    name = payload.get("name") if isinstance(payload, dict) else None
    command = COMMANDS.get(name) if isinstance(name, str) else None
    if command is None:
        raise WriteMalformed(f"'name' must be one of {', '.join(COMMANDS)}")
    rest = {key: value for key, value in payload.items() if key != "name"}
    try:
        write: Write[Any] = _decoded(Write, _model(Write, command).model_validate(rest), command)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(str(step) for step in detail["loc"]) + detail.get("ctx", {}).get("path", "")
        raise WriteMalformed(f"'{path}': {detail['msg']}") from None
    return write


def _encoded(record: Any) -> dict[str, Json]:
    """The attributes that differ from their defaults."""
    kind: _Type = type(record)
    parts = ((name, getattr(record, name), default) for name, default in _defaults(kind).items())
    return {name: _encoded_value(value) for name, value, default in parts if not _same(value, default)}


def _encoded_value(value: Any) -> Json:
    return _encoded(value) if is_dataclass(value) or isinstance(value, Reference) else value


def _same(value: Any, default: Any) -> bool:
    return type(value) is type(default) and bool(value == default)


@cache
def _defaults(record: _Type) -> dict[str, Any]:
    """Each attribute of a record with its default, ``MISSING`` where it has none."""
    if issubclass(record, Reference):
        return dict.fromkeys(record._fields, MISSING)
    made = {one.name: one.default_factory for one in fields(record) if one.default_factory is not MISSING}
    return {one.name: made[one.name]() if one.name in made else one.default for one in fields(record)}


def _decoded(record: _Type, model: BaseModel, command: _Type) -> Any:
    parts = _parts(record, command)
    values = {name: getattr(model, name) for name in model.model_fields_set}
    made = {
        name: _decoded(parts[name], value, command) if isinstance(value, BaseModel) else value
        for name, value in values.items()
    }
    return record(**made)


@cache
def _model(record: _Type, command: _Type) -> type[BaseModel]:
    """The checks of a record: its attributes and no others, each of its type."""
    defaults = _defaults(record)
    checked: dict[str, Any] = {
        name: (_annotation(record, name, part, command), ... if defaults[name] is MISSING else defaults[name])
        for name, part in _parts(record, command).items()
    }
    return create_model(record.__name__, __config__=ConfigDict(strict=True, extra="forbid"), **checked)


def _annotation(record: _Type, name: str, part: Any, command: _Type) -> Any:
    """What an attribute may be: a record inside, a type that needs no check of its own, or one of the table."""
    if part in _RECORDS or part in COMMANDS.values():
        annotation: Any = _model(part, command)
    elif (record, name) in _CHECKS:
        annotation = _CHECKS[record, name]
    else:
        annotation = part if part in (bool, *_LITERALS) else _CHECKS[None, name]
    return annotation | None if _is_optional(record, name) else annotation


@cache
def _parts(record: _Type, command: _Type) -> dict[str, Any]:
    """The type of each attribute, without ``None``; of a write's command, the very command."""
    hints = get_type_hints(record)
    parts = {name: _without_none(hints[name]) for name in _defaults(record)}
    return {**parts, "command": command} if record is Write else parts


def _is_optional(record: _Type, name: str) -> bool:
    return NoneType in get_args(get_type_hints(record)[name])


def _without_none(hint: Any) -> Any:
    """``T`` of ``T | None``: the only union that the records have."""
    return get_args(hint)[0] if NoneType in get_args(hint) else hint


_PersonText = Annotated[str, Field(pattern=r"^[^\x00]*$", min_length=1, max_length=MAX_ID_CHARACTERS)]

_RECORDS = (Destination, Idempotency, Reference, Scope, Visitor)
_LITERALS = (get_type_hints(Destination)["kind"],)

_CHECKS: dict[tuple[type | None, str], Any] = {
    (None, "slug"): Slug,
    (None, "from_slug"): Slug,
    (None, "to_slug"): Slug,
    (None, "pipeline_slug"): Name,
    (None, "stage_slug"): Name,
    (None, "pipeline_id"): NumericId,
    (None, "stage_id"): NumericId,
    (None, "entry_id"): EntryId,
    (None, "new_entry_id"): EntryId,
    (None, "target_entry_id"): EntryId,
    (None, "new_customer_id"): EntryId,
    (None, "operation_id"): EntryId,
    (None, "reference_type"): ReferenceType,
    (None, "relation_key"): FieldKey,
    (None, "title"): Title,
    (None, "values"): Values,
    (None, "field_map"): FieldMap,
    (None, "at_ms"): Annotated[int, Field(ge=0, le=MAX_SAFE_INTEGER)],
    (Reference, "type"): ReferenceType,
    (Reference, "id"): EntryId,
    (Scope, "every_reference"): Literal[False],
    (Visitor, "id"): _PersonText,
    (Visitor, "email"): _PersonText,
    (Visitor, "name"): Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=MAX_ID_CHARACTERS)],
    (Idempotency, "function"): Literal[tuple(name for name, function in FUNCTIONS.items() if function.defers)],
    (Idempotency, "key"): IdempotencyKey,
    (Idempotency, "arguments_digest"): Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")],
}
"""What an attribute may be, by record and name, or by name alone. One that is missing here stops the import."""

for _command in COMMANDS.values():
    _model(Write, _command)
