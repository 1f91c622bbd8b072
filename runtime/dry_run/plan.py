"""What a run would change: the records that it touched, as they were and as they would be."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_serializer

from storage.models import Entity, Entry, Json, Pipeline
from storage.overlay import OverlayStore
from storage.queries import ListEntities

Kind = Literal["made", "changed", "removed"]


class PlanModel(BaseModel):
    """What all parts of a plan have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Change(PlanModel):
    """One value, as ``old`` and ``new``; written with the one alone where it is ``added`` or ``removed``."""

    old: Json = None
    new: Json = None
    added: bool = False
    removed: bool = False

    @model_serializer
    def _written(self) -> dict[str, Json]:
        before = {} if self.added else {"old": self.old}
        return before if self.removed else before | {"new": self.new}


class PlannedCustomer(PlanModel):
    """A customer who would be made."""

    id: str
    email: str | None = None
    name: str | None = None


class PlannedEntity(PlanModel):
    """An entity that would be made or added to: its new fields, by key, with their types, and its new stages."""

    kind: Kind
    slug: str
    name: str
    mode: str
    fields: dict[str, str] = Field(default_factory=dict)
    stages: dict[str, list[str]] = Field(default_factory=dict)


class PlannedEntry(PlanModel):
    """An entry that would be made, changed or removed, with what of it changes, by field's key."""

    kind: Kind
    slug: str
    id: str
    reference: str
    title: Change | None = None
    moved_to: Change | None = None
    """The record that it is attached to, where that changes."""
    stage: Change | None = None
    values: dict[str, Change] = Field(default_factory=dict)
    relations: dict[str, Change] = Field(default_factory=dict)


class PlannedHttpCall(PlanModel):
    """A call of another site, which was not made."""

    method: str
    url: str


class Plan(PlanModel):
    """All that a run would do beside its answer. Entries stand by entity, the oldest first."""

    customers: list[PlannedCustomer] = Field(default_factory=list)
    entities: list[PlannedEntity] = Field(default_factory=list)
    entries: list[PlannedEntry] = Field(default_factory=list)
    http: list[PlannedHttpCall] = Field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.customers or self.entities or self.entries or self.http)


def plan_of(store: OverlayStore, brand: str, http: list[PlannedHttpCall]) -> Plan:
    """The plan of what was written to a store that stands in front of the brand's."""
    touched = store.before(brand)
    if not touched.slugs and not touched.customers_made:
        return Plan(http=http)
    entities = store.query(brand, ListEntities())
    customers = [PlannedCustomer(id=one.id, email=one.email, name=one.name) for one in store.customers_made(brand)]
    before, after = touched.entries, {entry.id: entry for entry in store.entries_now(brand)}
    return Plan(
        customers=customers,
        entities=[*_entities(touched.entities, entities)],
        entries=[*changed_entries(entities, before, after)],
        http=http,
    )


def changed_entries(
    entities: list[Entity], before: Mapping[str, Entry], after: Mapping[str, Entry]
) -> Iterator[PlannedEntry]:
    """What differs between entries, by id, of then and now: by entity, the oldest first."""
    for entity in entities:
        ids = {entry.id for entry in [*before.values(), *after.values()] if entry.entity_id == entity.id}
        for id_ in sorted(ids):
            planned = _entry(entity, before.get(id_), after.get(id_))
            if planned is not None:
                yield planned


def _entities(before: Mapping[str, Entity], after: list[Entity]) -> Iterator[PlannedEntity]:
    for entity in after:
        old = before.get(entity.slug)
        known = {} if old is None else old.fields
        fields = {key: field.type for key, field in entity.fields.items() if key not in known}
        stages = {slug: new for slug, new in _stages(old, entity.pipelines) if new}
        if old is None or fields or stages:
            kind: Kind = "made" if old is None else "changed"
            yield PlannedEntity(
                kind=kind, slug=entity.slug, name=entity.name, mode=entity.mode, fields=fields, stages=stages
            )


def _stages(old: Entity | None, pipelines: tuple[Pipeline, ...]) -> Iterator[tuple[str, list[str]]]:
    known = {} if old is None else {one.slug: {stage.slug for stage in one.stages} for one in old.pipelines}
    for pipeline in pipelines:
        yield pipeline.slug, [one.slug for one in pipeline.stages if one.slug not in known.get(pipeline.slug, set())]


def _entry(entity: Entity, old: Entry | None, new: Entry | None) -> PlannedEntry | None:
    shown = new or old
    if shown is None or old == new:
        return None
    changes = {
        "title": _change(old and old.title, new and new.title),
        "moved_to": None if old is None or new is None else _change(_reference(old), _reference(new)),
        "stage": _change(_stage(entity, old), _stage(entity, new)),
        "values": _changes(old.values if old else {}, new.values if new else {}),
        "relations": _changes(old.relations if old else {}, new.relations if new else {}),
    }
    if old is not None and new is not None and not any(changes.values()):
        return None
    kind: Kind = "made" if old is None else "removed" if new is None else "changed"
    return PlannedEntry(kind=kind, slug=entity.slug, id=shown.id, reference=_reference(old or shown), **changes)


def _changes(old: Mapping[str, Json], new: Mapping[str, Json]) -> dict[str, Change]:
    found = {}
    for key in [*old, *(key for key in new if key not in old)]:
        if key not in old:
            found[key] = Change(new=new[key], added=True)
        elif key not in new:
            found[key] = Change(old=old[key], removed=True)
        elif not _is_same(old[key], new[key]):
            found[key] = Change(old=old[key], new=new[key])
    return found


def _is_same(old: Json, new: Json) -> bool:
    return type(old) is type(new) and bool(old == new)


def _change(old: Json, new: Json) -> Change | None:
    if old == new:
        return None
    return Change(old=old, new=new, added=old is None, removed=new is None)


def _reference(entry: Entry) -> str:
    return ":".join(entry.reference)


def _stage(entity: Entity, entry: Entry | None) -> str | None:
    places: dict[Any, str] = {
        (pipeline.id, stage.id): f"{pipeline.slug}/{stage.slug}"
        for pipeline in entity.pipelines
        for stage in pipeline.stages
    }
    return None if entry is None else places.get((entry.pipeline_id, entry.stage_id))
