"""What a store's refusal is in a script: one table. A refused move is no error: ``refused_move`` says why."""

from collections.abc import Callable
from typing import Any, TypeAlias

from bindings.arguments.base import Arguments
from bindings.causes import causes_of
from bindings.errors import CrmCode, ScriptCrmError, ScriptError, ScriptRangeError, ScriptTypeError
from bindings.nearest import hint
from bindings.problems import printable
from storage.errors import (
    DefinitionInUse,
    EntityNotFound,
    EntryNotFound,
    EntryTooLarge,
    IdempotencyConflict,
    MoveProblem,
    MoveRefused,
    NoCustomer,
    NotARelation,
    OperationRefused,
    SchemaMismatch,
    StorageError,
    StoreUnavailable,
    TargetEntityNotFound,
    TargetNotFound,
    WrongTargetEntity,
)

_FOR_OPERATORS = (DefinitionInUse, OperationRefused, SchemaMismatch, StoreUnavailable)
"""What no author can do anything about. The first three can only come of a runtime that is not well."""

NONE_KNOWN = "there are none yet, EnsureCrmEntity makes one"


def script_error(error: StorageError, arguments: Arguments, brand: str) -> ScriptError:
    """What the script gets. What only operators may read, the cause of ``unavailable``, goes to the log."""
    if isinstance(error, _FOR_OPERATORS):
        _tell_operators(error, arguments, brand)
    return _ERRORS[type(error)](error, arguments)


def refused_move(error: MoveRefused, arguments: Arguments) -> str:
    """Why a move cannot be, in words."""
    return f"{arguments.function}: {_MOVES[error.code](error, arguments)}"


def _tell_operators(error: StorageError, arguments: Arguments, brand: str) -> None:
    import structlog

    cause = causes_of(error)
    structlog.get_logger(__name__).error("store_unavailable", brand=brand, function=arguments.function, cause=cause)


def _slug(arguments: Arguments) -> str:
    """The entity whose entries the call is about."""
    return str(getattr(arguments, "slug", None) or getattr(arguments, "from_slug", ""))


def _target_slug(arguments: Arguments) -> str:
    """The entity whose pipelines the call is about."""
    return str(getattr(arguments, "to_slug", None) or _slug(arguments))


def _entity_not_found(error: EntityNotFound, arguments: Arguments) -> ScriptError:
    known = hint(str(error.name), error.known, NONE_KNOWN)
    return ScriptTypeError(f"{arguments.function}: no entity '{printable(str(error.name))}'{known}")


def _target_entity_not_found(error: TargetEntityNotFound, arguments: Arguments) -> ScriptError:
    name = error.name if isinstance(error.name, int) else f"'{printable(error.name)}'"
    known = hint(str(error.name), error.known, NONE_KNOWN)
    return _crm("target_entity_not_found", arguments, f"no target entity {name}{known}")


def _entry_not_found(error: EntryNotFound, arguments: Arguments) -> ScriptError:
    slug = _slug(arguments)
    if error.entry_id is None:
        return _crm("entry_not_found", arguments, f"the reference has no entry in '{slug}'")
    return _crm("entry_not_found", arguments, f"no entry '{printable(error.entry_id)}' in '{slug}'")


def _not_a_relation(error: NotARelation, arguments: Arguments) -> ScriptError:
    key, slug = printable(error.key), _slug(arguments)
    if error.field_type is not None:
        text = f"the field '{key}' of '{slug}' has the type '{error.field_type}', not 'reference' or 'multi_reference'"
    else:
        none_known = "it has no fields of type 'reference' or 'multi_reference'"
        text = f"no relation '{key}' in '{slug}'{hint(error.key, error.known, none_known)}"
    return _crm("not_a_relation", arguments, text)


def _target_not_found(_: TargetNotFound, arguments: Arguments) -> ScriptError:
    target = printable(getattr(arguments, "target_entry_id", ""))
    return _crm("target_not_found", arguments, f"no entry '{target}' to point to")


