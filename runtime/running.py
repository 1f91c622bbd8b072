"""One run: a script, then a page's template, on the lease of one worker; its record is all that comes of it."""

import contextlib
import time
from dataclasses import replace

import structlog

from bindings.context import RunContext
from bindings.deferring import hand_in
from bindings.queue import WriteQueue
from runtime.broker import Broker
from runtime.definitions import Definitions
from runtime.errors import SandboxUnavailable
from runtime.foresight import NO_PLAN, Foresight
from runtime.host_calls import HostCalls, LiveCalls
from runtime.http.fetching import Fetcher
from runtime.http.opening import effects_of
from runtime.known_names import explained_by_line, explained_without_http
from runtime.modules.serving import importer
from runtime.modules.source import ModuleSource
from runtime.order import Order, OwnData, finds_http, job_text
from runtime.outcome import Outcome, warnings_of
from runtime.record import RunResult
from runtime.record_parts import loaded
from runtime.sandbox.lease import Lease
from runtime.sandbox.pool import WorkerPool
from runtime.sandbox.worker import Worker
from runtime.script import Script
from runtime.templates.rendering import Rendering
from storage import StorageError, Store
from storage.ids import new_uuid7
from storage.queries import FindCustomer, Visitor

log = structlog.get_logger("funnelscript.runtime")


class Runs:
    """Does the runs of one runtime, with what they share. Safe for many threads."""

    def __init__(
        self,
        pool: WorkerPool,
        store: Store,
        *,
        queue: WriteQueue | None,
        http: Fetcher | None,
        modules: ModuleSource,
        allow_weaker_sandbox: bool,
        code_from_strings: bool,
    ) -> None:
        """``modules`` are what scripts may import where a run brings none of its own."""
        self.foresight = Foresight()
        self._pool = pool
        self._store = store
        self._queue = queue
        self._http = http
        self._http_effects = effects_of(http)
        self._modules = modules
        self._allow_weaker_sandbox = allow_weaker_sandbox
        self._code_from_strings = code_from_strings
        self._definitions = Definitions()

    def context(self, order: Order) -> RunContext:
        """What the functions of one run share: for whom they answer, from which data, by which clock."""
        session, now_ms = order.session, order.now_ms
        data = order.data or OwnData(self._store, new_uuid7, self._queue)
        return RunContext(
            session.brand,
            Visitor(session.customer_id, session.email, session.name),
            data.store,
            _system_clock_ms if now_ms is None else lambda: now_ms,
            data.new_id,
            order.strict,
            queue=data.queue,
            run_id=new_uuid7(),
            entities=self._definitions.of(session.brand) if order.data is None else {},
        )

    def run(
        self, script: Script | None, order: Order, context: RunContext, rendering: Rendering | None = None
    ) -> RunResult:
        """Run a script, then a page's template, either of which may be missing; the record of both.

        Raises ``Busy``, ``SandboxUnavailable``, ``RuntimeClosed``.
        """
        missing: dict[str, None] = {}
        lease = Lease(
            self._pool,
            context.brand,
            order.limits.memory_bytes,
            lambda worker: missing.update(dict.fromkeys(self._greet(worker))),
        )
        calls = LiveCalls(context, order.limits, self._http_effects)
        outcome = Outcome(order.limits)
        try:
            with lease:
                if script is not None:
                    self._run_script(script, order, context, lease, order.through(calls, context), outcome)
                if rendering is not None:
                    # Only what has a name in templates is answered there: http has none.
                    rendering.run(lease, context, outcome, LiveCalls(context, order.limits), alone=script is None)
        finally:
            hand_in(context)
        if outcome.status == "crashed":
            log.warning(
                "run_crashed", run_id=context.run_id, brand=context.brand, cause=outcome.error and outcome.error.message
            )
        _find_customer(context)
        return record_of(outcome, context, [*missing])

    def _run_script(
        self, script: Script, order: Order, context: RunContext, lease: Lease, calls: HostCalls, outcome: Outcome
    ) -> None:
        imports = importer(script.source)
        if imports.source_bytes > order.limits.source_bytes:
            outcome.reach_limit("source_bytes")
            return
        has_http = finds_http(order, self._http is not None)
        job = job_text(script, order, context, http=has_http, code_from_strings=self._code_from_strings)
        plan = self.foresight.plan(context.brand, script.source) if order.is_answered_directly else NO_PLAN
        broker = Broker(lease.worker, context, order.limits, plan, calls, outcome, self._modules_of(order))
        broker.run(job, imports)
        if (error := outcome.error) is not None:
            error.message = explained_by_line(error.message, script.before(error.file, error.line, error.column))
            error.message = error.message if has_http else explained_without_http(error.message)
        lease.note(reusable=broker.reusable)
        if order.recorder is not None:
            order.recorder.note_end(outcome, context)
        if outcome.status == "ok" and order.is_answered_directly:
            self.foresight.learn(context.brand, script.source, plan, broker.trace, broker.guesses)

    def _modules_of(self, order: Order) -> ModuleSource:
        own = None if order.data is None else order.data.modules
        return self._modules if own is None else own

    def _greet(self, worker: Worker) -> list[str]:
        """The layers that a worker lacks; no job is sent before that is known and allowed."""
        missing = worker.greet()
        if not self._allow_weaker_sandbox:
            refuse_weaker(missing)
        return missing


def refuse_weaker(missing: list[str]) -> None:
    """Raise ``SandboxUnavailable`` where layers of the sandbox are missing."""
    if missing:
        raise SandboxUnavailable(
            f"this host cannot give these layers of the sandbox: {', '.join(missing)};"
            " see 'funnelscript doctor', or allow a weaker sandbox"
        )


def record_of(outcome: Outcome, context: RunContext, missing: list[str]) -> RunResult:
    """The record of a run that is over; ``missing`` are the layers that its sandbox lacked."""
    return RunResult.model_construct(
        run_id=context.run_id or new_uuid7(),
        status=outcome.status,
        variables=outcome.variables,
        response=outcome.response,
        redirect=outcome.redirect,
        headers=outcome.headers,
        cookies=[*outcome.cookies.values()],
        session=outcome.session,
        session_customer=outcome.session_customer,
        logs=outcome.logs,
        error=outcome.error,
        warnings=warnings_of(context.warnings),
        calls=outcome.calls,
        usage=outcome.usage,
        customer_id=context.visitor.id,
        deferred_writes=context.deferred_writes,
        sandbox_missing=missing,
        template=outcome.template,
        modules=[loaded(code, source) for code, source in outcome.modules.items()],
    )


def _find_customer(context: RunContext) -> None:
    """Name the customer of a session that has only an e-mail, also where the run only read."""
    if context.visitor.id is None and context.visitor.email is not None:
        with contextlib.suppress(StorageError):
            customer = context.store.query(context.brand, FindCustomer(context.visitor))
            if customer is not None:
                context.visitor = replace(context.visitor, id=customer.id)


def _system_clock_ms() -> int:
    return time.time_ns() // 1_000_000
