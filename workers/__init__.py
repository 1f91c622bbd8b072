"""Writes that wait, between the functions of ``bindings``, which do them, and ``runtime``, whose runs hand them in.

A list for each shard of the references carries them in Redis, a job of RQ's wakes a worker for a shard, and the worker
drains it into the store. ``docs/queue.md`` says what that guarantees, and by what. Names are loaded when first used, so
that whoever puts nothing off does not pay for RQ.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module 'workers' has no attribute {name!r}")
    return getattr(import_module(f"workers.{_HOMES[name]}"), name)
