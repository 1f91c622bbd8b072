"""Definitions of entities: which there are, and each with its fields, pipelines and stages."""

from types import MappingProxyType

from storage import jsontext
from storage.errors import EntityNotFound
from storage.models import Entity, Field, Pipeline, Stage
from storage.queries import GetEntity, ListEntities
from storage.transaction import Row, Transaction


def get_entity(tx: Transaction, brand: str, query: GetEntity) -> Entity:
    """Answer ``GetEntity``."""
    return entity_of_slug(tx, brand, query.slug)


def list_entities(tx: Transaction, brand: str, _query: ListEntities | None = None) -> list[Entity]:
    """Answer ``ListEntities``: one point read an entity where the cache is current."""
    heads = tx.rows("entities_of_brand", (brand,))
    return [_current(tx, brand, entity_id, revision) for _slug, entity_id, revision in heads]


def entity_of_slug(tx: Transaction, brand: str, slug: str) -> Entity:
    """The entity of that slug, or ``EntityNotFound``: one point read where the cache is current."""
    entity = find_entity(tx, brand, slug)
    if entity is None:
        raise EntityNotFound(slug, known_slugs(tx, brand))
    return entity


def find_entity(tx: Transaction, brand: str, slug: str) -> Entity | None:
    """The entity of that slug, if there is one."""
    head = tx.row("entity_head", (brand, slug))
    return None if head is None else _current(tx, brand, head[0], head[1])


def known_slugs(tx: Transaction, brand: str) -> tuple[str, ...]:
    """All slugs of the brand, for suggestions."""
    return tuple(row[0] for row in tx.rows("entities_of_brand", (brand,)))


def _current(tx: Transaction, brand: str, entity_id: int, revision: int) -> Entity:
    cached = tx.definitions.get(brand, entity_id, revision)
    if cached is not None:
        return cached
    entity = _load(tx, brand, entity_id)
    if (brand, entity_id) not in tx.redefined:
        tx.definitions.put(brand, entity)
    return entity


def _load(tx: Transaction, brand: str, entity_id: int) -> Entity:
    row = tx.row("entity_by_id", (brand, entity_id))
    if row is None:
        raise LookupError(f"entity {entity_id} is gone in mid-transaction")
    id_, slug, name, singular_name, plural_name, icon, color, mode, revision = row
    fields = {field[0]: _field(field) for field in tx.rows("fields_of_entity", (brand, entity_id))}
    pipelines = tx.rows("pipelines_of_entity", (brand, entity_id))
    return Entity(
        id=id_,
        slug=slug,
        name=name,
        singular_name=singular_name,
        plural_name=plural_name,
        icon=icon,
        color=color,
        mode=mode,
        fields=MappingProxyType(fields),
        pipelines=tuple(_pipeline(tx, brand, pipeline) for pipeline in pipelines),
        revision=revision,
    )


def _field(row: Row) -> Field:
    key, label, type_, ui_editable, options, reporting_config, target_entity_id = row
    return Field(
        key=key,
        label=label,
        type=type_,
        ui_editable=bool(ui_editable),
        options=jsontext.decode(options),
        reporting_config=jsontext.decode(reporting_config),
        target_entity_id=target_entity_id,
    )


def _pipeline(tx: Transaction, brand: str, row: Row) -> Pipeline:
    id_, slug, name, position = row
    stages = tuple(Stage(*stage) for stage in tx.rows("stages_of_pipeline", (brand, id_)))
    return Pipeline(id=id_, slug=slug, name=name, position=position, stages=stages)
