"""Where ids of new entries come from: UUIDv7 strings, so that ids made later sort later (within a process)."""

import random
import re
import threading
from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

import uuid_utils

IdSource: TypeAlias = Callable[[], str]
"""Gives a new id with each call; safe to call from many threads."""

_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_LAST_MS = 2**48 - 1
_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)


def new_uuid7() -> str:
    """A UUIDv7 of the machine's clock and its randomness: what stores use unless told otherwise. About 0.2 µs."""
    return str(uuid_utils.uuid7())


def uuid7_time_ms(id_: str) -> int:
    """When a UUIDv7 was made. ``ValueError`` for what is none, in lower case with hyphens."""
    if not _UUID7.fullmatch(id_):
        raise ValueError(f"not a UUIDv7: {id_!r}")
    return int(id_[:8] + id_[9:13], 16)


def first_uuid7_of(at_ms: int) -> str:
    """What sorts before every UUIDv7 of that millisecond or later, and behind every earlier one."""
    digits = f"{min(max(at_ms, 0), _LAST_MS):012x}"
    return f"{digits[:8]}-{digits[8:]}"


class SeededIds:
    """The same ids for the same seed and clock, in order even within one millisecond: for repeatable runs and tests.

    ``clock_ms`` is read once an id. After 2**42 ids of one millisecond the order within it starts again.
    """

    def __init__(self, seed: int, clock_ms: Callable[[], int]) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose, guards nothing
        self._clock_ms = clock_ms
        self._count = 0
        self._lock = threading.Lock()

    def __call__(self) -> str:
        """The next id."""
        with self._lock:
            self._count += 1
            count, noise = self._count, self._random.getrandbits(32)
        return str(UUID(int=_uuid7_bits(self._clock_ms(), count, noise)))


def _uuid7_bits(at_ms: int, count: int, noise: int) -> int:
    """48 bits of time, then a counter over the 12 and the upper 30 bits that are free, then 32 bits of noise."""
    high, low = (count >> 30) & 0xFFF, count & 0x3FFFFFFF
    return ((at_ms & 0xFFFFFFFFFFFF) << 80) | _VERSION_AND_VARIANT | (high << 64) | (low << 32) | noise
