"""How fast refusals are handed out: a caller who comes again at once must not cost those who were let in their time."""

import time
from collections.abc import Callable

REFUSALS_A_SECOND = 100
"""So many are answered at once, in one moment or spread; together they take about a twentieth of a core."""
LONGEST_DELAY_SECONDS = 1.0


class Pace:
    """Tells each refusal how long to wait with its answer: not at all, up to so many a second. No thread, no task."""

    def __init__(self, a_second: int = REFUSALS_A_SECOND, clock: Callable[[], float] = time.monotonic) -> None:
        self._each_seconds = 1 / a_second
        self._clock = clock
        self._paid_until_seconds = clock()

    def delay_seconds(self) -> float:
        """Of one more refusal. What is held meanwhile is a connection, of which there is a bounded number."""
        now = self._clock()
        self._paid_until_seconds = max(self._paid_until_seconds, now) + self._each_seconds
        ahead_seconds = self._paid_until_seconds - now - 1.0
        if ahead_seconds > LONGEST_DELAY_SECONDS:
            self._paid_until_seconds = now + 1.0 + LONGEST_DELAY_SECONDS
            return LONGEST_DELAY_SECONDS
        return max(ahead_seconds, 0.0)