def _wrong_target_entity(error: WrongTargetEntity, arguments: Arguments) -> ScriptError:
    target = printable(getattr(arguments, "target_entry_id", ""))
    key = getattr(arguments, "relation_key", "")
    text = f"'{target}' is an entry of '{error.target_slug}', but '{key}' points to '{error.expected_slug}'"
    return _crm("wrong_target_entity", arguments, text)


def _no_customer(_: NoCustomer, arguments: Arguments) -> ScriptError:
    start = "toReference" if hasattr(arguments, "to_reference_id") else "reference"
    text = f"the session has no customer; name the record with '{start}Type' and '{start}Id'"
    return _crm("no_customer", arguments, text)


def _entry_too_large(error: EntryTooLarge, arguments: Arguments) -> ScriptError:
    return ScriptRangeError(
        f"{arguments.function}: the entry would hold {error.size_bytes} bytes of JSON, the limit is {error.limit_bytes}"
    )


def _idempotency_conflict(_: IdempotencyConflict, arguments: Arguments) -> ScriptError:
    key = printable(getattr(arguments, "idempotency_key", None) or "")
    return _crm("idempotency_conflict", arguments, f"the idempotencyKey '{key}' came before with other arguments")


def _unavailable(_: StorageError, arguments: Arguments) -> ScriptError:
    return _crm("unavailable", arguments, "the CRM cannot be reached at the moment, try again later")


def _crm(code: CrmCode, arguments: Arguments, text: str) -> ScriptCrmError:
    return ScriptCrmError(code, f"{arguments.function}: {text}")


def _unknown_place(error: MoveRefused, arguments: Arguments, kind: str) -> str:
    slug = _target_slug(arguments)
    if error.named is None:
        return f"'{slug}' has no {kind} to move to"
    if error.named in error.known:
        return f"the {kind} '{error.named}' of '{slug}' has another id than {getattr(arguments, f'{kind}_id', None)}"
    name = error.named if isinstance(error.named, int) else f"'{printable(error.named)}'"
    return f"no {kind} {name} in '{slug}'{hint(str(error.named), error.known, 'there are none')}"


def _pipeline_not_found(error: MoveRefused, arguments: Arguments) -> str:
    return _unknown_place(error, arguments, "pipeline")


def _stage_not_found(error: MoveRefused, arguments: Arguments) -> str:
    return _unknown_place(error, arguments, "stage")


def _ambiguous_stage(error: MoveRefused, arguments: Arguments) -> str:
    stage = printable(str(error.named))
    return (
        f"the stage '{stage}' of '{_target_slug(arguments)}' stands in several pipelines ({', '.join(error.known)}); "
        "name one with 'pipelineSlug'"
    )


def _data_mode(_: MoveRefused, arguments: Arguments) -> str:
    return f"'{_target_slug(arguments)}' is a data collection and has no pipelines"


def _no_entries(_: MoveRefused, arguments: Arguments) -> str:
    return f"the reference has no entry in '{_slug(arguments)}'"


_Refusal: TypeAlias = Callable[[Any, Arguments], ScriptError]

_ERRORS: dict[type[StorageError], _Refusal] = {
    EntityNotFound: _entity_not_found,
    TargetEntityNotFound: _target_entity_not_found,
    EntryNotFound: _entry_not_found,
    NotARelation: _not_a_relation,
    TargetNotFound: _target_not_found,
    WrongTargetEntity: _wrong_target_entity,
    NoCustomer: _no_customer,
    EntryTooLarge: _entry_too_large,
    IdempotencyConflict: _idempotency_conflict,
    DefinitionInUse: _unavailable,
    OperationRefused: _unavailable,
    SchemaMismatch: _unavailable,
    StoreUnavailable: _unavailable,
}

_MOVES: dict[MoveProblem, Callable[[MoveRefused, Arguments], str]] = {
    "pipeline_not_found": _pipeline_not_found,
    "stage_not_found": _stage_not_found,
    "ambiguous_stage": _ambiguous_stage,
    "data_mode": _data_mode,
    "no_entries": _no_entries,
}
