"""Waking a worker for a shard, by a job of RQ's; and the jobs, of which there is one kind."""

import json
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Self

import structlog
from redis import Redis, RedisError
from rq import Queue, Retry
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.utils import utcformat

from workers.keys import DEAD_LETTERS, QUEUE_NAME, SHARDS
from workers.letters import describe, job_letter

FUNCTION = "workers.drain"
"""What dashboards show; no job's function is ever looked up by its name."""

JOB_SECONDS = 30
MAX_DATA_BYTES = 1024

_OURS = frozenset(
    {
        *("created_at", "enqueued_at", "started_at", "ended_at", "last_heartbeat", "status", "worker_name"),
        *("data", "description", "origin", "timeout", "result_ttl", "failure_ttl"),
        *("number_of_retries", "retries_left", "retry_intervals"),
    }
)
"""The attributes of a job that mean something here. What else stands in a job's hash is never looked at."""

_NEVER_OURS = frozenset(
    {
        *("success_callback_name", "failure_callback_name", "stopped_callback_name", "webhooks", "meta"),
        *("repeats_left", "rate_limit_key", "dependency_ids", "dependency_id", "group_id"),
    }
)
"""Attributes by which a job makes RQ do more than run it. One that has them was made by somebody else."""

log = structlog.get_logger("funnelscript.queue")


class JobRefused(ValueError):
    """The job is none of ours."""


class Waker:
    """Makes the jobs. Safe to use from many threads. Raises redis-py's ``RedisError``."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._queue = Queue(QUEUE_NAME, connection=connection, serializer=JSONSerializer)
        self._recorded: dict[int, bytes] = {}

    def wake(self, shard: int, job_id: str) -> None:
        """Enqueue a job."""
        pipeline = self._connection.pipeline()
        self._enqueue(shard, job_id, pipeline)
        pipeline.execute()

    def commands(self, shard: int, job_id: str) -> bytes:
        """The commands by which RQ would enqueue a job, packed, to be sent along with others: a tenth of RQ's own time.

        They are RQ's, recorded once a shard; only the job's id (of 36 characters) and its times are put in.
        """
        recorded = self._recorded.get(shard) or self._record(shard)
        return recorded.replace(_ID, job_id.encode()).replace(_TIME, utcformat(datetime.now(UTC)).encode())

    def waiting(self) -> set[str]:
        """The ids of the jobs that no worker has taken yet."""
        return set(self._queue.job_ids)

    def _record(self, shard: int) -> bytes:
        pipeline = self._connection.pipeline()
        self._enqueue(shard, _ID.decode(), pipeline)
        commands = [[_sent(part) for part in command] for command, _ in pipeline.command_stack]
        pipeline.reset()
        for command in commands:
            for at, name in enumerate(command[:-1]):
                if name in _TIMES:
                    command[at + 1] = _TIME
        recorded = self._recorded[shard] = _packed([_packed(command) for command in commands], raw=False)
        return recorded

    def _enqueue(self, shard: int, job_id: str, pipeline: Any) -> None:
        self._queue.enqueue_call(
            FUNCTION,
            args=(shard,),
            job_id=job_id,
            description=f"drain shard {shard}",
            timeout=JOB_SECONDS,
            result_ttl=0,
            failure_ttl=24 * 3600,
            retry=Retry(max=3),
            pipeline=pipeline,
        )


_ID = b"00000000-0000-7000-8000-000000000000"
_TIME = b"0000-00-00T00:00:00.000000Z"
"""As long as those that take their places, since the packed form says lengths."""

_TIMES = (b"created_at", b"enqueued_at")


def _sent(part: Any) -> bytes:
    """A part of a command as redis-py would send it."""
    return part if isinstance(part, bytes) else str(getattr(part, "value", part)).encode()


def _packed(parts: list[bytes], *, raw: bool = True) -> bytes:
    """An array in MessagePack, which Redis unpacks in a step; its parts are texts, or packed already."""
    items = (b"\xda" + len(part).to_bytes(2, "big") + part if raw else part for part in parts)
    return b"\xdc" + len(parts).to_bytes(2, "big") + b"".join(items)


class DrainJob(Job):
    """The only kind of job that a worker runs: ``drain(shard)``, bound to the worker's drain by ``job_class``.

    Anything else that is found in the queue is kept as a dead letter and taken out, unread: RQ's own class would import
    whatever function or callback a job names.
    """

    run_drain: Callable[[int], object]

    @classmethod
    def fetch(cls, id: str, connection: Redis | None = None, serializer: Any = None) -> Self:  # noqa: A002 - RQ's name
        """The job of that id. One that is refused is as good as not there, which RQ passes over."""
        try:
            job: Any = super().fetch(id, connection=connection, serializer=serializer)
        except (NoSuchJobError, RedisError):
            raise
        except Exception as error:
            _set_aside(id, connection, error)
            raise NoSuchJobError(f"job {id} was refused") from error
        found: Self = job
        return found

    def restore(self, raw_data: Mapping[bytes, bytes]) -> None:
        """Take over what stands in Redis, if it is ours. Raises ``JobRefused``."""
        found = {name.decode("utf-8", "replace"): value for name, value in raw_data.items()}
        foreign = sorted(name for name in _NEVER_OURS if found.get(name))
        if foreign:
            raise JobRefused(f"has {', '.join(foreign)}")
        self._shard = shard_of_job(found.get("data", b""))
        super().restore({name.encode(): value for name, value in found.items() if name in _OURS})

    @property
    def func(self) -> Callable[[int], object]:
        """What the job does, whatever name stands in it."""
        return type(self).run_drain

    def _execute(self) -> None:
        type(self).run_drain(self._shard)


def shard_of_job(data: bytes) -> int:
    """The shard of a job's data as RQ keeps it: zlib over JSON. Raises ``JobRefused`` for any other call than ours."""
    try:
        text = zlib.decompressobj().decompress(data[:MAX_DATA_BYTES], MAX_DATA_BYTES)
        call = json.loads(text)
    except (zlib.error, ValueError, RecursionError):
        raise JobRefused("its data is no JSON") from None
    if not isinstance(call, list) or len(call) != 4 or call[:2] != [FUNCTION, None] or call[3] != {}:  # noqa: PLR2004 - RQ's four
        raise JobRefused("it calls something else")
    arguments = call[2]
    if (
        not isinstance(arguments, list)
        or [type(one) for one in arguments] != [int]
        or arguments[0] not in range(SHARDS)
    ):
        raise JobRefused("it names no shard")
    shard: int = arguments[0]
    return shard


def job_class(run_drain: Callable[[int], object]) -> type[DrainJob]:
    """The class of the jobs of one worker."""
    return type("DrainJob", (DrainJob,), {"run_drain": staticmethod(run_drain)})


def _set_aside(job_id: str, connection: Any, error: Exception) -> None:
    """Keep what was found, for operators, and take it out of RQ's sight."""
    key = Job.key_for(job_id)
    raw = connection.hgetall(key)
    letter = job_letter(job_id, raw, error)
    pipeline = connection.pipeline()
    pipeline.hset(DEAD_LETTERS, letter.id, letter.record)
    pipeline.delete(key)
    pipeline.execute()
    log.error("job_refused", job_id=letter.id, problem=describe(error))
