"""The calls of a store that are measured, each the next customer's."""

import time
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from benchmarks.filling import BRAND
from benchmarks.tables import median
from storage import Store, new_uuid7
from storage.commands import (
    Command,
    CreateEntry,
    Destination,
    EnsureEntity,
    Move,
    NewPipeline,
    NewStage,
    SetFields,
    Write,
)
from storage.models import Reference
from storage.queries import GetEntity, ListEntries, Query, ReadFields, ReadValues, Scope

SLUG = "weight-tracker"
KEYS = ("current_weight", "goal_weight", "last_checkin")
VALUES = {"current_weight": 180, "goal_weight": 165, "last_checkin": "2026-03-16"}
ENTITY = EnsureEntity(
    SLUG, "Weight", "Weight", "Weight", pipelines=(NewPipeline("p", "P", (NewStage("a", "A"), NewStage("b", "B"))),)
)
READ, WRITE = "`ReadFields`, three keys of the newest entry", "`SetFields`, three held keys"
VALUES_10, LIST_10, CREATE = "`ReadValues`, 10", "`ListEntries`, 10", "`CreateEntry`, three keys"
BATCH = 50

Customers = Callable[[], str]
"""Whose turn it is."""

Calls = Mapping[str, Callable[[], object]]


def calls(store: Store, customers: Customers) -> Calls:
    """What is measured, by name."""

    def scope() -> Scope:
        return Scope(Reference("customer", customers()))

    def ask(make: Callable[[], Query[Any]]) -> Callable[[], object]:
        return lambda: store.query(BRAND, make())

    def tell(make: Callable[[], Command[Any]], *, named: bool = False) -> Callable[[], object]:
        return lambda: store.apply(BRAND, Write(make(), 0, "c", new_uuid7() if named else None))

    def setting() -> SetFields:
        return SetFields(SLUG, scope(), new_uuid7(), VALUES)

    def creating() -> CreateEntry:
        return CreateEntry(SLUG, scope(), new_uuid7(), VALUES)

    def batch() -> object:
        return store.apply_batch([(BRAND, Write(setting(), 0, "c", new_uuid7())) for _ in range(BATCH)])

    stages = count()
    return {
        "`GetEntity`": ask(lambda: GetEntity(SLUG)),
        READ: ask(lambda: ReadFields(SLUG, scope(), KEYS)),
        VALUES_10: ask(lambda: ReadValues(SLUG, scope(), KEYS[0], 10)),
        LIST_10: ask(lambda: ListEntries(SLUG, scope(), 10)),
        "`EnsureEntity`, nothing to add": tell(lambda: ENTITY),
        WRITE: tell(setting),
        CREATE: tell(creating),
        "`CreateEntry` with an operation id": tell(creating, named=True),
        "`Move` of the newest entry": tell(
            lambda: Move(SLUG, scope(), Destination("stage", stage_slug="ab"[next(stages) % 2]))
        ),
        f"`SetFields` in a batch of {BATCH}, each": batch,
    }


def interleaved(stores: Mapping[str, Calls], rounds: int, turn: int) -> dict[tuple[str, str], list[float]]:
    """By store and call, the median µs of each round. Stores take turns, so that what else runs is shared by all."""
    medians_us: dict[tuple[str, str], list[float]] = {}
    for number in range(rounds + 1):
        for call in next(iter(stores.values())):
            for name, measured in stores.items():
                found_us = median(_timed(measured[call], turn))
                if number:
                    medians_us.setdefault((name, call), []).append(found_us)
    return medians_us


def _timed(call: Callable[[], object], rounds: int) -> list[float]:
    """Times in µs; of a batch, for each of its writes."""
    each = BATCH if call.__name__ == "batch" else 1
    times_us = []
    for _ in range(max(rounds // each, 2)):
        started = time.perf_counter()
        call()
        times_us.append((time.perf_counter() - started) * 1e6 / each)
    return times_us
