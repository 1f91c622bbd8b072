"""A worker for the jobs of one run, one after another."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from runtime.sandbox.pool import WorkerPool
from runtime.sandbox.worker import Worker


class Lease:
    """Takes a worker when the first job comes, keeps it while its jobs leave it whole, and another one then.

    ``greet`` is called with each worker that is taken, before it sees a job. Leaving the lease gives the worker back.
    """

    def __init__(self, pool: WorkerPool, brand: str, memory_bytes: int, greet: Callable[[Worker], object]) -> None:
        self._pool = pool
        self._brand = brand
        self._memory_bytes = memory_bytes
        self._greet = greet
        self._worker: Worker | None = None
        self._reusable = False

    @property
    def worker(self) -> Worker:
        """The worker for the next job; what it did is to be told to ``note``. Raises as the pool does."""
        if self._worker is None:
            self._worker = self._pool.acquire(self._brand, self._memory_bytes)
            self._reusable = False
            self._greet(self._worker)
        elif self._reusable:
            # It has a context ready for each of a number of jobs, and this one is another.
            self._worker.runs += 1
            self._reusable = False
        return self._worker

    def note(self, *, reusable: bool) -> None:
        """How a job left the worker: one that is not reusable is given back to be ended."""
        self._reusable = reusable
        if not reusable:
            self.close()

    def close(self) -> None:
        """Give the worker back. Safe to call again."""
        if self._worker is not None:
            worker, self._worker = self._worker, None
            self._pool.release(worker, reusable=self._reusable)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
