"""Does a run's reads before its script asks for them, as ``foresight`` expects them, and counts those that it took."""

import json
import re
import time
from collections.abc import Iterator
from typing import NamedTuple

from bindings.context import RunContext, Warn
from bindings.registry import FUNCTIONS
from runtime.foresight import MAX_CALL_CHARACTERS, MAX_TRACE_CALLS, Guesses, Plan, TracedCall
from runtime.frames import ProtocolViolation
from runtime.host_calls import HostCalls
from runtime.outcome import Outcome

READS = frozenset(
    name for function in FUNCTIONS.values() if function.kind == "read" for name in (function.name, function.other_name)
)
MAX_AHEAD_CHARACTERS = 16_384
PLACES = re.compile(r"\d{1,2}(,\d{1,2})*", re.ASCII)


class ReadAhead(NamedTuple):
    """A read that was done before the script asked for it."""

    name: str
    text: str
    answer: str
    seconds: float
    warnings: list[Warn]


USED = ReadAhead("", "", "", 0.0, [])


class ReadsAhead:
    """One run's. ``trace`` and ``guesses`` are what the next run's plan is made of."""

    def __init__(self, calls: HostCalls, context: RunContext, outcome: Outcome, plan: Plan) -> None:
        """``plan`` is what the script is expected to read."""
        self.trace: list[TracedCall] = []
        self.guesses = Guesses()
        self._calls = calls
        self._context = context
        self._outcome = outcome
        self._plan = plan
        self._ahead: list[ReadAhead] = []

    def after(self, call_text: str) -> str:
        """Answers to the reads that are expected after a call, as lines of the frame that answers it."""
        self._ahead = []
        lines = ""
        for text in self._plan.after(call_text):
            read = self._do(text)
            if read is None:
                break
            self._ahead.append(read)
            self.guesses.made += 1
            lines += f"\n{text}\n{read.answer}"
        return lines

    def note_call(self, name: str, text: str) -> None:
        """The script made this call itself."""
        self._trace(text, is_read=name in READS)

    def take(self, places: str) -> Iterator[ReadAhead]:
        """The reads that the worker says its script took, each once. Raises ``ProtocolViolation`` for one too many."""
        if not PLACES.fullmatch(places):
            raise ProtocolViolation("not a list of places")
        for place in map(int, places.split(",")):
            if place >= len(self._ahead) or (read := self._ahead[place]) is USED:
                raise ProtocolViolation("an answer that was not given")
            yield read
            self._ahead[place] = USED
            self.guesses.right += 1
            for warning in read.warnings:
                self._context.warn(warning.code, warning.message)
            self._trace(read.text, is_read=True)

    def _trace(self, text: str, *, is_read: bool) -> None:
        """Keep what a plan can be made of: a script may make a thousand calls of a megabyte."""
        if len(self.trace) < MAX_TRACE_CALLS:
            self.trace.append(TracedCall(text[: MAX_CALL_CHARACTERS + 1], is_read))

    def _do(self, text: str) -> ReadAhead | None:
        """Do an expected read now. What it warns of counts only once the script has asked for it."""
        context, call, start_seconds = self._context, json.loads(text), time.perf_counter()
        warnings, undefined_keys = list(context.warnings), set(context.undefined_keys)
        answer, ok = self._calls.answer(call[0], call[1], self._outcome)
        seconds = time.perf_counter() - start_seconds
        new_warnings = context.warnings[len(warnings) :]
        context.warnings[:] = warnings
        context.undefined_keys.clear()
        context.undefined_keys.update(undefined_keys)
        if not ok or len(answer) > MAX_AHEAD_CHARACTERS:
            return None
        return ReadAhead(call[0], text, as_warned(answer) if new_warnings else answer, seconds, new_warnings)


def as_warned(answer: str) -> str:
    """A call's answer with a small letter in front: the worker is to say, by a frame ``W``, where the call stands."""
    return answer[0].lower() + answer[1:]
