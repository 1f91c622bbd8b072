"""Results in the shapes, and with the orders of keys, that scripts rely on."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from bindings.times import iso_time
from storage.commands import (
    EntityEnsured,
    EntriesCleared,
    EntriesConverted,
    EntriesMoved,
    EntriesReassigned,
    EntryStored,
    RelationRemoved,
    RelationSet,
)
from storage.errors import MoveRefused
from storage.models import Entity, Entry, Json

Result: TypeAlias = dict[str, Json]


class Places(NamedTuple):
    """The pipelines of an entity by id, for entries to name: slugs, and of stages slug and status."""

    pipelines: Mapping[int | None, str]
    stages: Mapping[int | None, tuple[str, str | None]]


def places_of(entity: Entity) -> Places:
    """The table of an entity; both maps are empty in data mode."""
    return Places(
        {pipeline.id: pipeline.slug for pipeline in entity.pipelines},
        {stage.id: (stage.slug, stage.status) for pipeline in entity.pipelines for stage in pipeline.stages},
    )


def entry(one: Entry, places: Places) -> Result:
    """An entry as it reads. ``values_flat`` is the very object of ``values``."""
    stage_slug, stage_status = places.stages.get(one.stage_id, (None, None))
    return {
        "id": one.id,
        "title": one.title,
        "reference_type": one.reference.type,
        "reference_id": one.reference.id,
        "values": one.values,
        "values_flat": one.values,
        "relations": one.relations,
        "pipeline_id": one.pipeline_id,
        "pipeline_slug": places.pipelines.get(one.pipeline_id),
        "stage_id": one.stage_id,
        "stage_slug": stage_slug,
        "stage_status": stage_status,
        "created_at": iso_time(one.created_at_ms),
        "updated_at": iso_time(one.updated_at_ms),
    }


def entity_ensured(outcome: EntityEnsured) -> Result:
    """Of ``EnsureCrmEntity``."""
    return {
        "id": outcome.id,
        "slug": outcome.slug,
        "created": outcome.created,
        "fields_added": outcome.fields_added,
        "fields_skipped": outcome.fields_skipped,
    }


def entry_created(outcome: EntryStored) -> Result:
    """Of ``CreateCrmEntry`` and ``addCrmFieldValue``."""
    return {"ok": True, "id": outcome.id}


def fields_set(outcome: EntryStored) -> Result:
    """Of ``setCrmField`` and ``setCrmFields``."""
    return {"ok": True, "id": outcome.id, "created": outcome.created}


def entries_cleared(outcome: EntriesCleared) -> Result:
    """Of ``clearCrmEntries``."""
    return {"ok": True, "deleted": outcome.deleted}


def relation_set(key: str, outcome: RelationSet) -> Result:
    """Of ``SetCrmRelation``."""
    return {"ok": True, "id": outcome.id, "relationKey": key, "targets": outcome.targets}


def relation_removed(outcome: RelationRemoved) -> Result:
    """Of ``RemoveCrmRelation``."""
    return {"ok": True, "id": outcome.id, "removed": outcome.removed, "targets": outcome.targets}


def entries_moved(outcome: EntriesMoved) -> Result:
    """Of the moves inside one entity."""
    return {
        "ok": True,
        "moved": outcome.moved,
        "totalMatched": outcome.total_matched,
        "pipeline_id": outcome.pipeline_id,
        "stage_id": outcome.stage_id,
    }


def entries_converted(outcome: EntriesConverted) -> Result:
    """Of ``moveCrmToEntity``."""
    return {
        "ok": True,
        "moved": outcome.moved,
        "removed_from_old": outcome.removed_from_old,
        "ids": outcome.ids,
    }


def entries_reassigned(outcome: EntriesReassigned) -> Result:
    """Of ``reassignCrmReference``."""
    return {"ok": True, "migrated": outcome.migrated, "merged": outcome.merged}


def move_refused(error: MoveRefused, message: str, *, counted: bool) -> Result:
    """Of a move that cannot be; the entries are counted unless the move was to be put off."""
    return {
        "ok": False,
        "moved": 0,
        "totalMatched": error.total_matched if counted else None,
        "pipeline_id": None,
        "stage_id": None,
        "error": error.code,
        "message": message,
    }


def conversion_refused(error: MoveRefused, message: str, *, counted: bool) -> Result:
    """Of a ``moveCrmToEntity`` that cannot be: the keys of either shape."""
    refused = move_refused(error, message, counted=counted)
    return {"ok": False, "moved": 0, "removed_from_old": 0, "ids": []} | refused


def creation_refused(error: MoveRefused, message: str) -> Result:
    """Of a ``CreateCrmEntry`` to a place that cannot be."""
    return {"ok": False, "id": None, "error": error.code, "message": message}


def queued(**keys: Json) -> Callable[[], Result]:
    """Of a write that is put off, with the keys that the call would have: null where not known yet."""
    return lambda: {"ok": True, "queued": True, **keys}
