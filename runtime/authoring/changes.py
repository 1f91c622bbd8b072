"""What a file of definitions would change in a brand, and carrying that out."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from runtime.authoring.crm_file import Wanted
from storage.commands import EnsureEntity, NewField, NewPipeline, NewStage, Write
from storage.ids import new_uuid7
from storage.models import RELATION_FIELD_TYPES, Entity, Field, Json, Pipeline, Stage
from storage.port import Store
from storage.queries import ListEntities
from storage.redefining import RedefineEntity, RemoveEntity

Kind = Literal["add", "change", "remove"]


class Change(NamedTuple):
    """One thing that is not as it is to be. ``what`` names it: ``stage won of sales in deals``."""

    kind: Kind
    what: str
    attribute: str = ""
    before: Json = None
    after: Json = None


class Plan(NamedTuple):
    """All that would change; ``kept`` is what the file does not name and what stays unless it is pruned."""

    changes: list[Change]
    kept: list[Change]


def plan_of(entities: Sequence[Entity], wanted: Sequence[Wanted]) -> Plan:
    """The differences between what a brand has and what a file says, in the file's order."""
    present = {entity.slug: entity for entity in entities}
    slugs = {entity.id: entity.slug for entity in entities}
    changes = [change for one in wanted for change in _entity(present.get(one.definition.slug), one, slugs)]
    named = {one.definition.slug for one in wanted}
    kept = [change for change in changes if change.kind == "remove"]
    kept += [Change("remove", f"entity {slug}") for slug in present if slug not in named]
    return Plan([change for change in changes if change.kind != "remove"], kept)


def carry_out(store: Store, brand: str, wanted: Sequence[Wanted], *, prune: bool) -> None:
    """Make a brand's definitions as a file says, an entity a transaction; ``prune`` takes away what it does not name.

    Raises ``DefinitionInUse`` and ``TargetEntityNotFound``; what came before stays done.
    """
    known = {entity.slug for entity in store.query(brand, ListEntities())}
    named = {one.definition.slug for one in wanted}
    for one in wanted:
        # Relations may point to entities that come later: new entities are made without them first.
        if one.definition.slug not in known:
            plain = tuple(new for new in one.definition.fields if new.field.type not in RELATION_FIELD_TYPES)
            _apply(store, brand, RedefineEntity(replace(one.definition, fields=plain), ids=one.ids))
    for one in wanted:
        _apply(store, brand, RedefineEntity(one.definition, remove=prune, ids=one.ids))
    for slug in sorted(known - named) if prune else ():
        _apply(store, brand, RemoveEntity(slug))


def _apply(store: Store, brand: str, command: RedefineEntity | RemoveEntity) -> None:
    store.apply(brand, Write(command, time.time_ns() // 1_000_000, new_uuid7()))


def _entity(present: Entity | None, one: Wanted, slugs: Mapping[int, str]) -> Iterator[Change]:
    wanted = one.definition
    what = f"entity {wanted.slug}"
    if present is None:
        yield Change("add", what)
    else:
        for name in ("name", "singular_name", "plural_name", "icon", "color", "mode"):
            yield from _changed(what, name, getattr(present, name), getattr(wanted, name))
    fields = {} if present is None else present.fields
    yield from _fields(wanted, fields, slugs)
    pipelines = {} if present is None else {pipeline.slug: pipeline for pipeline in present.pipelines}
    for pipeline in wanted.pipelines:
        yield from _pipeline(wanted.slug, pipeline, pipelines.get(pipeline.slug))
    named = [pipeline.slug for pipeline in wanted.pipelines]
    yield from (Change("remove", f"pipeline {slug} of {wanted.slug}") for slug in pipelines if slug not in named)
    yield from _order(f"pipelines of {wanted.slug}", list(pipelines), named)


def _fields(wanted: EnsureEntity, present: Mapping[str, Field], slugs: Mapping[int, str]) -> Iterator[Change]:
    for new in wanted.fields:
        what = f"field {new.field.key} of {wanted.slug}"
        before = present.get(new.field.key)
        if before is None:
            yield Change("add", what)
            continue
        for name in ("label", "type", "ui_editable", "options", "reporting_config"):
            yield from _changed(what, name, getattr(before, name), getattr(new.field, name))
        yield from _changed(what, "target_entity", slugs.get(before.target_entity_id or 0), _target(new, slugs))
    named = [new.field.key for new in wanted.fields]
    yield from (Change("remove", f"field {key} of {wanted.slug}") for key in present if key not in named)
    yield from _order(f"fields of {wanted.slug}", list(present), named)


def _target(new: NewField, slugs: Mapping[int, str]) -> str | None:
    if new.target_entity_slug is not None or new.field.target_entity_id is None:
        return new.target_entity_slug
    return slugs.get(new.field.target_entity_id, str(new.field.target_entity_id))


def _pipeline(slug: str, wanted: NewPipeline, present: Pipeline | None) -> Iterator[Change]:
    what = f"pipeline {wanted.slug} of {slug}"
    if present is None:
        yield Change("add", what)
    else:
        yield from _changed(what, "name", present.name, wanted.name)
    stages = {} if present is None else {stage.slug: stage for stage in present.stages}
    for stage in wanted.stages:
        yield from _stage(f"stage {stage.slug} of {wanted.slug} in {slug}", stage, stages.get(stage.slug))
    named = [stage.slug for stage in wanted.stages]
    yield from (Change("remove", f"stage {one} of {wanted.slug} in {slug}") for one in stages if one not in named)
    yield from _order(f"stages of {wanted.slug} in {slug}", list(stages), named)


def _stage(what: str, wanted: NewStage, present: Stage | None) -> Iterator[Change]:
    if present is None:
        yield Change("add", what)
        return
    for name in ("name", "color", "status"):
        yield from _changed(what, name, getattr(present, name), getattr(wanted, name))


def _changed(what: str, attribute: str, before: Json, after: Json) -> Iterator[Change]:
    if before != after:
        yield Change("change", what, attribute, before, after)


def _order(what: str, present: list[str], wanted: list[str]) -> Iterator[Change]:
    """Where the things that are there would stand in another order."""
    stays = [one for one in present if one not in wanted]
    after = [*(one for one in wanted if one in present), *stays]
    if present and after != present:
        yield Change("change", what, "order", present, after)
