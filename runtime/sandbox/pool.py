"""Workers ready ahead of demand: few, locked, each of one brand only.

A run takes the idle worker of its brand that was used last, else a fresh one, else (with all places taken, and after a
moment in which a worker of its brand might come free) the place of the worker of another brand that has been idle
longest, else it waits in a bounded line. A thread of the pool's own
makes fresh workers ahead of demand and starts the zygote again should it die.
"""

import os
import threading
import time
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass

from runtime.errors import Busy, RuntimeClosed, SandboxUnavailable
from runtime.sandbox.worker import Worker
from runtime.sandbox.zygote import Zygote, ZygoteGone

MIB = 1024 * 1024
WORKER_ROOM_BYTES = 64 * MIB
"""What a worker's process may map beyond an idle one's, besides the script's heap: frames, fragmentation."""


PATIENCE_SECONDS = 0.003
"""How long a run waits for a worker of its own brand before it takes another brand's place: about what a fork costs."""


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """How many workers there are and how long each lives.

    A worker is born with a context ready for each of its ``max_runs_per_worker`` runs: 0.14 MB each, shared until used.
    Half as many for templates come on top.
    ``fresh_workers`` are kept ready for brands that have none. ``one_run_per_worker`` costs a fork a run and keeps even
    two runs of one brand apart. ``without_layers`` names layers of the lock-down to leave out (tests; hosts that lack
    them).
    """

    max_workers: int = 16
    fresh_workers: int = 2
    max_waiting: int = 64
    max_wait_seconds: float = 10.0
    max_runs_per_worker: int = 100
    max_age_seconds: float = 600.0
    one_run_per_worker: bool = False
    without_layers: frozenset[str] = frozenset()


