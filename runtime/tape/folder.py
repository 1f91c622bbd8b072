"""A folder of tapes, by day: what a service keeps of its runs, bounded in number and in days."""

import re
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from runtime.tape.files import ENDING, write_tape
from runtime.tape.model import Tape, TapeOptions

log = structlog.get_logger("funnelscript.tapes")

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class TapeFolder:
    """Keeps tapes as ``FOLDER/2026-03-15/09-00-00-RUN.tape.json``, by the time of their runs' start in UTC.

    Past ``max_tapes_a_day`` a day's further tapes are dropped; days before the last ``kept_days`` are removed as a new
    one begins. Safe for many threads; each process that writes into one folder counts for itself.
    """

    def __init__(
        self,
        folder: Path,
        options: TapeOptions | None = None,
        *,
        max_tapes_a_day: int = 1_000,
        kept_days: int = 7,
    ) -> None:
        """``options`` say what is on each tape. The folder is made where need be."""
        self.folder = folder
        self.options = options or TapeOptions()
        self._max_tapes_a_day = max_tapes_a_day
        self._kept_days = kept_days
        self._day = ""
        self._count = 0
        self._lock = threading.Lock()

    def keep(self, tape: Tape) -> None:
        """Write a tape, if there is room. Never raises: a disk that is full stops no run; the log says so."""
        start = datetime.fromtimestamp(tape.now_ms / 1000, UTC)
        try:
            with self._lock:
                if not self._has_room(start.strftime("%Y-%m-%d")):
                    return
            write_tape(tape, self.folder / self._day / f"{start:%H-%M-%S}-{tape.run_id}{ENDING}")
        except OSError as error:
            log.warning("tape_not_kept", run_id=tape.run_id, brand=tape.session.brand, cause=type(error).__name__)

    def _has_room(self, day: str) -> bool:
        if day != self._day:
            self._begin(day)
        self._count += 1
        if self._count == self._max_tapes_a_day + 1:
            log.warning("tapes_full", day=day, most=self._max_tapes_a_day)
        return self._count <= self._max_tapes_a_day

    def _begin(self, day: str) -> None:
        folder = self.folder / day
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._day, self._count = day, sum(1 for _ in folder.glob(f"*{ENDING}"))
        oldest = (datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC) - timedelta(days=self._kept_days - 1)).date()
        for other in self.folder.iterdir():
            if DAY.fullmatch(other.name) and other.name < oldest.isoformat():
                shutil.rmtree(other, ignore_errors=True)
