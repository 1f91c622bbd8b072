"""The host's end of one run: hands the worker its job, talks with it, and holds it to its limits from outside.

Identity comes from the run's context alone, never from a frame. Whatever is wrong with a frame ends the run; a worker
that was killed or said something wrong never runs again.
"""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from pydantic import ValidationError

from bindings.context import RunContext
from runtime.child.wire import SCRIPT_JOB, pack
from runtime.clocks import SHORTEST_WAIT_SECONDS, Clocks
from runtime.foresight import NO_PLAN, START, Guesses, Plan, TracedCall
from runtime.frames import FrameBuffer, FrameTooLarge, ProtocolViolation, decode, decode_pair, encode
from runtime.host_calls import HostCalls, LiveCalls
from runtime.limits import Limits
from runtime.modules.serving import NO_IMPORTER, Importer, ServedModules
from runtime.modules.source import NO_MODULES, ModuleSource
from runtime.outcome import LimitReached, Outcome
from runtime.reads_ahead import ReadsAhead, as_warned
from runtime.sandbox.worker import Worker

MAX_RESULT_BYTES = 64 * 1024
"""Room that a frame needs beside a message of the script's: its kind, names, an error with its stack."""
GRACE_SECONDS = 0.1
"""What a script has to unwind after it gave its answer, before its worker is killed."""

MAX_CHAIN_CHARACTERS = 1_000
AMOUNT = re.compile(r"\d{1,15}", re.ASCII)


class WorkerLost(Exception):
    """The worker has ended; its socket says so."""


