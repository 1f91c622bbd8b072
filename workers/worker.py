"""One worker process: RQ's worker on the one queue, and a sweep beside it."""

import threading
import time
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import structlog
from redis import RedisError
from rq import SimpleWorker
from rq.registry import FailedJobRegistry, FinishedJobRegistry, StartedJobRegistry
from rq.serializers import JSONSerializer
from rq.worker_registration import clean_worker_registry

from storage import Store
from workers.connections import connect
from workers.drain import Drainer
from workers.keys import QUEUE_NAME
from workers.logs import route_to_structlog
from workers.shards import Shards
from workers.sweep import Sweep
from workers.waking import Waker, job_class

SWEEP_SECONDS = 1.0
WORKER_TTL_SECONDS = 60
"""An idle worker shows that it lives a little more often than that."""

MAINTENANCE_SECONDS = 30

MAX_IDLE_ROUNDS = 20
"""In burst mode: so often a worker looks in vain at writes that it cannot have before it gives up."""

IDLE_ROUND_SECONDS = 0.25

log = structlog.get_logger("funnelscript.worker")


class DrainWorker(SimpleWorker):
    """RQ's worker without what could run anything else than a drain, or that needs a process for each job.

    It listens to one queue: on two RQ pops without a safety net. It takes no commands by Redis, only signals.
    """

    max_connection_wait_time = 2.0

    def clean_registries(self) -> None:
        """RQ's housekeeping for this queue, with our class of jobs; its other registries hold nothing of ours."""
        for queue in self.queues:
            if queue.acquire_maintenance_lock():
                for registry in (StartedJobRegistry, FinishedJobRegistry, FailedJobRegistry):
                    registry(queue=queue, job_class=self.job_class, serializer=self.serializer).cleanup()
                clean_worker_registry(queue)
                queue.intermediate_queue.cleanup(self, queue)
                queue.release_maintenance_lock()  # type: ignore[no-untyped-call]
        self.last_cleaned_at = datetime.now(UTC)  # type: ignore[assignment]  # RQ's own is read as one

    def clean_group_registries(self) -> None:
        """Nothing of ours stands in a group, and RQ would unpickle what does."""

    def subscribe(self) -> None:
        """No commands."""

    def unsubscribe(self) -> None:
        """No commands."""

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """End when the drain that runs has ended."""
        log.info("worker_stopping", worker=self.name)
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def run_worker(url: str, store: Store, *, burst: bool = False) -> bool:
    """Drain shards until a signal (SIGTERM, SIGINT) or, with ``burst``, until nothing waits; for a main thread.

    False where it ended for another reason: the queue cannot be reached, or (with ``burst``) writes wait that it could
    not get at.
    """
    route_to_structlog("rq")
    connection = connect(url)
    try:
        shards, waker = Shards(connection), Waker(connection)
        drainer = Drainer(shards, store, waker.wake)
        worker = _worker(connection, drainer)
        sweep = Sweep(shards, waker)
        log.info("worker_started", worker=worker.name)
        sweep.run(at_once=True)
        return _burst(worker, sweep, shards) if burst else _serve(worker, sweep)
    except RedisError as error:
        log.error("queue_unreachable", cause=type(error).__name__)  # noqa: TRY400 - the text may hold an address
        return False
    finally:
        connection.close()


def _serve(worker: DrainWorker, sweep: Sweep) -> bool:
    ended = threading.Event()
    sweeper = threading.Thread(target=_sweep_until, args=(ended, sweep), name="funnelscript-sweep", daemon=True)
    sweeper.start()
    try:
        worker.work(logging_level="WARNING")
    finally:
        ended.set()
        sweeper.join()
    log.info("worker_stopped", worker=worker.name)
    return worker._shutdown_requested_date is not None  # noqa: SLF001 - RQ tells no other way


def _burst(worker: DrainWorker, sweep: Sweep, shards: Shards) -> bool:
    """Until nothing waits. What another worker holds is waited for; what nobody can apply is not, for ever."""
    idle_rounds, before = 0, -1
    while idle_rounds < MAX_IDLE_ROUNDS:
        worker.work(burst=True, logging_level="WARNING")
        waiting = sum(state.waiting for state in shards.states())
        if waiting == 0 or worker._shutdown_requested_date is not None:  # noqa: SLF001 - as above
            return waiting == 0
        idle_rounds = idle_rounds + 1 if waiting == before else 0
        before = waiting
        time.sleep(IDLE_ROUND_SECONDS)
        sweep.run()
    log.error("writes_left", waiting=before)
    return False


def _sweep_until(ended: threading.Event, sweep: Sweep) -> None:
    while not ended.wait(SWEEP_SECONDS):
        try:
            sweep.run()
        except RedisError as error:
            log.warning("sweep_failed", cause=type(error).__name__)


def _worker(connection: Any, drainer: Drainer) -> DrainWorker:
    return DrainWorker(
        [QUEUE_NAME],
        connection=connection,
        job_class=job_class(drainer.drain),
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
        log_job_description=False,
    )
