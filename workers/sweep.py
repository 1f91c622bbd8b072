"""The sweep: finds shards with writes and no drain to come, and has a job made for each.

It makes harmless whatever RQ loses, and whoever ended between handing in and waking.
"""

import structlog

from workers.shards import Shards
from workers.waking import Waker

log = structlog.get_logger("funnelscript.sweep")


class Sweep:
    """Of one worker; many may sweep at once. Raises redis-py's ``RedisError``."""

    def __init__(self, shards: Shards, waker: Waker) -> None:
        self._shards = shards
        self._waker = waker
        self._asleep: dict[int, str] = {}

    def run(self, *, at_once: bool = False) -> int:
        """Look once; how many shards were woken. One round trip where none has writes and no drain.

        A shard is woken when it was found asleep twice in the same state, since a worker may have taken the job and
        not the lock yet; ``at_once`` does without, at the price of a job too many.
        """
        states = [state for state in self._shards.states() if state.waiting and not state.locked]
        waiting = self._waker.waiting() if states else set()
        asleep = [state for state in states if state.waking not in waiting]
        sure = [state for state in asleep if at_once or self._asleep.get(state.shard) == state.waking]
        self._asleep = {state.shard: state.waking for state in asleep}
        return sum(self._rewake(state.shard, self._shards.rewake(state)) for state in sure)

    def _rewake(self, shard: int, job_id: str | None) -> bool:
        if job_id is None:
            return False
        self._waker.wake(shard, job_id)
        log.info("shard_woken", shard=shard)
        return True
