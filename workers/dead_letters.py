"""Looking at what was set aside, trying it again as a new write, and dropping it."""

import json
from dataclasses import dataclass, replace
from typing import Any

from bindings.codec import WriteMalformed
from storage.ids import new_uuid7
from workers import payload
from workers.keys import DEAD_LETTERS, shard_of
from workers.letters import now_ms
from workers.shards import DeadLetter, Shards
from workers.waking import Waker


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter as people read it. ``kind`` is "write", "malformed" or "job"; only a write can be tried again.

    ``record`` has the rest, the payload as it came included; what is only known of a write is missing for the others.
    """

    id: str
    kind: str
    error: str
    failed_at_ms: int
    record: dict[str, Any]


class DeadLetters:
    """Those of one server. Raises redis-py's ``RedisError``."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._shards = Shards(connection)
        self._waker = Waker(connection)

    def all(self) -> list[Letter]:
        """All of them, the oldest first."""
        found = self._connection.hgetall(DEAD_LETTERS)
        letters = [_letter(id_.decode("utf-8", "backslashreplace"), record) for id_, record in found.items()]
        return sorted(letters, key=lambda letter: (letter.failed_at_ms, letter.id))

    def get(self, id_: str) -> Letter | None:
        """One of them."""
        record = self._connection.hget(DEAD_LETTERS, id_)
        return None if record is None else _letter(id_, record)

    def retry(self, id_: str) -> bool:
        """Hand it in as a new write, of now, behind what waits for its reference. False where it is gone.

        Raises ``WriteMalformed`` for one that is no write.
        """
        record = self._connection.hget(DEAD_LETTERS, id_)
        if record is None:
            return False
        letter = _letter(id_, record)
        if letter.kind != "write":
            raise WriteMalformed(f"it is no write, but of the kind '{letter.kind}'")
        old = payload.decode(str(letter.record.get("payload", "")).encode(), int(letter.record.get("shard", -1)))
        new = replace(old, write=replace(old.write, at_ms=now_ms(), operation_id=new_uuid7()))
        shard = shard_of(new.brand, new.reference)
        revived, wake = self._shards.revive(DeadLetter(id_, record), shard, payload.encode(new))
        if wake is not None:
            self._waker.wake(shard, wake)
        return revived

    def drop(self, id_: str) -> bool:
        """Delete it. False where it is gone."""
        return bool(self._connection.hdel(DEAD_LETTERS, id_))


def _letter(id_: str, text: bytes) -> Letter:
    """What stands there, whoever put it there."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        record = {"kind": "malformed", "error": "the record is no JSON", "payload": text.decode("utf-8", "replace")}
    failed_at_ms = record.get("failed_at_ms")
    return Letter(
        id_,
        str(record.get("kind")),
        str(record.get("error")),
        failed_at_ms if type(failed_at_ms) is int else 0,
        record,
    )
