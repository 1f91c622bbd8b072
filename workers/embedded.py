"""The queue of a local run: a server of its own, started for the first write put off, drained before the end."""

import threading
from collections.abc import Collection, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bindings.queue import DeferredWrite, QueueUnavailable
from storage import Store
from storage.models import Reference

if TYPE_CHECKING:
    from workers.redis_queue import RedisQueue
    from workers.server import EmbeddedServer

FOLDER_NAME = ".funnelscript"
WAITING_NAME = "waiting"
"""A file that is there as long as the server's data may hold writes that are not applied."""

log = structlog.get_logger("funnelscript.queue")


def directory_beside(store_url: str) -> Path | None:
    """Where the queue of a store lies: beside the file of an SQLite store, a directory for each file.

    For a store elsewhere it lies in the working directory, under a name made of its URL; a private one has none.
    """
    scheme, _, path = store_url.partition("://")
    if scheme != "sqlite":
        name = blake2b(store_url.encode(), digest_size=8).hexdigest()
        return Path(FOLDER_NAME, f"{scheme}-{name}.queue")
    if not path:
        return None
    file = Path(path[1:])
    return file.parent / FOLDER_NAME / f"{file.name}.queue"


class EmbeddedQueue:
    """A ``WriteQueue`` for one process at a time: two that use one directory take turns. For a main thread.

    Costs nothing until the first ``push``, about 200 ms then. What a process left that was killed is applied by the
    next one: see ``finish``.
    """

    def __init__(self, directory: Path, store: Store) -> None:
        self._directory = directory
        self._store = store
        self._server: EmbeddedServer | None = None
        self._queue: RedisQueue | None = None
        self._turn = threading.Lock()

    def push(self, writes: Sequence[DeferredWrite]) -> None:
        """Accept all of them."""
        self._started().push(writes)

    def drain(self, brand: str, references: Collection[Reference], timeout_seconds: float) -> None:
        """Apply what waits for the references."""
        self._started().drain(brand, references, timeout_seconds)

    def check(self) -> None:
        """Nothing to ask: the server starts with the first write."""

    def finish(self) -> None:
        """Apply all that waits, also what an earlier process left, by a worker in this one; then end the server.

        Nothing to do, and nothing paid, where nothing waits. What cannot be applied now is kept for the next time.
        """
        waiting = self._directory / WAITING_NAME
        if self._server is None and not waiting.exists():
            return
        try:
            self._started()
        except QueueUnavailable as error:
            log.error("embedded_queue_failed", cause=str(error))  # noqa: TRY400 - the message says all
            return
        from workers.worker import run_worker

        if self._server is not None and run_worker(self._server.url, self._store, burst=True):
            waiting.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """End the server. What waits is kept."""
        if self._queue is not None:
            self._queue.close()
        if self._server is not None:
            self._server.close()
        self._queue = self._server = None

    def _started(self) -> "RedisQueue":
        from workers.connections import WORKER_SECONDS
        from workers.redis_queue import RedisQueue
        from workers.server import EmbeddedServer, ServerFailed

        with self._turn:
            if self._queue is None:
                try:
                    self._server = EmbeddedServer(self._directory)
                    (self._directory / WAITING_NAME).touch()
                except (ServerFailed, OSError) as error:
                    raise QueueUnavailable(str(error)) from error
                self._queue = RedisQueue(self._server.url, self._store, seconds=WORKER_SECONDS)
            return self._queue
