"""Random writes as runs put them off, and the state of a store that they lead to."""

import random
from collections.abc import Iterable, Sequence
from typing import Any

from bindings.queue import DeferredWrite
from storage import Store
from storage.commands import (
    ClearEntries,
    Command,
    CreateEntry,
    Destination,
    EnsureEntity,
    Move,
    MoveToEntity,
    NewField,
    NewPipeline,
    NewStage,
    RemoveRelation,
    SetFields,
    SetRelation,
    Write,
)
from storage.ids import new_uuid7
from storage.models import Entry, Field, Reference
from storage.queries import ListEntries, Scope

BRAND = "acme"
TARGETS = ("target-1", "target-2", "target-3")
KEYS = ("a", "b", "c")

FUNCTIONS: dict[type[Command[Any]], str] = {
    ClearEntries: "clearCrmEntries",
    CreateEntry: "CreateCrmEntry",
    Move: "moveCrmToStage",
    MoveToEntity: "moveCrmToEntity",
    RemoveRelation: "RemoveCrmRelation",
    SetFields: "setCrmFields",
    SetRelation: "SetCrmRelation",
}


def prepare(store: Store, brand: str = BRAND) -> None:
    """Two entities with pipelines, a relation from one to entries that no write touches."""
    stages = tuple(NewStage(slug, slug) for slug in ("new", "won"))
    pipelines = (NewPipeline("sales", "Sales", stages),)
    fields = tuple(NewField(Field(key, key)) for key in KEYS)
    link = NewField(Field("link", "Link", "multi_reference"), "deals")
    for slug, own in (("deals", (*fields, link)), ("leads", fields)):
        apply(store, EnsureEntity(slug, slug, slug, slug, fields=own, pipelines=pipelines), brand)
    for target in TARGETS:
        apply(store, CreateEntry("deals", Scope(reference=Reference("fixed", "1")), target), brand)


def apply(store: Store, command: Command[Any], brand: str = BRAND) -> None:
    """Do a command at once."""
    store.apply(brand, Write(command, 1, "unused"))


def some_write(dice: random.Random, reference: Reference, at_ms: int, brand: str = BRAND) -> DeferredWrite:
    """One of the writes that can be put off, for a reference."""
    command = _some_command(dice, Scope(reference=reference))
    return deferred(command, reference, at_ms, brand)


def deferred(command: Command[Any], reference: Reference, at_ms: int = 1, brand: str = BRAND) -> DeferredWrite:
    """A write as a run hands it in."""
    write = Write(command, at_ms, "unused", new_uuid7())
    return DeferredWrite(brand, reference, FUNCTIONS[type(command)], write)


def adding(reference: Reference, value: Any, slug: str = "leads") -> DeferredWrite:
    """``addCrmFieldValue``."""
    return deferred(CreateEntry(slug, Scope(reference=reference), new_uuid7(), {"a": value}), reference)


def setting(reference: Reference, value: Any, slug: str = "deals") -> DeferredWrite:
    """``setCrmField``."""
    return deferred(SetFields(slug, Scope(reference=reference), new_uuid7(), {"a": value}), reference)


def state(store: Store, references: Iterable[Reference], brand: str = BRAND) -> dict[Reference, list[Entry]]:
    """All entries of the references, in their order."""
    return {
        reference: store.query(brand, ListEntries(None, Scope(reference=reference), 1_000_000)).items
        for reference in references
    }


def apply_in_order(store: Store, writes: Sequence[DeferredWrite]) -> None:
    """The model: one after the other, and no queue."""
    for one in writes:
        store.apply_batch([(one.brand, one.write)])


def _some_command(dice: random.Random, scope: Scope) -> Command[Any]:
    slug = dice.choice(("deals", "leads"))
    values = {dice.choice(KEYS): dice.randrange(1000)}
    target = dice.choice(TARGETS)
    stage = Destination("stage", stage_slug=dice.choice(("new", "won")))
    commands: list[Command[Any]] = [
        SetFields(slug, scope, new_uuid7(), values),
        CreateEntry(slug, scope, new_uuid7(), values),
        Move(slug, scope, stage, all_entries=dice.random() < 0.3),
        SetRelation("deals", scope, "link", target),
        RemoveRelation("deals", scope, "link", target),
        MoveToEntity("leads", "deals", scope, {"a": "b"}, new_uuid7(), remove_from_old=True),
        ClearEntries(slug, scope),
    ]
    return dice.choices(commands, weights=(7, 5, 3, 2, 1, 1, 1))[0]
