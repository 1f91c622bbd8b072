"""Writes that a run puts off: where each has its place, what comes after them, and how they are handed in.

The order of a reference is the order of its queue, so a write's reference has to be known at the call: a customer known
by e-mail alone is looked up (or made), an entry is asked for its reference.
"""

from collections.abc import Collection
from typing import Any

from bindings.arguments.base import Writing
from bindings.causes import causes_of
from bindings.context import RunContext
from bindings.queue import DeferredWrite, QueueBusy, QueueUnavailable
from bindings.refusals import refused_move, script_error
from storage.commands import Command, CreateEntry, EnsureCustomer, EnsureEntity, ReassignReference, SetRelation, Write
from storage.errors import EntityNotFound, EntryNotFound, MoveRefused, OperationRefused, StorageError, StoreUnavailable
from storage.models import Reference
from storage.queries import ListEntries, Scope
from storage.scopes import COLLECTION, CUSTOMER

DRAIN_SECONDS = 10.0
"""How long a synchronous write waits at most for those that the run put off; a dead worker holds them up for less."""

MAX_PENDING = 100
"""How many writes a run holds back before it hands them in: the host's memory is not a script's to fill."""

ENTRY = "entry"
"""The reference type under which writes to an entry stand that is not known yet."""


def put_off_write(write: Write[Any], arguments: Writing, context: RunContext) -> None:
    """Keep a write until it is handed in. Raises ``StoreUnavailable`` where one that it builds on cannot be done."""
    command, deferral = write.command, context.deferral
    reference = _reference(command, context)
    built_on = deferral.made.get(command.target_entry_id) if isinstance(command, SetRelation) else None
    if built_on is not None and built_on != reference:
        _apply_all_of({built_on} & deferral.references, context)
    if isinstance(command, CreateEntry):
        deferral.made[command.new_entry_id] = reference
    deferred = DeferredWrite(
        context.brand, reference, arguments.function, write, run_id=context.run_id, place=deferral.count
    )
    deferral.pending.append((deferred, arguments))
    deferral.references.add(reference)
    deferral.count += 1
    if len(deferral.pending) >= MAX_PENDING:
        _hand_in(context)


def catch_up(command: Command[Any], context: RunContext) -> None:
    """Before a write that is done now: apply what the run put off for its reference. Raises ``StoreUnavailable``.

    A write that names an entry, or hands entries over, may touch any reference: all that was put off comes first.
    """
    references = context.deferral.references
    if references and not isinstance(command, EnsureEntity | EnsureCustomer):
        _apply_all_of(_touched(command, context) & references, context)


def hand_in(context: RunContext) -> None:
    """At the end of a run, whichever it is: have the queue accept what was put off. Never raises.

    Where the queue cannot be reached the writes are applied here, in order. Where the store cannot either, they are
    lost; the record warns of it.
    """
    try:
        _hand_in(context)
    except StoreUnavailable as error:
        count = len(context.deferral.pending)
        cause = causes_of(error)
        _log().error("deferred_writes_lost", brand=context.brand, run_id=context.run_id, count=count, cause=cause)
        context.warn("deferred_writes_lost", f"{count} writes with 'async' are lost: the CRM cannot be reached")


def warn_of_miss(error: StorageError, arguments: Writing, context: RunContext) -> None:
    """Tell the author what a write that was put off came to, in the words that the call would have used."""
    if isinstance(error, MoveRefused):
        context.warn(error.code, refused_move(error, arguments))
    elif not isinstance(error, OperationRefused):
        missed = script_error(error, arguments, context.brand)
        context.warn(missed.code or "deferred_write", missed.message)


def reference_of_scope(command: Any, scope: Scope) -> Reference | None:
    """The reference of a command that names no entry; None for a visitor who is known by e-mail alone."""
    if scope.reference is not None:
        return scope.reference
    if scope.visitor.id is not None:
        return Reference(scope.reference_type or CUSTOMER, scope.visitor.id)
    return None if scope.visitor.email is not None else Reference(COLLECTION, _slug(command))


def _apply_all_of(references: Collection[Reference], context: RunContext) -> None:
    """Return when all that the run put off for the references is applied."""
    deferral, queue = context.deferral, context.queue
    if not references or queue is None:
        return
    _hand_in(context)
    waiting = deferral.references.intersection(references)
    if not waiting:
        return
    try:
        queue.drain(context.brand, waiting, DRAIN_SECONDS)
    except QueueBusy as error:
        raise StoreUnavailable("the writes that the run put off were not applied in time") from error
    except QueueUnavailable as error:
        if deferral.forgotten:
            raise StoreUnavailable("the queue that holds writes of the run cannot be reached") from error
        _apply_here(deferral.handed_in, context, error)
        deferral.references.clear()
    deferral.references.difference_update(waiting)


def _hand_in(context: RunContext) -> None:
    """Push what is pending, or apply it here. Raises ``StoreUnavailable``; then it is pending still."""
    deferral, queue = context.deferral, context.queue
    if not deferral.pending or queue is None:
        return
    try:
        queue.push([deferred for deferred, _ in deferral.pending])
    except QueueUnavailable as error:
        # The queue may have it all the same: the operation ids see to it that it happens once.
        _apply_here(deferral.pending, context, error)
        deferral.references.difference_update([deferred.reference for deferred, _ in deferral.pending])
    else:
        deferral.forgotten = bool(deferral.handed_in)
        deferral.handed_in = deferral.pending
    context.deferred_writes += len(deferral.pending)
    deferral.pending = []


def _apply_here(writes: list[tuple[DeferredWrite, Writing]], context: RunContext, cause: Exception) -> None:
    _log().warning(
        "deferred_write_fallback", brand=context.brand, run_id=context.run_id, count=len(writes), cause=str(cause)
    )
    outcomes = context.store.apply_batch([(deferred.brand, deferred.write) for deferred, _ in writes])
    for (_, arguments), outcome in zip(writes, outcomes, strict=True):
        if isinstance(outcome, StorageError):
            warn_of_miss(outcome, arguments, context)


def _touched(command: Any, context: RunContext) -> set[Reference]:
    """The references whose put-off writes come before a write that is done now."""
    deferral, scope = context.deferral, command.scope
    if isinstance(command, ReassignReference) or scope.entry_id is not None:
        return deferral.references
    own = reference_of_scope(command, scope)
    if own is None:
        return deferral.references
    target = deferral.made.get(getattr(command, "target_entry_id", ""))
    return {own} if target is None else {own, target}


def _reference(command: Any, context: RunContext) -> Reference:
    """Where a write that is put off has its place in the order."""
    entry_id = command.scope.entry_id
    if entry_id is None:
        found = reference_of_scope(command, command.scope)
        if found is None:
            raise LookupError("the customer of a write that is put off is not known")
        return found
    return context.deferral.made.get(entry_id) or _reference_of_entry(command, entry_id, context)


def _reference_of_entry(command: Any, entry_id: str, context: RunContext) -> Reference:
    """The reference to which a stored entry is attached now."""
    try:
        page = context.store.query(context.brand, ListEntries(_slug(command), Scope(entry_id=entry_id), limit=1))
    except (EntityNotFound, EntryNotFound):
        return Reference(ENTRY, entry_id)
    return page.items[0].reference if page.items else Reference(ENTRY, entry_id)


def _slug(command: Any) -> str:
    return str(getattr(command, "slug", None) or command.from_slug)


def _log() -> Any:
    import structlog

    return structlog.get_logger("funnelscript.deferring")
