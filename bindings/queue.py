"""The port to a queue for writes that are put off: what a run hands in, and what a queue promises of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from storage.commands import Write
from storage.models import Reference

BRAND_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"


@dataclass(frozen=True, slots=True)
class DeferredWrite:
    """A write to be applied later, with all that this takes.

    ``reference`` is where it has its place in the order. ``write`` carries an operation id, so that it can be applied
    by several and happens once. ``function`` is the one that was called; ``run_id`` and ``place`` (from 0) say by whom.
    """

    brand: str
    reference: Reference
    function: str
    write: Write[Any]
    run_id: str | None = None
    place: int = 0


class QueueUnavailable(Exception):
    """The queue cannot be reached, or gave no answer in time. It may have taken what it was handed all the same."""


class QueueBusy(Exception):
    """What has to be applied first was not, within the time that there was."""


class WriteQueue(Protocol):
    """Takes writes and sees to it that each is applied once, those of a brand's reference in the order of acceptance.

    Safe to use from many threads.
    """

    def push(self, writes: Sequence[DeferredWrite]) -> None:
        """Accept all of them, in order, in one step. Raises ``QueueUnavailable``."""

    def drain(self, brand: str, references: Collection[Reference], timeout_seconds: float) -> None:
        """Return when all that was accepted for the references before is applied.

        Raises ``QueueBusy`` after the time, ``QueueUnavailable``, and the store's ``StoreUnavailable``.
        """

    def check(self) -> None:
        """Return where it can take writes now. Raises ``QueueUnavailable``."""

    def finish(self) -> None:
        """Before a process ends: apply all that waits, where nobody else will. Never raises."""

    def close(self) -> None:
        """Give back connections. What waits is kept."""
