"""Puts a run on tape while it goes on.

A taped run can be done again because nothing in it is left to chance: its clock stands at the time of its start, and
its random numbers come from a seed that is on the tape, drawn by the host where none was given. Reads are not done
ahead of the script's asking, so that calls stand in the order in which it saw their answers; the run is slower by that.
"""

import json
import secrets
import time
from collections.abc import Callable
from copy import copy
from typing import Any, TypeAlias

from bindings.context import RunContext
from runtime.host_calls import HostCalls
from runtime.order import Order
from runtime.outcome import LimitReached, Outcome, warnings_of
from runtime.record import RunResult
from runtime.tape.folder import TapeFolder
from runtime.tape.model import Tape, TapedCall, TapedError, TapedOutcome, TapedRequest, TapeOptions
from runtime.tape.redacting import redacted

LEFT = "limits.left"
"""The name under which the question for what is left of the limits stands on a tape."""
SEEDS = 2**53


class CallRecorder:
    """The tape of one run in the making: stands between its script and what answers it."""

    def __init__(self, calls: HostCalls, context: RunContext, options: TapeOptions) -> None:
        self.taped: list[TapedCall] = []
        self.cut_off: str | None = None
        self._calls = calls
        self._context = context
        self._options = options
        self._bytes = 0

    def answer(self, name: str, arguments: Any, outcome: Outcome) -> tuple[str, bool]:
        """See ``HostCalls``. What ends the run is on the tape too, without an answer."""
        warned, customer_id = len(self._context.warnings), self._context.visitor.id
        try:
            text, ok = self._calls.answer(name, arguments, outcome)
        except LimitReached:
            self._note(name, arguments, None, (warned, customer_id))
            raise
        self._note(name, arguments, text, (warned, customer_id))
        return text, ok

    def left(self, left: dict[str, int]) -> dict[str, int]:
        """See ``HostCalls``."""
        told = self._calls.left(left)
        self._keep(TapedCall(name=LEFT, answer=told), len(LEFT))
        return told

    def called_from(self, place: Any) -> None:
        """See ``HostCalls``."""
        self._calls.called_from(place)

    def _note(self, name: str, arguments: Any, text: str | None, before: tuple[int, str | None]) -> None:
        answer, error = None, None
        if text is not None and text[0] == "V":
            answer = json.loads(text[1:])
        elif text is not None:
            error = TapedError(**dict(zip(("name", "message", "code"), json.loads(text[1:]), strict=True)))
        warnings = warnings_of(self._context.warnings[before[0] :])
        customer_id = self._context.visitor.id if self._context.visitor.id != before[1] else None
        call = TapedCall.model_construct(
            name=name, arguments=arguments, answer=answer, error=error, warnings=warnings, customer_id=customer_id
        )
        self._keep(call, len(json.dumps([name, arguments])) + len(text or ""))

    def _keep(self, call: TapedCall, size_bytes: int) -> None:
        options = self._options
        if self.cut_off is not None:
            return
        self._bytes += size_bytes
        if len(self.taped) >= options.max_calls:
            self.cut_off = f"more than {options.max_calls} calls"
        elif self._bytes > options.max_bytes:
            self.cut_off = f"calls and answers of more than {options.max_bytes} bytes"
        else:
            self.taped.append(call)


class Recording:
    """One run that is put on tape."""

    def __init__(self, options: TapeOptions) -> None:
        self.options = options
        self.recorder: CallRecorder | None = None
        self.outcome: TapedOutcome | None = None
        self.modules: dict[str, str] = {}

    def listen(self, calls: HostCalls, context: RunContext) -> HostCalls:
        """See ``Recorder``."""
        self.recorder = CallRecorder(calls, context, self.options)
        return self.recorder

    def note_end(self, outcome: Outcome, context: RunContext) -> None:
        """See ``Recorder``. A page's template may add to the outcome afterwards: what is on tape is the script's."""
        self.modules = dict(outcome.modules)
        noted = {name: copy(getattr(outcome, name)) for name in _OF_THE_OUTCOME}
        self.outcome = TapedOutcome.model_construct(
            **noted,
            cookies=[*outcome.cookies.values()],
            warnings=warnings_of(context.warnings),
        )


Finish: TypeAlias = Callable[[RunResult], RunResult]


def on_tape(
    tape: bool | TapeOptions,
    order: Order,
    source: str,
    file: str,
    *,
    is_page: bool = False,
    http: bool = False,
    folder: TapeFolder | None = None,
) -> tuple[Order, Finish]:
    """The order of a run that is put on tape, if it is to be, and what its record passes through at the end.

    ``folder`` takes a tape of each run, whether it was asked for or not.
    """
    if tape is False and folder is None:
        return order, _unchanged
    usual = TapeOptions() if folder is None else folder.options
    recording = Recording(usual if isinstance(tape, bool) else tape)
    now_ms = time.time_ns() // 1_000_000 if order.now_ms is None else order.now_ms
    seed = secrets.randbelow(SEEDS) if order.seed is None else order.seed

    def finish(result: RunResult) -> RunResult:
        settled = {"customer_id": result.customer_id, "deferred_writes": result.deferred_writes}
        calls = recording.recorder
        made = Tape.model_construct(
            run_id=result.run_id,
            is_page=is_page,
            file=file,
            source=source,
            modules=recording.modules,
            session=order.session,
            request=None if order.request is None else TapedRequest.of(order.request),
            limits=order.limits,
            strict=order.strict,
            http=http,
            now_ms=now_ms,
            seed=seed,
            calls=[] if calls is None else calls.taped,
            cut_off=None if calls is None else calls.cut_off,
            outcome=outcome_of(result) if recording.outcome is None else recording.outcome.model_copy(update=settled),
        )
        redact = recording.options.redact
        made = redacted(made, redact) if redact else made
        if folder is not None:
            folder.keep(made)
        result.tape = None if tape is False else made
        return result

    return order._replace(now_ms=now_ms, seed=seed, recorder=recording), finish


def outcome_of(result: RunResult) -> TapedOutcome:
    """What of a record stands on its tape."""
    return TapedOutcome.model_construct(**{name: getattr(result, name) for name in TapedOutcome.model_fields})


def _unchanged(result: RunResult) -> RunResult:
    return result


_OF_THE_OUTCOME = (
    *("status", "variables", "response", "redirect", "headers", "session", "session_customer", "logs", "error"),
)
