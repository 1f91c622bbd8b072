"""The state that a run's ``Math.random`` starts from: never the same twice, unless a seed asks for it."""

import hashlib
import os
import struct
import threading

STATE_BYTES = 16
POOL_STATES = 256
_words = struct.Struct("<4i").unpack


def random_state(seed: int | None) -> list[int]:
    """Four signed 32-bit words: from the system's randomness, or the same ones for the same seed.

    The system is asked for many states at once: a system call for each would cost as much as a read of the store.
    """
    if seed is not None:
        return list(_words(hashlib.sha256(str(seed).encode()).digest()[:STATE_BYTES]))
    with _lock:
        if not _states:
            data = os.urandom(STATE_BYTES * POOL_STATES)
            _states.extend(data[start : start + STATE_BYTES] for start in range(0, len(data), STATE_BYTES))
        return list(_words(_states.pop()))


_lock = threading.Lock()
_states: list[bytes] = []


def _forget() -> None:
    """A forked child must not hand out what its parent will."""
    _states.clear()


os.register_at_fork(after_in_child=_forget)
