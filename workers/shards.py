"""The shards' lists in Redis: what is done to them, each in one round trip and one step.

Every step that could go wrong by halves is a script in ``lua/``. Raises redis-py's ``RedisError`` throughout.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from redis import Redis

from storage.ids import new_uuid7
from workers.keys import DEAD_LETTERS, SHARDS, WAKES, keys_of

LOCK_MS = 3_000
"""How long a drain that was killed holds its shard up; one that lives renews its lock."""

Ended: TypeAlias = Literal["empty", "busy", "lost", "more"]
"""Why a drain holds its shard no longer: nothing is left; another holds it; another may hold it by now; it let go."""


JobCommands: TypeAlias = Callable[[int, str], bytes]
"""From a shard and a job's id to the commands that make this job, packed: see ``lua/push.lua``."""


def no_job(_shard: int, _job_id: str) -> bytes:
    """No commands: for lists that somebody drains anyway."""
    return b""


@dataclass(frozen=True, slots=True)
class Held:
    """The first writes of a shard's list, read under its lock.

    ``tries`` counts how often they were read without a result, this time included. ``settled`` is how many writes the
    list has lost so far.
    """

    shard: int
    token: str
    tries: int
    settled: int
    payloads: list[bytes]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A write, or a job, that was set aside: an id of its own and its record as JSON."""

    id: str
    record: bytes


@dataclass(frozen=True, slots=True)
class ShardState:
    """One shard as a sweep sees it. ``waking`` is the id of the job that is to drain it, empty where there is none."""

    shard: int
    waiting: int
    locked: bool
    waking: str


class Shards:
    """The lists of all shards on one server."""

    def __init__(self, connection: "Redis[bytes] | Redis") -> None:  # type: ignore[type-arg]
        self.connection: Any = connection
        folder = Path(__file__).with_name("lua")
        script = {path.stem: connection.register_script(path.read_text()) for path in sorted(folder.glob("*.lua"))}
        self._push, self._begin, self._settle = script["push"], script["begin"], script["settle"]
        self._renew, self._rewake, self._revive = script["renew"], script["rewake"], script["revive"]

    def push(self, payloads: Sequence[tuple[int, bytes]], job: JobCommands = no_job) -> None:
        """Append (shard, payload) pairs, in order; for each shard that nobody is to drain, ``job`` makes a job."""
        places = {shard: place for place, shard in enumerate(dict.fromkeys(shard for shard, _ in payloads), 1)}
        jobs = [(shard, new_uuid7()) for shard in places]
        arguments: list[Any] = [part for shard, job_id in jobs for part in (shard, job_id, job(shard, job_id))]
        arguments += [part for shard, payload in payloads for part in (places[shard], payload)]
        self._push(keys=[WAKES, *(keys_of(shard).list for shard in places)], args=arguments)

    def begin(self, shard: int, count: int) -> Held | Ended:
        """Take the shard's lock and read up to ``count`` writes."""
        keys, token = keys_of(shard), new_uuid7()
        names = [keys.list, keys.lock, keys.tries, WAKES, keys.settled]
        return _held(shard, token, self._begin(keys=names, args=[shard, token, LOCK_MS, count]))

    def settle(
        self, held: Held, done: int, dead: Sequence[DeadLetter] = (), *, count: int, wake: str = ""
    ) -> Held | Ended:
        """Take the first ``done`` of what is held off the list, keep the dead, and read up to ``count`` more.

        With ``count`` 0 the lock is let go; ``wake`` is then the id of the job that goes on, if there is more.
        """
        keys = keys_of(held.shard)
        first, last = (held.payloads[0], held.payloads[done - 1]) if done else (b"", b"")
        names = [keys.list, keys.lock, keys.tries, WAKES, keys.settled, DEAD_LETTERS]
        arguments: list[Any] = [held.shard, held.token, LOCK_MS, done, first, last, count, wake]
        arguments += [part for letter in dead for part in (letter.id, letter.record)]
        return _held(held.shard, held.token, self._settle(keys=names, args=arguments))

    def renew(self, held: Held) -> bool:
        """Keep the lock for another ``LOCK_MS``; false where it is lost."""
        return bool(self._renew(keys=[keys_of(held.shard).lock], args=[held.token, LOCK_MS]))

    def rewake(self, state: ShardState) -> str | None:
        """The id for a new job to drain a shard that a sweep found asleep; None where that has changed meanwhile."""
        keys, wake = keys_of(state.shard), new_uuid7()
        named = self._rewake(keys=[keys.list, keys.lock, WAKES], args=[state.shard, state.waking, wake])
        return wake if named else None

    def revive(self, letter: DeadLetter, shard: int, payload: bytes) -> tuple[bool, str | None]:
        """Make a dead letter a new write: whether it was still there, and the id of a job where one is needed."""
        wake = new_uuid7()
        answer = self._revive(
            keys=[DEAD_LETTERS, keys_of(shard).list, WAKES], args=[letter.id, letter.record, payload, shard, wake]
        )
        return answer != -1, wake if answer == 1 else None

    def end(self, shard: int) -> int:
        """How many writes will have been taken off when all that wait now are."""
        settled, waiting = self._progress(shard)
        return settled + waiting

    def has_reached(self, shard: int, end: int) -> bool:
        """Whether that many were taken off, or none wait (a server that came back may count from less)."""
        settled, waiting = self._progress(shard)
        return settled >= end or waiting == 0

    def states(self) -> list[ShardState]:
        """All shards, in one round trip."""
        pipeline = self.connection.pipeline()
        pipeline.hgetall(WAKES)
        for shard in range(SHARDS):
            pipeline.llen(keys_of(shard).list)
            pipeline.exists(keys_of(shard).lock)
        wakes, *found = pipeline.execute()
        return [
            ShardState(shard, found[2 * shard], bool(found[2 * shard + 1]), wakes.get(b"%d" % shard, b"").decode())
            for shard in range(SHARDS)
        ]

    def _progress(self, shard: int) -> tuple[int, int]:
        keys = keys_of(shard)
        settled, waiting = self.connection.pipeline().get(keys.settled).llen(keys.list).execute()
        return int(settled or 0), waiting


def _held(shard: int, token: str, answer: list[Any]) -> Held | Ended:
    state: Any = answer[0].decode()
    if state != "held":
        ended: Ended = state
        return ended
    return Held(shard, token, *answer[1:])
