"""Reading entries: pages of entries and of values, and the newest value of each key."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from storage import jsontext
from storage.definitions import entity_of_slug, list_entities
from storage.destinations import Place
from storage.entries import EntryRow
from storage.models import RELATION_FIELD_TYPES, Entity, Entry, Json, Reference
from storage.queries import KnownEntries, ListEntries, Page, ReadFields, ReadValues, Scope
from storage.relations import relations_of
from storage.scopes import reference_to_read
from storage.transaction import Parameters, Row, StatementName, Transaction
from storage.walks import Walk

ENTITY, VALUES = EntryRow._fields.index("entity_id"), EntryRow._fields.index("values_json")
PLACE = slice(EntryRow._fields.index("pipeline_id"), EntryRow._fields.index("stage_id") + 1)

Matcher: TypeAlias = Callable[[Row], bool]


def read_fields(tx: Transaction, brand: str, query: ReadFields) -> dict[str, Json]:
    """Answer ``ReadFields``. The newest entry mostly holds what is asked; only keys that it lacks are looked up."""
    entity = entity_of_slug(tx, brand, query.slug)
    scope = query.scope
    if scope.entry_id is not None:
        row = _row_of_id(tx, brand, entity, scope.entry_id)
        return {} if row is None else _picked(row, query.keys)
    if scope.every_reference:
        return _newest_values(tx, brand, query.keys, "newest_holder_in_entity", (brand, entity.id))
    reference = reference_to_read(tx, brand, entity, scope)
    newest = None if reference is None else tx.row("newest_entry", (brand, *reference, entity.id))
    if reference is None or newest is None:
        return {}
    found = _picked(newest, query.keys)
    if len(found) < len(query.keys):
        missing = [key for key in query.keys if key not in found]
        found |= _newest_values(tx, brand, missing, "newest_holder", (brand, *reference, entity.id))
    return found


def read_values(tx: Transaction, brand: str, query: ReadValues) -> Page[Json]:
    """Answer ``ReadValues``."""
    asked = _Asked(tx, brand, entity_of_slug(tx, brand, query.slug), query.scope, query.key)
    rows = _select(asked, _matcher(query.filters, None), query.offset, query.limit + 1)
    values = [jsontext.decode(row[VALUES])[query.key] for row in rows[: query.limit]]
    return Page(values, more=len(rows) > query.limit)


def list_entries(tx: Transaction, brand: str, query: ListEntries) -> Page[Entry]:
    """Answer ``ListEntries``. What is filtered is walked through, newest first, until the page is full."""
    entity = None if query.slug is None else entity_of_slug(tx, brand, query.slug)
    key = next(iter(query.filters)) if query.filters and entity is not None else None
    asked = _Asked(tx, brand, entity, query.scope, key)
    matches = _matcher(query.filters, _wanted_places(asked, query))
    rows = _select(asked, matches, query.offset, query.limit + 1)
    return Page(_entries(asked, rows[: query.limit]), more=len(rows) > query.limit)


def known_entries(tx: Transaction, brand: str, query: KnownEntries) -> set[str]:
    """Answer ``KnownEntries``."""
    return {row[0] for row in tx.rows("known_entries", (brand, jsontext.encode(query.ids)))}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a read is about: one entity or, with None, all; entries that hold ``key`` or, with None, all."""

    tx: Transaction
    brand: str
    entity: Entity | None
    scope: Scope
    key: str | None


def _select(asked: _Asked, matches: Matcher | None, offset: int, limit: int) -> Sequence[Row]:
    """Rows of the scope that match, newest first."""
    if asked.scope.entry_id is not None:
        row = _row_of_id(asked.tx, asked.brand, asked.entity, asked.scope.entry_id)
        return [row][offset:] if row is not None and _holds(row, asked.key) and (not matches or matches(row)) else []
    walk = _walk(asked)
    return [] if walk is None else walk.page(limit, offset, matches)


def _holds(row: Row, key: str | None) -> bool:
    return key is None or key in jsontext.decode(row[VALUES])


def _walk(asked: _Asked) -> Walk | None:
    if asked.scope.every_reference:
        return _walk_of_all(asked)
    reference = reference_to_read(asked.tx, asked.brand, asked.entity, asked.scope)
    return None if reference is None else _walk_of_reference(asked, reference)


