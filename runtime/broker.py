"""The host's end of one run: hands the worker its job, serves its calls, and holds it to its limits from outside.

Identity comes from the run's context alone, never from a frame. Whatever is wrong with a frame ends the run; a worker
that was killed or said something wrong never runs again.
"""

import json
import re
import time
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple

import structlog
from pydantic import ValidationError

import bindings
from bindings.context import RunContext, Warn
from bindings.errors import ScriptError, ScriptRangeError
from bindings.registry import FUNCTIONS
from runtime.child.wire import pack
from runtime.effects import EFFECTS, ENDING
from runtime.foresight import NO_PLAN, START, Guesses, Plan, TracedCall
from runtime.frames import FrameBuffer, FrameTooLarge, ProtocolViolation, decode, decode_pair, encode
from runtime.limits import Limits
from runtime.outcome import LimitReached, Outcome
from runtime.sandbox.worker import Worker

log = structlog.get_logger("funnelscript.broker")

MAX_RESULT_BYTES = 64 * 1024
"""Room that a frame needs beside a message of the script's: its kind, names, an error with its stack."""
SHORTEST_WAIT_SECONDS = 0.001
GRACE_SECONDS = 0.1
"""What a script has to unwind after it gave its answer, before its worker is killed."""


READS = frozenset(
    name for function in FUNCTIONS.values() if function.kind == "read" for name in (function.name, function.other_name)
)
MAX_AHEAD_CHARACTERS = 16_384
AMOUNT = re.compile(r"\d{1,15}", re.ASCII)
PLACES = re.compile(r"\d{1,2}(,\d{1,2})*", re.ASCII)


class ReadAhead(NamedTuple):
    """A read that was done before the script asked for it."""

    name: str
    text: str
    answer: str
    seconds: float
    warnings: list[Warn]


USED = ReadAhead("", "", "", 0.0, [])


class WorkerLost(Exception):
    """The worker has ended; its socket says so."""


