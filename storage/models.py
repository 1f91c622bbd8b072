"""What is stored: plain frozen records, each of one brand.

Times are integers, milliseconds since 1970 UTC. Entity, pipeline and stage ids are integers counted per brand, since
scripts name them; entry ids are UUIDv7 strings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

Json: TypeAlias = Any
"""A JSON value: None, bool, int, float, str, list of Json, dict of str to Json."""

EntityMode: TypeAlias = Literal["crm", "data"]

RELATION_FIELD_TYPES = ("reference", "multi_reference")


class Reference(NamedTuple):
    """The record that an entry is attached to, such as ``("customer", "c_1")``."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Field:
    """One datum that entries of an entity can hold. The type steers the admin UI, never what is stored."""

    key: str
    label: str
    type: str = "text"
    ui_editable: bool = True
    options: Json = None
    reporting_config: Json = None
    target_entity_id: int | None = None
    """The entity that a ``reference`` or ``multi_reference`` field points to, by id; None for other types."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a pipeline. ``position`` counts from 0."""

    id: int
    slug: str
    name: str
    color: str | None
    status: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A workflow of ordered stages. ``position`` counts from 0."""

    id: int
    slug: str
    name: str
    position: int
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """A record type of one brand with all that defines it. ``revision`` grows with every change of the definition."""

    id: int
    slug: str
    name: str
    singular_name: str
    plural_name: str
    icon: str | None
    color: str | None
    mode: EntityMode
    fields: Mapping[str, Field]
    pipelines: tuple[Pipeline, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One record. ``sequence`` is its place in its reference's own order: the highest is the newest."""

    id: str
    entity_id: int
    reference: Reference
    sequence: int
    title: str | None
    values: dict[str, Json]
    relations: dict[str, list[str]]
    pipeline_id: int | None
    stage_id: int | None
    created_at_ms: int
    updated_at_ms: int


@dataclass(frozen=True, slots=True)
class Customer:
    """A person that a brand knows. E-mails are unique within a brand, compared case-insensitively."""

    id: str
    email: str | None
    name: str | None
    created_at_ms: int
