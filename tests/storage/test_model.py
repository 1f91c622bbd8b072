"""Any sequence of commands: the store and a plain model in memory agree, command by command."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import StorageError, Store, open_store
from storage.commands import (
    ClearEntries,
    Command,
    CreateEntry,
    Destination,
    Move,
    MoveToEntity,
    ReassignReference,
    RemoveRelation,
    SetFields,
    SetRelation,
)
from storage.errors import EntryNotFound, MoveRefused, TargetNotFound, WrongTargetEntity
from storage.models import Json, Reference
from storage.queries import Scope
from tests.properties import SHARING
from tests.storage.shop import EVERYTHING, SALES, Shop, relation

SLUGS = ("leads", "deals")
REFERENCES = (Reference("order", "1"), Reference("order", "2"), Reference("customer", "1"))
KEYS = ("a", "b", "c")
STAGES = {"new": 1, "won": 2}


@dataclass
class Known:
    """An entry as the model has it."""

    id: str
    slug: str
    reference: Reference
    values: dict[str, Json]
    stage: str = "new"
    relations: dict[str, list[str]] = field(default_factory=dict)


class Model:
    """Entries in one list, the oldest first. Every method gives the outcome that the store must give."""

    def __init__(self) -> None:
        self.entries: list[Known] = []

    def of(self, slug: str, reference: Reference) -> list[Known]:
        """Newest first."""
        return [e for e in reversed(self.entries) if (e.slug, e.reference) == (slug, reference)]

    def create(self, slug: str, reference: Reference, id_: str, values: dict[str, Json]) -> Any:
        self.entries.append(Known(id_, slug, reference, dict(values)))
        return (id_, True)

    def set(self, slug: str, reference: Reference, id_: str, values: dict[str, Json], force: bool) -> Any:
        entries = self.of(slug, reference)
        holders = [] if force else [e for e in entries if e.values.keys() & values.keys()]
        if not entries:
            return self.create(slug, reference, id_, values)
        entry = (holders or entries)[0]
        entry.values.update(values)
        return (entry.id, False)

    def delete(self, gone: list[Known]) -> Any:
        ids = {entry.id for entry in gone}
        self.entries = [entry for entry in self.entries if entry.id not in ids]
        for entry in self.entries:
            kept = {key: [t for t in targets if t not in ids] for key, targets in entry.relations.items()}
            entry.relations = {key: targets for key, targets in kept.items() if targets}
        return len(gone)

    def relate(self, slug: str, reference: Reference, key: str, target: str) -> Any:
        entries, target_slug = self.of(slug, reference), "deals" if key == "deal" else "leads"
        if not entries:
            return EntryNotFound
        found = [entry for entry in self.entries if entry.id == target]
        if not found:
            return TargetNotFound
        if found[0].slug != target_slug:
            return WrongTargetEntity
        targets = entries[0].relations.get(key, [])
        if target not in targets:
            targets = [target] if key == "deal" else [*targets, target]
        entries[0].relations[key] = targets
        return (entries[0].id, targets)

    def unrelate(self, slug: str, reference: Reference, key: str, target: str) -> Any:
        entries = self.of(slug, reference)
        if not entries:
            return (None, 0, [])
        before = entries[0].relations.pop(key, [])
        after = [other for other in before if other != target]
        if after:
            entries[0].relations[key] = after
        return (entries[0].id, len(before) - len(after), after)

    def move(self, slug: str, reference: Reference, stage: str, every: bool) -> Any:
        entries = self.of(slug, reference)
        for entry in entries if every else entries[:1]:
            entry.stage = stage
        if not entries:
            return MoveRefused
        return (len(entries) if every else 1, len(entries), SLUGS.index(slug) + 1, _stage_id(slug, stage))

    def convert(self, slug: str, reference: Reference, ids: Iterator[str], every: bool, remove: bool) -> Any:
        other = SLUGS[1 - SLUGS.index(slug)]
        sources = self.of(slug, reference)[: None if every else 1]
        if not sources:
            return MoveRefused
        made = []
        for source in reversed(sources):
            values = {new: source.values[old] for old, new in (("a", "b"), ("c", "c")) if old in source.values}
            self.create(other, reference, next(ids), values)
            made.append(self.entries[-1])
        if remove:
            self.delete(sources)
        moved = sum(len(entry.values) for entry in made)
        return (moved, len(sources) if remove else 0, [entry.id for entry in reversed(made)])

    def reassign(self, slug: str, reference: Reference, to: Reference) -> Any:
        if reference == to:
            return (0, False)
        entries, merged = self.of(slug, reference), bool(self.of(slug, to))
        for entry in reversed(entries):
            self.entries.remove(entry)
            self.entries.append(entry)
            entry.reference = to
        return (len(entries), merged)


def _stage_id(slug: str, stage: str) -> int:
    return STAGES[stage] + 2 * SLUGS.index(slug)


_slugs, _references = st.sampled_from(SLUGS), st.sampled_from(REFERENCES)
_values = st.dictionaries(st.sampled_from(KEYS), st.integers(0, 3) | st.none(), max_size=3)
_links, _flags, _targets = st.sampled_from(("deal", "leads")), st.booleans(), st.integers(0, 12)
STEPS = st.one_of(
    st.tuples(st.just("create"), _slugs, _references, _values),
    st.tuples(st.just("set"), _slugs, _references, _values.filter(bool), _flags),
    st.tuples(st.just("clear"), _slugs, _references),
    st.tuples(st.just("clear_one"), _slugs, _targets),
    st.tuples(st.just("relate"), _slugs, _references, _links, _targets),
    st.tuples(st.just("unrelate"), _slugs, _references, _links, _targets),
    st.tuples(st.just("move"), _slugs, _references, st.sampled_from(tuple(STAGES)), _flags),
    st.tuples(st.just("convert"), _slugs, _references, _flags, _flags),
    st.tuples(st.just("reassign"), _slugs, _references, _references),
)


class Numbered:
    """Ids that the model can foretell; the store and the model have one each."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self) -> str:
        self.number += 1
        return f"made {self.number}"


