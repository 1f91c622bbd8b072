"""Keeps runs on record, behind the back of those who wait for them.

A run that is to be kept is put on a short line when its result is ready; one thread writes the line to the store, and
deletes what is too old when there is nothing to write. Where the line is full or the store is down, the run is dropped
with a word in the host's log: a record is never worth a visitor's time or the host's memory.
"""

import queue
import threading
import time
from collections import deque
from typing import Annotated, NamedTuple

import structlog
from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt

from bindings.causes import causes_of
from runtime.limits import KIB, MIB
from runtime.record import RunResult
from runtime.recorded import request_kept, to_keep
from runtime.request import Request
from storage.commands import Write
from storage.errors import StorageError
from storage.port import Store
from storage.runs import ForgetRuns

TAPE_BYTES = 1 * MIB
"""What a tape counts on the line, which mostly is far less."""
DAY_MS = 24 * 3600 * 1000

log = structlog.get_logger("funnelscript.recording")


class Recording(BaseModel):
    """Which runs are kept, what of them, and for how long. Those that did not end as ``ok`` are kept, always.

    ``share`` of the others is kept, from none (0) to all (1). They go after ``keep_days``, and before where a brand has
    more than ``max_runs``. Of a request its method and path are kept; ``whole_request`` adds the rest of what the
    script saw, cookies and body included. ``max_waiting`` runs, with ``max_waiting_bytes`` of sources and bodies
    together, may wait to be written.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    share: Annotated[float, Field(ge=0, le=1)] = 0.0
    keep_days: PositiveFloat = 14.0
    max_runs: PositiveInt = 10_000
    max_record_bytes: PositiveInt = 256 * KIB
    max_source_bytes: PositiveInt = 1 * MIB
    whole_request: bool = False
    max_waiting: PositiveInt = 100
    max_waiting_bytes: PositiveInt = 32 * MIB
    sweep_seconds: PositiveFloat = 600.0
    close_seconds: PositiveFloat = 5.0


class _Waiting(NamedTuple):
    """A run on the line."""

    brand: str
    result: RunResult
    source: str
    file: str
    request: Request | None
    size_bytes: int


class Recorder:
    """The line and the thread behind it. ``kept`` and ``dropped`` count runs. Safe for many threads."""

    def __init__(self, settings: Recording, store: Store) -> None:
        self.settings = settings
        self.kept = 0
        self.dropped = 0
        self._store = store
        self._line: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._waiting = 0
        self._waiting_bytes = 0
        self._thread: threading.Thread | None = None
        self._closed = False
        self._giving_up = False
        self._due: deque[tuple[float, str]] = deque()
        self._brands: set[str] = set()
        self._told_at = float("-inf")
        self._untold = 0

    def take(self, brand: str, result: RunResult, source: str, file: str, request: Request | None) -> None:
        """Put a run that is to be kept on the line; about 2 µs, and never an error. Leave the result as it is."""
        if result.status != "ok" or _is_in_share(result.run_id, self.settings.share):
            bodies = (result.response and result.response.body, request and request.body)
            size_bytes = len(source) + sum(len(body) for body in bodies if body) + (TAPE_BYTES if result.tape else 0)
            self._put(_Waiting(brand, result, source, file, request, size_bytes))

    def close(self) -> None:
        """Write what waits, for ``close_seconds`` at most; what is then left is dropped. Safe to call again."""
        with self._lock:
            first, self._closed = not self._closed, True
            thread = self._thread
        if thread is None or not first:
            return
        self._line.put(None)
        thread.join(self.settings.close_seconds)
        with self._lock:
            self._giving_up = True
            left = self._waiting
        if left:
            self._drop("closed", left)
        self._tell("closed")

    def _put(self, run: _Waiting) -> None:
        settings = self.settings
        with self._lock:
            has_room = (
                not self._closed
                and self._waiting < settings.max_waiting
                and self._waiting_bytes + run.size_bytes <= settings.max_waiting_bytes
            )
            if has_room:
                self._waiting += 1
                self._waiting_bytes += run.size_bytes
                if self._thread is None:
                    self._thread = threading.Thread(target=self._work, name="funnelscript-recording", daemon=True)
                    self._thread.start()
        if has_room:
            self._line.put(run)
        else:
            self._drop("line_full")

    def _work(self) -> None:
        while True:
            try:
                run = self._line.get(timeout=self._seconds_to_sweep())
            except queue.Empty:
                self._sweep()
                continue
            if run is None or not self._leave_line(run):
                return
            self._keep(run)

    def _leave_line(self, run: _Waiting) -> bool:
        """Whether the run is still to be written."""
        with self._lock:
            if not self._giving_up:
                self._waiting -= 1
                self._waiting_bytes -= run.size_bytes
            return not self._giving_up

    def _keep(self, run: _Waiting) -> None:
        settings = self.settings
        try:
            command = to_keep(
                run.result,
                run.source,
                run.file,
                request_kept(run.request, whole=settings.whole_request),
                max_record_bytes=settings.max_record_bytes,
                max_source_bytes=settings.max_source_bytes,
            )
            self._store.apply(run.brand, Write(command, _now_ms(), ""))
        except StorageError as error:
            self._drop("store_unavailable", error=error)
        except Exception as error:  # noqa: BLE001 - a defect of ours must not end the thread
            self._drop("defect", error=error)
        else:
            self.kept += 1
        if run.brand not in self._brands:
            self._brands.add(run.brand)
            self._due.appendleft((time.monotonic(), run.brand))

    def _seconds_to_sweep(self) -> float | None:
        """How long to wait for a run before old ones are looked at; None where no brand has any."""
        return max(0.0, self._due[0][0] - time.monotonic()) if self._due else None

    def _sweep(self) -> None:
        """Delete some of the brand's old runs whose turn it is; new ones come first again after that."""
        _, brand = self._due.popleft()
        command = ForgetRuns(_now_ms() - round(self.settings.keep_days * DAY_MS), self.settings.max_runs)
        more = False
        try:
            more = self._store.apply(brand, Write(command, _now_ms(), "")).outcome.more
        except Exception as error:  # noqa: BLE001 - whatever is wrong with old runs, new ones are kept
            log.warning("runs_not_swept", brand=brand, cause=causes_of(error))
        if more:
            self._due.appendleft((time.monotonic(), brand))
        else:
            self._due.append((time.monotonic() + self.settings.sweep_seconds, brand))

    def _drop(self, reason: str, count: int = 1, error: Exception | None = None) -> None:
        """Count runs that are not kept, and say so in the log, once a second at most."""
        with self._lock:
            self.dropped += count
            self._untold += count
            is_time = time.monotonic() - self._told_at >= 1
        if is_time:
            self._tell(reason, error)

    def _tell(self, reason: str, error: Exception | None = None) -> None:
        with self._lock:
            count, self._untold, self._told_at = self._untold, 0, time.monotonic()
        if count:
            cause = None if error is None else causes_of(error)
            log.warning("runs_not_kept", reason=reason, count=count, dropped=self.dropped, cause=cause)


def _is_in_share(run_id: str, share: float) -> bool:
    """Whether the run is one of the share, by the random end of its id: asked again, the answer is the same."""
    return int(run_id[-8:], 16) < share * 2**32


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
