"""One brand of a store under test, spoken to in few words."""

from itertools import count
from typing import Any, TypeVar

from storage import Store
from storage.commands import (
    Applied,
    Command,
    CreateEntry,
    EnsureEntity,
    Idempotency,
    NewField,
    NewPipeline,
    NewStage,
    SetFields,
    Write,
)
from storage.models import Entry, Field, Json, Reference
from storage.queries import ListEntries, Query, ReadFields, ReadValues, Scope, Visitor

T = TypeVar("T")

ORDER_1 = Scope(reference=Reference("order", "1"))
ORDER_2 = Scope(reference=Reference("order", "2"))
EVERYTHING = Scope(every_reference=True)
SALES = NewPipeline("sales", "Sales", (NewStage("new", "New"), NewStage("won", "Won", "#0f0", "won")))
CARE = NewPipeline("care", "Care", (NewStage("open", "Open"), NewStage("won", "Won")))


def visitor(id_: str | None = None, email: str | None = None, name: str | None = None) -> Scope:
    """The default scope of a visitor."""
    return Scope(visitor=Visitor(id_, email, name))


def fields(*keys: str) -> tuple[NewField, ...]:
    """Text fields."""
    return tuple(NewField(Field(key, key.title())) for key in keys)


def relation(key: str, type_: str, target_slug: str) -> NewField:
    """A relation field to an entity named by slug."""
    return NewField(Field(key, key.title(), type_), target_slug)


class Shop:
    """A brand with a clock that only goes when told, and entry ids e1, e2, …"""

    def __init__(self, store: Store, brand: str = "acme") -> None:
        self.store = store
        self.brand = brand
        self.now_ms = 1_000_000
        self._ids = count(1)

    def new_id(self) -> str:
        return f"e{next(self._ids):04}"

    def apply(
        self, command: Command[T], *, operation_id: str | None = None, idempotency: Idempotency | None = None
    ) -> Applied[T]:
        return self.store.apply(self.brand, self.write(command, operation_id=operation_id, idempotency=idempotency))

    def write(
        self, command: Command[T], *, operation_id: str | None = None, idempotency: Idempotency | None = None
    ) -> Write[T]:
        return Write(command, self.now_ms, "c_new", operation_id, idempotency)

    def do(self, command: Command[T]) -> T:
        return self.apply(command).outcome

    def ask(self, query: Query[T]) -> T:
        return self.store.query(self.brand, query)

    def entity(self, slug: str, *new: NewField, mode: Any = "crm", pipelines: tuple[NewPipeline, ...] = ()) -> int:
        """Ensure an entity; its id."""
        name = slug.title()
        return self.do(EnsureEntity(slug, name, name, name, mode=mode, fields=new, pipelines=pipelines)).id

    def create(self, slug: str, scope: Scope = ORDER_1, **values: Json) -> str:
        """A new entry; its id."""
        return self.do(CreateEntry(slug, scope, self.new_id(), values)).id

    def set(self, slug: str, scope: Scope = ORDER_1, *, force: bool = False, **values: Json) -> str:
        """Set fields; the id of the entry that took them."""
        return self.do(SetFields(slug, scope, self.new_id(), values, force)).id

    def entries(self, slug: str | None, scope: Scope = ORDER_1, limit: int = 200, **more: Any) -> list[Entry]:
        return self.ask(ListEntries(slug, scope, limit, **more)).items

    def ids(self, slug: str | None, scope: Scope = ORDER_1, **more: Any) -> list[str]:
        return [entry.id for entry in self.entries(slug, scope, **more)]

    def entry(self, slug: str, entry_id: str) -> Entry:
        [entry] = self.entries(slug, Scope(entry_id=entry_id))
        return entry

    def read(self, slug: str, *keys: str, scope: Scope = ORDER_1) -> dict[str, Json]:
        return self.ask(ReadFields(slug, scope, keys))

    def values(self, slug: str, key: str, scope: Scope = ORDER_1, **more: Any) -> list[Json]:
        return self.ask(ReadValues(slug, scope, key, more.pop("limit", 200), **more)).items
