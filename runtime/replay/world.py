"""The world of one case: a store of its own with what is there before, ids in order, a queue that is in no hurry."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import count
from typing import Any, NamedTuple, TypeVar

from bindings.calling import call
from bindings.context import RunContext
from bindings.errors import ScriptError
from bindings.nearest import hint
from bindings.queue import DeferredWrite
from runtime.order import OwnData
from runtime.replay.case import Case, EntryBefore
from storage.commands import Applied, CustomerEnsured, EnsureCustomer, EntriesConverted, EntryStored, Write
from storage.errors import StorageError
from storage.ids import SeededIds
from storage.models import Entity, Entry, Json, Reference
from storage.port import Store
from storage.queries import ListEntities, ListEntries, Query, Scope, Visitor
from storage.sqlite.memory import MemoryStore
from workers.policy import refusal_name

BRAND = "demo"
MAX_ENTRIES = 100_000
"""Far more than a run of a thousand calls can make."""

T = TypeVar("T")

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class BeforeRefused(Exception):
    """What a case says is there before cannot be. ``path`` is the place in ``before``, ``problem`` what is wrong."""

    def __init__(self, path: tuple[str | int, ...], problem: str) -> None:
        super().__init__(problem)
        self.path = path
        self.problem = problem


class Missed(NamedTuple):
    """A write with ``async`` that could not be done when its turn came."""

    function: str
    why: str


class StandIns:
    """Names for ids: ``$entry-1`` and so on in the order in which entries were made, or what the case calls them."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._ids: dict[str, str] = {}

    def call(self, id_: str, name: str) -> None:
        """Give an id its name."""
        self._names[id_] = name
        self._ids[name] = id_

    def add(self, kind: str, id_: str) -> None:
        """Give an id the next free name of its kind, unless it has one. Ids that are no UUID speak for themselves."""
        if id_ in self._names or not _UUID.fullmatch(id_):
            return
        name = next(name for number in count(1) if (name := f"${kind}-{number}") not in self._ids)
        self.call(id_, name)

    def id_of(self, name: str) -> str | None:
        """The id that a name stands for."""
        return self._ids.get(name)

    @property
    def known(self) -> tuple[str, ...]:
        """The names that were given."""
        return tuple(self._ids)

    def shown(self, value: Json) -> Json:
        """A value with names in the place of ids, wherever in a text they stand."""
        return _in_texts(value, lambda text: _UUID.sub(lambda id_: self._names.get(id_[0], id_[0]), text))

    def meant(self, value: T) -> T:
        """A value with ids in the place of names."""
        if not self._ids:
            return value
        names = "|".join(map(re.escape, sorted(self._ids, key=len, reverse=True)))
        pattern = re.compile(rf"(?:{names})(?![\w-])")
        found: T = _in_texts(value, lambda text: pattern.sub(lambda name: self._ids[name[0]], text))
        return found


class World:
    """Where one case happens. Close it afterwards."""

    def __init__(self, case: Case) -> None:
        """Make what is there before. Raises ``BeforeRefused``."""
        self.names = StandIns()
        self.missed: list[Missed] = []
        self._case = case
        self._ids = SeededIds(case.seed, self._clock_ms)
        self.store = _Watched(MemoryStore(self._ids, self._clock_ms))
        self.queue = _Patient(self.store, self.missed)
        try:
            self._prepare()
        except BaseException:  # raised again; also where Ctrl-C comes, its store is closed
            self.close()
            raise

    @property
    def data(self) -> OwnData:
        """What a run is given."""
        return OwnData(self.store, self._ids, self.queue)

    def entries(self) -> dict[str, list[Json]]:
        """All entries by their entity's slug, in the order in which they were made; ids are real ones."""
        entities = {entity.id: entity for entity in self.store.query(BRAND, ListEntities())}
        scope = Scope(every_reference=True)
        found = self.store.query(BRAND, ListEntries(slug=None, scope=scope, limit=MAX_ENTRIES)).items
        by_slug: dict[str, list[Json]] = {}
        for entry in sorted(found, key=lambda one: one.id):
            entity = entities[entry.entity_id]
            by_slug.setdefault(entity.slug, []).append(_shown_entry(entry, entity))
        return by_slug

    def name_what_was_made(self) -> None:
        """Give what was made up to now its names."""
        for kind, id_ in self.store.made:
            self.names.add(kind, id_)

    def close(self) -> None:
        """Forget it all."""
        self.store.close()

    def _clock_ms(self) -> int:
        return self._case.clock

    def _prepare(self) -> None:
        case = self._case
        who = Visitor(case.session.customer, case.session.email, case.session.name)
        context = RunContext(BRAND, who, self.store, self._clock_ms, self._ids, strict=True)
        for index, entity in enumerate(case.before.entities):
            _call("EnsureCrmEntity", entity, context, ("entities", index))
        for index, customer in enumerate(case.before.customers):
            visitor = Visitor(customer.id, customer.email, customer.name)
            write = Write(EnsureCustomer(visitor, customer.id), at_ms=case.clock, new_customer_id=customer.id)
            if self.store.apply(BRAND, write).outcome.email_taken:
                raise BeforeRefused(("customers", index, "email"), "another customer has this e-mail address")
        for slug, index, entry, id_ in [*self._make_entries(context)]:
            self._link(slug, index, entry, id_, context)
        self.name_what_was_made()

    def _make_entries(self, context: RunContext) -> Iterator[tuple[str, int, EntryBefore, str]]:
        for slug, entries in self._case.before.entries.items():
            for index, entry in enumerate(entries):
                arguments: dict[str, Json] = {"slug": slug, "title": entry.title, "values": entry.values}
                if entry.reference is not None:
                    arguments["referenceType"], _, arguments["referenceId"] = entry.reference.partition(":")
                if entry.stage is not None:
                    arguments["pipelineSlug"], _, arguments["stageSlug"] = entry.stage.partition("/")
                made = _call("CreateCrmEntry", self.names.meant(arguments), context, ("entries", slug, index))
                if entry.id is not None:
                    self.names.call(made["id"], entry.id)
                yield slug, index, entry, made["id"]

    def _link(self, slug: str, index: int, entry: EntryBefore, id_: str, context: RunContext) -> None:
        for key, targets in entry.relations.items():
            path = ("entries", slug, index, "relations", key)
            for target in targets:
                target_id = self.names.id_of(target)
                if target_id is None:
                    known = hint(target, self.names.known, "'before.entries' gives none an id")
                    raise BeforeRefused(path, f"no entry is called '{target}'{known}")
                arguments = {"slug": slug, "relationKey": key, "entryId": id_, "targetEntryId": target_id}
                _call("SetCrmRelation", arguments, context, path)


