"""One worker process as the host sees it."""

import contextlib
import json
import os
import select
import signal
import socket
import struct
import time

from runtime.child.wire import receive
from runtime.errors import SandboxUnavailable

GREETING_SECONDS = 10.0
CLOCK_OF_PROCESS = 2
"""CPUCLOCK_SCHED: the kernel's CPU clock of a whole process, see clock_getcpuclockid(3)."""
SEND_BYTES = 65_536
TIMEVAL = struct.Struct("@ll")


class Worker:
    """A locked process that runs one script at a time, always of the same brand. Not for two threads at once."""

    def __init__(self, process_id: int, pidfd: int, connection: socket.socket, room_bytes: int) -> None:
        self.process_id = process_id
        self.connection = connection
        self.room_bytes = room_bytes
        self.brand: str | None = None
        self._missing_layers: list[str] | None = None
        self.runs = 0
        self.born_seconds = time.monotonic()
        self._pidfd = pidfd
        self._cpu_clock = (~process_id << 3) | CLOCK_OF_PROCESS
        self._timeout_seconds = 0.0
        self._events = select.poll()
        self._events.register(pidfd, select.POLLIN)
        self._events.register(connection, select.POLLIN)

    def is_well(self) -> bool:
        """Whether it lives and, once it has greeted, says nothing unasked. About 1 µs."""
        events = dict(self._events.poll(0))
        if self._missing_layers is None:
            return self._pidfd not in events
        return not events

    def cpu_seconds(self) -> float:
        """All the CPU time that the process has used, by the kernel's clock. About 1 µs; 0.0 once it is gone."""
        try:
            return time.clock_gettime(self._cpu_clock)
        except OSError:
            return 0.0

    def receive(self, timeout_seconds: float) -> bytes | None:
        """What has come, waiting at most so long; None when that is over, ``b""`` when the worker is gone."""
        self._set_timeout(timeout_seconds)
        return self._received()

    def receive_soon(self, timeout_seconds: float) -> bytes | None:
        """As ``receive``, for one short wait: to set the socket's timeout and set it back takes three calls more."""
        return self._received(socket.MSG_DONTWAIT) if self._events.poll(timeout_seconds * 1e3) else None

    def greet(self) -> list[str]:
        """The layers of the lock-down that it lacks, as it says itself before it has seen any job."""
        if self._missing_layers is None:
            self._set_timeout(GREETING_SECONDS)
            try:
                self._missing_layers = _layers(receive(self.connection))
            except (OSError, EOFError, ValueError) as error:
                raise SandboxUnavailable("a worker of the sandbox did not come up") from error
        return self._missing_layers

    def send(self, data: bytes, deadline_seconds: float) -> bool:
        """Send a whole frame; false when the worker is gone, or has not read it by then (monotonic clock).

        In pieces: the kernel's own timeout starts anew with each bit that a slow reader takes.
        """
        rest = memoryview(data)
        try:
            while (sent := self.connection.send(rest[:SEND_BYTES])) < len(rest):
                rest = rest[sent:]
                if time.monotonic() >= deadline_seconds:
                    return False
        except (BlockingIOError, ConnectionError, OSError):
            return False
        return True

    def kill(self) -> None:
        """End the process at once, whatever it is doing, and give its descriptors back. Safe to call again."""
        if self._pidfd < 0:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        os.close(self._pidfd)
        self._pidfd = -1
        self.connection.close()

    def _received(self, flags: int = 0) -> bytes | None:
        try:
            return self.connection.recv(65_536, flags)
        except BlockingIOError:
            return None
        except ConnectionError:
            return b""

    def _set_timeout(self, seconds: float) -> None:
        """By the socket's own option: one system call a change, none a read, unlike a timeout of Python's."""
        if seconds == self._timeout_seconds:
            return
        whole = int(seconds)
        microseconds = max(1, int((seconds - whole) * 1e6)) if whole == 0 else int((seconds - whole) * 1e6)
        value = TIMEVAL.pack(whole, microseconds)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, value)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, value)
        self._timeout_seconds = seconds


def _layers(frame: str) -> list[str]:
    layers = json.loads(frame[1:])
    if frame[0] != "H" or not isinstance(layers, list):
        raise ValueError("not a greeting")
    return [str(layer) for layer in layers]
