"""Answers a script from a tape: no store, no network, and no call that is not on it.

What a call does to the page (headers, cookies, the session) is done as in any run; all else is only told.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

from bindings.context import RunContext
from runtime.differing import Difference, differences, same
from runtime.effects import EFFECTS
from runtime.frames import encode
from runtime.host_calls import HostCalls, error_answer
from runtime.outcome import LimitReached, Outcome
from runtime.tape.model import Tape, TapedCall
from runtime.tape.recording import LEFT
from storage.commands import Applied, Write
from storage.errors import StorageError, StoreUnavailable
from storage.models import Customer, Json
from storage.queries import FindCustomer, Query

T = TypeVar("T")


class CallPlace(NamedTuple):
    """Where in the author's file a call stands, from 1."""

    file: str
    line: int
    column: int


class MadeCall(NamedTuple):
    """A call as a script made it now."""

    name: str
    arguments: Json
    place: CallPlace | None


class CallDifference(NamedTuple):
    """The first call that is not as it was. ``number`` counts from 1; ``then`` or ``now`` is None where there is none.

    ``differences`` are those of the arguments, where the function is the same. ``again`` is the number of a later call
    on the tape that is the one made now, where there is one: what stands between was left out.
    """

    number: int
    then: TapedCall | None
    now: MadeCall | None
    differences: list[Difference]
    again: int | None = None


class Ended(LimitReached):
    """The replay goes no further: what follows could not be answered."""

    def __init__(self) -> None:
        super().__init__("max_host_calls")


class OfflineStore:
    """In the place of a run's store: knows one customer, whom the tape's call is about, and does nothing."""

    def __init__(self) -> None:
        self.customer: Customer | None = None

    def query(self, _brand: str, query: Query[T]) -> T:
        """The customer; nothing else is asked where all calls are answered from a tape."""
        if isinstance(query, FindCustomer):
            return self.customer  # type: ignore[return-value]  # the query's own answer
        raise StoreUnavailable("a replay has no store")

    def apply(self, _brand: str, _write: Write[T]) -> Applied[T]:
        """Nothing is written in a replay."""
        raise StoreUnavailable("a replay has no store")

    def apply_batch(self, writes: Sequence[tuple[str, Write[Any]]]) -> list[Applied[Any] | StorageError]:
        """Nothing is written in a replay."""
        return [StoreUnavailable("a replay has no store") for _ in writes]

    def close(self) -> None:
        """There is nothing to give back."""


class TapePlayer:
    """Stands between a script and the world: answers each call as the tape says, as long as it is the same call."""

    def __init__(self, tape: Tape, store: OfflineStore) -> None:
        self.position = 0
        self.difference: CallDifference | None = None
        self.went_past_end = False
        """The script made a call behind the last one of a tape that does not say how it goes on."""
        self._tape = tape
        self._store = store
        self._place: CallPlace | None = None
        self._live: HostCalls
        self._context: RunContext

    def __call__(self, calls: HostCalls, context: RunContext) -> HostCalls:
        """Take the place between."""
        self._live, self._context = calls, context
        return self

    def answer(self, name: str, arguments: Any, outcome: Outcome) -> tuple[str, bool]:
        """See ``HostCalls``. Ends the run at the first call that is not the tape's."""
        taped = self._next(MadeCall(name, arguments, self._place))
        for warning in taped.warnings:
            self._context.warn(warning.code, warning.message)
        if name in EFFECTS:
            self._store.customer = customer_of(taped.answer)
            return self._live.answer(name, arguments, outcome)
        return taped_answer(taped)

    def left(self, left: dict[str, int]) -> dict[str, int]:
        """See ``HostCalls``: as much as was left then."""
        taped = self._next(MadeCall(LEFT, None, self._place))
        return taped.answer if isinstance(taped.answer, dict) else left

    def called_from(self, place: Any) -> None:
        """See ``HostCalls``."""
        self._place = place_of(place)

    def _next(self, now: MadeCall) -> TapedCall:
        calls = self._tape.calls
        if self.position >= len(calls):
            self.went_past_end = True
            if self._tape.cut_off is None and self._tape.outcome.status not in ("time_limit", "crashed"):
                self.difference = CallDifference(self.position + 1, None, now, [])
            raise Ended
        then = calls[self.position]
        if not is_same_call(then, now):
            found = [*differences(then.arguments, now.arguments)] if then.name == now.name else []
            self.difference = CallDifference(self.position + 1, then, now, found, self._again(now))
            raise Ended
        self.position += 1
        return then

    def _again(self, now: MadeCall) -> int | None:
        later = enumerate(self._tape.calls[self.position + 1 :], self.position + 2)
        return next((number for number, call in later if is_same_call(call, now)), None)


def is_same_call(then: TapedCall, now: MadeCall) -> bool:
    """Whether a call is that of the tape."""
    return then.name == now.name and same(then.arguments, now.arguments)


def taped_answer(taped: TapedCall) -> tuple[str, bool]:
    """A taped call's answer as a worker takes it."""
    if taped.error is not None:
        return error_answer(taped.error.name, taped.error.message, taped.error.code), False
    return "V" + encode(taped.answer), True


def place_of(place: Any) -> CallPlace | None:
    """What a worker says of a call's place, if it makes sense."""
    match place:
        case [str(file), int(line), int(column)]:
            return CallPlace(file, line, column)
    return None


def customer_of(answer: Json) -> Customer | None:
    """The customer whom ``session.setCustomer`` found then."""
    if not isinstance(answer, dict) or not isinstance(answer.get("id"), str):
        return None
    return Customer(answer["id"], answer.get("email"), answer.get("name"), 0)
