"""What the functions of one run share: whose run it is, where its data goes, what it has been warned of."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from bindings.arguments.base import Writing
from bindings.queue import DeferredWrite, WriteQueue
from storage.models import Entity, Reference
from storage.port import Store
from storage.queries import Visitor


class WarnPlace(NamedTuple):
    """Where in the author's file something stands that is warned of; line and column count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Warn:
    """One line for the author on the run's record. ``code`` is stable, ``message`` is for reading.

    ``place`` is what it is about in the author's file, where that is known.
    """

    code: str
    message: str
    place: WarnPlace | None = field(default=None, compare=False)


MAX_WARNINGS = 200


@dataclass(slots=True)
class Deferral:
    """What a run has put off. ``pending`` is to be handed in yet, with the calls' arguments; ``handed_in`` was last.

    ``references`` are those with writes that may not be applied yet, ``made`` the entries that such writes make, by id.
    ``forgotten`` says that there were more handed in before than are kept here. ``count`` is of all that was put off.
    """

    pending: list[tuple[DeferredWrite, Writing]] = field(default_factory=list)
    handed_in: list[tuple[DeferredWrite, Writing]] = field(default_factory=list)
    references: set[Reference] = field(default_factory=set)
    made: dict[str, Reference] = field(default_factory=dict)
    forgotten: bool = False
    count: int = 0


@dataclass(slots=True)
class RunContext:
    """One run's identity and means. The brand comes from the session, on the host's side, and never changes.

    ``now_ms`` and ``new_id`` are the run's clock and its source of entry ids (UUIDv7): fixed ones make it repeatable.
    ``visitor`` starts as the session says; once a write has resolved the customer, its id is filled in.
    ``queue`` takes the writes with ``async``; without one they are applied at once. ``deferred_writes`` counts those
    that were accepted, ``deferral`` holds what is known of them. ``entities`` are the definitions that the run has
    looked at, by slug, and ``undefined_keys`` the (slug, key) pairs that it was warned of.
    """

    brand: str
    visitor: Visitor
    store: Store
    now_ms: Callable[[], int]
    new_id: Callable[[], str]
    strict: bool = False
    queue: WriteQueue | None = None
    run_id: str | None = None
    warnings: list[Warn] = field(default_factory=list)
    deferred_writes: int = 0
    deferral: Deferral = field(default_factory=Deferral)
    entities: dict[str, Entity] = field(default_factory=dict)
    undefined_keys: set[tuple[str, str]] = field(default_factory=set)

    @property
    def customer_id(self) -> str | None:
        """The customer whom the default reference means, as far as the run knows."""
        return self.visitor.id

    @property
    def warnings_full(self) -> bool:
        """Whether no more warnings are noted."""
        return len(self.warnings) >= MAX_WARNINGS

    def warn(self, code: str, message: str, place: WarnPlace | None = None) -> None:
        """Note a warning once: a loop that repeats a mistake fills no record. At most 200, the last says so.

        Without a place it is that of a call, which has its place later: the first one that is warned of so counts.
        """
        warning = Warn(code, message, place)
        if self.warnings_full or any(one == warning and place in {None, one.place} for one in self.warnings):
            return
        if len(self.warnings) == MAX_WARNINGS - 1:
            warning = Warn("too_many_warnings", f"further warnings are left out after {MAX_WARNINGS - 1}")
        self.warnings.append(warning)

    def place_warnings(self, first: int, place: WarnPlace | None) -> None:
        """Say of the warnings from the ``first`` one on which call gave rise to them."""
        self.warnings[first:] = [replace(warning, place=place) for warning in self.warnings[first:]]