def _walk_of_all(asked: _Asked) -> Walk:
    tx, brand, entity = asked.tx, asked.brand, asked.entity
    if entity is None:
        return Walk(tx, "entries_of_brand", (brand,), "id")
    if asked.key is None:
        return Walk(tx, "entries_of_entity", (brand, entity.id), "id")
    return Walk(tx, "holders_in_entity", (brand, entity.id, asked.key), "id")


def _walk_of_reference(asked: _Asked, reference: Reference) -> Walk:
    tx, brand, entity = asked.tx, asked.brand, asked.entity
    if entity is None:
        return Walk(tx, "entries_of_reference_in_brand", (brand, *reference), "id")
    if asked.key is None:
        return Walk(tx, "entries_of_reference", (brand, *reference, entity.id), "sequence")
    return Walk(tx, "holders_in_reference", (brand, *reference, entity.id, asked.key), "sequence")


def _row_of_id(tx: Transaction, brand: str, entity: Entity | None, entry_id: str) -> Row | None:
    row = tx.row("entry_by_id", (brand, entry_id))
    return row if row is not None and (entity is None or row[ENTITY] == entity.id) else None


def _newest_values(
    tx: Transaction, brand: str, keys: Iterable[str], statement: StatementName, prefix: Parameters
) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key in keys:
        holder = tx.row(statement, (*prefix, key))
        row = None if holder is None else tx.row("entry_by_id", (brand, holder[0]))
        if row is not None:
            found[key] = jsontext.decode(row[VALUES])[key]
    return found


def _picked(row: Row, keys: Iterable[str]) -> dict[str, Json]:
    values = jsontext.decode(row[VALUES])
    return {key: values[key] for key in keys if key in values}


def _wanted_places(asked: _Asked, query: ListEntries) -> set[Place] | None:
    """The (pipeline id, stage id) that the query narrows to; None where it names neither."""
    if query.pipeline_slug is None and query.stage_slug is None:
        return None
    return {
        (pipeline.id, stage_id)
        for entity in (list_entities(asked.tx, asked.brand) if asked.entity is None else [asked.entity])
        for pipeline in entity.pipelines
        if query.pipeline_slug in (None, pipeline.slug)
        for stage_id, stage_slug in [(None, None), *((stage.id, stage.slug) for stage in pipeline.stages)]
        if query.stage_slug in (None, stage_slug)
    }


def _matcher(filters: Mapping[str, Json] | None, places: set[Place] | None) -> Matcher | None:
    if not filters and places is None:
        return None
    wanted = dict(filters or {})

    def matches(row: Row) -> bool:
        if places is not None and row[PLACE] not in places:
            return False
        values = jsontext.decode(row[VALUES]) if wanted else {}
        return all(key in values and _equal(values[key], value) for key, value in wanted.items())

    return matches


def _equal(stored: Json, wanted: Json) -> bool:
    """Equal and of the same JSON type: 1 is 1.0, true is not 1."""
    if isinstance(stored, bool) or isinstance(wanted, bool):
        return stored is wanted
    if isinstance(stored, (int, float)) and isinstance(wanted, (int, float)):
        return stored == wanted
    return type(stored) is type(wanted) and bool(stored == wanted)


def _entries(asked: _Asked, rows: Sequence[Row]) -> list[Entry]:
    entity = asked.entity
    related = entity is None or any(field.type in RELATION_FIELD_TYPES for field in entity.fields.values())
    relations = relations_of(asked.tx, asked.brand, [row[0] for row in rows]) if related and rows else {}
    return [_entry(EntryRow._make(row), relations.get(row[0], {})) for row in rows]


def _entry(row: EntryRow, relations: dict[str, list[str]]) -> Entry:
    return Entry(
        id=row.id,
        entity_id=row.entity_id,
        reference=row.reference,
        sequence=row.sequence,
        title=row.title,
        values=jsontext.decode(row.values_json),
        relations=relations,
        pipeline_id=row.pipeline_id,
        stage_id=row.stage_id,
        created_at_ms=row.created_at_ms,
        updated_at_ms=row.updated_at_ms,
    )
