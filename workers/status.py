"""The state of the queue, for operators."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rq import Worker

from workers.keys import DEAD_LETTERS, QUEUE_NAME, SHARDS, keys_of
from workers.letters import now_ms
from workers.shards import Shards
from workers.waking import DrainJob, Waker
from workers.worker import WORKER_TTL_SECONDS


@dataclass(frozen=True, slots=True)
class ShardStatus:
    """One shard with writes. ``oldest_seconds`` is the age of the first of them, None where it cannot be read."""

    shard: int
    waiting: int
    oldest_seconds: float | None
    draining: bool


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """One worker process that has shown that it lives within the last minute."""

    name: str
    host: str
    process_id: int | None
    state: str


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """All there is to know. ``shards`` are those with writes; ``jobs`` are waiting for a worker."""

    waiting: int
    oldest_seconds: float | None
    jobs: int
    dead_letters: int
    shards: list[ShardStatus]
    workers: list[WorkerStatus]


def status_of(connection: Any) -> QueueStatus:
    """The state now. Raises redis-py's ``RedisError``."""
    pipeline = connection.pipeline()
    for shard in range(SHARDS):
        pipeline.lindex(keys_of(shard).list, 0)
    heads = pipeline.execute()
    states = [state for state in Shards(connection).states() if state.waiting]
    shards = [ShardStatus(one.shard, one.waiting, _age_seconds(heads[one.shard]), one.locked) for one in states]
    ages = [one.oldest_seconds for one in shards if one.oldest_seconds is not None]
    return QueueStatus(
        waiting=sum(one.waiting for one in shards),
        oldest_seconds=max(ages, default=None),
        jobs=len(Waker(connection).waiting()),
        dead_letters=connection.hlen(DEAD_LETTERS),
        shards=shards,
        workers=_workers(connection),
    )


def _age_seconds(head: bytes | None) -> float | None:
    try:
        at_ms = json.loads(head or b"")["write"]["at_ms"]
        return max(0.0, round((now_ms() - int(at_ms)) / 1000, 3))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _workers(connection: Any) -> list[WorkerStatus]:
    found = Worker.all(connection=connection, job_class=DrainJob)
    return [
        WorkerStatus(one.name, str(one.hostname), one.pid, str(one.get_state()))
        for one in found
        if QUEUE_NAME in one.queue_names() and _is_alive(one.last_heartbeat)
    ]


def _is_alive(heartbeat: datetime | None) -> bool:
    return heartbeat is not None and (datetime.now(UTC) - heartbeat).total_seconds() < 2 * WORKER_TTL_SECONDS
