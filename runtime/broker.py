"""The host's end of one run: hands the worker its job, serves its calls, and holds it to its limits from outside.

Identity comes from the run's context alone, never from a frame. Whatever is wrong with a frame ends the run; a worker
that was killed or said something wrong never runs again.
"""

import json
import time
import traceback
from collections.abc import Callable
from typing import Any

import structlog
from pydantic import ValidationError

import bindings
from bindings.context import RunContext
from bindings.errors import ScriptError, ScriptRangeError
from runtime.child.wire import pack
from runtime.frames import FrameBuffer, FrameTooLarge, ProtocolViolation, decode
from runtime.limits import Limits
from runtime.outcome import LimitReached, Outcome
from runtime.sandbox.worker import Worker

log = structlog.get_logger("funnelscript.broker")

MAX_RESULT_BYTES = 64 * 1024
"""Room that a frame needs beside a message of the script's: its kind, names, an error with its stack."""
SHORTEST_WAIT_SECONDS = 0.001
encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class WorkerLost(Exception):
    """The worker has ended; its socket says so."""


class Broker:
    """One run on one worker. ``reusable`` tells afterwards whether the worker may run again."""

    def __init__(self, worker: Worker, context: RunContext, limits: Limits) -> None:
        self.reusable = False
        self._worker = worker
        self._context = context
        self._limits = limits
        self._outcome = Outcome(limits)
        self._frames = FrameBuffer(limits.message_bytes + MAX_RESULT_BYTES)
        self._handlers: dict[str, Callable[[str], bool]] = {
            "C": self._on_call,
            "V": self._on_variable,
            "L": self._on_log_line,
            "R": self._on_result,
        }

    def run(self, job: str) -> Outcome:
        """Run a job to its end, whatever that is. Never raises for what a script or worker does."""
        limits, worker = self._limits, self._worker
        header = f"J{limits.memory_bytes},{limits.stack_bytes},{limits.max_promise_jobs}\n"
        self._start_seconds = time.monotonic()
        self._start_cpu_seconds = worker.cpu_seconds()
        try:
            if not worker.send(pack(header + job)):
                raise WorkerLost
            self._converse()
            self.reusable = True
        except LimitReached as reached:
            self._outcome.reach_limit(reached.limit)
        except FrameTooLarge:
            self._outcome.reach_limit("message_bytes")
        except ProtocolViolation as violation:
            self._outcome.crash(f"the sandbox broke its protocol: {violation}")
        except WorkerLost:
            self._outcome.crash("the sandbox's process ended in the middle of the run")
        self._take_usage()
        return self._outcome

    def _converse(self) -> None:
        """Until the run's result: take what comes, in time."""
        timeout_seconds = min(self._limits.wall_seconds, self._limits.cpu_seconds)
        while True:
            data = self._worker.receive(timeout_seconds)
            if data == b"":
                raise WorkerLost
            if data is not None:
                self._frames.feed(data)
                while (frame := self._frames.next()) is not None:
                    if self._handle(frame):
                        return
            elapsed_seconds = time.monotonic() - self._start_seconds
            if data is None or elapsed_seconds >= self._limits.cpu_seconds or elapsed_seconds >= self._limits.wall_seconds:
                timeout_seconds = self._check_clocks(elapsed_seconds)

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
        cpu_left = self._limits.cpu_seconds - (self._worker.cpu_seconds() - self._start_cpu_seconds)
        if cpu_left <= 0:
            raise LimitReached("cpu_seconds")
        return max(SHORTEST_WAIT_SECONDS, min(wall_left, cpu_left))

    def _on_call(self, text: str) -> bool:
        if len(self._outcome.calls) >= self._limits.max_host_calls:
            raise LimitReached("max_host_calls")
        call = decode(text)
        if not isinstance(call, list) or len(call) != 2 or not isinstance(call[0], str):
            raise ProtocolViolation("not a call")
        start_seconds = time.perf_counter()
        answer, ok = self._answer(call[0], call[1])
        self._outcome.add_call(call[0], (time.perf_counter() - start_seconds) * 1e3, ok)
        if not self._worker.send(pack(answer)):
            raise WorkerLost
        return False

    def _answer(self, name: str, arguments: Any) -> tuple[str, bool]:
        try:
            value = encode(bindings.call(name, arguments, self._context))
            if len(value) > self._limits.memory_bytes:
                raise ScriptRangeError(
                    f"{name}: the answer has {len(value)} characters, more than the script's memory of"
                    f" {self._limits.memory_bytes} bytes; ask for less, by 'limit' or fewer keys"
                )
        except bindings.UnknownFunction as error:
            raise ProtocolViolation("an unknown function") from error
        except ScriptError as error:
            return "AE" + encode([error.name, error.message, error.code]), False
        except Exception as error:  # noqa: BLE001 - a defect of this runtime must not end the host's request
            log.error("binding_failed", function=name, brand=self._context.brand, cause=_cause(error))
            return "AE" + encode(["CrmError", f"{name}: could not be done now", "unavailable"]), False
        return "AV" + value, True

    def _on_variable(self, text: str) -> bool:
        self._outcome.set_variable(decode(text), len(text.encode("utf-8")))
        return False

    def _on_log_line(self, text: str) -> bool:
        self._outcome.add_log_line(decode(text))
        return False

    def _on_result(self, text: str) -> bool:
        memory, _, result = text.partition("\n")
        ended = decode(result)
        if not memory.isascii() or not memory.isdigit() or len(memory) > 15 or not isinstance(ended, dict):
            raise ProtocolViolation("not a result")
        self._outcome.usage.memory_bytes = int(memory)
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
