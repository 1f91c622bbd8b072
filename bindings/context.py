"""What the functions of one run share: whose run it is, where its data goes, what it has been warned of."""

from collections.abc import Callable
from dataclasses import dataclass, field

from storage.models import Entity
from storage.port import Store
from storage.queries import Visitor


@dataclass(frozen=True, slots=True)
class Warn:
    """One line for the author on the run's record. ``code`` is stable, ``message`` is for reading."""

    code: str
    message: str


MAX_WARNINGS = 200


@dataclass(slots=True)
class RunContext:
    """One run's identity and means. The brand comes from the session, on the host's side, and never changes.

    ``now_ms`` and ``new_id`` are the run's clock and its source of entry ids (UUIDv7): fixed ones make it repeatable.
    ``visitor`` starts as the session says; once a write has resolved the customer, its id is filled in.
    ``deferred_writes`` counts the accepted writes with ``async``. ``entities`` are the definitions that the run has
    looked at, by slug, and ``undefined_keys`` the (slug, key) pairs that it was warned of.
    """

    brand: str
    visitor: Visitor
    store: Store
    now_ms: Callable[[], int]
    new_id: Callable[[], str]
    strict: bool = False
    warnings: list[Warn] = field(default_factory=list)
    deferred_writes: int = 0
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

    def warn(self, code: str, message: str) -> None:
        """Note a warning once: a loop that repeats a mistake fills no record. At most 200, the last says so."""
        warning = Warn(code, message)
        if self.warnings_full or warning in self.warnings:
            return
        if len(self.warnings) == MAX_WARNINGS - 1:
            warning = Warn("too_many_warnings", f"further warnings are left out after {MAX_WARNINGS - 1}")
        self.warnings.append(warning)
