"""What can be told of a write without looking at entries, for one that is put off: a bad call throws in the script."""

from typing import Any

from bindings.context import RunContext
from bindings.definitions import entity_of
from storage import jsontext
from storage.commands import (
    START,
    ClearEntries,
    Command,
    CreateEntry,
    Destination,
    Move,
    MoveToEntity,
    RemoveRelation,
    SetFields,
    SetRelation,
)
from storage.destinations import check_destination
from storage.errors import NoCustomer, StorageError
from storage.models import Entity
from storage.queries import Scope
from storage.relations import relation_field


def check_ahead(command: Command[Any], context: RunContext) -> None:
    """Raise the ``StorageError`` of an unknown entity, place or relation, of nobody's default and of too much at once.

    Costs nothing but look-ups in definitions that the run has seen; a refusal is looked at again in fresh ones.
    """
    try:
        _check(command, context)
    except StorageError:
        context.entities.clear()
        _check(command, context)


def _check(command: Command[Any], context: RunContext) -> None:
    match command:
        case MoveToEntity():
            _check_scope(command.scope, entity_of(command.from_slug, context))
            _check_place(entity_of(command.to_slug, context), command.destination)
        case CreateEntry():
            entity = entity_of(command.slug, context)
            _check_scope(command.scope, entity)
            _check_place(entity, command.destination)
            jsontext.encode_values(dict(command.values))
        case SetFields():
            _check_scope(command.scope, entity_of(command.slug, context))
            jsontext.encode_values(dict(command.values))
        case Move():
            entity = entity_of(command.slug, context)
            _check_scope(command.scope, entity)
            check_destination(entity, command.destination)
        case SetRelation() | RemoveRelation():
            entity = entity_of(command.slug, context)
            relation_field(entity, command.relation_key)
            _check_scope(command.scope, entity)
        case ClearEntries():
            _check_scope(command.scope, entity_of(command.slug, context))


def _check_place(entity: Entity, destination: Destination) -> None:
    if destination != START:
        check_destination(entity, destination)


def _check_scope(scope: Scope, entity: Entity) -> None:
    nobody = scope.visitor.id is None and scope.visitor.email is None
    own_collection = entity.mode == "data" and scope.reference_type is None
    if scope.reference is None and scope.entry_id is None and nobody and not own_collection:
        raise NoCustomer
