"""A circuit breaker: after one failure nobody waits for the server again until a look from aside finds it well."""

import threading
from collections.abc import Callable

import structlog

PROBE_SECONDS = 0.5

log = structlog.get_logger("funnelscript.queue")


class Breaker:
    """Open means: don't ask the server. ``probe`` raises as long as it cannot be used; safe for many threads."""

    def __init__(self, probe: Callable[[], object]) -> None:
        self._probe = probe
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._prober: threading.Thread | None = None
        self.is_open = False

    def trip(self, cause: Exception) -> None:
        """Open it, and have a thread of its own look after the server."""
        with self._lock:
            if self.is_open or self._closing.is_set():
                return
            self.is_open = True
            self._prober = threading.Thread(target=self._watch, name="funnelscript-queue-probe", daemon=True)
            self._prober.start()
        log.error("queue_unreachable", cause=type(cause).__name__)

    def close(self) -> None:
        """End the thread."""
        self._closing.set()
        if self._prober is not None:
            self._prober.join()

    def _watch(self) -> None:
        while not self._closing.wait(PROBE_SECONDS):
            try:
                self._probe()
            except Exception as error:  # noqa: BLE001 - whatever is wrong, the server cannot be used yet
                log.debug("queue_probe_failed", cause=type(error).__name__)
                continue
            self.is_open = False
            log.info("queue_reachable")
            return
