"""Dead letters: the records of what was set aside, each with all that it takes to look at it and to try it again."""

import json
import time
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from bindings.queue import DeferredWrite
from storage.errors import StorageError
from workers.policy import MAX_ATTEMPTS, refusal_name
from workers.shards import DeadLetter, Held

MAX_SHOWN_BYTES = 64 * 1024
"""Of a job that is none of ours so much is kept."""


MAX_ERROR_CHARACTERS = 500


def write_letter(text: bytes, one: DeferredWrite, held: Held, cause: Exception) -> DeadLetter:
    """Of a write that was given up. Its id is its operation's, so that it is kept once."""
    record = {
        "kind": "write",
        **ids_of(one),
        "reference": list(one.reference),
        "error": describe(cause),
        "attempts": min(held.tries, MAX_ATTEMPTS),
        "accepted_at_ms": one.write.at_ms,
        "failed_at_ms": now_ms(),
        "shard": held.shard,
        "payload": text.decode(),
    }
    return _letter(str(one.write.operation_id), record)


def malformed_letter(text: bytes, shard: int, error: Exception) -> DeadLetter:
    """Of something in a shard's list that is no write. Its id is made of what it is, so that it is kept once."""
    record = {
        "kind": "malformed",
        "error": describe(error),
        "failed_at_ms": now_ms(),
        "shard": shard,
        "payload": text.decode("utf-8", "backslashreplace"),
    }
    return _letter(f"malformed-{_digest(text)}", record)


def job_letter(job_id: str, raw: Mapping[bytes, bytes], error: Exception) -> DeadLetter:
    """Of a job in RQ's queue that is none of ours."""
    payload = {_shown(name): _shown(value) for name, value in raw.items()}
    record = {"kind": "job", "error": describe(error), "failed_at_ms": now_ms(), "payload": json.dumps(payload)}
    return _letter(f"job-{_digest(job_id.encode())}", record)


def ids_of(one: DeferredWrite) -> dict[str, Any]:
    """What a log line says of a write: whose it is, never what it holds."""
    return {
        "brand": one.brand,
        "function": one.function,
        "run_id": one.run_id,
        "place": one.place,
        "operation_id": one.write.operation_id,
    }


def describe(error: Exception) -> str:
    """An error in a line for operators; what of it a script has written can drive no terminal."""
    name = refusal_name(error) if isinstance(error, StorageError) else type(error).__name__
    text = str(error.__cause__ or error)
    return name if text in ("", name) else f"{name}: {_line(text[:MAX_ERROR_CHARACTERS])}"


def now_ms() -> int:
    """The machine's clock."""
    return time.time_ns() // 1_000_000


def _letter(id_: str, record: dict[str, Any]) -> DeadLetter:
    return DeadLetter(id_, json.dumps(record).encode())


def _digest(text: bytes) -> str:
    return blake2b(text, digest_size=8).hexdigest()


def _line(text: str) -> str:
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def _shown(value: bytes) -> str:
    return value[:MAX_SHOWN_BYTES].decode("utf-8", "backslashreplace")
