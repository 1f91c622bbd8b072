"""Definitions changed on purpose, as an administrator does: commands and what they mean. No entry is ever changed.

``EnsureEntity`` only adds. These set an entity to what is said, and take away what is not, where no data hangs on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from storage import jsontext
from storage.commands import Command, EnsureEntity, EntityEnsured, NewField, NewPipeline, NewStage
from storage.definitions import entity_of_slug, find_entity
from storage.ensuring import WantedIds, ensure_entity, target_id
from storage.errors import DefinitionInUse
from storage.models import RELATION_FIELD_TYPES, Entity, Field, Pipeline, Stage
from storage.transaction import StatementName
from storage.work import Work


@dataclass(frozen=True, slots=True)
class RedefineEntity(Command[EntityEnsured]):
    """Make the entity, or set its names, looks, fields, pipelines and stages, in the given order; ids stay.

    ``remove`` takes away the fields, pipelines and stages that ``definition`` does not name; without it they stay,
    behind the others. ``ids`` are for what is new. Raises ``DefinitionInUse`` for another mode, an id that is taken, a
    pipeline or stage that has entries, and for a relation field that is to be something else while relations hang on
    it; ``TargetEntityNotFound``.
    """

    definition: EnsureEntity
    remove: bool = False
    ids: WantedIds = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntityRemoved:
    """The entity that is gone, by its id."""

    id: int


@dataclass(frozen=True, slots=True)
class RemoveEntity(Command[EntityRemoved]):
    """Delete a definition. Raises ``EntityNotFound``, and ``DefinitionInUse`` where it has entries or is pointed to."""

    slug: str


def redefine_entity(work: Work, command: RedefineEntity) -> EntityEnsured:
    """Do ``RedefineEntity``."""
    wanted = command.definition
    work.tx.lock(work.brand, "entities")
    before = find_entity(work.tx, work.brand, wanted.slug)
    if before is not None and before.mode != wanted.mode:
        raise DefinitionInUse(f"'{wanted.slug}' in the mode '{before.mode}'", 0)
    ensured = ensure_entity(work, wanted, command.ids)
    if before is None:
        return ensured
    work.tx.redefined.add((work.brand, before.id))
    names = (wanted.name, wanted.singular_name, wanted.plural_name)
    work.tx.send("update_entity", (work.brand, before.id, *names, wanted.icon, wanted.color))
    _set_fields(work, before, wanted.fields, remove=command.remove)
    _set_pipelines(work, entity_of_slug(work.tx, work.brand, wanted.slug), wanted.pipelines, remove=command.remove)
    work.tx.send("raise_revision", (work.brand, before.id))
    return ensured


def remove_entity(work: Work, command: RemoveEntity) -> EntityRemoved:
    """Do ``RemoveEntity``."""
    work.tx.lock(work.brand, "entities")
    entity = entity_of_slug(work.tx, work.brand, command.slug)
    key = (work.brand, entity.id)
    _refuse_used(f"'{entity.slug}'", _count(work, "entries_in_entity", key))
    _refuse_used(f"'{entity.slug}' as the target of a relation", _count(work, "fields_to_entity", key))
    work.tx.redefined.add(key)
    for pipeline in entity.pipelines:
        _delete_pipeline(work, pipeline)
    for name in entity.fields:
        work.tx.send("delete_field", (*key, name))
    work.tx.send("delete_entity", key)
    return EntityRemoved(entity.id)


def _set_fields(work: Work, entity: Entity, wanted: Iterable[NewField], *, remove: bool) -> None:
    named = [new.field.key for new in wanted]
    for position, new in enumerate(wanted):
        if new.field.key in entity.fields:
            _set_field(work, entity, new, position)
        else:
            work.tx.send("place_field", (work.brand, entity.id, new.field.key, position))
    left = [one for key, one in entity.fields.items() if key not in named]
    for position, one in enumerate(left, len(named)):
        if remove:
            _refuse_relations(work, entity, one)
            work.tx.send("delete_field", (work.brand, entity.id, one.key))
        else:
            work.tx.send("place_field", (work.brand, entity.id, one.key, position))


def _set_field(work: Work, entity: Entity, new: NewField, position: int) -> None:
    before, field = entity.fields[new.field.key], new.field
    target = target_id(work, entity.id, entity.slug, new)
    if (before.type, before.target_entity_id) != (field.type, target):
        _refuse_relations(work, entity, before)
    looks = (field.label, field.type, int(field.ui_editable))
    texts = (jsontext.encode(field.options), jsontext.encode(field.reporting_config))
    work.tx.send("update_field", (work.brand, entity.id, field.key, position, *looks, *texts, target))


def _set_pipelines(work: Work, entity: Entity, wanted: Iterable[NewPipeline], *, remove: bool) -> None:
    present = {pipeline.slug: pipeline for pipeline in entity.pipelines}
    order = _places([pipeline.slug for pipeline in wanted], present)
    for new in wanted:
        pipeline = present[new.slug]
        work.tx.send("update_pipeline", (work.brand, pipeline.id, new.name, order[new.slug]))
        _set_stages(work, entity, pipeline, new.stages, remove=remove)
    named = {pipeline.slug for pipeline in wanted}
    for slug, pipeline in present.items():
        if slug in named:
            continue
        if remove:
            where = f"the pipeline '{slug}' of '{entity.slug}'"
            _refuse_used(where, _count(work, "entries_in_pipeline", (work.brand, entity.id, pipeline.id)))
            _delete_pipeline(work, pipeline)
        else:
            work.tx.send("update_pipeline", (work.brand, pipeline.id, pipeline.name, order[slug]))


def _set_stages(work: Work, entity: Entity, pipeline: Pipeline, wanted: Iterable[NewStage], *, remove: bool) -> None:
    present = {stage.slug: stage for stage in pipeline.stages}
    order = _places([stage.slug for stage in wanted], present)
    for new in wanted:
        looks = (new.name, new.color, new.status)
        work.tx.send("update_stage", (work.brand, present[new.slug].id, *looks, order[new.slug]))
    named = {stage.slug for stage in wanted}
    for slug, stage in present.items():
        if slug in named:
            continue
        if remove:
            _remove_stage(work, entity, pipeline, stage)
        else:
            work.tx.send("update_stage", (work.brand, stage.id, stage.name, stage.color, stage.status, order[slug]))


def _remove_stage(work: Work, entity: Entity, pipeline: Pipeline, stage: Stage) -> None:
    where = f"the stage '{stage.slug}' of '{pipeline.slug}' in '{entity.slug}'"
    _refuse_used(where, _count(work, "entries_in_stage", (work.brand, entity.id, stage.id)))
    work.tx.send("delete_stage", (work.brand, stage.id))


def _places(wanted: list[str], present: Mapping[str, object]) -> dict[str, int]:
    """The order of slugs: first those that are wanted, then those that stay."""
    return {slug: place for place, slug in enumerate([*wanted, *(slug for slug in present if slug not in wanted)])}


def _delete_pipeline(work: Work, pipeline: Pipeline) -> None:
    for stage in pipeline.stages:
        work.tx.send("delete_stage", (work.brand, stage.id))
    work.tx.send("delete_pipeline", (work.brand, pipeline.id))


def _refuse_relations(work: Work, entity: Entity, field: Field) -> None:
    if field.type in RELATION_FIELD_TYPES:
        where = f"the relation '{field.key}' of '{entity.slug}'"
        _refuse_used(where, _count(work, "relations_of_field", (work.brand, entity.id, field.key)))


def _refuse_used(what: str, count: int) -> None:
    if count:
        raise DefinitionInUse(what, count)


def _count(work: Work, statement: StatementName, parameters: tuple[str | int, ...]) -> int:
    row = work.tx.row(statement, parameters)
    return 0 if row is None else int(row[0])