class Broker:
    """One run on one worker. ``reusable`` tells afterwards whether the worker may run again."""

    def __init__(self, worker: Worker, context: RunContext, limits: Limits, plan: Plan = NO_PLAN) -> None:
        """``plan`` is what the script is expected to read."""
        self.reusable = False
        self.trace: list[TracedCall] = []
        self.guesses = Guesses()
        self._plan = plan
        self._ahead: list[ReadAhead] = []
        self._worker = worker
        self._context = context
        self._limits = limits
        self._outcome = Outcome(limits)
        self._frames = FrameBuffer(limits.message_bytes + MAX_RESULT_BYTES)
        self._handlers: dict[str, Callable[[str], bool]] = {
            "C": self._on_call,
            "V": self._on_variable,
            "L": self._on_log_line,
            "T": self._on_question,
            "R": self._on_result,
        }

    def run(self, job: str) -> Outcome:
        """Run a job to its end, whatever that is. Never raises for what a script or worker does."""
        limits = self._limits
        header = f"J{limits.memory_bytes},{limits.stack_bytes},{limits.max_promise_jobs}\n"
        self._start_seconds = time.monotonic()
        self._start_cpu_seconds = self._worker.cpu_seconds()
        try:
            self._send(pack(header + job + self._look_ahead(START)))
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
                self._outcome.reach_limit(problem.limit)
            case FrameTooLarge():
                self._outcome.reach_limit("message_bytes")
            case ProtocolViolation():
                self._outcome.crash(f"the sandbox broke its protocol: {problem}")
            case _:
                self._outcome.crash("the sandbox's process ended in the middle of the run")

    def _converse(self) -> None:
        """Until the run's result: take what comes, in time."""
        timeout_seconds = min(self._limits.wall_seconds, self._limits.cpu_seconds)
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
            elapsed_seconds = time.monotonic() - self._start_seconds
            if (
                data is None
                or elapsed_seconds >= self._limits.cpu_seconds
                or elapsed_seconds >= self._limits.wall_seconds
            ):
                timeout_seconds = self._check_clocks(elapsed_seconds)
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
            data = self._worker.receive(left_seconds) if left_seconds >= SHORTEST_WAIT_SECONDS else None
            if not data:
                raise WorkerLost
            self._frames.feed(data)

    def _check_silence(self) -> None:
        """Nothing may follow a result: it would be taken for the next run's."""
        if not self._frames.empty:
            raise ProtocolViolation("more after its result")

    def _handle(self, frame: str) -> bool:
        handler = self._handlers.get(frame[:1])
        if handler is None:
            raise ProtocolViolation("an unknown kind of frame")
        return handler(frame[1:])

    def _check_clocks(self, elapsed_seconds: float) -> float:
        """How long to wait at most before looking at the clocks again."""
        wall_left = self._limits.wall_seconds - elapsed_seconds
        if wall_left <= 0:
            raise LimitReached("wall_seconds")
        cpu_left = self._cpu_left_seconds()
        if cpu_left <= 0:
            raise LimitReached("cpu_seconds")
        return max(SHORTEST_WAIT_SECONDS, min(wall_left, cpu_left))

    def _cpu_left_seconds(self) -> float:
        return self._limits.cpu_seconds - (self._worker.cpu_seconds() - self._start_cpu_seconds)

    def _on_call(self, text: str) -> bool:
        used, _, call_text = text.partition("\n")
        self._note_used(used)
        self._check_size(call_text)
        if len(self._outcome.calls) >= self._limits.max_host_calls:
            raise LimitReached("max_host_calls")
        if time.monotonic() - self._start_seconds >= self._limits.wall_seconds:
            raise LimitReached("wall_seconds")
        name, arguments = decode_pair(call_text, "a call")
        start_seconds = time.perf_counter()
        answer, ok = self._answer(name, arguments)
        self._note_call(name, call_text, start_seconds, ok)
        self._send(pack("A" + answer + self._look_ahead(call_text)))
        return False

    def _send(self, frame: bytes) -> None:
        if not self._worker.send(frame, self._start_seconds + self._limits.wall_seconds):
            raise WorkerLost

    def _note_call(self, name: str, text: str, start_seconds: float, ok: bool) -> None:
        self._outcome.add_call(name, (time.perf_counter() - start_seconds) * 1e3, ok)
        self.trace.append(TracedCall(text, name in READS))

    def _look_ahead(self, call_text: str) -> str:
        """Answers to the reads that are expected after a call, as lines of the frame that answers it."""
        self._ahead = []
        lines = ""
        for text in self._plan.after(call_text):
            read = self._read_ahead(text)
            if read is None:
                break
            self._ahead.append(read)
            self.guesses.made += 1
            lines += f"\n{text}\n{read.answer}"
        return lines

    def _read_ahead(self, text: str) -> ReadAhead | None:
        """Do an expected read now. What it warns of counts only once the script has asked for it."""
        context, call, start_seconds = self._context, json.loads(text), time.perf_counter()
        warnings, undefined_keys = list(context.warnings), set(context.undefined_keys)
        answer, ok = self._answer(call[0], call[1])
        seconds = time.perf_counter() - start_seconds
        new_warnings = context.warnings[len(warnings) :]
        context.warnings[:] = warnings
        context.undefined_keys.clear()
        context.undefined_keys.update(undefined_keys)
        if not ok or len(answer) > MAX_AHEAD_CHARACTERS:
            return None
        return ReadAhead(call[0], text, answer, seconds, new_warnings)

    def _note_used(self, places: str) -> None:
        """Count the answers ahead that the worker says the script took, each once."""
        if not places:
            return
        if not PLACES.fullmatch(places):
            raise ProtocolViolation("not a list of places")
        for place in map(int, places.split(",")):
            if place >= len(self._ahead) or (read := self._ahead[place]) is USED:
                raise ProtocolViolation("an answer that was not given")
            if len(self._outcome.calls) >= self._limits.max_host_calls:
                raise LimitReached("max_host_calls")
            self._ahead[place] = USED
            self.guesses.right += 1
            for warning in read.warnings:
                self._context.warn(warning.code, warning.message)
            self._outcome.add_call(read.name, read.seconds * 1e3, ok=True)
            self.trace.append(TracedCall(read.text, is_read=True))

    def _answer(self, name: str, arguments: Any) -> tuple[str, bool]:
        try:
            value = encode(self._call(name, arguments))
            if len(value) > self._limits.memory_bytes:
                raise ScriptRangeError(
                    f"{name}: the answer has {len(value)} characters, more than the script's memory of"
                    f" {self._limits.memory_bytes} bytes; ask for less, by 'limit' or fewer keys"
                )
        except bindings.UnknownFunction as error:
            raise ProtocolViolation("an unknown function") from error
        except (LimitReached, ProtocolViolation):
            raise
        except ScriptError as error:
            return "E" + encode([error.name, error.message, error.code]), False
        except Exception as error:  # noqa: BLE001 - a defect of this runtime must not end the host's request
            cause = _cause(error)
            log.error("binding_failed", function=name, brand=self._context.brand, cause=cause)  # noqa: TRY400 - no data
            return "E" + encode(["CrmError", f"{name}: could not be done now", "unavailable"]), False
        return "V" + value, True

    def _check_size(self, text: str) -> None:
        """A message is a call or a variable; the frame's own cap leaves room for what stands around one."""
        limit_bytes = self._limits.message_bytes
        if 4 * len(text) > limit_bytes and len(text.encode("utf-8")) > limit_bytes:
            raise LimitReached("message_bytes")

    def _call(self, name: str, arguments: Any) -> Any:
        """What a function gives: one of the CRM's, or one of the page's."""
        if name not in EFFECTS:
            return bindings.call(name, arguments, self._context)
        if not isinstance(arguments, dict):
            raise ProtocolViolation("not a call")
        result = EFFECTS[name](arguments, self._outcome, self._context)
        self._outcome.ended = name in ENDING
        return result

    def _on_question(self, text: str) -> bool:
        """What is left of the limits, asked by ``limits.left``."""
        if text:
            raise ProtocolViolation("not a question")
        wall_left = self._start_seconds + self._limits.wall_seconds - time.monotonic()
        left = {
            "cpu_ms": max(0, int(self._cpu_left_seconds() * 1e3)),
            "wall_ms": max(0, int(wall_left * 1e3)),
            "host_calls": self._limits.max_host_calls - len(self._outcome.calls),
        }
        self._send(pack("A" + encode(left)))
        return False

    def _on_variable(self, text: str) -> bool:
        self._check_size(text)
        self._outcome.set_variable(*decode_pair(text, "a variable"), len(text.encode("utf-8")))
        return False

    def _on_log_line(self, text: str) -> bool:
        self._outcome.add_log_line(*decode_pair(text, "a log line"))
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
            raise LimitReached("max_promise_jobs")
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
        usage.wall_seconds = round(time.monotonic() - self._start_seconds, 6)
        usage.cpu_seconds = round(max(0.0, self._worker.cpu_seconds() - self._start_cpu_seconds), 6)
        usage.host_calls = len(self._outcome.calls)
        self._outcome.warn_of_nearby_limits(self._context)


def _cause(error: Exception) -> str:
    """What broke and where, without its message or locals: those can hold a customer's data."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {frame.filename}:{frame.lineno}"
