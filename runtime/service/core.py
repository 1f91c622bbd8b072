"""What every part of the service stands on: the runtime, the admission, and threads for what blocks."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from runtime.runtime import Runtime
from runtime.service.admission import Admission
from runtime.service.settings import ServiceSettings

T = TypeVar("T")

SPARE_THREADS = 4
"""For tokens and checks of health, beside those of runs."""


class Core:
    """One service's parts. The runtime is the caller's to close."""

    def __init__(self, runtime: Runtime, settings: ServiceSettings) -> None:
        self.runtime = runtime
        self.settings = settings
        self.admission = Admission(
            settings.max_runs, settings.max_waiting, settings.max_wait_seconds, settings.max_brand_runs
        )
        self._threads = ThreadPoolExecutor(settings.max_runs + SPARE_THREADS, thread_name_prefix="funnelscript-serve")

    async def in_thread(self, call: Callable[..., T], *arguments: object) -> T:
        """Do what blocks, while the event loop goes on."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)

    def close(self) -> None:
        """End the threads, when what they do is done."""
        self._threads.shutdown()
