"""The queue on Redis, as a run's host uses it: hand in, and catch up inline."""

import time
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from redis import RedisError

from bindings.queue import DeferredWrite, QueueBusy, QueueUnavailable
from storage import Store
from storage.errors import StoreUnavailable
from storage.models import Reference
from workers import payload
from workers.breaker import Breaker
from workers.connections import REQUEST_SECONDS, connect
from workers.drain import Drainer
from workers.keys import SHARDS, shard_of
from workers.shards import Shards
from workers.waking import Waker

T = TypeVar("T")

POLL_SECONDS = 0.003


class RedisQueue:
    """A ``WriteQueue``. One server that does not answer costs one call at most 50 ms, and the others nothing.

    Safe to use from many threads. ``store`` is where the writes go that are applied inline.
    """

    def __init__(self, url: str, store: Store, *, seconds: float = REQUEST_SECONDS) -> None:
        self._connection = connect(url, seconds)
        self._shards = Shards(self._connection)
        self._waker = Waker(self._connection)
        self._drainer = Drainer(self._shards, store, self._wake)
        self._breaker = Breaker(self._connection.ping)

    def push(self, writes: Sequence[DeferredWrite]) -> None:
        """Accept all of them and wake workers, in one round trip."""
        items = [(shard_of(one.brand, one.reference), payload.encode(one)) for one in writes]
        self._ask(self._shards.push, items, self._waker.commands)

    def drain(self, brand: str, references: Collection[Reference], timeout_seconds: float) -> None:
        """Apply, or see applied, what waits in the shards of the references."""
        deadline = time.monotonic() + timeout_seconds
        for shard in sorted({shard_of(brand, reference) for reference in references}):
            self._drain_shard(shard, deadline)

    def drain_all(self, timeout_seconds: float) -> None:
        """Apply all that waits. Raises as ``drain`` does."""
        deadline = time.monotonic() + timeout_seconds
        for shard in range(SHARDS):
            self._drain_shard(shard, deadline)

    def check(self) -> None:
        """Ask the server for a sign of life."""
        self._ask(self._connection.ping)

    def finish(self) -> None:
        """Nothing to do: workers apply what waits."""

    def close(self) -> None:
        """Give back connections. What waits is kept."""
        self._breaker.close()
        self._connection.close()

    def _drain_shard(self, shard: int, deadline: float) -> None:
        end = self._ask(self._shards.end, shard)
        while not self._ask(self._shards.has_reached, shard, end):
            left_seconds = deadline - time.monotonic()
            if left_seconds <= 0:
                raise QueueBusy(f"shard {shard} was not drained in time")
            outcome = self._ask(lambda left: self._drainer.drain(shard, end=end, seconds=left), left_seconds)
            if outcome == "unavailable":
                raise StoreUnavailable("the store cannot be used")
            if outcome in ("busy", "lost"):
                time.sleep(POLL_SECONDS)

    def _wake(self, shard: int, job_id: str) -> None:
        """Failing here loses nothing: a worker's sweep finds a shard that sleeps."""
        try:
            self._waker.wake(shard, job_id)
        except RedisError as error:
            self._breaker.trip(error)

    def _ask(self, call: Callable[..., T], *arguments: Any) -> T:
        if self._breaker.is_open:
            raise QueueUnavailable("the queue does not answer")
        try:
            return call(*arguments)
        except RedisError as error:
            self._breaker.trip(error)
            raise QueueUnavailable(f"the queue does not answer ({type(error).__name__})") from error
