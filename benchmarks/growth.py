"""Whether calls and runs take longer as entries add up: of one customer, and in the whole store."""

import random
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import bindings
from benchmarks import contenders
from benchmarks.filling import BRAND, ENTRIES_A_CUSTOMER, customer, fill, make_store
from benchmarks.in_funnelscript import must_run
from benchmarks.serving import timed
from benchmarks.tables import median, print_table, shown
from bindings.context import RunContext
from runtime import Runtime, Session
from storage.ids import new_uuid7
from storage.queries import Visitor

OF_ONE_CUSTOMER = (1, 100, 10_000)
IN_THE_STORE = (1_000, 100_000, 1_000_000)
SLUG = "weight-tracker"
RUN = "a run of the weight tracker"
CALLS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "`getCrmField`": ("getCrmField", {"fieldKey": "current_weight"}),
    "`getCrmFields` of three": (
        "getCrmFields",
        {"fieldKeys": ["current_weight", "goal_weight", "last_checkin"]},
    ),
    "`getCrmFieldValues`, 10": ("getCrmFieldValues", {"fieldKey": "current_weight", "limit": 10}),
    "`getCrmEntries`, 10": ("getCrmEntries", {"limit": 10}),
    "`setCrmField`": ("setCrmField", {"fieldKey": "current_weight", "value": 180}),
    "`setCrmFields` of three": (
        "setCrmFields",
        {
            "fields": [
                {"fieldKey": "current_weight", "value": 180},
                {"fieldKey": "goal_weight", "value": 165},
                {"fieldKey": "last_checkin", "value": "2026-03-16"},
            ]
        },
    ),
    "`addCrmFieldValue`": ("addCrmFieldValue", {"fieldKey": "current_weight", "value": 180}),
    "`moveCrmToStage`": ("moveCrmToStage", {"stageSlug": "starting"}),
}
Store = tuple[Runtime, Callable[[], str]]
"""A runtime on a store, and who comes next in it."""


def measure(*, quick: bool) -> None:
    """Print a table for each kind of growth."""
    sizes = ((1, 10), (100, 1_000)) if quick else (OF_ONE_CUSTOMER, IN_THE_STORE)
    rounds, count = (1, 3) if quick else (10, 30)
    _measure("entries of the one customer", sizes[0], rounds, count, one_customer=True)
    _measure("entries in the store", sizes[1], rounds, count, one_customer=False)


def _measure(what: str, sizes: tuple[int, ...], rounds: int, count: int, *, one_customer: bool) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        stores: dict[int, Store] = {}
        for size in sizes:
            path = Path(folder) / f"{size}.db"
            make_store(path)
            each = size if one_customer else ENTRIES_A_CUSTOMER
            fill(path, count=size, entries_a_customer=each)
            runtime = stack.enter_context(Runtime.open(f"sqlite:///{path}", allow_weaker_sandbox=True))
            stores[size] = runtime, _customers(size // each)
        times_us = _interleaved(stores, rounds, count)
    print_table(
        f"Growth: {what}, µs",
        "python -m benchmarks growth",
        ["", *(f"{size:,}" for size in sizes), "last to first"],
        [_row(name, [median(times_us[size, name]) for size in sizes]) for name in (*CALLS, RUN)],
        f"Medians of {rounds * count} each, in turn. A call is measured at the bindings, without the sandbox;"
        + (" the customer is always the same." if one_customer else " each call and each run is another customer's."),
    )


def _row(name: str, medians_us: list[float]) -> list[object]:
    return [name, *medians_us, shown(medians_us[-1] / medians_us[0])]


def _interleaved(stores: Mapping[int, Store], rounds: int, count: int) -> dict[tuple[int, str], list[float]]:
    script = contenders.SCRIPT.read_text(encoding="utf-8")
    times_us: dict[tuple[int, str], list[float]] = {}
    for number in range(rounds + 1):
        for name in (*CALLS, RUN):
            for size, store in stores.items():
                batch_us = timed(count, _action(store, name, script))
                if number > 0:
                    times_us.setdefault((size, name), []).extend(batch_us)
    return times_us


def _action(store: Store, name: str, script: str) -> Callable[[int], object]:
    runtime, next_customer = store
    if name not in CALLS:
        return lambda _: must_run(runtime, script, Session(brand=BRAND, customer_id=next_customer()))
    function, arguments = CALLS[name]
    return lambda _: bindings.call(function, {"slug": SLUG, **arguments}, _context(runtime, next_customer()))


def _context(runtime: Runtime, customer: str) -> RunContext:
    return RunContext(BRAND, Visitor(customer), runtime.store, lambda: 0, new_uuid7)


def _customers(count: int) -> Callable[[], str]:
    """One of so many, any."""
    chosen = random.Random(1)
    return lambda: customer(chosen.randrange(count))
