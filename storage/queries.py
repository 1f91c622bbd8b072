"""What can be asked of a store. Each query names the shape of its answer; ``Store.query(brand, query)`` returns it.

A query that names an entity raises ``EntityNotFound`` where the brand has none of that slug.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from storage.models import Customer, Entity, Entry, Json, Reference

T_co = TypeVar("T_co", covariant=True)


class Query(Generic[T_co]):
    """A question; the type parameter is the answer's."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who the default reference means: what the session knows of the customer. All None: nobody."""

    id: str | None = None
    email: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Which entries a call is about, in this order of precedence.

    ``entry_id``: that very entry of the entity, whatever its reference. ``every_reference``: the whole entity (reads
    only). ``reference``: the entries of that record. ``reference_type`` alone (with a visitor): that type with the
    visitor's customer id. Nothing: the visitor's customer; where the visitor is nobody, ``("collection", slug)`` for
    an entity in data mode; else no reference at all (a read finds nothing, a write raises ``NoCustomer``).
    A visitor without id but with an e-mail is the brand's customer of that e-mail, if there is one.
    """

    reference: Reference | None = None
    reference_type: str | None = None
    entry_id: str | None = None
    every_reference: bool = False
    visitor: Visitor = Visitor()


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """Part of an answer, newest first; ``more`` says that the limit cut it off."""

    items: list[T_co]
    more: bool


@dataclass(frozen=True, slots=True)
class GetEntity(Query[Entity]):
    """The definition of one entity. Served from a cache that its revision keeps true; about one point read."""

    slug: str


@dataclass(frozen=True, slots=True)
class ListEntities(Query[list[Entity]]):
    """All entities of the brand, by id."""


@dataclass(frozen=True, slots=True)
class ListEntries(Query[Page[Entry]]):
    """Entries of one entity (or, with ``slug`` None, of all), newest first.

    ``filters``: field key to scalar, equal and of the same JSON type (a number equals a number: 1 is 1.0; true is not
    1), all of them. ``pipeline_slug`` and ``stage_slug`` narrow further; one that the entity lacks matches nothing.
    Entries of one reference are ordered by sequence; of the whole entity by id.
    """

    slug: str | None
    scope: Scope
    limit: int
    offset: int = 0
    filters: Mapping[str, Json] | None = None
    pipeline_slug: str | None = None
    stage_slug: str | None = None


@dataclass(frozen=True, slots=True)
class ReadFields(Query[dict[str, Json]]):
    """For each key, its value in the newest entry that holds it; keys that no entry holds are absent.

    Flat in the number of entries: one index look-up a key.
    """

    slug: str
    scope: Scope
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadValues(Query[Page[Json]]):
    """The values of one key over the entries that hold it (a stored null counts), newest first."""

    slug: str
    scope: Scope
    key: str
    limit: int
    offset: int = 0
    filters: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class FindCustomer(Query[Customer | None]):
    """The visitor's stored customer: by id if there is one, else by e-mail; never creates."""

    visitor: Visitor


@dataclass(frozen=True, slots=True)
class KnownEntries(Query[set[str]]):
    """Those of the given ids that are entries of the brand."""

    ids: tuple[str, ...]
