"""What was done once and must not be done again: operation ids and idempotency keys, with their outcomes.

Both stand in one table, written in the transaction of the effect; so does the refusal of an operation in a batch, since
one that was passed over must not happen later. An operation id is kept for ``KEPT_MS`` of the
machine's clock, an idempotency key counts for ``IDEMPOTENCY_MS`` of the writes' own times.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from hashlib import blake2b
from itertools import count
from typing import Any

from storage import jsontext
from storage.commands import Applied, CustomerEnsured, Idempotency, Write
from storage.errors import IdempotencyConflict, OperationRefused, StorageError
from storage.transaction import Transaction
from storage.work import Work

IDEMPOTENCY_MS = 24 * 3600 * 1000
KEPT_MS = 7 * 24 * 3600 * 1000
ATTEMPT_KEPT_MS = 3600 * 1000
LONGEST_NAME_BYTES = 2000
"""An index of PostgreSQL takes 2,704 bytes in a row, the brand among them."""

PURGED_EVERY = 8
_ATTEMPTS = count(1)
PURGED_AT_ONCE = 2
"""Each record takes at most so many old ones away: the table shrinks as fast as it grows, and no write waits long."""


def once(
    work: Work,
    write: Write[Any],
    perform: Callable[[Work, Any], Any],
    outcome_type: type,
    place: Callable[[Work, Any], list[str]],
) -> Applied[Any]:
    """Do the write unless its operation id or its idempotency key says that it was done.

    ``place`` gives the reference (or the entry) within which an idempotency key counts. Raises ``OperationRefused`` for
    an operation that ``refuse`` has recorded.
    """
    operation = None if write.operation_id is None else _operation(write.operation_id)
    if operation is not None:
        work.tx.lock(work.brand, operation)
        done = work.tx.row("operation", (work.brand, operation))
        if done is not None:
            return _recorded(done[1], outcome_type)
    applied = _once_a_day(work, write, perform, outcome_type, place)
    if operation is not None:
        _record(work, operation, None, applied)
    return applied


def refuse(tx: Transaction, brand: str, write: Write[Any], refusal: StorageError) -> None:
    """Record that the operation of a batch was refused, when what it did is undone."""
    if write.operation_id is None or isinstance(refusal, OperationRefused):
        return
    text = jsontext.encode({"refused": type(refusal).__name__})
    _keep(tx, brand, (_operation(write.operation_id), None, text, write.at_ms))


def record_attempt(tx: Transaction, brand: str, id_: str, applied: Applied[Any], at_ms: int) -> None:
    """Record what an engine did on its own account, for an hour: long enough to know it again after a lost answer.

    Every eighth takes old records away, eight times as many: that spares most writes a statement.
    """
    recorded_at_ms = tx.clock_ms() - KEPT_MS + ATTEMPT_KEPT_MS
    tx.send("record_operation", (brand, _attempt(id_), None, _as_text(applied), at_ms, recorded_at_ms))
    if next(_ATTEMPTS) % PURGED_EVERY == 0:
        tx.send("purge_operations", (brand, tx.clock_ms() - KEPT_MS, PURGED_EVERY * PURGED_AT_ONCE))


def find_attempt(tx: Transaction, brand: str, id_: str, outcome_type: type) -> Applied[Any] | None:
    """What came of it, as it was first told; None where nothing did."""
    done = tx.row("operation", (brand, _attempt(id_)))
    return None if done is None else replace(_recorded(done[1], outcome_type), repeated=False)


def _once_a_day(
    work: Work,
    write: Write[Any],
    perform: Callable[[Work, Any], Any],
    outcome_type: type,
    place: Callable[[Work, Any], list[str]],
) -> Applied[Any]:
    idempotency = write.idempotency
    if idempotency is None:
        return Applied(perform(work, write.command), work.customer)
    key = _key(idempotency, place(work, write.command))
    work.tx.lock(work.brand, key)
    done = work.tx.row("operation", (work.brand, key))
    if done is not None and write.at_ms - done[2] < IDEMPOTENCY_MS:
        if done[0] != idempotency.arguments_digest:
            raise IdempotencyConflict(idempotency.key)
        return Applied(_recorded(done[1], outcome_type).outcome, work.customer, repeated=True)
    applied = Applied(perform(work, write.command), work.customer)
    _record(work, key, idempotency.arguments_digest, applied)
    return applied


def _record(work: Work, id_: str, digest: str | None, applied: Applied[Any]) -> None:
    _keep(work.tx, work.brand, (id_, digest, _as_text(applied), work.at_ms))


def _keep(tx: Transaction, brand: str, record: tuple[str, str | None, str, int]) -> None:
    now_ms = tx.clock_ms()
    tx.send("record_operation", (brand, *record, now_ms))
    tx.send("purge_operations", (brand, now_ms - KEPT_MS, PURGED_AT_ONCE))


def _operation(id_: str) -> str:
    return jsontext.encode(["operation", id_])


def _key(idempotency: Idempotency, place: list[str]) -> str:
    """The key's name within the brand; of a very long one its digest."""
    name = jsontext.encode(["key", idempotency.function, idempotency.key, *place])
    text = name.encode()
    if len(text) <= LONGEST_NAME_BYTES:
        return name
    return jsontext.encode(["key", idempotency.function, blake2b(text, digest_size=32).hexdigest()])


def _attempt(id_: str) -> str:
    return jsontext.encode(["attempt", id_])


def _as_text(applied: Applied[Any]) -> str:
    return jsontext.encode({"outcome": _as_json(applied.outcome), "customer": _as_json(applied.customer)})


def _as_json(record: Any) -> dict[str, Any] | None:
    return None if record is None else {part.name: getattr(record, part.name) for part in fields(record)}


def _recorded(text: str, outcome_type: type) -> Applied[Any]:
    record = jsontext.decode(text)
    if "refused" in record:
        raise OperationRefused(record["refused"])
    customer = record["customer"]
    return Applied(
        outcome_type(**record["outcome"]),
        None if customer is None else CustomerEnsured(**customer),
        repeated=True,
    )
