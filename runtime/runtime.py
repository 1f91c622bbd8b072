"""The way in: ``Runtime.open(store)``, then ``run`` for each script, or ``run_page`` for each page."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from bindings.queue import WriteQueue
from runtime.http.fetching import Fetcher
from runtime.http.opening import open_http
from runtime.http.settings import HttpSettings
from runtime.limits import Limits
from runtime.modules.source import ModuleSource
from runtime.opening import build_models, open_modules, open_queue
from runtime.order import Order, OwnData
from runtime.pages.running import run_page
from runtime.record import PageResult, RunResult
from runtime.recording import Recorder, Recording
from runtime.request import Request
from runtime.running import Runs, refuse_weaker
from runtime.sandbox.pool import PoolSettings, WorkerPool
from runtime.script import Script
from runtime.session import Session
from runtime.tape.folder import TapeFolder
from runtime.tape.model import TapeOptions
from runtime.tape.recording import on_tape
from runtime.templates.cache import Templates
from runtime.templates.source import TemplateSource
from storage import Store, open_store


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
        self.tapes: TapeFolder | None = None
        """Set by a host that wants each run on tape."""
        self.limits = limits
        self._owns_store = owns_store
        self._templates = Templates(templates)
        self._pool = WorkerPool(pool, limits.memory_bytes)
        self._runs = Runs(
            self._pool,
            store,
            queue=queue,
            http=http,
            modules=modules,
            allow_weaker_sandbox=allow_weaker_sandbox,
            code_from_strings=code_from_strings,
        )
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
        for_one_run: bool = False,
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
        ``code_from_strings`` gives scripts ``eval`` and ``Function``. ``for_one_run`` opens 0.1 s sooner: what checks
        calls, records and tapes is then made by the first run that asks for it. Raises ``StoreUnavailable`` or
        ``ValueError`` for a store that cannot be opened, ``ValueError`` for a URL that names no queue.
        """
        if not for_one_run:
            build_models()
        opened = open_store(store) if isinstance(store, str) else store
        try:
            opened_queue = open_queue(queue, opened)
        except ValueError:
            if isinstance(store, str):
                opened.close()
            raise
        runtime = cls(
            opened,
            queue=opened_queue,
            http=open_http(http),
            modules=open_modules(modules, opened),
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
        result = finish(self._runs.run(Script(source, filename), order, self._runs.context(order)))
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
        came = run_page(self._runs, self._templates, html, filename, order)
        return PageResult(self._recorded(finish(came.record), order, html, filename), came.html)

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

    def _require_whole_sandbox(self) -> None:
        """Refuse to start on a host that lacks a layer."""
        try:
            refuse_weaker(self._pool.missing_layers())
        except BaseException:  # raised again; also where Ctrl-C comes, no worker is left
            self.close()
            raise
