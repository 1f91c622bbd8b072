"""What becomes of a write that could not be applied: a pure decision, from the failure and the number of attempts."""

from dataclasses import dataclass
from typing import Literal

from storage.errors import (
    EntryNotFound,
    MoveRefused,
    OperationRefused,
    StorageError,
    StoreUnavailable,
    TargetNotFound,
    WrongTargetEntity,
)

PAUSES_SECONDS = (0.05, 0.2, 0.5, 1.0)
"""Before each further attempt."""

MAX_ATTEMPTS = len(PAUSES_SECONDS) + 1

MISSES = frozenset(error.__name__ for error in (EntryNotFound, MoveRefused, TargetNotFound, WrongTargetEntity))
"""Refusals that lie in the entries which there were: a script would have been told, so operators are."""


WRITE_ERRORS = frozenset({"DataError", "IntegrityError", "InterfaceError", "NotSupportedError", "ProgrammingError"})
WRITE_STATES = frozenset({"22", "23", "54"})
"""What PEP 249 and SQLSTATE lay to the write: bad data, a constraint, a limit of the program."""


@dataclass(frozen=True, slots=True)
class Decision:
    """``missed``: done with, a line in the log. ``dead``: to the dead letters. ``retry``: again, after the pause."""

    kind: Literal["missed", "dead", "retry"]
    pause_seconds: float = 0.0


def decide(failure: Exception, attempts: int) -> Decision:
    """What to do after so many attempts (from 1). No time can change a refusal; anything else is tried again."""
    if isinstance(failure, StorageError) and not is_outage(failure):
        return Decision("missed" if refusal_name(failure) in MISSES else "dead")
    if attempts >= MAX_ATTEMPTS:
        return Decision("dead")
    return Decision("retry", PAUSES_SECONDS[attempts - 1])


def refusal_name(refusal: StorageError) -> str:
    """The class name of a refusal, also of one that was recorded by an earlier drain."""
    return refusal.error if isinstance(refusal, OperationRefused) else type(refusal).__name__


def is_outage(failure: Exception) -> bool:
    """Whether the store as a whole cannot be used now, so that the failure says nothing of the write.

    An engine chains what its driver said: a class of PEP 249, or an SQLSTATE. What neither lays to the write lies in
    the store: better that writes wait than that they are set aside one after the other.
    """
    if not isinstance(failure, StoreUnavailable):
        return False
    cause = failure.__cause__
    state = str(getattr(cause, "sqlstate", None) or "")
    return state[:2] not in WRITE_STATES and type(cause).__name__ not in WRITE_ERRORS
