"""The zygote as the host sees it: started by exec with an empty environment, asked for workers over a socket."""

import array
import json
import socket
import subprocess
import sys
import threading
from pathlib import Path

from runtime import prelude
from runtime.child.wire import FORK_ANSWER, FORK_REQUEST, pack, receive
from runtime.errors import SandboxUnavailable
from runtime.known_names import FUNCTIONS_FOUND
from runtime.sandbox.worker import Worker

PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])
START = "import sys; sys.path.insert(0, sys.argv[2]); from runtime.child.zygote import main; main(int(sys.argv[1]))"
ENVIRONMENT = {"TZ": "UTC0", "PYTHONDONTWRITEBYTECODE": "1"}
START_SECONDS, STOP_SECONDS = 30.0, 5.0


class ZygoteGone(Exception):
    """The zygote has ended; its workers end with it. Start another."""


class Zygote:
    """A running zygote. ``fork`` is safe from many threads.

    Made when the engine is warm and ``contexts`` are ready for each worker, about 60 ms and 0.6 ms a context; raises
    ``SandboxUnavailable`` where that cannot be. It ends when the thread that made it ends (the kernel ties it to that
    thread), so a thread as long-lived as the pool has to make it.
    """

    def __init__(self, contexts: int = 1, without: frozenset[str] = frozenset()) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = _start(theirs)
        self._control = ours
        self._lock = threading.Lock()
        ours.settimeout(START_SECONDS)
        settings = {
            "core": prelude.core(),
            "parts": prelude.parts(),
            "functions": FUNCTIONS_FOUND,
            "contexts": contexts,
            "without": sorted(without),
        }
        try:
            ours.sendall(pack(json.dumps(settings)))
            receive(ours)
        except (OSError, EOFError) as error:
            self.close()
            raise SandboxUnavailable("the sandbox process ended while it started") from error

    @property
    def process_id(self) -> int:
        """For operators and tests."""
        return self._process.pid

    def fork(self, room_bytes: int) -> Worker:
        """A new worker whose process may map ``room_bytes`` more than an idle one. About 1 ms.

        Raises ``ZygoteGone``, or ``SandboxUnavailable`` where the kernel has no process to give.
        """
        ours, theirs = socket.socketpair()
        try:
            with self._lock, theirs:
                process_id, pidfd = self._ask(room_bytes, theirs)
        except ZygoteGone:
            ours.close()
            raise
        if process_id == 0:
            ours.close()
            raise SandboxUnavailable("no process could be had for a worker")
        return Worker(process_id, pidfd, ours, room_bytes)

    def close(self) -> None:
        """Hang up, which ends it, and wait until it has ended."""
        self._control.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, room_bytes: int, worker_end: socket.socket) -> tuple[int, int]:
        descriptors = array.array("i", [worker_end.fileno()])
        try:
            self._control.sendmsg(
                [FORK_REQUEST.pack(room_bytes)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)]
            )
            data, received, _, _ = socket.recv_fds(self._control, FORK_ANSWER.size, 1)
        except OSError as error:
            raise ZygoteGone from error
        if len(data) != FORK_ANSWER.size:
            raise ZygoteGone
        return FORK_ANSWER.unpack(data)[0], received[0] if received else -1


def _start(control: socket.socket) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-I", "-c", START, str(control.fileno()), PACKAGE_ROOT]
    try:
        return subprocess.Popen(  # noqa: S603 - this interpreter, and arguments of our own
            command,
            env=ENVIRONMENT,
            cwd="/",
            pass_fds=[control.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise SandboxUnavailable("the sandbox process cannot be started") from error