class Broker:
    """One run on one worker. ``reusable`` tells afterwards whether the worker may run again."""

    def __init__(
        self,
        worker: Worker,
        context: RunContext,
        limits: Limits,
        plan: Plan = NO_PLAN,
        calls: HostCalls | None = None,
        outcome: Outcome | None = None,
        modules: ModuleSource | None = None,
    ) -> None:
        """``plan`` is what the script is expected to read; ``calls`` answers it, by default from the context.

        ``outcome`` is one of a kind of its own, for a job that leaves more behind than a script does. ``modules`` are
        what a script may import.
        """
        self.reusable = False
        self._worker = worker
        self._context = context
        self._limits = limits
        self._outcome = outcome or Outcome(limits)
        self._calls = calls or LiveCalls(context, limits)
        self._modules = ServedModules(modules or NO_MODULES, context.brand, limits, self._outcome)
        self._ahead = ReadsAhead(self._calls, context, self._outcome, plan)
        self._clocks = Clocks(worker, limits)
        self._frames = FrameBuffer(limits.message_bytes + MAX_RESULT_BYTES)
        self._first_warning = 0

    @property
    def trace(self) -> list[TracedCall]:
        """The calls that the script made, in order."""
        return self._ahead.trace

    @property
    def guesses(self) -> Guesses:
        """How well the plan served."""
        return self._ahead.guesses

    def run(self, job: str, importer: Importer = NO_IMPORTER, kind: str = SCRIPT_JOB) -> Outcome:
        """Run a job of this kind to its end, whatever that is. Never raises for what a script or worker does."""
        limits = self._limits
        depth = limits.max_module_depth if importer.may_be_module else 0
        header = f"{kind}{limits.memory_bytes},{limits.stack_bytes},{limits.max_promise_jobs},{depth}\n"
        self._outcome.deadline_seconds = self._clocks.start()
        try:
            self._modules.count(importer.source_bytes)
            self._send(pack(header + job + self._ahead.after(START)))
            self._converse()
            self.reusable = True
        except (LimitReached, FrameTooLarge, ProtocolViolation, WorkerLost) as problem:
            if not self._outcome.ended:
                self._end_badly(problem)
        self._take_usage()
        return self._outcome

    def _end_badly(self, problem: Exception) -> None:
        match problem:
            case LimitReached():
                self._outcome.reach_limit(problem.limit, problem.detail)
            case FrameTooLarge():
                self._outcome.reach_limit("message_bytes")
            case ProtocolViolation():
                self._outcome.crash(f"the sandbox broke its protocol: {problem}")
            case _:
                self._outcome.crash("the sandbox's process ended in the middle of the run")

    def _converse(self) -> None:
        """Until the run's result: take what comes, in time."""
        timeout_seconds = self._clocks.first_look_seconds
        while not self._outcome.ended:
            data = self._worker.receive(timeout_seconds)
            if data == b"":
                raise WorkerLost
            if data is not None:
                self._frames.feed(data)
                while not self._outcome.ended and (frame := self._frames.next()) is not None:
                    if self._handle(frame):
                        self._check_silence()
                        return
            if data is None or self._clocks.elapsed_seconds() >= self._clocks.first_look_seconds:
                timeout_seconds = self._clocks.check()
        self._let_unwind()

    def _let_unwind(self) -> None:
        """After the script's answer: wait for its end a little. What else it says is dropped, and gets no answer."""
        deadline = time.monotonic() + GRACE_SECONDS
        while True:
            while (frame := self._frames.next()) is not None:
                if frame[:1] == "R":
                    self._on_result(frame[1:])
                    self._check_silence()
                    return
            left_seconds = deadline - time.monotonic()
            data = self._worker.receive_soon(left_seconds) if left_seconds >= SHORTEST_WAIT_SECONDS else None
            if not data:
                raise WorkerLost
            self._frames.feed(data)

    def _check_silence(self) -> None:
        """Nothing may follow a result: it would be taken for the next run's."""
        if not self._frames.empty:
            raise ProtocolViolation("more after its result")

    def _handle(self, frame: str) -> bool:
        handler = self._HANDLERS.get(frame[:1])
        if handler is None:
            raise ProtocolViolation("an unknown kind of frame")
        return handler(self, frame[1:])

    def _on_call(self, text: str) -> bool:
        used, _, call_text = text.partition("\n")
        self._note_used(used)
        self._check_size(call_text)
        if len(self._outcome.calls) >= self._limits.max_host_calls:
            raise LimitReached("max_host_calls")
        self._clocks.check_wall()
        name, arguments = decode_pair(call_text, "a call")
        start_seconds = time.perf_counter()
        self._first_warning = len(self._context.warnings)
        answer, ok = self._calls.answer(name, arguments, self._outcome)
        self._outcome.add_call(name, (time.perf_counter() - start_seconds) * 1e3, ok)
        self._ahead.note_call(name, call_text)
        if len(self._context.warnings) > self._first_warning:
            answer = as_warned(answer)
        self._send(pack("A" + answer + self._ahead.after(call_text)))
        return False

    def _send(self, frame: bytes) -> None:
        if not self._worker.send(frame, self._clocks.deadline_seconds):
            raise WorkerLost

    def _note_used(self, places: str) -> None:
        """Count the answers ahead that the worker says the script took."""
        if not places:
            return
        self._first_warning = len(self._context.warnings)
        for read in self._ahead.take(places):
            if len(self._outcome.calls) >= self._limits.max_host_calls:
                raise LimitReached("max_host_calls")
            self._outcome.add_call(read.name, read.seconds * 1e3, ok=True)

    def _check_size(self, text: str) -> None:
        """A message is a call or a variable; the frame's own cap leaves room for what stands around one."""
        limit_bytes = self._limits.message_bytes
        if 4 * len(text) > limit_bytes and len(text.encode("utf-8")) > limit_bytes:
            raise LimitReached("message_bytes")

    def _on_question(self, text: str) -> bool:
        """What is left of the limits, asked by ``limits.left``; what is left of the memory, its worker knows."""
        if not AMOUNT.fullmatch(text):
            raise ProtocolViolation("not a question")
        left = {
            "cpu_ms": max(0, int(self._clocks.cpu_left_seconds() * 1e3)),
            "wall_ms": max(0, int(self._clocks.wall_left_seconds() * 1e3)),
            "host_calls": self._limits.max_host_calls - len(self._outcome.calls),
            "memory_bytes": int(text),
        }
        self._send(pack("A" + encode(self._calls.left(left))))
        return False

    def _on_place(self, text: str) -> bool:
        self._calls.called_from(decode(text))
        return False

    def _on_warned_place(self, text: str) -> bool:
        """Where the call stands whose answer said that it was warned of."""
        used, _, place = text.partition("\n")
        self._note_used(used)
        self._context.place_warnings(self._first_warning, self._outcome.place_of(decode(place)))
        self._first_warning = len(self._context.warnings)
        return False

    def _on_import(self, code: str) -> bool:
        """A module that the script imports, or one of its modules."""
        self._send(pack("A" + self._modules.answer(code)))
        return False

    def _on_variable(self, text: str) -> bool:
        self._check_size(text)
        self._outcome.set_variable(*decode_pair(text, "a variable"), len(text.encode("utf-8")))
        return False

    def _on_log_line(self, text: str) -> bool:
        self._outcome.add_log_line(*decode_pair(text, "a log line"))
        return False

    def _on_page_piece(self, text: str) -> bool:
        self._outcome.add_page_piece(text)
        return False

    def _on_failure(self, text: str) -> bool:
        self._outcome.add_failure(text)
        return False

    def _on_result(self, text: str) -> bool:
        figures, _, result = text.partition("\n")
        memory, _, used = figures.partition(",")
        self._note_used(used)
        ended = decode(result)
        if not AMOUNT.fullmatch(memory) or not isinstance(ended, dict):
            raise ProtocolViolation("not a result")
        self._outcome.usage.memory_bytes = int(memory)
        if self._outcome.ended:
            return True
        if "limit" in ended:
            raise _limit_of(ended)
        if "error" in ended:
            self._fail(ended["error"])
        return True

    def _fail(self, error: Any) -> None:
        try:
            self._outcome.fail(error)
        except ValidationError as invalid:
            raise ProtocolViolation("not an error") from invalid

    def _take_usage(self) -> None:
        usage = self._outcome.usage
        usage.wall_seconds = round(self._clocks.elapsed_seconds(), 6)
        usage.cpu_seconds = round(max(0.0, self._clocks.cpu_seconds()), 6)
        usage.host_calls = len(self._outcome.calls)
        self._outcome.warn_of_nearby_limits(self._context)

    _HANDLERS: ClassVar[Mapping[str, Callable[["Broker", str], bool]]] = {
        "C": _on_call,
        "V": _on_variable,
        "L": _on_log_line,
        "T": _on_question,
        "D": _on_page_piece,
        "F": _on_failure,
        "I": _on_import,
        "R": _on_result,
        "S": _on_place,
        "W": _on_warned_place,
    }
    """What takes a frame, by its kind; each says whether the run is over."""


def _limit_of(ended: dict[str, Any]) -> LimitReached:
    """A limit that the worker counts."""
    match ended:
        case {"limit": "max_promise_jobs"}:
            return LimitReached("max_promise_jobs")
        case {"limit": "max_module_depth", "detail": str(chain)}:
            return LimitReached("max_module_depth", chain[:MAX_CHAIN_CHARACTERS])
    raise ProtocolViolation("not a limit")
