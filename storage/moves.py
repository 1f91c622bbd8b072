"""Moves: to another stage or pipeline, to another entity, to another reference."""

from collections.abc import Mapping, Sequence

from storage import jsontext
from storage.commands import (
    Destination,
    EntriesConverted,
    EntriesMoved,
    EntriesReassigned,
    Move,
    MoveToEntity,
    ReassignReference,
)
from storage.definitions import entity_of_slug
from storage.destinations import Place, Refusal, resolve, resolve_for_none, resolve_start
from storage.entries import (
    EntryRow,
    delete_entry,
    entry_of_id,
    insert_entry,
    lock_reference,
    newest_of,
    reference_for_new,
    rows_newest_first,
)
from storage.errors import MoveRefused
from storage.models import Entity, Json, Reference
from storage.queries import Scope
from storage.scopes import reference_to_write, refuse_every_reference
from storage.work import Work


def move(work: Work, command: Move) -> EntriesMoved:
    """Do ``Move``."""
    entity = entity_of_slug(work.tx, work.brand, command.slug)
    rows, total_matched = _matched(work, entity, command.scope, all_entries=command.all_entries)
    try:
        places = _places(entity, command.destination, rows)
    except Refusal as refusal:
        raise refusal.refused(total_matched) from None
    for row, place in zip(rows, places, strict=True):
        if (row.pipeline_id, row.stage_id) != place:
            work.tx.send("place_entry", (work.brand, row.id, *place, work.at_ms))
    return EntriesMoved(len(rows), total_matched, *places[0])


def move_to_entity(work: Work, command: MoveToEntity) -> EntriesConverted:
    """Do ``MoveToEntity``. Titles stay behind: only what the map names is copied."""
    source = entity_of_slug(work.tx, work.brand, command.from_slug)
    target = entity_of_slug(work.tx, work.brand, command.to_slug)
    rows, total_matched = _matched(work, source, command.scope, all_entries=command.all_entries)
    place = resolve_start(target, command.destination, total_matched)
    if not rows:
        raise MoveRefused("no_entries", 0)
    ids: list[str] = []
    moved = 0
    for row in reversed(rows):
        values = _mapped(jsontext.decode(row.values_json), command.field_map)
        ids.append(work.tx.ids() if ids else command.new_entry_id)
        insert_entry(work, target, row.reference, ids[-1], values, place=place)
        moved += len(values)
    if command.remove_from_old:
        for row in rows:
            delete_entry(work, row)
    return EntriesConverted(moved, len(rows) if command.remove_from_old else 0, ids[::-1])


def reassign_reference(work: Work, command: ReassignReference) -> EntriesReassigned:
    """Do ``ReassignReference``: the whole block of sequences is shifted behind the target's, so its order stays."""
    tx, brand = work.tx, work.brand
    entity = entity_of_slug(tx, brand, command.slug)
    to_reference = reference_for_new(work, entity, command.scope)
    if to_reference == command.from_reference:
        return EntriesReassigned(0, merged=False)
    for reference in sorted((command.from_reference, to_reference)):
        lock_reference(work, reference)
    merged = newest_of(work, entity, to_reference) is not None
    source, target = (brand, *command.from_reference, entity.id), (brand, *to_reference, entity.id)
    offset = _last_sequence(work, entity, to_reference)
    migrated = tx.run("reassign_entries", (*source, *to_reference, offset, work.at_ms))
    if migrated:
        tx.send("reassign_keys", (*source, *to_reference, offset))
        last_sequence = offset + _last_sequence(work, entity, command.from_reference)
        tx.send("take_over_entries", (*target, last_sequence, migrated))
        tx.send("uncount_entries", (*source, migrated))
    return EntriesReassigned(migrated, merged)


def _matched(work: Work, entity: Entity, scope: Scope, *, all_entries: bool) -> tuple[Sequence[EntryRow], int]:
    """The entries that a move takes, newest first, and how many the scope has."""
    if scope.entry_id is not None:
        return [entry_of_id(work, entity, scope.entry_id)], 1
    refuse_every_reference(scope)
    reference = reference_to_write(work, entity, scope)
    lock_reference(work, reference)
    if all_entries:
        rows = rows_newest_first(work, entity, reference)
        return rows, len(rows)
    newest = newest_of(work, entity, reference)
    if newest is None:
        return [], 0
    count = work.tx.row("count_entries", (work.brand, *reference, entity.id))
    return [newest], 1 if count is None else count[0]


def _places(entity: Entity, destination: Destination, rows: Sequence[EntryRow]) -> list[tuple[int, int]]:
    """Where each entry goes. What no entry could be moved to is told before there being none."""
    resolve_for_none(entity, destination)
    if not rows:
        raise Refusal("no_entries")
    return [_whole(resolve(entity, destination, row.pipeline_id)) for row in rows]


def _whole(place: Place) -> tuple[int, int]:
    pipeline_id, stage_id = place
    if pipeline_id is None or stage_id is None:
        raise Refusal("stage_not_found")
    return pipeline_id, stage_id


def _mapped(values: Mapping[str, Json], field_map: Mapping[str, str]) -> dict[str, Json]:
    return {to_key: values[from_key] for from_key, to_key in field_map.items() if from_key in values}


def _last_sequence(work: Work, entity: Entity, reference: Reference) -> int:
    row = work.tx.row("last_sequence", (work.brand, *reference, entity.id))
    return 0 if row is None else int(row[0])
