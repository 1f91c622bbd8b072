"""The drain: takes the writes of one shard off its list and applies them, a batch in a transaction.

Killed or overtaken at any point, it leaves the list as it was until what stands at its head is done, and whoever comes
next does what is done already once more without effect: each write carries an operation id, and the store records it
in the transaction of the effect, of a refusal too.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias

import structlog
from redis import RedisError
from rq.timeouts import BaseTimeoutException

from bindings.causes import causes_of
from bindings.codec import WriteMalformed
from bindings.queue import DeferredWrite
from storage import Store
from storage.errors import StorageError
from storage.ids import new_uuid7
from workers import payload
from workers.letters import describe, ids_of, malformed_letter, write_letter
from workers.policy import MAX_ATTEMPTS, decide, is_outage
from workers.shards import LOCK_MS, DeadLetter, Ended, Held, Shards

BATCH = 32
"""Writes in one transaction: few, since an engine with one writer keeps everybody waiting meanwhile."""

DRAIN_SECONDS = 5.0
"""After so long a drain lets its shard go and has another job go on, so that no shard keeps a worker to itself."""

Outcome: TypeAlias = Ended | Literal["reached", "unavailable"]
"""``reached``: what was asked for is done. ``unavailable``: the store cannot be used now, the writes wait."""

log = structlog.get_logger("funnelscript.drain")


class Drainer:
    """Drains shards into a store. Safe to use from many threads. ``wake`` has a job made for a shard."""

    def __init__(self, shards: Shards, store: Store, wake: Callable[[int, str], object], *, batch: int = BATCH) -> None:
        self.shards = shards
        self._store = store
        self._wake = wake
        self._batch = batch

    def drain(self, shard: int, *, end: int | None = None, seconds: float = DRAIN_SECONDS) -> Outcome:
        """Apply what waits in a shard until nothing does, ``end`` is reached (see ``Shards.end``) or time is up.

        Raises ``RedisError``.
        """
        deadline = time.monotonic() + seconds
        held = self.shards.begin(shard, self._batch)
        if not isinstance(held, Held):
            return held
        with self._kept(held):
            return self._go_on(held, end, deadline)

    def apply(self, held: Held) -> list[DeadLetter]:
        """Apply what is held, in one transaction; gives what cannot be. Raises whatever leaves all of it undone."""
        dead: list[DeadLetter] = []
        writes: list[tuple[bytes, DeferredWrite]] = []
        for text in held.payloads:
            try:
                writes.append((text, payload.decode(text, held.shard)))
            except WriteMalformed as error:
                log.warning("deferred_write_malformed", shard=held.shard, problem=describe(error))
                dead.append(malformed_letter(text, held.shard, error))
        outcomes = self._store.apply_batch([(one.brand, one.write) for _, one in writes]) if writes else []
        for (text, one), outcome in zip(writes, outcomes, strict=True):
            if isinstance(outcome, StorageError) and self._is_dead(one, outcome, held):
                dead.append(write_letter(text, one, held, outcome))
        return dead

    def _go_on(self, held: Held | Ended, end: int | None, deadline: float) -> Outcome:
        """Batch after batch; after one that failed as a whole, its writes one by one."""
        singly = 0
        failure: Exception | None = None
        while isinstance(held, Held):
            singly = self._batch if held.tries > 1 else singly
            try:
                dead = self._dead_head(held, failure) or self.apply(held)
            except (RedisError, BaseTimeoutException):
                raise
            except Exception as error:  # noqa: BLE001 - whatever a write does to the store, the next one goes on
                failure = error
                if is_outage(error):
                    log.warning("drain_store_unavailable", shard=held.shard, cause=str(error.__cause__ or error))
                    self.shards.settle(held, 0, count=0)
                    return "unavailable"
                held, singly = self._again(held, error), self._batch
                continue
            done = len(held.payloads)
            failure, singly = None, max(0, singly - done)
            log.info("writes_drained", shard=held.shard, count=done, dead=len(dead))
            reached = end is not None and held.settled + done >= end
            over = reached or time.monotonic() >= deadline
            held = self._settle(held, done, dead, 0 if over else 1 if singly else self._batch)
            if reached and held != "lost":
                return "reached"
        return held

    def _settle(self, held: Held, done: int, dead: list[DeadLetter], count: int) -> Held | Ended:
        wake = "" if count else new_uuid7()
        result = self.shards.settle(held, done, dead, count=count, wake=wake)
        if result == "lost":
            log.warning("drain_lock_lost", shard=held.shard)
        elif result == "more":
            self._wake(held.shard, wake)
        if dead and result != "lost":
            log.error("dead_letters", shard=held.shard, ids=[letter.id for letter in dead])
        return result

    def _again(self, held: Held, error: Exception) -> Held | Ended:
        """Read the first write alone, after a pause where it has failed alone."""
        log.warning("deferred_write_failed", shard=held.shard, attempt=held.tries, cause=causes_of(error))
        decision = decide(error, held.tries)
        if len(held.payloads) == 1 and decision.kind == "retry":
            time.sleep(decision.pause_seconds)
        return self.shards.settle(held, 0, count=1)

    def _dead_head(self, held: Held, failure: Exception | None) -> list[DeadLetter]:
        """The one write that is held, where it was tried often enough, by whatever drains."""
        if held.tries <= MAX_ATTEMPTS or len(held.payloads) != 1:
            return []
        cause = failure or RuntimeError("the worker ended each time")
        [text] = held.payloads
        try:
            return [write_letter(text, payload.decode(text, held.shard), held, cause)]
        except WriteMalformed as error:
            return [malformed_letter(text, held.shard, error)]

    def _is_dead(self, one: DeferredWrite, refusal: StorageError, held: Held) -> bool:
        if decide(refusal, held.tries).kind == "dead":
            return True
        log.warning("deferred_write_missed", error=describe(refusal), **ids_of(one))
        return False

    @contextmanager
    def _kept(self, held: Held) -> Iterator[None]:
        """Renew the lock meanwhile, however long the store takes."""
        ended = threading.Event()

        def keep() -> None:
            while not ended.wait(LOCK_MS / 3000):
                try:
                    if not self.shards.renew(held):
                        return
                except RedisError:
                    continue  # settling will tell

        keeper = threading.Thread(target=keep, name="funnelscript-lock", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            ended.set()
            keeper.join()
