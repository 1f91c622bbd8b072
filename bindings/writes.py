"""The way of every write: the command with what surrounds it, applied now or put off.

A put-off write is checked at the call as far as it can be without entries, and built whole: brand and ``Write`` are
all that applying it takes, and ``codec`` turns a ``Write`` into JSON and back.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from bindings.arguments.base import Writing
from bindings.checks import check_ahead
from bindings.context import RunContext
from bindings.deferring import catch_up, put_off_write, warn_of_miss
from bindings.results import Result
from storage.commands import Applied, Command, CustomerEnsured, EnsureCustomer, Idempotency, Write
from storage.errors import StorageError, StoreUnavailable
from storage.queries import Visitor

T = TypeVar("T")


def perform(
    command: Command[T],
    arguments: Writing,
    context: RunContext,
    done: Callable[[T], Result],
    put_off: Callable[[], Result],
) -> Result:
    """Do the call's one write, now or, with ``async``, later. ``done`` makes the result, ``put_off`` that of later.

    Raises ``StorageError``: for a write now what the store says, for one later what can be told without entries.
    """
    if not arguments.run_async:
        return done(apply_now(command, arguments, context))
    check_ahead(command, context)
    command = command if context.queue is None else _with_customer(command, context)
    defer(build(command, arguments, context, operation_id=context.new_id()), arguments, context)
    return put_off()


def apply_now(command: Command[T], arguments: Writing, context: RunContext) -> T:
    """Do the call's one write now, whatever ``async`` says."""
    return submit(build(command, arguments, context), context).outcome


def build(command: Command[T], arguments: Writing, context: RunContext, operation_id: str | None = None) -> Write[T]:
    """The command with its time, its idempotency key and the id of a customer whom it may make."""
    visitor_id = context.visitor.id
    return Write(
        command,
        at_ms=context.now_ms(),
        new_customer_id=context.new_id() if visitor_id is None else visitor_id,
        operation_id=operation_id,
        idempotency=_idempotency(arguments),
    )


def submit(write: Write[T], context: RunContext) -> Applied[T]:
    """Apply a write in the run's brand, after those that it put off for the same reference. Raises ``StorageError``.

    Where it resolved the default customer, the later calls of the run use that one.
    """
    catch_up(write.command, context)
    applied = context.store.apply(context.brand, write)
    if applied.customer is not None:
        _take_customer(applied.customer, context)
    return applied


def defer(write: Write[Any], arguments: Writing, context: RunContext) -> None:
    """Put a write off. Without a queue it is applied at once; what it misses is a warning, as it would be later on."""
    if context.queue is not None:
        put_off_write(write, arguments, context)
        return
    context.deferred_writes += 1
    try:
        submit(write, context)
    except StoreUnavailable:
        raise
    except StorageError as error:
        warn_of_miss(error, arguments, context)


def _with_customer(command: Command[T], context: RunContext) -> Command[T]:
    """The command, with a visitor known by e-mail alone found or made: the order of a reference needs the reference."""
    scope, visitor = command.scope, context.visitor  # type: ignore[attr-defined]  # as all that can be put off
    if scope.reference is not None or scope.entry_id is not None or visitor.id is not None or visitor.email is None:
        return command
    new_id = context.new_id()
    _take_customer(submit(Write(EnsureCustomer(visitor, new_id), context.now_ms(), new_id), context).outcome, context)
    return replace(command, scope=replace(scope, visitor=context.visitor))  # type: ignore[type-var]  # a dataclass


def _idempotency(arguments: Writing) -> Idempotency | None:
    key = arguments.idempotency_key
    return None if key is None else Idempotency(arguments.function, key, arguments_digest(arguments))


def arguments_digest(arguments: Writing) -> str:
    """SHA-256, in hex, of what the call says, spelling and order of keys aside, without ``async`` and the key."""
    said = arguments.model_dump(
        by_alias=True, exclude_defaults=True, exclude={"run_async", "idempotency_key"}, warnings=False
    )
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _take_customer(customer: CustomerEnsured, context: RunContext) -> None:
    visitor = context.visitor
    if visitor.id != customer.id:
        context.visitor = Visitor(customer.id, visitor.email, visitor.name)
    if customer.email_taken:
        context.warn(
            "email_taken", f"the session's e-mail belongs to another customer; '{customer.id}' was made without it"
        )
