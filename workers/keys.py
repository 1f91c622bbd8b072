"""The names of what stands in Redis, and the shard of a reference."""

from hashlib import blake2b
from typing import NamedTuple

from storage.models import Reference

PREFIX = "funnelscript"
QUEUE_NAME = PREFIX
"""RQ's queue, whose jobs drain the shards."""

SHARDS = 32
"""Fixed: processes that disagreed would write one reference's order into two lists."""

WAKES = f"{PREFIX}:wakes"
"""Hash: shard to the id of the job that is to drain it."""

DEAD_LETTERS = f"{PREFIX}:dead-letters"
"""Hash: id to record."""


class ShardKeys(NamedTuple):
    """One shard's keys.

    The writes that wait; the lock of their drain; how often one has begun since the last that got anywhere; how many
    writes were ever taken off the list.
    """

    list: str
    lock: str
    tries: str
    settled: str


def shard_of(brand: str, reference: Reference) -> int:
    """The shard, from 0, whose list holds the writes of a brand's reference. The same in every process and version."""
    text = "\0".join((brand, *reference))
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") % SHARDS


def keys_of(shard: int) -> ShardKeys:
    """The keys of a shard."""
    return _KEYS[shard]


_KEYS = [
    ShardKeys(*(f"{PREFIX}:shard:{shard}:{name}" for name in ("writes", "lock", "tries", "settled")))
    for shard in range(SHARDS)
]
