"""Entries: which one a write means, and making, changing and deleting them."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from storage import jsontext
from storage.commands import START, ClearEntries, CreateEntry, EntriesCleared, EntryStored, SetFields
from storage.definitions import entity_of_slug
from storage.destinations import Place, resolve_start
from storage.errors import EntryNotFound
from storage.models import Entity, Json, Reference
from storage.queries import Scope
from storage.scopes import reference_to_write, refuse_every_reference
from storage.work import Work


class EntryRow(NamedTuple):
    """An entry as the statements give it."""

    id: str
    entity_id: int
    reference_type: str
    reference_id: str
    sequence: int
    title: str | None
    values_json: str
    pipeline_id: int | None
    stage_id: int | None
    created_at_ms: int
    updated_at_ms: int

    @property
    def reference(self) -> Reference:
        """The record that the entry is attached to."""
        return Reference(self.reference_type, self.reference_id)


def create_entry(work: Work, command: CreateEntry) -> EntryStored:
    """Do ``CreateEntry``."""
    entity = entity_of_slug(work.tx, work.brand, command.slug)
    place = resolve_start(entity, command.destination)
    reference = reference_for_new(work, entity, command.scope)
    insert_entry(work, entity, reference, command.new_entry_id, command.values, title=command.title, place=place)
    return EntryStored(command.new_entry_id, created=True)


def set_fields(work: Work, command: SetFields) -> EntryStored:
    """Do ``SetFields``."""
    entity = entity_of_slug(work.tx, work.brand, command.slug)
    if command.scope.entry_id is not None:
        row = entry_of_id(work, entity, command.scope.entry_id)
        _merge(work, row, jsontext.decode(row.values_json), command.values)
        return EntryStored(row.id, created=False)
    refuse_every_reference(command.scope)
    reference = reference_to_write(work, entity, command.scope)
    lock_reference(work, reference)
    newest = newest_of(work, entity, reference)
    if newest is None:
        insert_entry(work, entity, reference, command.new_entry_id, command.values)
        return EntryStored(command.new_entry_id, created=True)
    values = jsontext.decode(newest.values_json)
    if not command.force and values.keys().isdisjoint(command.values):
        holder = _newest_holder(work, entity, reference, command.values)
        if holder is not None:
            newest, values = holder, jsontext.decode(holder.values_json)
    _merge(work, newest, values, command.values)
    return EntryStored(newest.id, created=False)


def clear_entries(work: Work, command: ClearEntries) -> EntriesCleared:
    """Do ``ClearEntries``."""
    entity = entity_of_slug(work.tx, work.brand, command.slug)
    if command.scope.entry_id is not None:
        delete_entry(work, entry_of_id(work, entity, command.scope.entry_id))
        return EntriesCleared(1)
    refuse_every_reference(command.scope)
    reference = reference_to_write(work, entity, command.scope)
    lock_reference(work, reference)
    place = (work.brand, *reference, entity.id)
    work.tx.send("delete_relations_from_reference", place)
    work.tx.send("delete_relations_to_reference", place)
    work.tx.send("delete_keys_of_reference", place)
    deleted = work.tx.run("delete_entries_of_reference", place)
    if deleted:
        work.tx.send("uncount_entries", (*place, deleted))
    return EntriesCleared(deleted)


def reference_for_new(work: Work, entity: Entity, scope: Scope) -> Reference:
    """Where a new entry of that scope is attached: with ``entry_id``, beside that entry."""
    if scope.entry_id is not None:
        return entry_of_id(work, entity, scope.entry_id).reference
    refuse_every_reference(scope)
    return reference_to_write(work, entity, scope)


def newest_in_scope(work: Work, entity: Entity, scope: Scope) -> EntryRow | None:
    """The entry that a write of that scope means, if there is one. Raises ``EntryNotFound`` for an ``entry_id``."""
    if scope.entry_id is not None:
        return entry_of_id(work, entity, scope.entry_id)
    refuse_every_reference(scope)
    reference = reference_to_write(work, entity, scope)
    lock_reference(work, reference)
    return newest_of(work, entity, reference)


def newest_of(work: Work, entity: Entity, reference: Reference) -> EntryRow | None:
    """The newest entry of a reference: one index look-up."""
    row = work.tx.row("newest_entry", (work.brand, *reference, entity.id))
    return None if row is None else EntryRow._make(row)


def entry_of_id(work: Work, entity: Entity, entry_id: str) -> EntryRow:
    """That entry of the entity, for a write: its reference is locked. Raises ``EntryNotFound``."""
    while True:
        row = work.tx.row("entry_by_id", (work.brand, entry_id))
        if row is None or row[1] != entity.id:
            raise EntryNotFound(entry_id)
        entry = EntryRow._make(row)
        if not lock_reference(work, entry.reference):
            return entry


def lock_reference(work: Work, reference: Reference) -> bool:
    """Keep other writers from all entries of a reference, whatever the entity; whether what was read may have changed.

    Every write to entries takes it before it reads what it will change.
    """
    return work.tx.lock(work.brand, "reference", *reference)


def insert_entry(
    work: Work,
    entity: Entity,
    reference: Reference,
    entry_id: str,
    values: Mapping[str, Json],
    *,
    title: str | None = None,
    place: Place | None = None,
) -> None:
    """Store a new entry as the newest of its reference. ``place`` is (pipeline id, stage id); without it, the start."""
    tx, brand = work.tx, work.brand
    pipeline_id, stage_id = resolve_start(entity, START) if place is None else place
    text, size_bytes = jsontext.encode_values(dict(values))
    lock_reference(work, reference)
    sequence = _next_sequence(work, entity, reference)
    at = (brand, entry_id, entity.id, *reference, sequence)
    tx.send("insert_entry", (*at, title, text, size_bytes, pipeline_id, stage_id, work.at_ms))
    if values:
        tx.send_many("insert_key", [(brand, *reference, entity.id, key, sequence, entry_id) for key in values])


def delete_entry(work: Work, row: EntryRow) -> None:
    """Delete one entry and take it out of every relation that points to it."""
    tx, brand = work.tx, work.brand
    place = (brand, *row.reference, row.entity_id)
    tx.send("delete_relations_from_entry", (brand, row.id))
    tx.send("delete_relations_to_entry", (brand, row.id))
    tx.send_many("delete_key", [(*place, key, row.sequence) for key in jsontext.decode(row.values_json)])
    tx.send("delete_entry", (brand, row.id))
    tx.send("uncount_entries", (*place, 1))


def _merge(work: Work, row: EntryRow, values: dict[str, Json], changes: Mapping[str, Json]) -> None:
    """Set each named key whole. The index of keys is touched only where a key is new to the entry."""
    tx, brand = work.tx, work.brand
    new_keys = changes.keys() - values.keys()
    text, size_bytes = jsontext.encode_values({**values, **changes})
    tx.send("update_values", (brand, row.id, text, size_bytes, work.at_ms))
    if new_keys:
        place = (brand, *row.reference, row.entity_id)
        tx.send_many("insert_key", [(*place, key, row.sequence, row.id) for key in new_keys])


def _newest_holder(work: Work, entity: Entity, reference: Reference, keys: Mapping[str, Json]) -> EntryRow | None:
    """The newest entry that holds one of the keys: one index look-up a key."""
    place = (work.brand, *reference, entity.id)
    found = [work.tx.row("newest_holder", (*place, key)) for key in keys]
    holders = [row for row in found if row is not None]
    return entry_of_id(work, entity, max(holders, key=itemgetter(1))[0]) if holders else None


def _next_sequence(work: Work, entity: Entity, reference: Reference) -> int:
    row = work.tx.row("next_sequence", (work.brand, *reference, entity.id))
    if row is None:
        raise LookupError("no head for the reference")
    return int(row[0])


def rows_newest_first(work: Work, entity: Entity, reference: Reference) -> Sequence[EntryRow]:
    """All entries of a reference, in one list."""
    everything = (2**63 - 1, 2**63 - 1, 0)
    rows = work.tx.rows("entries_of_reference", (work.brand, *reference, entity.id, *everything))
    return [EntryRow._make(row) for row in rows]