@pytest.fixture
def counted(store_url: str) -> Iterator[tuple[Store, Numbered]]:
    """A store for many examples, each of which takes a brand of its own, and its source of ids."""
    ids = Numbered()
    store = open_store(store_url, ids=ids)
    yield store, ids
    store.close()


class Run:
    """One example: a step goes to the store and to the model."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.model = Model()
        self.ids = Numbered()
        for slug in SLUGS:
            shop.entity(slug, pipelines=(SALES,))
        links = (relation("deal", "reference", "deals"), relation("leads", "multi_reference", "leads"))
        for slug in SLUGS:
            shop.entity(slug, *links)

    def step(self, name: str, slug: str, *arguments: Any) -> None:
        command, expected = getattr(self, name)(slug, *arguments)
        assert self._outcome(command) == expected

    def _outcome(self, command: Command[Any]) -> Any:
        """What the store says, in the model's words: a tuple, one value, or the type of the refusal."""
        try:
            outcome: Any = self.shop.do(command)
        except StorageError as refusal:
            return type(refusal)
        parts = tuple(getattr(outcome, part) for part in type(outcome).__slots__)
        return parts if len(parts) > 1 else parts[0]

    def create(self, slug: str, reference: Reference, values: dict[str, Json]) -> tuple[Command[Any], Any]:
        id_ = self.shop.new_id()
        command = CreateEntry(slug, Scope(reference), id_, values)
        return command, self.model.create(slug, reference, id_, values)

    def set(self, slug: str, reference: Reference, values: dict[str, Json], force: bool) -> tuple[Command[Any], Any]:
        id_ = self.shop.new_id()
        command = SetFields(slug, Scope(reference), id_, values, force)
        return command, self.model.set(slug, reference, id_, values, force)

    def clear(self, slug: str, reference: Reference) -> tuple[Command[Any], Any]:
        return ClearEntries(slug, Scope(reference)), self.model.delete(self.model.of(slug, reference))

    def clear_one(self, slug: str, number: int) -> tuple[Command[Any], Any]:
        id_ = f"e{number:04}"
        found = [entry for entry in self.model.entries if (entry.id, entry.slug) == (id_, slug)]
        return ClearEntries(slug, Scope(entry_id=id_)), self.model.delete(found) if found else EntryNotFound

    def relate(self, slug: str, reference: Reference, key: str, number: int) -> tuple[Command[Any], Any]:
        id_ = f"e{number:04}"
        return SetRelation(slug, Scope(reference), key, id_), self.model.relate(slug, reference, key, id_)

    def unrelate(self, slug: str, reference: Reference, key: str, number: int) -> tuple[Command[Any], Any]:
        id_ = f"e{number:04}"
        return RemoveRelation(slug, Scope(reference), key, id_), self.model.unrelate(slug, reference, key, id_)

    def move(self, slug: str, reference: Reference, stage: str, every: bool) -> tuple[Command[Any], Any]:
        command = Move(slug, Scope(reference), Destination("stage", stage_slug=stage), every)
        return command, self.model.move(slug, reference, stage, every)

    def convert(self, slug: str, reference: Reference, every: bool, remove: bool) -> tuple[Command[Any], Any]:
        first, other = self.shop.new_id(), SLUGS[1 - SLUGS.index(slug)]
        field_map = {"a": "b", "c": "c"}
        command = MoveToEntity(
            slug, other, Scope(reference), field_map, first, remove_from_old=remove, all_entries=every
        )
        return command, self.model.convert(slug, reference, chain([first], iter(self.ids, "")), every, remove)

    def reassign(self, slug: str, reference: Reference, to: Reference) -> tuple[Command[Any], Any]:
        return ReassignReference(slug, reference, Scope(to)), self.model.reassign(slug, reference, to)

    def compare(self) -> None:
        """Everything that can be read is as in the model."""
        for slug in SLUGS:
            for reference in REFERENCES:
                self._compare_reference(slug, reference)
        assert len(self.shop.entries(None, EVERYTHING)) == len(self.model.entries)

    def _compare_reference(self, slug: str, reference: Reference) -> None:
        shop, scope, known = self.shop, Scope(reference), self.model.of(slug, reference)
        stored = shop.entries(slug, scope)
        assert [(e.id, list(e.values.items()), e.relations, e.stage_id) for e in stored] == [
            (e.id, list(e.values.items()), e.relations, _stage_id(slug, e.stage)) for e in known
        ]
        newest = {key: [entry.values[key] for entry in known if key in entry.values] for key in KEYS}
        assert {key: shop.values(slug, key, scope) for key in KEYS} == newest
        assert shop.read(slug, *KEYS, scope=scope) == {key: values[0] for key, values in newest.items() if values}


_BRANDS = count()


@settings(SHARING, max_examples=150)
@given(steps=st.lists(STEPS, max_size=25))
def test_the_store_does_what_the_model_does(counted: tuple[Store, Numbered], steps: list[tuple[Any, ...]]) -> None:
    """Outcomes and refusals one by one, and in the end everything that can be read."""
    store, ids = counted
    ids.number = 0
    run = Run(Shop(store, f"brand{next(_BRANDS)}"))
    for step in steps:
        run.step(*step)
    run.compare()
