"""Why a store refused. The caller maps each to what its own user should read.

StorageError
├── DefinitionMissing: EntityNotFound, TargetEntityNotFound
├── EntryNotFound
├── NotARelation
├── TargetNotFound, WrongTargetEntity
├── NoCustomer
├── MoveRefused
├── EntryTooLarge
├── IdempotencyConflict
├── DefinitionInUse
├── OperationRefused
├── SchemaMismatch
└── StoreUnavailable
"""

from typing import Literal, TypeAlias


class StorageError(Exception):
    """Base of all; never raised itself."""


class DefinitionMissing(StorageError):
    """The brand has no entity of that name. ``known`` are the slugs it has, for a suggestion."""

    def __init__(self, name: str | int, known: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


class EntityNotFound(DefinitionMissing):
    """A call named an unknown entity."""


class TargetEntityNotFound(DefinitionMissing):
    """A relation field names an unknown entity as its target."""


class EntryNotFound(StorageError):
    """No such entry in the entity; ``entry_id`` is None where the scope is empty."""

    def __init__(self, entry_id: str | None) -> None:
        super().__init__(entry_id)
        self.entry_id = entry_id


class NotARelation(StorageError):
    """The key is no field of a relation type. ``known`` are the entity's relation keys."""

    def __init__(self, key: str, field_type: str | None, known: tuple[str, ...]) -> None:
        super().__init__(key)
        self.key = key
        self.field_type = field_type
        self.known = known


class TargetNotFound(StorageError):
    """A relation's target is no entry of the brand."""


class WrongTargetEntity(StorageError):
    """A relation's target is an entry of another entity than the field points to."""

    def __init__(self, target_slug: str, expected_slug: str) -> None:
        super().__init__(target_slug)
        self.target_slug = target_slug
        self.expected_slug = expected_slug


class NoCustomer(StorageError):
    """A write needs the default reference, and the visitor is nobody."""


MoveProblem: TypeAlias = Literal["pipeline_not_found", "stage_not_found", "ambiguous_stage", "data_mode", "no_entries"]


class MoveRefused(StorageError):
    """A move that cannot be. ``named`` is what was asked for, ``known`` the slugs of pipelines or stages there are."""

    def __init__(
        self, code: MoveProblem, total_matched: int, named: str | int | None = None, known: tuple[str, ...] = ()
    ) -> None:
        super().__init__(code)
        self.code = code
        self.total_matched = total_matched
        self.named = named
        self.known = known


class EntryTooLarge(StorageError):
    """The entry's values would exceed ``limit_bytes`` of JSON in UTF-8."""

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(size_bytes)
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes


class IdempotencyConflict(StorageError):
    """The key was used within 24 hours with other arguments."""


class DefinitionInUse(StorageError):
    """A definition cannot be changed or taken away so: ``count`` entries, relations or fields hang on ``what``.

    0 where it is not for a count that it cannot be.
    """

    def __init__(self, what: str, count: int) -> None:
        super().__init__(what, count)
        self.what = what
        self.count = count


class OperationRefused(StorageError):
    """The operation came before, in a batch, and stays refused. ``error`` is the class name of that refusal."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class SchemaMismatch(StorageError):
    """A store and this version of the code disagree on the migrations. Raised on opening; the text names which one."""


class StoreUnavailable(StorageError):
    """Down, locked for too long, full or unreadable. The cause is chained; its text is for operators only."""
