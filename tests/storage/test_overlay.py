"""A store in front of another one: the same answers as if all had been stored, and the other one as it was.

The conformance suite's tests run here again, with the first writes of each in the store behind, the rest in front.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import StorageError, Store, open_store
from storage.commands import Applied, ClearEntries, EnsureCustomer, SetRelation, Write
from storage.overlay import OverlayStore
from storage.queries import FindCustomer, KnownEntries, ListEntities, Query, Visitor
from tests.properties import SHARING
from tests.storage.shop import EVERYTHING, ORDER_1, ORDER_2, SALES, Shop, relation, visitor
from tests.storage.test_customers import *  # noqa: F403 - these tests, on the store below
from tests.storage.test_model import STEPS, Numbered, Run
from tests.storage.test_moves import *  # noqa: F403
from tests.storage.test_reading import *  # noqa: F403
from tests.storage.test_relations import *  # noqa: F403
from tests.storage.test_writing import *  # noqa: F403

del test_values_read_back_exactly_as_written  # noqa: F821 - has stores of its own

T = TypeVar("T")


class Halfway:
    """Puts the first writes into the store behind, and all others in front of it."""

    def __init__(self, behind: Store, front: Store, writes: int) -> None:
        self._behind, self._front, self._left = behind, front, writes

    def query(self, brand: str, query: Query[T]) -> T:
        return self._front.query(brand, query)

    def apply(self, brand: str, write: Write[T]) -> Applied[T]:
        self._left -= 1
        return (self._behind if self._left >= 0 else self._front).apply(brand, write)

    def apply_batch(self, writes: Sequence[tuple[str, Write[Any]]]) -> list[Applied[Any] | StorageError]:
        return self._front.apply_batch(writes)

    def close(self) -> None:
        self._front.close()


@pytest.fixture(params=[0, 2, 4], ids="{} writes behind".format)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Instead of each engine."""
    behind = open_store(f"sqlite:///{tmp_path / 'behind.db'}")
    front = OverlayStore(behind)
    yield Halfway(behind, front, request.param)
    front.close()
    behind.close()


@pytest.fixture(params=["sqlite", "postgres"])
def behind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Numbered]]:
    """A store of each engine for many examples, and its source of ids."""
    ids = Numbered()
    url = f"sqlite:///{tmp_path / 'store.db'}" if request.param == "sqlite" else request.getfixturevalue("wiping")()
    opened = open_store(url, ids=ids)
    yield opened, ids
    opened.close()


@given(st.lists(STEPS, max_size=20), st.integers(0, 24), st.data())
@settings(SHARING, max_examples=25)
def test_any_sequence_of_commands_gives_what_it_would_give_in_one_store(
    behind: tuple[Store, Numbered], steps: list[Any], writes_behind: int, data: st.DataObject
) -> None:
    """As the plain model of ``test_model`` has it; and the store behind stays as the last write there left it."""
    store, ids = behind
    ids.number = 0
    brand = f"b{abs(hash((str(steps), writes_behind, data.draw(st.integers(0, 2**60)))))}"
    front = OverlayStore(store, ids=ids)
    run = Run(Shop(Halfway(store, front, writes_behind), brand))
    before: Any = None
    for number, step in enumerate(steps):
        if number == writes_behind - 4:
            before = _everything(store, brand)
        run.step(*step)
    run.compare()
    if before is not None:
        assert _everything(store, brand) == before
    front.close()


def _everything(store: Store, brand: str) -> Any:
    shop = Shop(store, brand)
    return shop.ask(ListEntities()), shop.entries(None, EVERYTHING)


def test_writes_that_are_in_front_are_not_behind(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    shop = Shop(store)
    shop.entity("deals", pipelines=(SALES,))
    kept = shop.create("deals", amount=1)
    before = _everything(store, "acme")
    overlay = OverlayStore(store)
    front = Shop(overlay)
    front.new_id()
    front.create("deals", ORDER_2, amount=2)
    front.entity("leads")
    front.do(EnsureCustomer(Visitor(email="ada@example.com"), "c_new"))
    assert front.do(ClearEntries("deals", ORDER_1)).deleted == 1
    assert _everything(store, "acme") == before
    assert shop.ask(FindCustomer(Visitor(email="ada@example.com"))) is None
    assert front.ask(KnownEntries((kept,))) == set()
    assert [entity.slug for entity in front.ask(ListEntities())] == ["deals", "leads"]
    assert [customer.email for customer in overlay.customers_made("acme")] == ["ada@example.com"]
    store.close()


def test_entries_that_point_to_a_deleted_one_are_seen_to_lose_it(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    shop = Shop(store)
    shop.entity("cities", mode="data")
    shop.entity("shops", relation("city", "reference", "cities"), mode="data")
    city = shop.create("cities")
    with_city = shop.create("shops", visitor("c_1"))
    shop.do(SetRelation("shops", visitor("c_1"), "city", city))
    front = OverlayStore(store)
    Shop(front).do(ClearEntries("cities", ORDER_1))
    assert [entry.relations for entry in Shop(front).entries("shops", EVERYTHING)] == [{}]
    touched = front.before("acme")
    assert (sorted(touched.entries), touched.entries[with_city].relations) == (
        sorted([city, with_city]),
        {"city": [city]},
    )
    store.close()


def test_reads_of_what_no_write_came_near_copy_nothing(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    shop = Shop(store)
    shop.entity("deals")
    shop.entity("leads")
    shop.create("leads", amount=1)
    front = OverlayStore(store)
    Shop(front).create("deals")
    assert [entry.values for entry in Shop(front).entries("leads", EVERYTHING)] == [{"amount": 1}]
    assert front.before("acme").entries == {}
    store.close()