class _Watched:
    """A store that notes the entries and customers that are made in it, in order."""

    def __init__(self, store: Store) -> None:
        self.made: list[tuple[str, str]] = []
        self._store = store

    def query(self, brand: str, query: Query[T]) -> T:
        return self._store.query(brand, query)

    def apply(self, brand: str, write: Write[T]) -> Applied[T]:
        applied = self._store.apply(brand, write)
        self._note(applied)
        return applied

    def apply_batch(self, writes: Sequence[tuple[str, Write[Any]]]) -> list[Applied[Any] | StorageError]:
        outcomes = self._store.apply_batch(writes)
        for outcome in outcomes:
            if isinstance(outcome, Applied):
                self._note(outcome)
        return outcomes

    def close(self) -> None:
        self._store.close()

    def _note(self, applied: Applied[Any]) -> None:
        for customer in (applied.customer, applied.outcome):
            if isinstance(customer, CustomerEnsured) and customer.created:
                self.made.append(("customer", customer.id))
        match applied.outcome:
            case EntryStored(id=id_, created=True):
                self.made.append(("entry", id_))
            case EntriesConverted(ids=ids):
                self.made.extend(("entry", id_) for id_ in reversed(ids))


class _Patient:
    """A queue whose writes wait for the end of the run, in order, or until a write that comes after them."""

    def __init__(self, store: Store, missed: list[Missed]) -> None:
        self._store = store
        self._missed = missed
        self._waiting: list[DeferredWrite] = []

    def push(self, writes: Sequence[DeferredWrite]) -> None:
        self._waiting.extend(writes)

    def drain(self, brand: str, references: Collection[Reference], timeout_seconds: float) -> None:  # noqa: ARG002 - the port's
        self._apply([one for one in self._waiting if one.reference in references])

    def check(self) -> None:
        """It is always there."""

    def finish(self) -> None:
        self._apply(self._waiting)

    def close(self) -> None:
        """Nothing to give back."""

    def _apply(self, writes: list[DeferredWrite]) -> None:
        self._waiting = [one for one in self._waiting if one not in writes]
        outcomes = self._store.apply_batch([(one.brand, one.write) for one in writes])
        for one, outcome in zip(writes, outcomes, strict=True):
            if isinstance(outcome, StorageError):
                self._missed.append(Missed(one.function, refusal_name(outcome)))


def _call(name: str, arguments: Json, context: RunContext, path: tuple[str | int, ...]) -> Any:
    """What a CRM function gives; whatever it says against it is what is wrong with the case."""
    try:
        result = call(name, arguments, context)
    except ScriptError as error:
        raise BeforeRefused(path, error.message) from None
    if isinstance(result, dict) and result.get("ok") is False:
        raise BeforeRefused(path, result["message"])
    return result


def _shown_entry(entry: Entry, entity: Entity) -> Json:
    stages = {stage.id: f"{pipeline.slug}/{stage.slug}" for pipeline in entity.pipelines for stage in pipeline.stages}
    return {
        "id": entry.id,
        "reference": f"{entry.reference.type}:{entry.reference.id}",
        "title": entry.title,
        "stage": None if entry.stage_id is None else stages.get(entry.stage_id),
        "values": entry.values,
        "relations": entry.relations,
    }


def _in_texts(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with each of its texts changed, keys too."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_in_texts(item, change) for item in value]
    if isinstance(value, dict):
        return {change(key): _in_texts(item, change) for key, item in value.items()}
    return value
