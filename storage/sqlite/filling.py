"""Puts records of another store into one of this engine as they are: ids, places and times kept.

For stores that stand in for others. The rows are those that the same writes would have made here.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from storage import jsontext
from storage.copying import TABLES, Table
from storage.customers import fold_email
from storage.models import Customer, Entity, Entry
from storage.rowtext import insert_text
from storage.sqlite.connection import SqliteConnection
from storage.sqlite.rows import MARKS
from storage.transaction import Row

_TABLES = {table.name: table for table in TABLES}


def add_entities(connection: SqliteConnection, brand: str, entities: Sequence[Entity]) -> None:
    """Add all definitions of a brand. New ones get ids behind the highest of these."""
    _add(connection, brand, "entities", (_entity(entity) for entity in entities))
    _add(connection, brand, "fields", (row for entity in entities for row in _fields(entity)))
    pipelines = [(entity.id, pipeline) for entity in entities for pipeline in entity.pipelines]
    stages = [(pipeline.id, stage) for _, pipeline in pipelines for stage in pipeline.stages]
    _add(
        connection,
        brand,
        "pipelines",
        ((one.id, entity_id, one.slug, one.name, one.position) for entity_id, one in pipelines),
    )
    _add(
        connection,
        brand,
        "stages",
        ((one.id, pipeline_id, one.slug, one.name, one.color, one.status, one.position) for pipeline_id, one in stages),
    )
    last = {
        "entity": [entity.id for entity in entities],
        "pipeline": [pipeline.id for _, pipeline in pipelines],
        "stage": [stage.id for _, stage in stages],
    }
    _add(connection, brand, "counters", ((kind, max(ids)) for kind, ids in last.items() if ids))


def add_entries(connection: SqliteConnection, brand: str, entries: Sequence[Entry]) -> None:
    """Add all entries that one reference has of one entity."""
    _add(connection, brand, "entries", (_entry(entry) for entry in entries))
    _add(
        connection,
        brand,
        "entry_keys",
        (
            (*entry.reference, entry.entity_id, key, entry.sequence, entry.id)
            for entry in entries
            for key in entry.values
        ),
    )
    _add(
        connection,
        brand,
        "relations",
        (
            (entry.id, key, target, position)
            for entry in entries
            for key, targets in entry.relations.items()
            for position, target in enumerate(targets)
        ),
    )
    if entries:
        newest = max(entry.sequence for entry in entries)
        place = (*entries[0].reference, entries[0].entity_id)
        _add(connection, brand, "reference_heads", [(*place, newest, len(entries))])


def add_customer(connection: SqliteConnection, brand: str, customer: Customer) -> None:
    """Add a customer, unless they are there."""
    if connection.row("customer_by_id", (brand, customer.id)) is None:
        folded = None if customer.email is None else fold_email(customer.email)
        row = (customer.id, customer.email, folded, customer.name, customer.created_at_ms)
        _add(connection, brand, "customers", [row])


def _entity(entity: Entity) -> Row:
    names = (entity.slug, entity.name, entity.singular_name, entity.plural_name)
    return (entity.id, *names, entity.icon, entity.color, entity.mode, entity.revision)


def _fields(entity: Entity) -> Iterator[Row]:
    for position, field in enumerate(entity.fields.values()):
        texts = (jsontext.encode(field.options), jsontext.encode(field.reporting_config))
        looks = (field.label, field.type, int(field.ui_editable))
        yield (entity.id, field.key, position, *looks, *texts, field.target_entity_id)


def _entry(entry: Entry) -> Row:
    text, size_bytes = jsontext.encode_values(entry.values)
    place = (entry.id, entry.entity_id, *entry.reference, entry.sequence)
    times = (entry.created_at_ms, entry.updated_at_ms)
    return (*place, entry.title, text, size_bytes, entry.pipeline_id, entry.stage_id, *times)


def _add(connection: SqliteConnection, brand: str, name: str, rows: Iterable[Sequence[Any]]) -> None:
    table: Table = _TABLES[name]
    connection.driver.executemany(insert_text(table, MARKS), [(brand, *row) for row in rows])
