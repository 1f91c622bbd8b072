"""What every query and command means, whatever the engine: the tables from type to function, and the way in."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from storage import (
    commands,
    customers,
    definitions,
    ensuring,
    entries,
    modules,
    moves,
    operations,
    queries,
    reads,
    redefining,
    relations,
    runs,
    tokens,
)
from storage.commands import Applied, Write
from storage.queries import Query, Scope
from storage.scopes import reference_to_write
from storage.transaction import Transaction
from storage.work import Work

T = TypeVar("T")


class Change(NamedTuple):
    """How a command is done and what it gives."""

    perform: Callable[[Work, Any], Any]
    outcome_type: type


ANSWERS: Mapping[type, Callable[[Transaction, str, Any], Any]] = MappingProxyType(
    {
        queries.FindCustomer: customers.find_customer,
        queries.GetEntity: definitions.get_entity,
        queries.KnownEntries: reads.known_entries,
        queries.ListEntities: definitions.list_entities,
        queries.ListEntries: reads.list_entries,
        queries.ReadFields: reads.read_fields,
        queries.ReadValues: reads.read_values,
        modules.FindModule: modules.find_module,
        modules.ListModules: modules.list_modules,
        runs.FindRun: runs.find_run,
        runs.FindTape: runs.find_tape,
        runs.ListRuns: runs.list_runs,
        tokens.FindToken: tokens.find_token,
        tokens.ListTokens: tokens.list_tokens,
    }
)

CHANGES: Mapping[type, Change] = MappingProxyType(
    {
        commands.ClearEntries: Change(entries.clear_entries, commands.EntriesCleared),
        commands.CreateEntry: Change(entries.create_entry, commands.EntryStored),
        commands.EnsureCustomer: Change(customers.ensure_customer, commands.CustomerEnsured),
        commands.EnsureEntity: Change(ensuring.ensure_entity, commands.EntityEnsured),
        commands.Move: Change(moves.move, commands.EntriesMoved),
        commands.MoveToEntity: Change(moves.move_to_entity, commands.EntriesConverted),
        commands.ReassignReference: Change(moves.reassign_reference, commands.EntriesReassigned),
        commands.RemoveRelation: Change(relations.remove_relation, commands.RelationRemoved),
        commands.SetFields: Change(entries.set_fields, commands.EntryStored),
        commands.SetRelation: Change(relations.set_relation, commands.RelationSet),
        modules.PutModule: Change(modules.put_module, modules.ModulePut),
        modules.RemoveModule: Change(modules.remove_module, modules.ModuleRemoved),
        redefining.RedefineEntity: Change(redefining.redefine_entity, commands.EntityEnsured),
        redefining.RemoveEntity: Change(redefining.remove_entity, redefining.EntityRemoved),
        runs.ForgetRuns: Change(runs.forget_runs, runs.RunsForgotten),
        runs.KeepRun: Change(runs.keep_run, runs.RunKept),
        tokens.CreateToken: Change(tokens.create_token, tokens.TokenCreated),
        tokens.RevokeToken: Change(tokens.revoke_token, tokens.TokenRevoked),
    }
)

_OFTEN_UNCHANGED: Mapping[type, Callable[[Transaction, str, Any], Any]] = MappingProxyType(
    {
        commands.EnsureCustomer: customers.unchanged_customer,
        commands.EnsureEntity: ensuring.unchanged_entity,
    }
)


def answer(tx: Transaction, brand: str, query: Query[T]) -> T:
    """Answer a query in a transaction that reads."""
    found: T = ANSWERS[type(query)](tx, brand, query)
    return found


def perform(tx: Transaction, brand: str, write: Write[T]) -> Applied[T]:
    """Do a write in a transaction that writes; what it raises must undo the transaction (or the savepoint)."""
    change = CHANGES[type(write.command)]
    work = Work(tx, brand, write.at_ms, write.new_customer_id)
    if write.operation_id is None and write.idempotency is None:
        outcome = change.perform(work, write.command)
        return Applied(outcome, work.customer)
    return operations.once(work, write, change.perform, change.outcome_type, _idempotency_place)


def may_be_unchanged(write: Write[Any]) -> bool:
    """Whether ``unchanged`` is worth a look: it spares the commands that mostly find all there the wait of a write."""
    return type(write.command) in _OFTEN_UNCHANGED and write.operation_id is None and write.idempotency is None


def unchanged(tx: Transaction, brand: str, write: Write[T]) -> Applied[T] | None:
    """The outcome of a write that has nothing to change, from a transaction that reads; None where it has."""
    outcome = _OFTEN_UNCHANGED[type(write.command)](tx, brand, write.command)
    return None if outcome is None else Applied(outcome)


def _idempotency_place(work: Work, command: Any) -> list[str]:
    """What an idempotency key counts within beside brand and function: the resolved reference, or the named entry."""
    scope: Scope | None = getattr(command, "scope", None)
    if scope is None:
        return []
    if scope.entry_id is not None:
        return [scope.entry_id]
    slug = command.from_slug if isinstance(command, commands.MoveToEntity) else command.slug
    return list(reference_to_write(work, definitions.entity_of_slug(work.tx, work.brand, slug), scope))
