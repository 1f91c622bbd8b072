"""The way in: ``Runtime.open(store)``, then ``run`` for each script."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import structlog
from pydantic_core import PydanticSerializationError

from bindings.context import RunContext
from bindings.deferring import hand_in
from bindings.queue import WriteQueue
from runtime.broker import Broker
from runtime.definitions import Definitions
from runtime.errors import SandboxUnavailable
from runtime.foresight import Foresight, Plan
from runtime.frames import encode
from runtime.limits import Limits
from runtime.outcome import Outcome
from runtime.randomness import random_state
from runtime.record import RunResult, RunWarning
from runtime.sandbox.pool import PoolSettings, WorkerPool
from runtime.sandbox.worker import Worker
from runtime.session import Session
from storage import StorageError, Store, open_store
from storage.ids import new_uuid7
from storage.queries import FindCustomer, Visitor

log = structlog.get_logger("funnelscript.runtime")


class Runtime:
    """Runs scripts against one store. Safe for many threads; one a process is enough, opened after any fork."""

    def __init__(
        self,
        store: Store,
        *,
        queue: WriteQueue | None,
        limits: Limits,
        pool: PoolSettings,
        allow_weaker_sandbox: bool,
        owns_store: bool,
    ) -> None:
        """Use ``Runtime.open``."""
        self.store = store
        self.queue = queue
        self.limits = limits
        self._owns_store = owns_store
        self._allow_weaker_sandbox = allow_weaker_sandbox
        self._foresight = Foresight()
        self._definitions = Definitions()
        self._pool = WorkerPool(pool, limits.memory_bytes)
        self._threads = ThreadPoolExecutor(pool.max_workers + pool.max_waiting, thread_name_prefix="funnelscript-run")

    @classmethod
    def open(
        cls,
        store: str | Store,
        *,
        queue: str | Callable[[Store], WriteQueue] | None = None,
        limits: Limits | None = None,
        pool: PoolSettings | None = None,
        allow_weaker_sandbox: bool = False,
    ) -> Self:
        """A runtime on a store (by URL, or open already) with a pool of workers of its own. About 130 ms.

        ``queue`` (a Redis URL, or what makes a queue for the store) takes the writes with ``async``, for ``funnelscript
        worker`` to apply; without one they are applied at once. One that cannot be reached makes them slower, no more.
        ``limits`` are the default for every run. Where this host cannot give every layer of the sandbox, it is refused
        with ``SandboxUnavailable``, unless ``allow_weaker_sandbox`` says that scripts are trusted as the host's own
        user is; records then name what is missing. Raises ``StoreUnavailable`` or ``ValueError`` for a store that
        cannot be opened, ``ValueError`` for a URL that names no queue.
        """
        opened = open_store(store) if isinstance(store, str) else store
        try:
            opened_queue = None if queue is None else _open_queue(queue, opened)
        except ValueError:
            if isinstance(store, str):
                opened.close()
            raise
        runtime = cls(
            opened,
            queue=opened_queue,
            limits=limits or Limits(),
            pool=pool or PoolSettings(),
            allow_weaker_sandbox=allow_weaker_sandbox,
            owns_store=isinstance(store, str),
        )
        if not allow_weaker_sandbox:
            runtime._require_whole_sandbox()
        return runtime

    def run(
        self,
        source: str,
        *,
        session: Session,
        filename: str = "script.js",
        limits: Limits | None = None,
        strict: bool = False,
        now_ms: int | None = None,
        seed: int | None = None,
    ) -> RunResult:
        """Run one script to its end and give its record; what the script does wrong is in there, never raised.

        ``strict`` makes unknown properties of CRM calls errors. ``now_ms`` stops the clock of the run, ``seed`` fixes
        its random numbers. Raises ``Busy``, ``SandboxUnavailable``, ``RuntimeClosed``.
        """
        limits = limits or self.limits
        run_id = new_uuid7()
        context = self._context(run_id, session, strict, now_ms)
        if len(source.encode("utf-8", "replace")) > limits.source_bytes:
            outcome = Outcome(limits)
            outcome.reach_limit("source_bytes")
            return _record(run_id, outcome, context, [])
        job = _job(source, filename, session, limits, now_ms, seed)
        plan = self._foresight.plan(context.brand, source)
        result, broker = self._run_job(run_id, job, context, limits, plan)
        if result.status == "ok":
            self._foresight.learn(context.brand, source, plan, broker.trace, broker.guesses)
        return result

    async def run_async(self, source: str, *, session: Session, **options: Any) -> RunResult:
        """As ``run``, for asyncio: the event loop goes on meanwhile."""
        call: Callable[[], RunResult] = lambda: self.run(source, session=session, **options)  # noqa: E731 - needs a type
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def finish_deferred_writes(self) -> None:
        """Apply what runs put off, where the queue is one that no ``funnelscript worker`` serves."""
        if self.queue is not None:
            self.queue.finish()

    def close(self) -> None:
        """End the workers and close the queue, and the store if it was opened here. Safe to call again."""
        self._pool.close()
        self._threads.shutdown()
        if self.queue is not None:
            self.queue.close()
        if self._owns_store:
            self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _context(self, run_id: str, session: Session, strict: bool, now_ms: int | None) -> RunContext:
        clock = _system_clock_ms if now_ms is None else lambda: now_ms
        visitor = Visitor(session.customer_id, session.email, session.name)
        entities = self._definitions.of(session.brand)
        return RunContext(
            session.brand,
            visitor,
            self.store,
            clock,
            new_uuid7,
            strict,
            queue=self.queue,
            run_id=run_id,
            entities=entities,
        )

    def _run_job(
        self, run_id: str, job: str, context: RunContext, limits: Limits, plan: Plan
    ) -> tuple[RunResult, Broker]:
        worker = self._pool.acquire(context.brand, limits.memory_bytes)
        reusable = False
        try:
            missing = self._greet(worker)
            broker = Broker(worker, context, limits, plan)
            outcome = broker.run(job)
            reusable = broker.reusable
        finally:
            self._pool.release(worker, reusable=reusable)
            hand_in(context)
        if outcome.status == "crashed":
            log.warning(
                "run_crashed", run_id=run_id, brand=context.brand, cause=outcome.error and outcome.error.message
            )
        _find_customer(context)
        return _record(run_id, outcome, context, missing), broker

    def _require_whole_sandbox(self) -> None:
        """Refuse to start on a host that lacks a layer."""
        try:
            _refuse(self._pool.missing_layers())
        except BaseException:
            self.close()
            raise

    def _greet(self, worker: Worker) -> list[str]:
        """The layers that a worker lacks; no job is sent before that is known and allowed."""
        missing = worker.greet()
        if not self._allow_weaker_sandbox:
            _refuse(missing)
        return missing


def _refuse(missing: list[str]) -> None:
    if missing:
        raise SandboxUnavailable(
            f"this host cannot give these layers of the sandbox: {', '.join(missing)};"
            " see 'funnelscript doctor', or allow a weaker sandbox"
        )


def _find_customer(context: RunContext) -> None:
    """Name the customer of a session that has only an e-mail, also where the run only read."""
    if context.visitor.id is None and context.visitor.email is not None:
        with contextlib.suppress(StorageError):
            customer = context.store.query(context.brand, FindCustomer(context.visitor))
            if customer is not None:
                context.visitor = replace(context.visitor, id=customer.id)


def _open_queue(queue: str | Callable[[Store], WriteQueue], store: Store) -> WriteQueue:
    if not isinstance(queue, str):
        return queue(store)
    from workers import RedisQueue

    return RedisQueue(queue, store)


def _system_clock_ms() -> int:
    return time.time_ns() // 1_000_000


def _job(source: str, filename: str, session: Session, limits: Limits, now_ms: int | None, seed: int | None) -> str:
    job = {
        "source": source,
        "file": filename,
        "customer": _customer(session),
        "seed": random_state(seed),
        "log_limit": limits.log_bytes,
    }
    if now_ms is not None:
        job["now"] = now_ms
    try:
        return encode(job)
    except PydanticSerializationError:
        # Half a character in the source or the session; only as an escape can it be sent.
        return json.dumps(job)


def _customer(session: Session) -> dict[str, Any] | None:
    if session.customer_id is None and session.email is None:
        return None
    return {**session.attributes, "id": session.customer_id, "email": session.email, "name": session.name}


def _record(run_id: str, outcome: Outcome, context: RunContext, missing: list[str]) -> RunResult:
    return RunResult.model_construct(
        run_id=run_id,
        status=outcome.status,
        variables=outcome.variables,
        logs=outcome.logs,
        error=outcome.error,
        warnings=[RunWarning(warning.code, warning.message) for warning in context.warnings],
        calls=outcome.calls,
        usage=outcome.usage,
        customer_id=context.visitor.id,
        deferred_writes=context.deferred_writes,
        sandbox_missing=missing,
    )
