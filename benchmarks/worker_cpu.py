"""The CPU that a runtime's sandbox uses: its zygote and all workers, those that are gone included."""

import signal
import time
from typing import Any

from runtime import Runtime
from runtime.sandbox.worker import CLOCK_OF_PROCESS, Worker

EXITS_LOOKED_AT = 5
NEW_WORKERS_SETTLE_SECONDS = 0.05


class SandboxCpu:
    """Made before the runtime is opened; ``attach`` afterwards.

    A killed worker's own end costs CPU too, that no clock of its tells afterwards: the first ones are watched to the
    last, and each further one counts as much as those did.
    """

    def __init__(self) -> None:
        self._alive: set[Worker] = set()
        self._gone_seconds = 0.0
        self._gone = 0
        self._exits_seconds: list[float] = []
        self._zygote_clock = 0
        _wrap(Worker, "__init__", after=self._alive.add)
        _wrap(Worker, "kill", before=self._bury)

    def attach(self, runtime: Runtime) -> None:
        """Look at this runtime's zygote."""
        self._zygote_clock = (~runtime._pool.zygote_process_id() << 3) | CLOCK_OF_PROCESS  # noqa: SLF001 - measured here

    def used_us(self) -> float:
        """All of it so far."""
        return self.zygote_us() + self.workers_us() + self.ends_us()

    def zygote_us(self) -> float:
        """The zygote's so far: its start and its forks."""
        return time.clock_gettime(self._zygote_clock) * 1e6

    def workers_us(self) -> float:
        """All workers' so far, their ends aside."""
        return (sum(worker.cpu_seconds() for worker in list(self._alive)) + self._gone_seconds) * 1e6

    def ends_us(self) -> float:
        """What the workers that are gone took to end."""
        watched = self._exits_seconds
        return self._gone * sum(watched) / max(1, len(watched)) * 1e6

    def _bury(self, worker: Worker) -> None:
        if worker not in self._alive:
            return
        self._alive.discard(worker)
        used_seconds = worker.cpu_seconds()
        if len(self._exits_seconds) < EXITS_LOOKED_AT:
            self._exits_seconds.append(_end_watched(worker) - used_seconds)
        self._gone_seconds += used_seconds
        self._gone += 1


def _end_watched(worker: Worker) -> float:
    """End it, and give all the CPU that it used, down to its last."""
    signal.pidfd_send_signal(worker._pidfd, signal.SIGKILL)  # noqa: SLF001 - measured here
    last_seconds = 0.0
    while (now_seconds := worker.cpu_seconds()) > 0.0:
        last_seconds = now_seconds
    return last_seconds


def _wrap(owner: type, name: str, *, before: Any = None, after: Any = None) -> None:
    original = getattr(owner, name)

    def wrapped(self: Any, *arguments: Any) -> Any:
        if before is not None:
            before(self)
        result = original(self, *arguments)
        if after is not None:
            after(self)
        return result

    setattr(owner, name, wrapped)
