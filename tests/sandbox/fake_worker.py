"""A worker that says what a test wants: a forked process behind a real socket and the host's real ``Worker``."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from runtime.child.wire import HEADER_BYTES, receive
from runtime.sandbox.worker import Worker

Talk = Callable[[socket.socket], None]
GREETING = b"H[]"


def frame(text: str | bytes) -> bytes:
    """A well-formed frame."""
    data = text if isinstance(text, bytes) else text.encode()
    return len(data).to_bytes(HEADER_BYTES, "little") + data


def saying(*pieces: bytes) -> Talk:
    """Reads its job, says these bytes, then is silent for as long as it lives."""

    def talk(connection: socket.socket) -> None:
        receive(connection)
        for piece in pieces:
            connection.sendall(piece)
        signal.pause()

    return talk


def hanging_up_after(*pieces: bytes) -> Talk:
    """Reads its job, says these bytes, and is gone."""

    def talk(connection: socket.socket) -> None:
        receive(connection)
        for piece in pieces:
            connection.sendall(piece)

    return talk


@contextmanager
def fake_worker(talk: Talk) -> Iterator[Worker]:
    """A worker in a process that greets, then does as ``talk`` says; killed and gone afterwards."""
    ours, theirs = socket.socketpair()
    process_id = os.fork()
    if process_id == 0:
        try:
            ours.close()
            theirs.sendall(frame(GREETING))
            talk(theirs)
        finally:
            os._exit(0)
    theirs.close()
    worker = Worker(process_id, os.pidfd_open(process_id), ours, room_bytes=0)
    try:
        yield worker
    finally:
        worker.kill()
        os.waitpid(process_id, 0)
