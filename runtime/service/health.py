"""Whether the process lives, and whether it can do its work: what a load balancer asks."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Literal

import structlog
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from bindings.queue import QueueUnavailable
from runtime.errors import FunnelscriptError
from runtime.service.core import Core
from storage import StorageError
from storage.queries import ListEntities

log = structlog.get_logger("funnelscript.health")

State = Literal["ok", "unavailable", "not_used"]

KEPT_SECONDS = 1.0
"""How long an answer on readiness holds, so that asking often costs nothing."""
LONGEST_CHECK_SECONDS = 3.0
_FAILURES = (StorageError, QueueUnavailable, FunnelscriptError)
NOBODY = "readiness"
"""The brand that the store is asked for; it has nothing."""


class Health(BaseModel):
    """The process answers."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """What runs stand on, part by part. ``sandbox_missing`` names the layers that this host lacks."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["ok", "unavailable"]
    store: State
    queue: State
    sandbox: State
    sandbox_missing: list[str]


class HealthEndpoints:
    """``/healthz`` and ``/readyz``."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._lock = asyncio.Lock()
        self._kept: Readiness | None = None
        self._kept_until_seconds = 0.0
        self._missing: list[str] = []
        self._down: dict[str, bool] = {}
        """The parts that are, and whether they have said why themselves."""

    async def live(self, _: HttpRequest) -> HttpResponse:
        """``GET /healthz``: 200, as long as the event loop turns."""
        return _answer(Health(), 200)

    async def ready(self, _: HttpRequest) -> HttpResponse:
        """``GET /readyz``: 200, or 503 with the part that cannot be used."""
        async with self._lock:
            if self._kept is None or time.monotonic() >= self._kept_until_seconds:
                self._kept = await self._look()
                self._kept_until_seconds = time.monotonic() + KEPT_SECONDS
        return _answer(self._kept, 200 if self._kept.status == "ok" else 503)

    async def _look(self) -> Readiness:
        store, queue, sandbox = await asyncio.gather(
            self._state("store", self._check_store),
            self._state("queue", self._check_queue),
            self._state("sandbox", self._check_sandbox),
        )
        if self._core.runtime.queue is None:
            queue = "not_used"
        status: Literal["ok", "unavailable"] = "unavailable" if "unavailable" in {store, queue, sandbox} else "ok"
        return Readiness(status=status, store=store, queue=queue, sandbox=sandbox, sandbox_missing=self._missing)

    async def _state(self, part: str, check: Callable[[], None]) -> State:
        """Whether the part can be used; the log has why not, once until it can be again."""
        looking = asyncio.ensure_future(self._core.in_thread(check))
        done, _ = await asyncio.wait({looking}, timeout=LONGEST_CHECK_SECONDS)
        if not done:
            if part not in self._down:
                self._tell(part, f"no answer within {LONGEST_CHECK_SECONDS:g} s", by_itself=False)
            looking.add_done_callback(partial(self._tell_late, part))
            return "unavailable"
        try:
            looking.result()
        except _FAILURES as error:
            if not self._down.get(part):
                self._tell(part, _cause(error), by_itself=True)
            return "unavailable"
        self._down.pop(part, None)
        return "ok"

    def _tell(self, part: str, cause: str, *, by_itself: bool) -> None:
        self._down[part] = by_itself
        log.error("not_ready", part=part, cause=cause)

    def _tell_late(self, part: str, looking: "asyncio.Future[None]") -> None:
        """A store that is away says why when an answer could wait no longer: that is told, too."""
        error = None if looking.cancelled() else looking.exception()
        if isinstance(error, _FAILURES) and self._down.get(part) is False:
            self._tell(part, _cause(error), by_itself=True)

    def _check_store(self) -> None:
        self._core.runtime.store.query(NOBODY, ListEntities())

    def _check_queue(self) -> None:
        if self._core.runtime.queue is not None:
            self._core.runtime.queue.check()

    def _check_sandbox(self) -> None:
        self._missing = self._core.runtime.check_sandbox()


def _cause(error: Exception) -> str:
    """For the log: of a queue the kind alone, since the text may hold its address."""
    cause = error.__cause__ or error
    return type(cause).__name__ if isinstance(error, QueueUnavailable) else str(cause)


def _answer(model: BaseModel, status: int) -> HttpResponse:
    headers = {"Cache-Control": "no-store", **({"Retry-After": "1"} if status == 503 else {})}  # noqa: PLR2004 - HTTP's own number
    return HttpResponse(model.model_dump_json(), status, headers, "application/json")
