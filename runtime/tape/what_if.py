"""Another script on a recorded run: which of its effects would have been others, as far as the tape can answer it.

A call that is on the tape gets the tape's answer, wherever it stands there. A write that is not gets that of the one
whose place it takes: the next of the same function. A read that is not on the tape cannot be answered, and the script
is followed no further. What a changed write would have made later reads give is not known: they are answered as then.
"""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from bindings.context import RunContext
from bindings.registry import FUNCTIONS
from runtime.differing import Difference, differences, same
from runtime.effects import EFFECTS
from runtime.host_calls import HostCalls
from runtime.outcome import Outcome
from runtime.runtime import Runtime
from runtime.tape.model import Tape, TapedCall
from runtime.tape.offline import CallPlace, Ended, MadeCall, OfflineStore, customer_of, place_of, taped_answer
from runtime.tape.recording import LEFT
from runtime.tape.replaying import outcome_differences, run_with

_CANONICAL = {name: one.name for one in FUNCTIONS.values() for name in (one.name, one.other_name)}
_WRITES = frozenset(one.name for one in FUNCTIONS.values() if one.kind != "read")
HTTP_SENT = "http.post"


class EffectChange(NamedTuple):
    """One effect that is new, gone, or other than the one whose place it takes."""

    then: TapedCall | None
    now: MadeCall | None
    differences: list[Difference]


class ScriptVerdict(NamedTuple):
    """What another script would have done in a run. ``unanswered`` is the call at which it could not be followed on."""

    verdict: Literal["same", "changed", "unanswered"]
    changes: list[EffectChange]
    outcome: list[Difference]
    unanswered: MadeCall | None = None


def try_script(runtime: Runtime, tape: Tape, source: str, file: str) -> ScriptVerdict:
    """Run another script in the place of a tape's, on its answers. Nothing is stored or sent."""
    player, record = run_with(runtime, tape, Improviser, (source, file))
    if player.unanswered is not None:
        return ScriptVerdict("unanswered", player.changes, [], player.unanswered)
    changes = [*player.changes, *player.left_out()]
    outcome = [one for one in outcome_differences(tape.outcome, record) if one.path[0] != "warnings"]
    return ScriptVerdict("changed" if changes or outcome else "same", changes, outcome)


class Improviser:
    """Stands between another script and the world, and answers from a tape."""

    def __init__(self, tape: Tape, store: OfflineStore) -> None:
        self.changes: list[EffectChange] = []
        self.unanswered: MadeCall | None = None
        self._calls = tape.calls
        self._store = store
        self._is_used = [False] * len(tape.calls)
        self._place: CallPlace | None = None
        self._live: HostCalls
        self._context: RunContext

    def __call__(self, calls: HostCalls, context: RunContext) -> HostCalls:
        """Take the place between."""
        self._live, self._context = calls, context
        return self

    def answer(self, name: str, arguments: Any, outcome: Outcome) -> tuple[str, bool]:
        """See ``HostCalls``."""
        now = MadeCall(name, arguments, self._place)
        index = self._equal(now)
        taped = self._calls[index] if index is not None else self._instead(now)
        if index is not None:
            self._is_used[index] = True
        if name in EFFECTS:
            self._store.customer = None if taped is None else customer_of(taped.answer)
            return self._live.answer(name, arguments, outcome)
        if taped is None:
            self.unanswered = now
            raise Ended
        for warning in taped.warnings if index is not None else ():
            self._context.warn(warning.code, warning.message)
        return taped_answer(taped)

    def left(self, left: dict[str, int]) -> dict[str, int]:
        """See ``HostCalls``: as then, where it was asked then."""
        index = self._equal(MadeCall(LEFT, None, None))
        if index is None:
            return left
        self._is_used[index] = True
        told: dict[str, int] = self._calls[index].answer
        return told

    def called_from(self, place: Any) -> None:
        """See ``HostCalls``."""
        self._place = place_of(place)

    def left_out(self) -> Iterator[EffectChange]:
        """The effects of then that did not come."""
        for is_used, call in zip(self._is_used, self._calls, strict=True):
            if not is_used and _is_effect(call.name):
                yield EffectChange(call, None, [])

    def _equal(self, now: MadeCall) -> int | None:
        """The same call on the tape: the first that was not asked for yet, else, of reads, the last."""
        found = [index for index, call in enumerate(self._calls) if _is_same(call, now)]
        unused = [index for index in found if not self._is_used[index]]
        if unused:
            return unused[0]
        return found[-1] if found and not _is_effect(now.name) else None

    def _instead(self, now: MadeCall) -> TapedCall | None:
        """The call whose place an effect takes, which is noted; its answer, or that of one like it, will do."""
        if not _is_effect(now.name):
            return None
        alike = [index for index, call in enumerate(self._calls) if _function(call.name) == _function(now.name)]
        unused = [index for index in alike if not self._is_used[index]]
        if not unused:
            self.changes.append(EffectChange(None, now, []))
            return self._calls[alike[-1]] if alike else None
        then = self._calls[unused[0]]
        self._is_used[unused[0]] = True
        self.changes.append(EffectChange(then, now, [*differences(then.arguments, now.arguments)]))
        return then


def _function(name: str) -> str:
    return _CANONICAL.get(name, name)


def _is_effect(name: str) -> bool:
    return _function(name) in _WRITES or name in EFFECTS or name == HTTP_SENT


def _is_same(then: TapedCall, now: MadeCall) -> bool:
    return _function(then.name) == _function(now.name) and same(then.arguments, now.arguments)
