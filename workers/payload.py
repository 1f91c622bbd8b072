"""A deferred write as the text that waits in Redis. What comes out is checked as if a stranger had put it in."""

import json
import re
from typing import Any

from bindings.codec import WriteMalformed, decode_write, encode_write
from bindings.deferring import reference_of_scope
from bindings.queue import BRAND_PATTERN, DeferredWrite
from bindings.registry import FUNCTIONS
from storage.commands import Write
from storage.models import Reference
from workers.keys import shard_of

VERSION = 1
MAX_PAYLOAD_BYTES = 4 * 1024 * 1024
"""Far above what a call can carry."""

_KEYS = {"version", "brand", "reference", "function", "run_id", "place", "write"}
_BRAND = re.compile(BRAND_PATTERN[:-1] + r"\Z")
_RUN_ID = re.compile(r"[0-9A-Za-z-]{1,64}\Z")
_DEFERRING = frozenset(name for name, function in FUNCTIONS.items() if function.defers)
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def encode(deferred: DeferredWrite) -> bytes:
    """The payload of a write."""
    return _encode(
        {
            "version": VERSION,
            "brand": deferred.brand,
            "reference": list(deferred.reference),
            "function": deferred.function,
            "run_id": deferred.run_id,
            "place": deferred.place,
            "write": encode_write(deferred.write),
        }
    ).encode()


def decode(payload: bytes, shard: int) -> DeferredWrite:
    """The write of a payload in a shard's list. Raises ``WriteMalformed`` for all that no run can have put there.

    A write stands in the shard of its brand and reference, and is about that reference: one that was moved or altered
    would break the order.
    """
    record = _object(payload)
    if record.keys() != _KEYS or record["version"] != VERSION:
        raise WriteMalformed(f"must be version {VERSION} with {', '.join(sorted(_KEYS))}")
    brand, function, place = record["brand"], record["function"], record["place"]
    if not isinstance(brand, str) or not _BRAND.match(brand):
        raise WriteMalformed("'brand' must be the name of a brand")
    if not isinstance(function, str) or function not in _DEFERRING:
        raise WriteMalformed("'function' must be one whose writes can be put off")
    if type(place) is not int or place < 0 or not _is_run_id(record["run_id"]):
        raise WriteMalformed("'run_id' must be an id or null, 'place' a number from 0")
    reference = _reference(record["reference"])
    if shard_of(brand, reference) != shard:
        raise WriteMalformed("'brand' and 'reference' belong to another shard")
    write = decode_write(record["write"])
    _check(write, reference)
    return DeferredWrite(brand, reference, function, write, record["run_id"], place)


def _object(payload: bytes) -> dict[str, Any]:
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise WriteMalformed(f"must be at most {MAX_PAYLOAD_BYTES} bytes")
    try:
        record = json.loads(payload, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise WriteMalformed("must be JSON") from None
    if not isinstance(record, dict):
        raise WriteMalformed("must be an object")
    return record


def _is_run_id(value: Any) -> bool:
    return value is None or (isinstance(value, str) and _RUN_ID.match(value) is not None)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _reference(pair: Any) -> Reference:
    if not isinstance(pair, list) or [type(part) for part in pair] != [str, str]:
        raise WriteMalformed("'reference' must be a type and an id")
    return Reference(*pair)


def _check(write: Write[Any], reference: Reference) -> None:
    if write.operation_id is None:
        raise WriteMalformed("'write.operation_id' is missing")
    command: Any = write.command
    if command.scope.entry_id is None and reference_of_scope(command, command.scope) != reference:
        raise WriteMalformed("'write.command.scope' means another than 'reference'")
