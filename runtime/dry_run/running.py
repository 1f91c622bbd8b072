"""A run that stores nothing: its writes stay in a store before the brand's own, its http calls are not made.

What a later call of the run reads is as if all had been stored. The brand's store is read by plain queries alone, so
nothing is locked there meanwhile; writes with ``async`` are done at once, in front, and no queue hears of them.
"""

from types import TracebackType
from typing import Any, Self

from bindings.context import RunContext
from runtime.dry_run.plan import Plan, PlannedHttpCall, plan_of
from runtime.frames import encode
from runtime.host_calls import HostCalls
from runtime.order import OwnData
from runtime.outcome import Outcome
from storage.ids import new_uuid7
from storage.overlay import OverlayStore
from storage.port import Store

NOT_SENT = {"status": 0, "headers": {}, "body": "", "error": "not sent: this is a dry run"}
"""What a script gets of an http call: the same as where none could be made."""


class DryRun:
    """For one run: ``runtime.run(..., data=dry_run.data)``, then ``plan``. The store in front is gone when closed."""

    def __init__(self, store: Store) -> None:
        self._front = OverlayStore(store)
        self._http: list[PlannedHttpCall] = []

    @property
    def data(self) -> OwnData:
        """What the run works on."""
        return OwnData(self._front, new_uuid7, None, self._between)

    def plan(self, brand: str) -> Plan:
        """What the run would have changed."""
        return plan_of(self._front, brand, self._http)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._front.close()

    def _between(self, calls: HostCalls, _: RunContext) -> HostCalls:
        return _NothingLeaves(calls, self._http)


class _NothingLeaves:
    """Answers http calls itself, and has all others answered."""

    def __init__(self, calls: HostCalls, http: list[PlannedHttpCall]) -> None:
        self._calls = calls
        self._http = http

    def answer(self, name: str, arguments: Any, outcome: Outcome) -> tuple[str, bool]:
        """See ``HostCalls``."""
        family, _, method = name.partition(".")
        if family != "http":
            return self._calls.answer(name, arguments, outcome)
        url = arguments.get("url") if isinstance(arguments, dict) else None
        self._http.append(PlannedHttpCall(method=method.upper(), url=str(url)))
        return "V" + encode(NOT_SENT), True

    def left(self, left: dict[str, int]) -> dict[str, int]:
        """See ``HostCalls``."""
        return self._calls.left(left)

    def called_from(self, place: Any) -> None:
        """See ``HostCalls``."""
        self._calls.called_from(place)
