"""When a transaction that failed is tried again: a pure decision, bounded in time."""

from storage.postgres.errors import Kind

PATIENCE_SECONDS = 10.0
"""From the call on: after that the store counts as unavailable."""

STALE_PATIENCE_SECONDS = 1.0
"""Where only a new session can help: a server that does nothing but reading says no to that one too."""

FIRST_PAUSE_SECONDS = {"conflict": 0.002, "lost": 0.02, "stale": 0.02}
LONGEST_PAUSE_SECONDS = 0.5


def pause_before_retry(kind: Kind, failures: int, elapsed_seconds: float, noise: float) -> float | None:
    """How many seconds to wait before the next attempt; None: give up.

    ``failures`` counts this one too, ``noise`` from 0 to 1 spreads those that failed together. Only what is undone for
    certain, or can be looked up by its operation id, is tried again: conflicts, lost connections and stale sessions.
    The first of these is replaced at once, since one from the pool may have been dead for long.
    """
    first = FIRST_PAUSE_SECONDS.get(kind)
    if first is None:
        return None
    pause = min(first * 2.0 ** min(failures, 16), LONGEST_PAUSE_SECONDS) * (0.5 + noise / 2)
    if kind != "conflict" and failures == 1:
        pause = 0.0
    patience = STALE_PATIENCE_SECONDS if kind == "stale" else PATIENCE_SECONDS
    return pause if elapsed_seconds + pause < patience else None
