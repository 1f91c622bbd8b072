"""What a store can be told to do. Each command names the shape of its outcome and happens whole or not at all.

``Store.apply(brand, write)`` runs one in a transaction of its own. Ids of new entries come with the command, so that a
retried write makes the same entry. Errors are those of ``storage.errors``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from storage.models import EntityMode, Field, Json, Reference
from storage.queries import Scope, Visitor

T_co = TypeVar("T_co", covariant=True)


class Command(Generic[T_co]):
    """A change; the type parameter is the outcome's."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class NewStage:
    """A stage to add where the pipeline lacks its slug."""

    slug: str
    name: str
    color: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class NewPipeline:
    """A pipeline to add where the entity lacks its slug, with its stages in order."""

    slug: str
    name: str
    stages: tuple[NewStage, ...] = ()


@dataclass(frozen=True, slots=True)
class NewField:
    """A field to add where the entity lacks its key. A relation's target is named by id or by slug."""

    field: Field
    target_entity_slug: str | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to in the pipelines, by slug or id; a slug and an id of the same thing must agree.

    ``kind`` says how gaps are filled. "lead": pipeline and stage are both named. "stage": the stage is named; without
    a pipeline the entry's own pipeline wins, else the only one that has it, else ``ambiguous_stage``. "pipeline":
    the pipeline is named; without a stage its first one. "start": anything may be missing: the first stage of the
    named pipeline, or of the first.
    """

    kind: Literal["lead", "stage", "pipeline", "start"]
    pipeline_slug: str | None = None
    pipeline_id: int | None = None
    stage_slug: str | None = None
    stage_id: int | None = None


START = Destination("start")


@dataclass(frozen=True, slots=True)
class EntityEnsured:
    """The entity that is there now, and what was added to it."""

    id: int
    slug: str
    created: bool
    fields_added: int
    fields_skipped: int


@dataclass(frozen=True, slots=True)
class EnsureEntity(Command[EntityEnsured]):
    """Make the entity, or add to it only the fields, pipelines and stages that it lacks.

    An existing entity's name, mode, icon, colour and fields stay. Pipelines on a data-mode entity are left out.
    Raises ``TargetEntityNotFound`` for a relation field whose target the brand lacks (a field may target the entity
    itself, by slug). ``fields_skipped`` counts given fields that were there before.
    """

    slug: str
    name: str
    singular_name: str
    plural_name: str
    icon: str | None = None
    color: str | None = None
    mode: EntityMode = "crm"
    fields: tuple[NewField, ...] = ()
    pipelines: tuple[NewPipeline, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryStored:
    """The entry that holds what was written; ``created`` says that it is new."""

    id: str
    created: bool


@dataclass(frozen=True, slots=True)
class CreateEntry(Command[EntryStored]):
    """Always a new entry. In crm mode with pipelines it starts at ``destination``; in data mode that must be START.

    With ``scope.entry_id`` it is attached to that entry's reference. Raises ``MoveRefused`` for a destination that
    cannot be, ``EntryNotFound`` for an ``entry_id`` that is none.
    """

    slug: str
    scope: Scope
    new_entry_id: str
    values: Mapping[str, Json] = field(default_factory=dict)
    title: str | None = None
    destination: Destination = START


@dataclass(frozen=True, slots=True)
class SetFields(Command[EntryStored]):
    """Set each named key whole in one entry; the others stay, and the order of keys.

    Which entry: the newest of the reference that holds one of the keys; else the newest; else a new one. ``force``
    skips the look for the keys. With ``scope.entry_id`` that entry, or ``EntryNotFound``. A key stored as null is held.
    """

    slug: str
    scope: Scope
    new_entry_id: str
    values: Mapping[str, Json]
    force: bool = False


@dataclass(frozen=True, slots=True)
class EntriesCleared:
    """How many entries were deleted."""

    deleted: int


@dataclass(frozen=True, slots=True)
class ClearEntries(Command[EntriesCleared]):
    """Delete the entries of the scope and take them out of every relation that points to them.

    Raises ``EntryNotFound`` for an ``entry_id`` that is none.
    """

    slug: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class RelationSet:
    """The entry, and all that it points to by that key now."""

    id: str
    targets: list[str]


@dataclass(frozen=True, slots=True)
class SetRelation(Command[RelationSet]):
    """Point the newest entry of the scope (or ``entry_id``) at a target; all with which it is then related.

    A ``reference`` field holds one target, a ``multi_reference`` a set in order of setting. Raises ``NotARelation``,
    ``EntryNotFound``, ``TargetNotFound``, ``WrongTargetEntity``.
    """

    slug: str
    scope: Scope
    relation_key: str
    target_entry_id: str


@dataclass(frozen=True, slots=True)
class RelationRemoved:
    """The entry, whether a link went (0 or 1), and all that it points to by that key now."""

    id: str | None
    removed: int
    targets: list[str]


@dataclass(frozen=True, slots=True)
class RemoveRelation(Command[RelationRemoved]):
    """Unlink one target. Without an entry of the reference: ``id`` None, ``removed`` 0.

    Raises ``NotARelation``; ``EntryNotFound`` for an ``entry_id`` that is none.
    """

    slug: str
    scope: Scope
    relation_key: str
    target_entry_id: str


@dataclass(frozen=True, slots=True)
class EntriesMoved:
    """How many entries were moved, of how many in the scope, and where they are."""

    moved: int
    total_matched: int
    pipeline_id: int
    stage_id: int


@dataclass(frozen=True, slots=True)
class Move(Command[EntriesMoved]):
    """Move the newest entry of the scope (all with ``all_entries``); values are never touched.

    Moving to where it already is counts as moved and changes nothing, ``updated_at`` included. With ``entry_id``,
    ``total_matched`` is 1. Raises ``MoveRefused``; ``EntryNotFound`` for an ``entry_id`` that is none. With
    ``all_entries`` and entries that land in different pipelines, the ids are those of the newest.
    """

    slug: str
    scope: Scope
    destination: Destination
    all_entries: bool = False


@dataclass(frozen=True, slots=True)
class EntriesConverted:
    """How many values were copied, how many sources deleted, and the new entries, newest first."""

    moved: int
    removed_from_old: int
    ids: list[str]


@dataclass(frozen=True, slots=True)
class MoveToEntity(Command[EntriesConverted]):
    """Make entries of the target entity with the mapped values of source entries, for the same reference.

    Of the newest source entry, or of each with ``all_entries`` (oldest first, so that the newest stays newest).
    ``moved`` counts the values copied; ``ids`` are the new entries, newest first. ``new_entry_id`` is the id of the
    first; further ones come from the store's id source. ``remove_from_old`` deletes the sources. Raises
    ``MoveRefused`` (``no_entries`` where there is no source, or a destination that cannot be in the target).
    """

    from_slug: str
    to_slug: str
    scope: Scope
    field_map: Mapping[str, str]
    new_entry_id: str
    destination: Destination = START
    remove_from_old: bool = False
    all_entries: bool = False


@dataclass(frozen=True, slots=True)
class EntriesReassigned:
    """How many entries changed hands, and whether the new holder had some already."""

    migrated: int
    merged: bool


@dataclass(frozen=True, slots=True)
class ReassignReference(Command[EntriesReassigned]):
    """Hand the entries of one reference to another (the scope's), behind those that it has, in their own order.

    ``merged`` is true where the target had entries of the entity already. The same reference twice: nothing to do.
    """

    slug: str
    from_reference: Reference
    scope: Scope


@dataclass(frozen=True, slots=True)
class CustomerEnsured:
    """The customer that is stored now."""

    id: str
    created: bool
    email_taken: bool
    """The e-mail belongs to another customer of the brand, so this one was made without it."""


@dataclass(frozen=True, slots=True)
class EnsureCustomer(Command[CustomerEnsured]):
    """The visitor's customer: found by id, else by e-mail, else made (``new_customer_id`` where no id is given).

    Raises ``NoCustomer`` for a visitor who is nobody.
    """

    visitor: Visitor
    new_customer_id: str


@dataclass(frozen=True, slots=True)
class Idempotency:
    """Do this once in 24 hours: a second write with the same key returns the first one's outcome.

    The key counts within brand, function and resolved reference. ``arguments_digest`` tells a repeat from a conflict
    (``IdempotencyConflict``). What raised is not recorded.
    """

    function: str
    key: str
    arguments_digest: str


@dataclass(frozen=True, slots=True)
class Write(Generic[T_co]):
    """A command with what surrounds it.

    ``at_ms`` becomes ``created_at``/``updated_at``. ``operation_id``: recorded in the same transaction; a write whose
    id is recorded already changes nothing and returns the recorded outcome (for retries and the queue; None where no
    retry can happen, which saves the row). ``new_customer_id`` is what a customer made by this write is called.
    """

    command: Command[T_co]
    at_ms: int
    new_customer_id: str
    operation_id: str | None = None
    idempotency: Idempotency | None = None


@dataclass(frozen=True, slots=True)
class Applied(Generic[T_co]):
    """What a write did. ``customer`` is set where the default reference was resolved to a customer."""

    outcome: T_co
    customer: CustomerEnsured | None = None
    repeated: bool = False
