"""What is left of one call: time, and bytes on the wire."""

import time

from runtime.http.failures import CallFailed

HEAD_BYTES = 128 * 1024
"""What may come before an answer's body: more than any server says, and little work to read."""


class Allowance:
    """Runs from the call's start over all its redirects. A deadline holds over all reads together, unlike a timeout."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(0.0, seconds)
        self._end_seconds = time.monotonic() + self.seconds
        self._bytes_left = 0

    def seconds_left(self) -> float:
        """Never 0, which would mean no waiting at all. Raises ``CallFailed`` once the time is over."""
        left_seconds = self._end_seconds - time.monotonic()
        if left_seconds <= 0:
            raise self.used_up()
        return left_seconds

    def used_up(self) -> CallFailed:
        """The time is over."""
        return CallFailed(f"no whole answer came within {self.seconds:.3g} s")

    def expect(self, size_bytes: int) -> None:
        """From now on so many bytes may come."""
        self._bytes_left = size_bytes

    def take(self, size_bytes: int) -> None:
        """So many bytes came. Raises ``CallFailed`` where they are more than expected."""
        self._bytes_left -= size_bytes
        if self._bytes_left < 0:
            raise CallFailed("what came is larger than an answer may be")
