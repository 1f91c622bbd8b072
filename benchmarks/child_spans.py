"""The sandbox's side, timed: a zygote whose workers write what each run and each birth took into a shared file.

A locked worker may make no system call for this; to write to memory that it was born with takes none.
"""

import mmap
import socket
import struct
from pathlib import Path
from typing import Any

from benchmarks.spans import Spans

IDLE = "waiting for a job"
ANSWERS = "waiting for an answer"
TAKING = "reading the job's frame"
SCRIPT = "the script: its compilation, the engine, the prelude"
FUNCTION = "the host function: answers ahead, frames"
SENDING = "sending"
MEMORY = "the figure of the heap's size"
RESULT = "the rest of a run"
OWNING = "its own copy of the next context's memory"
FREEING = "freeing the context, the rest"
LOCKING = "lock-down"
LABELS = (IDLE, ANSWERS, TAKING, SCRIPT, FUNCTION, SENDING, MEMORY, RESULT, OWNING, FREEING, LOCKING)
ROW = struct.Struct(f"{len(LABELS)}d")
COUNT = struct.Struct("Q")
MAX_ROWS = 20_000
FILE_BYTES = COUNT.size + ROW.size * MAX_ROWS


class RunRows:
    """The rows of a shared file: microseconds by label, one row a run or a birth."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), FILE_BYTES)

    def add(self, spent_us: dict[str, float]) -> None:
        """One more row; only one worker at a time may write."""
        count = COUNT.unpack_from(self._memory)[0]
        if count < MAX_ROWS:
            ROW.pack_into(self._memory, COUNT.size + count * ROW.size, *(spent_us.get(label, 0.0) for label in LABELS))
            COUNT.pack_into(self._memory, 0, count + 1)

    def read(self) -> list[dict[str, float]]:
        """All rows so far."""
        count = COUNT.unpack_from(self._memory)[0]
        rows = (ROW.unpack_from(self._memory, COUNT.size + row * ROW.size) for row in range(count))
        return [dict(zip(LABELS, row, strict=True)) for row in rows]


def make_file(path: Path) -> RunRows:
    """An empty shared file."""
    path.write_bytes(b"\0" * FILE_BYTES)
    return RunRows(path)


def start_code(path: Path) -> str:
    """What the zygote's interpreter runs instead of its usual start."""
    return (
        "import sys; sys.path.insert(0, sys.argv[2]); from benchmarks.child_spans import main;"
        f" main(int(sys.argv[1]), {str(path)!r})"
    )


def main(control_fd: int, path: str) -> None:
    """Be the zygote, timed."""
    from runtime.child import lockdown, memory, worker, zygote

    spans, rows = Spans(), RunRows(Path(path))
    _time_runs(worker, spans, rows)
    spans.patch(memory.Heap, "own", OWNING)
    spans.patch(lockdown.Lockdown, "lock", LOCKING)
    spans.patch(zygote, "serve", FREEING)
    zygote.main(control_fd)


def _time_runs(worker: Any, spans: Spans, rows: RunRows) -> None:
    receive = spans.timed(worker.receive, lambda: ANSWERS if spans.label == FUNCTION else IDLE)

    def receive_and_note(connection: socket.socket) -> str:
        if spans.label == TAKING:
            # Between two jobs: what was spent belongs to the run that is over, or to the birth.
            rows.add(spans.take())
        text: str = receive(connection)
        return text

    worker.receive = receive_and_note
    spans.patch(worker, "_run_one", TAKING)
    spans.patch(worker.Context, "run", SCRIPT)
    spans.patch(worker.Context, "memory_bytes", MEMORY)
    spans.patch(worker.Link, "_host", FUNCTION)
    setattr(socket.socket, "sendall", spans.timed(socket.socket.sendall, SENDING))  # noqa: B010 - a class of C's
