"""``EnsureEntity``: an entity that is there afterwards, with what was asked for and all that it had."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from storage import jsontext
from storage.commands import EnsureEntity, EntityEnsured, NewField, NewPipeline
from storage.definitions import find_entity, known_slugs
from storage.errors import DefinitionInUse, TargetEntityNotFound
from storage.models import RELATION_FIELD_TYPES, Entity, Field, Pipeline
from storage.transaction import StatementName, Transaction
from storage.work import Work


def unchanged_entity(tx: Transaction, brand: str, command: EnsureEntity) -> EntityEnsured | None:
    """The outcome of a command that has nothing to add; None where it has."""
    entity = find_entity(tx, brand, command.slug)
    if entity is None or _lacks(entity, command):
        return None
    return EntityEnsured(entity.id, entity.slug, created=False, fields_added=0, fields_skipped=len(command.fields))


WantedIds: TypeAlias = Mapping[tuple[str, ...], int]
"""Ids that new things are to have: of ``()`` the entity, ``(pipeline,)`` and ``(pipeline, stage)`` by slugs."""


def ensure_entity(work: Work, command: EnsureEntity, ids: WantedIds = MappingProxyType({})) -> EntityEnsured:
    """Do ``EnsureEntity``. What ``ids`` does not name gets the next one of its kind."""
    work.tx.lock(work.brand, "entities")
    entity = find_entity(work.tx, work.brand, command.slug)
    entity_id = _insert_entity(work, command, ids.get(())) if entity is None else entity.id
    fields: Mapping[str, Field] = {} if entity is None else entity.fields
    pipelines = () if entity is None else entity.pipelines
    mode = command.mode if entity is None else entity.mode
    added = _add_fields(work, entity_id, command, fields)
    grown = mode == "crm" and _add_pipelines(work, entity_id, pipelines, command.pipelines, ids)
    if entity is not None and (added or grown):
        work.tx.redefined.add((work.brand, entity_id))
        work.tx.send("raise_revision", (work.brand, entity_id))
    return EntityEnsured(
        entity_id,
        command.slug,
        created=entity is None,
        fields_added=added,
        fields_skipped=len(command.fields) - added,
    )


def target_id(work: Work, own_id: int, own_slug: str, new: NewField) -> int | None:
    """The entity that a relation field points to, by slug or id; None for other fields."""
    named = new.field.target_entity_id if new.target_entity_slug is None else new.target_entity_slug
    if new.field.type not in RELATION_FIELD_TYPES or named is None:
        return None
    if named == own_slug:
        return own_id
    row = work.tx.row("entity_head" if isinstance(named, str) else "entity_by_id", (work.brand, named))
    if row is None:
        raise TargetEntityNotFound(named, known_slugs(work.tx, work.brand))
    return int(row[0])


def _lacks(entity: Entity, command: EnsureEntity) -> bool:
    if any(new.field.key not in entity.fields for new in command.fields):
        return True
    return entity.mode == "crm" and any(_lacks_pipeline(entity, pipeline) for pipeline in command.pipelines)


def _lacks_pipeline(entity: Entity, wanted: NewPipeline) -> bool:
    for pipeline in entity.pipelines:
        if pipeline.slug == wanted.slug:
            known = {stage.slug for stage in pipeline.stages}
            return any(stage.slug not in known for stage in wanted.stages)
    return True


def _insert_entity(work: Work, command: EnsureEntity, wanted_id: int | None) -> int:
    entity_id = _new_id(work, "entity", wanted_id)
    work.tx.redefined.add((work.brand, entity_id))
    names = (command.name, command.singular_name, command.plural_name)
    looks = (command.icon, command.color, command.mode)
    work.tx.send("insert_entity", (work.brand, entity_id, command.slug, *names, *looks))
    return entity_id


def _add_fields(work: Work, entity_id: int, command: EnsureEntity, present: Mapping[str, Field]) -> int:
    keys = set(present)
    for new in command.fields:
        if new.field.key in keys:
            continue
        target = target_id(work, entity_id, command.slug, new)
        _insert_field(work, entity_id, new.field, len(keys), target)
        keys.add(new.field.key)
    return len(keys) - len(present)


def _insert_field(work: Work, entity_id: int, field: Field, position: int, target_id: int | None) -> None:
    looks = (field.label, field.type, int(field.ui_editable))
    texts = (jsontext.encode(field.options), jsontext.encode(field.reporting_config))
    work.tx.send("insert_field", (work.brand, entity_id, field.key, position, *looks, *texts, target_id))


def _add_pipelines(
    work: Work, entity_id: int, present: Sequence[Pipeline], wanted: Sequence[NewPipeline], ids: WantedIds
) -> bool:
    known = {pipeline.slug: (pipeline.id, {stage.slug for stage in pipeline.stages}) for pipeline in present}
    grown = False
    for pipeline in wanted:
        if pipeline.slug not in known:
            pipeline_id = _new_id(work, "pipeline", ids.get((pipeline.slug,)))
            row = (work.brand, pipeline_id, entity_id, pipeline.slug, pipeline.name, len(known))
            work.tx.send("insert_pipeline", row)
            known[pipeline.slug] = (pipeline_id, set())
            grown = True
        grown |= _add_stages(work, *known[pipeline.slug], pipeline, ids)
    return grown


def _add_stages(work: Work, pipeline_id: int, known: set[str], wanted: NewPipeline, ids: WantedIds) -> bool:
    before = len(known)
    for stage in wanted.stages:
        if stage.slug not in known:
            looks = (stage.slug, stage.name, stage.color, stage.status, len(known))
            stage_id = _new_id(work, "stage", ids.get((wanted.slug, stage.slug)))
            work.tx.send("insert_stage", (work.brand, stage_id, pipeline_id, *looks))
            known.add(stage.slug)
    return len(known) > before


_TAKEN: Mapping[str, StatementName] = MappingProxyType(
    {"entity": "entity_by_id", "pipeline": "pipeline_by_id", "stage": "stage_by_id"}
)


def _new_id(work: Work, kind: str, wanted: int | None) -> int:
    """The next id of a kind, or the wanted one; the ones counted later come after it. Raises ``DefinitionInUse``."""
    if wanted is None:
        row = work.tx.row("next_id", (work.brand, kind))
        if row is None:
            raise LookupError(f"no counter for {kind}")
        return int(row[0])
    if work.tx.row(_TAKEN[kind], (work.brand, wanted)) is not None:
        raise DefinitionInUse(f"the {kind} id {wanted}", 1)
    work.tx.send("raise_counter", (work.brand, kind, wanted))
    return wanted
