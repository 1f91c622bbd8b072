"""What every part of the service stands on: the runtime, the admission, and threads for what blocks."""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from runtime.modules.source import source_at_fault
from runtime.record import RunResult
from runtime.request import Request
from runtime.runtime import Runtime
from runtime.service.admission import Admission
from runtime.service.panel.history import History, KeptRun
from runtime.service.reading import HeldBytes
from runtime.service.settings import ServiceSettings
from runtime.session import Session
from storage import StorageError

T = TypeVar("T")

SPARE_THREADS = 4
"""For tokens and checks of health, beside those of runs."""


class Core:
    """One service's parts. The runtime is the caller's to close."""

    def __init__(self, runtime: Runtime, settings: ServiceSettings, history: History | None = None) -> None:
        """``history`` keeps the last runs for the debug panel, where there is one."""
        self.runtime = runtime
        self.history = history
        self.settings = settings
        self.admission = Admission(
            settings.max_runs, settings.max_waiting, settings.max_wait_seconds, settings.max_brand_runs
        )
        self.held = HeldBytes(settings.max_held_bytes)
        self._threads = ThreadPoolExecutor(settings.max_runs + SPARE_THREADS, thread_name_prefix="funnelscript-serve")

    async def in_thread(self, call: Callable[..., T], *arguments: object) -> T:
        """Do what blocks, while the event loop goes on."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)

    def kept(self, record: RunResult, file: str, source: str, session: Session, request: Request) -> KeptRun:
        """A run as the panel keeps it, with the source that its error is in; that can be a module's."""
        fault = ""
        if self.history is not None:
            with contextlib.suppress(OSError, StorageError):
                fault = source_at_fault(record, file, source, self.runtime.modules, session.brand)
        return KeptRun(record, file, source, session, request, fault)

    def close(self) -> None:
        """End the threads, when what they do is done."""
        self._threads.shutdown()
