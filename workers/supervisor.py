"""Keeping a number of worker processes alive."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from types import FrameType

import structlog

POLL_SECONDS = 0.1
STOP_SECONDS = 35.0
"""How long a worker may take to finish its drain; longer than a job may."""

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0
SETTLED_SECONDS = 10.0
"""A worker that lived so long is restarted at once when it ends."""

MAX_BURST_STARTS = 5

log = structlog.get_logger("funnelscript.supervisor")


class Supervisor:
    """Starts ``processes`` times the command, and again whatever of it ends, until SIGTERM or SIGINT.

    For a main thread. With ``burst`` a process that ends with 0 is done, and so is this when all are.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], processes: int, *, burst: bool) -> None:
        self._slots = [_Slot(command, environment) for _ in range(processes)]
        self._burst = burst
        self._stopping = threading.Event()

    def run(self) -> bool:
        """Until the end; false where a burst could not be brought to its end."""
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            while not self._stopping.is_set() and not self._done():
                for slot in self._slots:
                    slot.tend(again=not self._burst or (slot.status != 0 and slot.starts < MAX_BURST_STARTS))
                self._stopping.wait(POLL_SECONDS)
            return self._stopping.is_set() or all(slot.status == 0 for slot in self._slots)
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _done(self) -> bool:
        """In burst mode: each one has ended well, or as often as it may."""
        return self._burst and all(
            slot.status == 0 or (slot.status is not None and slot.starts >= MAX_BURST_STARTS) for slot in self._slots
        )

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping.set()

    def _end_all(self) -> None:
        for slot in self._slots:
            slot.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for slot in self._slots:
            slot.wait(deadline)


class _Slot:
    """The place of one process. ``status`` is that of its last end, None while it runs."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command = command
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._pause_seconds = FIRST_PAUSE_SECONDS
        self._started_seconds = self._ended_seconds = 0.0
        self.status: int | None = None
        self.starts = 0

    def tend(self, *, again: bool) -> None:
        """Start the process where there is none; look whether it has ended."""
        if self._process is None:
            if self.starts == 0 or (again and time.monotonic() >= self._ended_seconds + self._pause_seconds):
                self._start()
            return
        status = self._process.poll()
        if status is None:
            return
        log.log(20 if status == 0 else 40, "worker_process_ended", process_id=self._process.pid, status=status)
        self._process, self.status, self._ended_seconds = None, status, time.monotonic()
        lived_seconds = self._ended_seconds - self._started_seconds
        longer_seconds = min(LONGEST_PAUSE_SECONDS, 2 * self._pause_seconds)
        self._pause_seconds = FIRST_PAUSE_SECONDS if lived_seconds >= SETTLED_SECONDS else longer_seconds

    def terminate(self) -> None:
        """Ask it to end when it has finished what it does."""
        if self._process is not None:
            self._process.terminate()

    def wait(self, deadline: float) -> None:
        """Until it has ended; killed at the deadline."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("worker_process_killed", process_id=self._process.pid)  # noqa: TRY400 - the cause is in the name
            self._process.kill()
            self._process.wait()

    def _start(self) -> None:
        environment = {**os.environ, **self._environment}
        # A group of its own: Ctrl-C reaches this process alone, which passes it on.
        self._process = subprocess.Popen(self._command, env=environment, process_group=0)  # noqa: S603 - ours
        self._started_seconds, self.status = time.monotonic(), None
        self.starts += 1
        log.info("worker_process_started", process_id=self._process.pid)