class WorkerPool:
    """Safe for many threads. Holds the zygote and every worker; ``close`` ends them all."""

    def __init__(self, settings: PoolSettings, default_heap_bytes: int) -> None:
        self._settings = settings
        self._default_room_bytes = default_heap_bytes + WORKER_ROOM_BYTES
        lock = threading.Lock()
        self._changed = threading.Condition(lock)
        self._keeper_needed = threading.Condition(lock)
        self._fresh: deque[Worker] = deque()
        self._idle: OrderedDict[Worker, None] = OrderedDict()
        self._busy: Counter[str] = Counter()
        self._places_taken = 0
        self._waiting = 0
        self._closed = False
        self._zygote: Zygote | None = None
        self._broken: Exception | None = None
        self._no_process_to_have = False
        self._process_id = os.getpid()
        self._keeper = threading.Thread(target=self._keep, name="funnelscript-keeper", daemon=True)
        self._keeper.start()

    def acquire(self, brand: str, heap_bytes: int) -> Worker:
        """A locked worker that has served nobody but this brand; give it back with ``release``.

        Raises ``Busy`` after ``max_wait_seconds`` or where too many wait already, ``SandboxUnavailable``.
        """
        if os.getpid() != self._process_id:
            raise RuntimeClosed("the runtime belongs to the process that opened it: open one after forking")
        room_bytes = max(self._default_room_bytes, heap_bytes + WORKER_ROOM_BYTES)
        deadline = time.monotonic() + self._settings.max_wait_seconds
        with self._changed:
            patient = self._busy[brand] > 0
            while (worker := self._take(brand, room_bytes)) is None:
                if self._places_taken < self._settings.max_workers or (not patient and self._evict()):
                    self._places_taken += 1
                    break
                # A worker of the brand's own comes free sooner than another one is made.
                self._wait_in_line(
                    min(deadline, time.monotonic() + PATIENCE_SECONDS) if patient else deadline, deadline
                )
                patient = False
            self._busy[brand] += 1
        return self._named(worker or self._make(brand, room_bytes, deadline), brand)

    def release(self, worker: Worker, *, reusable: bool) -> None:
        """Give a worker back after a run. One whose run hit a limit or crashed is not reusable, and killed."""
        worker.runs += 1
        keep = reusable and not self._worn_out(worker)
        with self._changed:
            self._no_longer_busy(worker.brand)
            keep = keep and not self._closed
            if keep:
                self._idle[worker] = None
            else:
                self._places_taken -= 1
                self._keeper_needed.notify()
            if self._waiting:
                self._changed.notify_all()
        if not keep:
            worker.kill()

    def missing_layers(self) -> list[str]:
        """The layers of the lock-down that this host cannot give, as a worker made for the question says.

        Raises ``SandboxUnavailable``. 1 ms, once the zygote is there.
        """
        worker = self._fork(WORKER_ROOM_BYTES, time.monotonic() + self._settings.max_wait_seconds)
        try:
            return worker.greet()
        finally:
            worker.kill()

    def zygote_process_id(self) -> int:
        """For operators and tests; waits until there is one."""
        return self._wait_for_zygote(time.monotonic() + self._settings.max_wait_seconds).process_id

    def close(self) -> None:
        """End every worker and the zygote. Runs under way end as crashed. Safe to call again."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            self._keeper_needed.notify()
        self._keeper.join()

    def _take(self, brand: str, room_bytes: int) -> Worker | None:
        """An idle or fresh worker that fits; the caller holds the lock."""
        if self._closed:
            raise RuntimeClosed("the runtime is closed")
        for worker in [*reversed(self._idle)]:
            if worker.brand == brand and worker.room_bytes == room_bytes:
                del self._idle[worker]
                if self._usable(worker):
                    return worker
        while self._fresh and room_bytes == self._default_room_bytes:
            worker = self._fresh.popleft()
            self._keeper_needed.notify()
            if self._usable(worker):
                return worker
        return None

    def _usable(self, worker: Worker) -> bool:
        """Whether a worker that waited is still well; one that is not loses its place."""
        if worker.is_well():
            return True
        self._places_taken -= 1
        worker.kill()
        return False

    def _no_longer_busy(self, brand: str | None) -> None:
        if brand is not None:
            self._busy[brand] -= 1
            if self._busy[brand] <= 0:
                del self._busy[brand]

    def _evict(self) -> bool:
        """Free the place of a worker that nobody uses; false where there is none."""
        spare = self._fresh.popleft() if self._fresh else next(iter(self._idle), None)
        if spare is None:
            return False
        self._idle.pop(spare, None)
        self._places_taken -= 1
        spare.kill()
        return True

    def _wait_in_line(self, until: float, deadline: float) -> None:
        if self._waiting >= self._settings.max_waiting:
            raise Busy(f"{self._waiting} runs wait for a worker already")
        self._waiting += 1
        try:
            if not self._changed.wait(max(0.0, until - time.monotonic())) and time.monotonic() >= deadline:
                raise Busy(f"no worker came free in {self._settings.max_wait_seconds:g} s")
        finally:
            self._waiting -= 1

    def _named(self, worker: Worker, brand: str) -> Worker:
        if worker.brand not in (None, brand):
            raise AssertionError("a worker of another brand")
        worker.brand = brand
        return worker

    def _worn_out(self, worker: Worker) -> bool:
        settings = self._settings
        return (
            settings.one_run_per_worker
            or worker.runs >= settings.max_runs_per_worker
            or time.monotonic() - worker.born_seconds >= settings.max_age_seconds
        )

    def _make(self, brand: str, room_bytes: int, deadline: float) -> Worker:
        """A new worker in a place that is taken already; gives the place back where there is none to be had."""
        try:
            worker = self._fork(room_bytes, deadline)
        except BaseException:  # raised again; also where Ctrl-C comes, the place is given back
            with self._changed:
                self._no_longer_busy(brand)
                self._places_taken -= 1
                self._changed.notify_all()
                self._keeper_needed.notify()
            raise
        self._no_process_to_have = False
        return worker

    def _fork(self, room_bytes: int, deadline: float) -> Worker:
        while True:
            zygote = self._wait_for_zygote(deadline)
            try:
                return zygote.fork(room_bytes)
            except ZygoteGone:
                self._bury(zygote)

    def _wait_for_zygote(self, deadline: float) -> Zygote:
        with self._changed:
            while self._zygote is None:
                if self._closed:
                    raise RuntimeClosed("the runtime is closed")
                if self._broken is not None or not self._changed.wait(max(0.0, deadline - time.monotonic())):
                    # One caller is told; then it is tried again.
                    error, self._broken = self._broken, None
                    self._keeper_needed.notify()
                    raise SandboxUnavailable("the sandbox process does not start") from error
            return self._zygote

    def _bury(self, zygote: Zygote) -> None:
        with self._changed:
            if self._zygote is zygote:
                self._zygote = None
                self._keeper_needed.notify()
        zygote.close()

    def _keep(self) -> None:
        """The keeper's life. It makes the zygote itself: the kernel ends a zygote with the thread that made it."""
        while self._wait_for_work():
            if self._zygote is None:
                self._start_zygote()
            else:
                self._add_fresh(self._zygote)
        self._end_all()

    def _wait_for_work(self) -> bool:
        with self._changed:
            while not self._closed:
                if self._zygote is None and self._broken is None:
                    return True
                if self._zygote is not None and self._wants_fresh():
                    return True
                self._keeper_needed.wait()
            return False

    def _wants_fresh(self) -> bool:
        return (
            not self._no_process_to_have
            and len(self._fresh) < self._settings.fresh_workers
            and self._places_taken < self._settings.max_workers
        )

    def _start_zygote(self) -> None:
        try:
            runs = 1 if self._settings.one_run_per_worker else self._settings.max_runs_per_worker
            zygote = Zygote(runs, self._settings.without_layers)
        except Exception as error:  # noqa: BLE001 - whatever it is, who asks for a worker is told
            with self._changed:
                self._broken = error
                self._changed.notify_all()
            return
        with self._changed:
            self._zygote = zygote
            self._changed.notify_all()

    def _add_fresh(self, zygote: Zygote) -> None:
        """Make one in a place that is taken first, so that there are never more than there may be."""
        with self._changed:
            if not self._wants_fresh():
                return
            self._places_taken += 1
        worker = None
        try:
            worker = zygote.fork(self._default_room_bytes)
        except ZygoteGone:
            self._bury(zygote)
        except SandboxUnavailable:
            # The kernel has no process to give; asking again has to wait until a caller got one.
            self._no_process_to_have = True
        with self._changed:
            if worker is None:
                self._places_taken -= 1
            else:
                self._fresh.append(worker)
            self._changed.notify_all()

    def _end_all(self) -> None:
        for worker in [*self._fresh, *self._idle]:
            worker.kill()
        self._fresh.clear()
        self._idle.clear()
        if self._zygote is not None:
            self._zygote.close()
