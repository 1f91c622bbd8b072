"""The clocks of one run, as its host reads them: how long it takes, and how long its worker is busy with it."""

import time

from runtime.limits import Limits
from runtime.outcome import LimitReached
from runtime.sandbox.worker import Worker

SHORTEST_WAIT_SECONDS = 0.001


class Clocks:
    """Wall clock and CPU clock of one job on a worker, and what is left of the limits of both."""

    def __init__(self, worker: Worker, limits: Limits) -> None:
        self._worker = worker
        self._limits = limits
        self.first_look_seconds = min(limits.wall_seconds, limits.cpu_seconds)
        """Before so much has passed, neither limit can be reached."""
        self.deadline_seconds = 0.0
        """When the wall clock's limit is reached, by the monotonic clock."""
        self._start_seconds = 0.0
        self._start_cpu_seconds = 0.0

    def start(self) -> float:
        """The job begins; when it has to be over at the latest."""
        self._start_seconds = time.monotonic()
        self.deadline_seconds = self._start_seconds + self._limits.wall_seconds
        self._start_cpu_seconds = self._worker.cpu_seconds()
        return self.deadline_seconds

    def elapsed_seconds(self) -> float:
        """How long the job has taken."""
        return time.monotonic() - self._start_seconds

    def cpu_seconds(self) -> float:
        """How long its worker's processor was busy with it, as the kernel counts it."""
        return self._worker.cpu_seconds() - self._start_cpu_seconds

    def wall_left_seconds(self) -> float:
        """What is left of the wall clock's limit; less than nothing behind it."""
        return self.deadline_seconds - time.monotonic()

    def cpu_left_seconds(self) -> float:
        """What is left of the CPU clock's limit; less than nothing behind it."""
        return self._limits.cpu_seconds - self.cpu_seconds()

    def check_wall(self) -> None:
        """Raise ``LimitReached`` where the wall clock is at its limit."""
        if time.monotonic() >= self.deadline_seconds:
            raise LimitReached("wall_seconds")

    def check(self) -> float:
        """How long to wait at most before looking at the clocks again. Raises ``LimitReached`` where one is over."""
        wall_left = self.wall_left_seconds()
        if wall_left <= 0:
            raise LimitReached("wall_seconds")
        cpu_left = self.cpu_left_seconds()
        if cpu_left <= 0:
            raise LimitReached("cpu_seconds")
        return max(SHORTEST_WAIT_SECONDS, min(wall_left, cpu_left))
