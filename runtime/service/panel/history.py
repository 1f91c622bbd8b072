"""The last runs, in memory: so many, and of so many bytes together."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from runtime.record import RunResult
from runtime.request import Request
from runtime.session import Session

MAX_RUNS = 100
MAX_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run with what it ran on. ``source`` is the page or script as it was then, ``fault`` what the error is in."""

    record: RunResult
    file: str
    source: str
    session: Session
    request: Request
    fault: str = ""
    ended_seconds: float = field(default_factory=time.time)


class History:
    """Keeps runs, the newest first. Belongs to one event loop."""

    def __init__(self, max_runs: int = MAX_RUNS, max_bytes: int = MAX_BYTES) -> None:
        self._max_runs, self._max_bytes = max_runs, max_bytes
        self._runs: deque[tuple[KeptRun, int]] = deque()
        self._bytes = 0

    def __iter__(self) -> Iterator[KeptRun]:
        return (run for run, _ in self._runs)

    def add(self, run: KeptRun) -> None:
        """Keep a run, in the place of the oldest ones where there are too many."""
        size_bytes = len(run.record.model_dump_json()) + len(run.source) + len(run.fault)
        size_bytes += len(run.request.body or b"") + len(run.request.model_dump_json(exclude={"body"}))
        size_bytes += len(run.session.model_dump_json())
        self._runs.appendleft((run, size_bytes))
        self._bytes += size_bytes
        while len(self._runs) > self._max_runs or (self._bytes > self._max_bytes and len(self._runs) > 1):
            self._bytes -= self._runs.pop()[1]

    def find(self, run_id: str) -> KeptRun | None:
        """The run of an id."""
        return next((run for run in self if run.record.run_id == run_id), None)
