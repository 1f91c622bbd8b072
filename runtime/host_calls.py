"""Answers what a script calls: the CRM's functions, the page's and what else the host offers.

This is the seam between the conversation with a worker (the broker) and what a run's calls come to: another
``HostCalls`` answers from elsewhere. What it is asked with comes from a worker: nothing of it is trusted.
"""

import traceback
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol

import structlog

from bindings.calling import UnknownFunction, call
from bindings.context import RunContext
from bindings.errors import ScriptError, ScriptRangeError
from runtime.effects import EFFECTS, ENDING, Effect
from runtime.frames import ProtocolViolation, encode
from runtime.limits import Limits
from runtime.outcome import LimitReached, Outcome

log = structlog.get_logger("funnelscript.host_calls")

NO_MORE: Mapping[str, Effect] = MappingProxyType({})


class HostCalls(Protocol):
    """Answers the calls of one run, one after another."""

    def answer(self, name: str, arguments: Any, outcome: Outcome) -> tuple[str, bool]:
        """The answer as a worker takes it, ``V`` and a value or ``E`` and an error, in JSON; and whether it is a value.

        What the call does to the run is noted in its outcome. Raises ``ProtocolViolation`` for what no worker asks,
        ``LimitReached`` where the run ends of it; nothing else.
        """

    def left(self, left: dict[str, int]) -> dict[str, int]:
        """What ``limits.left`` is told, given what is truly left."""

    def called_from(self, place: Any) -> None:
        """Where in the author's file the next call stands, as the worker says.

        Told only in runs that ask for places; raises ``ProtocolViolation`` where it was not asked for.
        """


class LiveCalls:
    """Answers from the run's store, queue and outcome."""

    def __init__(self, context: RunContext, limits: Limits, more: Mapping[str, Effect] = NO_MORE) -> None:
        """``more`` are calls beside those that every run has, by their names."""
        self._context = context
        self._limits = limits
        self._effects = {**EFFECTS, **more} if more else EFFECTS

    def answer(self, name: str, arguments: Any, outcome: Outcome) -> tuple[str, bool]:
        """See ``HostCalls``. What breaks in the host is logged, and told the script as ``unavailable``."""
        try:
            value = encode(self._call(name, arguments, outcome))
            if len(value) > self._limits.memory_bytes:
                raise ScriptRangeError(
                    f"{name}: the answer has {len(value)} characters, more than the script's memory of"
                    f" {self._limits.memory_bytes} bytes; ask for less, by 'limit' or fewer keys"
                )
        except UnknownFunction as error:
            raise ProtocolViolation("an unknown function") from error
        except (LimitReached, ProtocolViolation):
            raise
        except ScriptError as error:
            return error_answer(error.name, error.message, error.code), False
        except Exception as error:  # noqa: BLE001 - a defect of this runtime must not end the host's request
            cause = _cause(error)
            log.error("binding_failed", function=name, brand=self._context.brand, cause=cause)  # noqa: TRY400 - no data
            return error_answer("CrmError", f"{name}: could not be done now", "unavailable"), False
        return "V" + value, True

    def left(self, left: dict[str, int]) -> dict[str, int]:
        """The truth."""
        return left

    def called_from(self, place: Any) -> None:  # noqa: ARG002 - of the interface
        """Nothing here asks for places."""
        raise ProtocolViolation("a place that was not asked for")

    def _call(self, name: str, arguments: Any, outcome: Outcome) -> Any:
        """What a function gives: one of the CRM's, or one of the page's."""
        if name not in self._effects:
            return call(name, arguments, self._context)
        if not isinstance(arguments, dict):
            raise ProtocolViolation("not a call")
        result = self._effects[name](arguments, outcome, self._context)
        outcome.ended = name in ENDING
        return result


def error_answer(name: str, message: str, code: str | None) -> str:
    """What a worker is sent for an error that the script can catch."""
    return "E" + encode([name, message, code])


def _cause(error: Exception) -> str:
    """What broke and where, without its message or locals: those can hold a customer's data."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {frame.filename}:{frame.lineno}"
