"""A store in front of another one: what is written stays in it, what is read is as if it had been stored.

The store behind is only ever read, by queries that hold no lock there when they are answered. What a write may touch is
copied from it first: the brand's definitions, and the entries of each reference that the write is about, whole. Reads
of what no write has come near are the other store's own.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from storage.commands import (
    Applied,
    ClearEntries,
    CustomerEnsured,
    EnsureCustomer,
    EnsureEntity,
    MoveToEntity,
    ReassignReference,
    RemoveRelation,
    SetRelation,
    Write,
)
from storage.errors import EntityNotFound, StorageError
from storage.ids import IdSource, new_uuid7
from storage.models import RELATION_FIELD_TYPES, Customer, Entity, Entry, Reference
from storage.port import Store
from storage.queries import (
    FindCustomer,
    GetEntity,
    KnownEntries,
    ListEntities,
    ListEntries,
    Query,
    ReadFields,
    ReadValues,
    Scope,
    Visitor,
)
from storage.scopes import COLLECTION, CUSTOMER
from storage.sqlite import filling
from storage.sqlite.connection import SqliteConnection
from storage.sqlite.memory import MemoryStore

T = TypeVar("T")

CHUNK = 500


@dataclass(slots=True)
class Touched:
    """What of a brand was copied, as it was: what no write can have changed otherwise. ``entries`` are by id."""

    entities: dict[str, Entity] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)
    """The entities of which a write may have changed the definition or an entry."""
    references: set[tuple[str, Reference]] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)
    visitors: set[Visitor] = field(default_factory=set)
    customers_made: list[str] = field(default_factory=list)
    """By writes here; their ids."""


class OverlayStore:
    """Keeps what is written, for as long as it is open; the store behind it is not closed with it.

    Not known here: operations and idempotency keys that the store behind has recorded, and changes made there after
    something was copied. A write that deletes copies the entities that point to the one it deletes from, whole.
    """

    def __init__(self, behind: Store, *, ids: IdSource = new_uuid7, clock_ms: Callable[[], int] | None = None) -> None:
        """``ids`` and ``clock_ms`` as for ``open_store``."""
        self._behind = behind
        self._own = MemoryStore(ids, clock_ms or _machine_clock_ms)
        self._touched: defaultdict[str, Touched] = defaultdict(Touched)
        self._lock = threading.RLock()

    def query(self, brand: str, query: Query[T]) -> T:
        """Answer from the store behind, or where a write came near from what is here."""
        with self._lock:
            touched = self._touched.get(brand)
            if touched is None or not self._is_near(brand, touched, query):
                return self._behind.query(brand, query)
            return self._own.query(brand, query)

    def apply(self, brand: str, write: Write[T]) -> Applied[T]:
        """Do one write here."""
        with self._lock:
            self._prepare(brand, write.command)
            applied = self._own.apply(brand, write)
            self._note_customer(brand, applied)
            return applied

    def apply_batch(self, writes: Sequence[tuple[str, Write[Any]]]) -> list[Applied[Any] | StorageError]:
        """Do many writes here, each apart."""
        with self._lock:
            for brand, write in writes:
                self._prepare(brand, write.command)
            outcomes = self._own.apply_batch(writes)
            for (brand, _), outcome in zip(writes, outcomes, strict=True):
                if isinstance(outcome, Applied):
                    self._note_customer(brand, outcome)
            return outcomes

    def close(self) -> None:
        """Forget what was written."""
        self._own.close()

    def before(self, brand: str) -> Touched:
        """What writes here came near, as it was before them; nothing of a brand that none was for."""
        return self._touched.get(brand, Touched())

    def entries_now(self, brand: str) -> Iterator[Entry]:
        """All entries that are here: those that writes came near, and those that they made."""
        with self._lock:
            yield from _pages(self._own, brand, None, Scope(every_reference=True))

    def customers_made(self, brand: str) -> list[Customer]:
        """Those whom writes here have made."""
        made = self.before(brand).customers_made
        found = (self._own.query(brand, FindCustomer(Visitor(id_))) for id_ in made)
        return [customer for customer in found if customer is not None]

    def _note_customer(self, brand: str, applied: Applied[Any]) -> None:
        for one in (applied.customer, applied.outcome):
            if isinstance(one, CustomerEnsured) and one.created:
                self._touched[brand].customers_made.append(one.id)

    def _is_near(self, brand: str, touched: Touched, query: Query[Any]) -> bool:
        """Whether a write may have changed the answer; what it is made of is here then."""
        match query:
            case ListEntries() | ReadFields() | ReadValues():
                return self._is_near_entries(brand, touched, query)
            case FindCustomer():
                self._copy_customer(brand, query.visitor)
                return True
            case KnownEntries():
                for id_ in query.ids:
                    self._copy_entry(brand, None, id_)
                return True
        return isinstance(query, GetEntity | ListEntities)

    def _is_near_entries(self, brand: str, touched: Touched, query: ListEntries | ReadFields | ReadValues) -> bool:
        if query.slug in touched.entities and query.slug not in touched.slugs:
            return False
        for slug in [*touched.entities] if query.slug is None else [query.slug]:
            self._copy_scope(brand, slug, query.scope)
        return True

    def _prepare(self, brand: str, command: Any) -> None:
        """Copy what a command may touch."""
        self._copy_definitions(brand)
        touched = self._touched[brand]
        match command:
            case EnsureEntity():
                touched.slugs.add(command.slug)
            case EnsureCustomer():
                self._copy_customer(brand, command.visitor)
            case MoveToEntity():
                for slug in (command.from_slug, command.to_slug):
                    self._come_near(brand, slug, command.scope)
                self._come_near_holders(brand, command.from_slug)
            case _ if hasattr(command, "slug") and hasattr(command, "scope"):
                self._come_near(brand, command.slug, command.scope)
        match command:
            case SetRelation() | RemoveRelation():
                self._copy_entry(brand, None, command.target_entry_id)
            case ReassignReference():
                self._copy_reference(brand, command.slug, command.from_reference)
            case ClearEntries():
                self._come_near_holders(brand, command.slug)

    def _come_near(self, brand: str, slug: str, scope: Scope) -> None:
        self._touched[brand].slugs.add(slug)
        self._copy_scope(brand, slug, scope)

    def _come_near_holders(self, brand: str, slug: str) -> None:
        """Entries that point to one that is deleted lose that relation."""
        entities = self._touched[brand].entities
        target = entities.get(slug)
        for entity in entities.values() if target is not None else ():
            fields = (one for one in entity.fields.values() if one.type in RELATION_FIELD_TYPES)
            if any(one.target_entity_id in (None, target and target.id) for one in fields):
                self._come_near(brand, entity.slug, Scope(every_reference=True))

    def _copy_definitions(self, brand: str) -> None:
        if brand not in self._touched:
            entities = self._behind.query(brand, ListEntities())
            self._fill(filling.add_entities, brand, entities)
            self._touched[brand].entities = {entity.slug: entity for entity in entities}

    def _copy_scope(self, brand: str, slug: str, scope: Scope) -> None:
        if scope.entry_id is not None:
            self._copy_entry(brand, slug, scope.entry_id)
        elif scope.every_reference:
            self._copy_whole(brand, slug)
        else:
            reference = self._reference(brand, slug, scope)
            if reference is not None:
                self._copy_reference(brand, slug, reference)

    def _reference(self, brand: str, slug: str, scope: Scope) -> Reference | None:
        """The reference that a scope means, as ``storage.scopes`` has it."""
        if scope.reference is not None:
            return scope.reference
        visitor = scope.visitor
        self._copy_customer(brand, visitor)
        found = self._own.query(brand, FindCustomer(visitor))
        id_ = visitor.id if found is None else found.id
        if id_ is not None:
            return Reference(scope.reference_type or CUSTOMER, id_)
        return Reference(COLLECTION, slug)

    def _copy_customer(self, brand: str, visitor: Visitor) -> None:
        """The customers of a visitor's id and of their e-mail, which another one may have."""
        self._copy_definitions(brand)
        touched = self._touched[brand]
        for one in (Visitor(id=visitor.id), Visitor(email=visitor.email)):
            if one == Visitor() or one in touched.visitors:
                continue
            touched.visitors.add(one)
            customer = self._behind.query(brand, FindCustomer(one))
            if customer is not None:
                touched.customers[customer.id] = customer
                self._fill(filling.add_customer, brand, customer)

    def _copy_entry(self, brand: str, slug: str | None, entry_id: str) -> None:
        """With all that its reference has of its entity."""
        touched = self._touched[brand]
        if entry_id in touched.entries or (slug is not None and slug not in touched.entities):
            return
        found = self._behind.query(brand, ListEntries(slug, Scope(entry_id=entry_id), limit=1)).items
        for entry in found:
            slugs = (entity.slug for entity in touched.entities.values() if entity.id == entry.entity_id)
            for its_slug in slugs:
                self._copy_reference(brand, its_slug, entry.reference)

    def _copy_reference(self, brand: str, slug: str, reference: Reference) -> None:
        touched = self._touched[brand]
        if slug in touched.whole or (slug, reference) in touched.references or slug not in touched.entities:
            return
        self._keep(brand, slug, reference, [*_pages(self._behind, brand, slug, Scope(reference=reference))])

    def _copy_whole(self, brand: str, slug: str) -> None:
        touched = self._touched[brand]
        if slug in touched.whole or slug not in touched.entities:
            return
        by_reference: defaultdict[Reference, list[Entry]] = defaultdict(list)
        for entry in _pages(self._behind, brand, slug, Scope(every_reference=True)):
            by_reference[entry.reference].append(entry)
        for reference, entries in by_reference.items():
            if (slug, reference) not in touched.references:
                self._keep(brand, slug, reference, entries)
        touched.whole.add(slug)

    def _keep(self, brand: str, slug: str, reference: Reference, entries: list[Entry]) -> None:
        touched = self._touched[brand]
        touched.references.add((slug, reference))
        touched.slugs.add(slug)
        touched.entries.update((entry.id, entry) for entry in entries)
        self._fill(filling.add_entries, brand, entries)

    def _fill(self, add: Callable[[SqliteConnection, str, Any], None], brand: str, records: Any) -> None:
        self._own.fill(lambda connection: add(connection, brand, records))


def _pages(store: Store, brand: str, slug: str | None, scope: Scope) -> Iterator[Entry]:
    offset = 0
    while True:
        try:
            page = store.query(brand, ListEntries(slug, scope, limit=CHUNK, offset=offset))
        except EntityNotFound:
            return
        yield from page.items
        offset += len(page.items)
        if not page.more:
            return


def _machine_clock_ms() -> int:
    return time.time_ns() // 1_000_000
