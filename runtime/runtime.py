"""The way in: ``Runtime.open(store)``, then ``run`` for each script, or ``run_page`` for each page."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

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
from runtime.http.opening import effects_of, open_http
from runtime.http.settings import HttpSettings
from runtime.limits import Limits
from runtime.modules.serving import importer
from runtime.modules.source import ModuleSource, StoreModules
from runtime.order import Order, OwnData, job_text
from runtime.outcome import Outcome
from runtime.pages.blocks import take_apart
from runtime.record import PageResult, RunResult, RunWarning
from runtime.record_parts import loaded
from runtime.recording import Recorder, Recording
from runtime.request import Request
from runtime.sandbox.lease import Lease
from runtime.sandbox.pool import PoolSettings, WorkerPool
from runtime.sandbox.worker import Worker
from runtime.script import Script, script_of_blocks
from runtime.session import Session
from runtime.tape.folder import TapeFolder
from runtime.tape.model import TapeOptions
from runtime.tape.recording import on_tape
from runtime.templates.cache import Templates
from runtime.templates.rendering import Rendering
from runtime.templates.source import TemplateSource
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
        http: Fetcher | None,
        modules: ModuleSource,
        limits: Limits,
        pool: PoolSettings,
        allow_weaker_sandbox: bool,
        owns_store: bool,
        templates: TemplateSource | None = None,
        recording: Recording | None = None,
        code_from_strings: bool = False,
    ) -> None:
        """Use ``Runtime.open``."""
        self.code_from_strings = code_from_strings
        self.store = store
        self.recorder = None if recording is None else Recorder(recording, store)
        self.queue = queue
        self.http = http
        self.modules = modules
        self._http_effects = effects_of(http)
        self.tapes: TapeFolder | None = None
        """Set by a host that wants each run on tape."""
        self.limits = limits
        self._owns_store = owns_store
        self._allow_weaker_sandbox = allow_weaker_sandbox
        self._foresight = Foresight()
        self._definitions = Definitions()
        self._templates = Templates(templates)
        self._pool = WorkerPool(pool, limits.memory_bytes)
        self._threads = ThreadPoolExecutor(pool.max_workers + pool.max_waiting, thread_name_prefix="funnelscript-run")

    @classmethod
    def open(
        cls,
        store: str | Store,
        *,
        queue: str | Callable[[Store], WriteQueue] | None = None,
        http: HttpSettings | Fetcher | None = None,
        modules: ModuleSource | Callable[[Store], ModuleSource] | None = None,
        limits: Limits | None = None,
        pool: PoolSettings | None = None,
        allow_weaker_sandbox: bool = False,
        templates: TemplateSource | None = None,
        recording: Recording | None = None,
        code_from_strings: bool = False,
    ) -> Self:
        """A runtime on a store (by URL, or open already) with a pool of workers of its own. About 130 ms.

        ``queue`` (a Redis URL, or what makes a queue for the store) takes the writes with ``async``, for ``funnelscript
        worker`` to apply; without one they are applied at once. One that cannot be reached makes them slower, no more.
        ``modules`` (or what makes them for the store) are what scripts may import, by default those of the store.
        ``http`` gives scripts the global of that name, within its bounds (or answers it, as a ``Fetcher``); they find
        none without it. ``limits`` are the default for every run. Where this host cannot give every layer of the
        sandbox, it is refused with ``SandboxUnavailable``, unless ``allow_weaker_sandbox`` says that scripts are
        trusted as the host's own user is; records then name what is missing. ``templates`` has the layouts and
        components of pages. ``recording`` says which runs are kept on record; none where it is left out.
        ``code_from_strings`` gives scripts ``eval`` and ``Function``. Raises ``StoreUnavailable`` or ``ValueError`` for
        a store that cannot be opened, ``ValueError`` for a URL that names no queue.
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
            http=open_http(http),
            modules=_modules(modules, opened),
            limits=limits or Limits(),
            pool=pool or PoolSettings(),
            allow_weaker_sandbox=allow_weaker_sandbox,
            owns_store=isinstance(store, str),
            templates=templates,
            recording=recording,
            code_from_strings=code_from_strings,
        )
        if not allow_weaker_sandbox:
            runtime._require_whole_sandbox()
        return runtime

    def run(
        self,
        source: str,
        *,
        session: Session,
        request: Request | None = None,
        filename: str = "script.js",
        limits: Limits | None = None,
        strict: bool = False,
        now_ms: int | None = None,
        seed: int | None = None,
        data: OwnData | None = None,
        tape: bool | TapeOptions = False,
    ) -> RunResult:
        """Run one script to its end and give its record; what the script does wrong is in there, never raised.

        ``strict`` makes unknown properties of CRM calls errors. ``now_ms`` stops the clock of the run, ``seed`` fixes
        its random numbers. ``data`` takes the place of the runtime's store and queue. ``tape`` puts the run
        on tape: its clock then stands, and it has a seed, in any case. Raises ``Busy``, ``SandboxUnavailable``,
        ``RuntimeClosed``.
        """
        order = Order(session, request, limits or self.limits, strict, now_ms, seed, data)
        order, finish = on_tape(tape, order, source, filename, http=self.http is not None, folder=self.tapes)
        result = finish(self._run(Script(source, filename), order, self._context(order)))
        return self._recorded(result, order, source, filename)

    def run_page(
        self,
        html: str,
        *,
        session: Session,
        request: Request | None = None,
        filename: str = "page.html",
        limits: Limits | None = None,
        strict: bool = False,
        now_ms: int | None = None,
        seed: int | None = None,
        data: OwnData | None = None,
        tape: bool | TapeOptions = False,
    ) -> PageResult:
        """Run a page's backend blocks as one script, then its template; give the record, and the page that came of it.

        A page without a template comes out without its blocks, byte for byte. What looks like a block and is none by
        the HTML standard (in a comment, say) is taken out without being run, with a warning. The rest is as for
        ``run``; where that raises, ``without_blocks`` gives the page alone.
        """
        order = Order(session, request, limits or self.limits, strict, now_ms, seed, data)
        order, finish = on_tape(
            tape, order, html, filename, is_page=True, http=self.http is not None, folder=self.tapes
        )
        context = self._context(order)
        page = take_apart(html)
        for (line, column), why in page.dropped:
            context.warn(
                "block_dropped", f"{filename}:{line}:{column}: what looks like a backend block {why}; it was not run"
            )
        own = None if order.data is None else order.data.templates
        template = self._templates.compiled(context.brand, filename, html, page, own)
        rendering = None if template is None or order.is_replay else Rendering(template, order, self._foresight)
        if not page.blocks and rendering is None:
            record = finish(_record(Outcome(order.limits), context, []))
            return PageResult(self._recorded(record, order, html, filename), page.html)
        script = script_of_blocks(page.blocks, filename) if page.blocks else None
        record = self._recorded(finish(self._run(script, order, context, rendering)), order, html, filename)
        return PageResult(record, page.html if rendering is None else rendering.html)

    async def run_async(self, source: str, *, session: Session, **options: Any) -> RunResult:
        """As ``run``, for asyncio: the event loop goes on meanwhile."""
        call: Callable[[], RunResult] = lambda: self.run(source, session=session, **options)  # noqa: E731 - needs a type
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    async def run_page_async(self, html: str, *, session: Session, **options: Any) -> PageResult:
        """As ``run_page``, for asyncio: the event loop goes on meanwhile."""
        call: Callable[[], PageResult] = lambda: self.run_page(html, session=session, **options)  # noqa: E731 - as above
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def check_sandbox(self) -> list[str]:
        """The layers that a worker made now lacks. Raises ``SandboxUnavailable`` where none can be made; 1 ms."""
        return self._pool.missing_layers()

    def finish_deferred_writes(self) -> None:
        """Apply what runs put off, where the queue is one that no ``funnelscript worker`` serves."""
        if self.queue is not None:
            self.queue.finish()

    def close(self) -> None:
        """End the workers and close the queue, and the store if it was opened here. Safe to call again."""
        self._pool.close()
        self._threads.shutdown()
        if self.recorder is not None:
            self.recorder.close()
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

    def _recorded(self, result: RunResult, order: Order, source: str, filename: str) -> RunResult:
        """The result, on its way to the record where it is to be kept. A run on data of its own is nobody's run."""
        if self.recorder is not None and order.data is None:
            self.recorder.take(order.session.brand, result, source, filename, order.request)
        return result

    def _run(
        self, script: Script | None, order: Order, context: RunContext, rendering: Rendering | None = None
    ) -> RunResult:
        """A script, then a page's template; either may be missing."""
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
        return _record(outcome, context, [*missing])

    def _run_script(
        self, script: Script, order: Order, context: RunContext, lease: Lease, calls: HostCalls, outcome: Outcome
    ) -> None:
        imports = importer(script.source)
        if imports.source_bytes > order.limits.source_bytes:
            outcome.reach_limit("source_bytes")
            return
        job = job_text(script, order, context, http=self.http is not None, code_from_strings=self.code_from_strings)
        plan = self._foresight.plan(context.brand, script.source) if order.is_answered_directly else NO_PLAN
        broker = Broker(lease.worker, context, order.limits, plan, calls, outcome, self._modules_of(order))
        broker.run(job, imports)
        lease.note(reusable=broker.reusable)
        if order.recorder is not None:
            order.recorder.note_end(outcome, context)
        if outcome.status == "ok" and order.is_answered_directly:
            self._foresight.learn(context.brand, script.source, plan, broker.trace, broker.guesses)

    def _modules_of(self, order: Order) -> ModuleSource:
        own = None if order.data is None else order.data.modules
        return self.modules if own is None else own

    def _context(self, order: Order) -> RunContext:
        session, now_ms = order.session, order.now_ms
        data = order.data or OwnData(self.store, new_uuid7, self.queue)
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


def _modules(modules: ModuleSource | Callable[[Store], ModuleSource] | None, store: Store) -> ModuleSource:
    if modules is None:
        return StoreModules(store)
    return modules(store) if callable(modules) else modules


def _system_clock_ms() -> int:
    return time.time_ns() // 1_000_000


def _record(outcome: Outcome, context: RunContext, missing: list[str]) -> RunResult:
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
        warnings=[RunWarning(warning.code, warning.message) for warning in context.warnings],
        calls=outcome.calls,
        usage=outcome.usage,
        customer_id=context.visitor.id,
        deferred_writes=context.deferred_writes,
        sandbox_missing=missing,
        template=outcome.template,
        modules=[loaded(code, source) for code, source in outcome.modules.items()],
    )
