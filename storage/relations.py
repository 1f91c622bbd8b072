"""Relations: which entries an entry points to, by the key of a relation field."""

from storage import jsontext
from storage.commands import RelationRemoved, RelationSet, RemoveRelation, SetRelation
from storage.definitions import entity_of_slug
from storage.entries import newest_in_scope
from storage.errors import EntryNotFound, NotARelation, TargetNotFound, WrongTargetEntity
from storage.models import RELATION_FIELD_TYPES, Entity, Field
from storage.transaction import Transaction
from storage.work import Work


def set_relation(work: Work, command: SetRelation) -> RelationSet:
    """Do ``SetRelation``. The entry's ``updated_at`` moves only where its targets change."""
    entity = entity_of_slug(work.tx, work.brand, command.slug)
    field = relation_field(entity, command.relation_key)
    entry = newest_in_scope(work, entity, command.scope)
    if entry is None:
        raise EntryNotFound(None)
    target_id = command.target_entry_id
    _check_target(work, field, target_id)
    before = _targets(work, entry.id, field.key)
    if target_id in before:
        return RelationSet(entry.id, before)
    if field.type == "reference":
        work.tx.send("delete_relations_of_key", (work.brand, entry.id, field.key))
    work.tx.send("insert_relation", (work.brand, entry.id, field.key, target_id))
    work.tx.send("touch_entry", (work.brand, entry.id, work.at_ms))
    return RelationSet(entry.id, [target_id] if field.type == "reference" else [*before, target_id])


def remove_relation(work: Work, command: RemoveRelation) -> RelationRemoved:
    """Do ``RemoveRelation``."""
    entity = entity_of_slug(work.tx, work.brand, command.slug)
    field = relation_field(entity, command.relation_key)
    entry = newest_in_scope(work, entity, command.scope)
    if entry is None:
        return RelationRemoved(None, 0, [])
    removed = work.tx.run("delete_relation", (work.brand, entry.id, field.key, command.target_entry_id))
    if removed:
        work.tx.send("touch_entry", (work.brand, entry.id, work.at_ms))
    return RelationRemoved(entry.id, removed, _targets(work, entry.id, field.key))


def relation_field(entity: Entity, key: str) -> Field:
    """The relation field of that key, or ``NotARelation``."""
    field = entity.fields.get(key)
    if field is None or field.type not in RELATION_FIELD_TYPES:
        known = tuple(other.key for other in entity.fields.values() if other.type in RELATION_FIELD_TYPES)
        raise NotARelation(key, None if field is None else field.type, known)
    return field


def relations_of(tx: Transaction, brand: str, entry_ids: list[str]) -> dict[str, dict[str, list[str]]]:
    """For each entry that has relations, its targets by key, in order of setting: one statement for all."""
    found: dict[str, dict[str, list[str]]] = {}
    for entry_id, key, target_id in tx.rows("relations_of_entries", (brand, jsontext.encode(entry_ids))):
        found.setdefault(entry_id, {}).setdefault(key, []).append(target_id)
    return found


def _targets(work: Work, entry_id: str, key: str) -> list[str]:
    return [row[0] for row in work.tx.rows("relation_targets", (work.brand, entry_id, key))]


def _check_target(work: Work, field: Field, target_id: str) -> None:
    row = work.tx.row("entry_by_id", (work.brand, target_id))
    if row is None:
        raise TargetNotFound(target_id)
    if field.target_entity_id not in (None, row[1]):
        raise WrongTargetEntity(_slug(work, row[1]), _slug(work, field.target_entity_id))


def _slug(work: Work, entity_id: int | None) -> str:
    row = work.tx.row("entity_by_id", (work.brand, entity_id))
    return "" if row is None else str(row[1])
