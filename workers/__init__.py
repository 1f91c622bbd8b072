"""Writes that wait, between the functions of ``bindings``, which do them, and ``runtime``, whose runs hand them in.

A list for each shard of the references carries them in Redis, a job of RQ's wakes a worker for a shard, and the worker
drains it into the store. ``docs/queue.md`` says what that guarantees, and by what. Names are loaded when first used, so
that whoever puts nothing off does not pay for RQ.
"""

from typing import TYPE_CHECKING

from storage.lazy_names import lazy_names

if TYPE_CHECKING:
    from workers.connections import QueueUrlError
    from workers.embedded import EmbeddedQueue
    from workers.redis_queue import RedisQueue
    from workers.supervisor import Supervisor
    from workers.worker import run_worker

_HOMES = {
    "EmbeddedQueue": "embedded",
    "QueueUrlError": "connections",
    "RedisQueue": "redis_queue",
    "Supervisor": "supervisor",
    "run_worker": "worker",
}

__all__ = ["EmbeddedQueue", "QueueUrlError", "RedisQueue", "Supervisor", "run_worker"]

__getattr__ = lazy_names(__name__, _HOMES)
