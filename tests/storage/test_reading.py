"""Reading: newest first, filtered, page by page."""

from collections.abc import Mapping

import pytest

from storage.commands import CreateEntry, Destination
from storage.errors import EntityNotFound
from storage.models import Json
from storage.queries import KnownEntries, ListEntries, Page, ReadFields, ReadValues, Scope
from tests.storage.shop import CARE, EVERYTHING, ORDER_1, ORDER_2, SALES, Shop


def test_a_field_is_read_from_the_newest_entry_that_holds_it(shop: Shop) -> None:
    """Each key from its own; keys that nobody holds are absent."""
    shop.entity("deals")
    shop.create("deals", a="old", b="old")
    shop.create("deals", b="new")
    shop.create("deals", c="newest")
    assert shop.read("deals", "a", "b", "c", "d") == {"c": "newest", "a": "old", "b": "new"}


def test_reading_an_empty_scope_finds_nothing(shop: Shop) -> None:
    """No error, no entry, no value."""
    shop.entity("deals")
    for scope in (ORDER_1, EVERYTHING, Scope(entry_id="nobody"), Scope()):
        assert shop.read("deals", "a", scope=scope) == {}
        assert shop.ask(ReadValues("deals", scope, "a", 5)) == Page([], more=False)
        assert shop.ask(ListEntries("deals", scope, 5)) == Page([], more=False)


def test_fields_of_one_entry_and_of_the_whole_entity(shop: Shop) -> None:
    """By ``entry_id`` that entry alone, of this entity; by ``every_reference`` the newest by id of all."""
    shop.entity("deals")
    shop.entity("leads")
    first = shop.create("deals", ORDER_1, a=1, b=1)
    shop.create("deals", ORDER_2, a=2)
    assert shop.read("deals", "a", "b", "c", scope=Scope(entry_id=first)) == {"a": 1, "b": 1}
    assert shop.read("leads", "a", scope=Scope(entry_id=first)) == {}
    assert shop.read("deals", "a", "b", "c", scope=EVERYTHING) == {"a": 2, "b": 1}


def test_values_of_a_key_come_newest_first_with_stored_nulls(shop: Shop) -> None:
    """From the entries that hold it."""
    shop.entity("deals")
    for values in ({"k": 1}, {"k": None}, {"other": 0}, {"k": [3]}):
        shop.create("deals", ORDER_1, **values)
    elsewhere = shop.create("deals", ORDER_2, k="two")
    assert shop.values("deals", "k") == [[3], None, 1]
    assert shop.values("deals", "k", EVERYTHING) == ["two", [3], None, 1]
    assert shop.values("deals", "k", Scope(entry_id=elsewhere)) == ["two"]
    assert shop.values("deals", "other", Scope(entry_id=elsewhere)) == []


@pytest.mark.parametrize("scope", [ORDER_1, EVERYTHING])
@pytest.mark.parametrize("filters", [None, {"even": True}])
def test_pages_join_up_and_say_whether_more_follows(shop: Shop, scope: Scope, filters: Mapping[str, Json]) -> None:
    """Filtered or not, of entries and of values."""
    shop.entity("deals")
    for number in range(20):
        shop.create("deals", n=number, even=number % 2 == 0)
    expected = [n for n in reversed(range(20)) if filters is None or n % 2 == 0]
    entries, values = [], []
    for offset in range(0, len(expected), 3):
        more = offset + 3 < len(expected)
        page = shop.ask(ListEntries("deals", scope, 3, offset, filters))
        assert page.more == more
        entries += [entry.values["n"] for entry in page.items]
        read = shop.ask(ReadValues("deals", scope, "n", 3, offset, filters))
        assert read.more == more
        values += read.items
    assert entries == values == expected
    assert shop.ask(ListEntries("deals", scope, 3, 2**70, filters)) == Page([], more=False)


def test_a_filter_walks_past_many_entries_that_do_not_match(shop: Shop) -> None:
    """More than one chunk of them, in either order."""
    shop.entity("deals")
    shop.create("deals", k="first")
    writes = [shop.write(CreateEntry("deals", ORDER_1, shop.new_id(), {"k": n})) for n in range(500)]
    shop.store.apply_batch([(shop.brand, write) for write in writes])
    for scope in (ORDER_1, EVERYTHING):
        assert [entry.values for entry in shop.entries("deals", scope, filters={"k": "first"})] == [{"k": "first"}]
        assert shop.values("deals", "k", scope, filters={"k": 250}) == [250]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (1, [1.0, 1]),
        (1.0, [1.0, 1]),
        (True, [True]),
        (False, [False]),
        ("1", ["1"]),
        (None, [None]),
        (0, [0, -0.0]),
        (2**53 + 1, [2**53 + 1]),
        ("", []),
    ],
)
def test_a_filter_matches_equal_values_of_the_same_type(shop: Shop, wanted: Json, found: list[Json]) -> None:
    """A number equals a number, true is not 1, and an absent key is not null."""
    shop.entity("deals")
    for value in (-0.0, 0, 2**53 + 1, 2**53, None, "1", False, True, [1], {"a": 1}, 1, 1.0):
        shop.create("deals", k=value)
    shop.create("deals", other=1)
    assert repr(shop.values("deals", "k", filters={"k": wanted})) == repr(found)
    assert [repr(entry.values["k"]) for entry in shop.entries("deals", filters={"k": wanted})] == list(map(repr, found))


def test_all_filters_must_match(shop: Shop) -> None:
    """Of one entry by id too."""
    shop.entity("deals")
    both = shop.create("deals", a=1, b=2)
    shop.create("deals", a=1)
    filters = {"a": 1, "b": 2}
    assert shop.ids("deals", filters=filters) == [both]
    assert shop.ids("deals", Scope(entry_id=both), filters=filters) == [both]
    assert shop.ids("deals", Scope(entry_id=both), filters={"a": 2}) == []
    assert shop.ids("deals", Scope(entry_id=both), offset=1) == []
    assert shop.ids(None, EVERYTHING, filters=filters) == [both]
    assert shop.ids("deals", filters={"a": 1, "b": None}) == []


def test_stage_and_pipeline_narrow_a_list(shop: Shop) -> None:
    """A stage slug that stands in two pipelines matches in both; one that the entity lacks matches nothing."""
    shop.entity("deals", pipelines=(SALES, CARE))
    ids = {}
    for pipeline, stage in (("sales", "new"), ("sales", "won"), ("care", "won")):
        destination = Destination("start", pipeline, stage_slug=stage)
        ids[pipeline, stage] = shop.do(CreateEntry("deals", ORDER_1, shop.new_id(), {"k": 1}, None, destination)).id
    new, won, cared = ids.values()
    for slug in ("deals", None):
        assert shop.ids(slug, stage_slug="won") == [cared, won]
        assert shop.ids(slug, pipeline_slug="sales") == [won, new]
        assert shop.ids(slug, pipeline_slug="sales", stage_slug="won") == [won]
        assert shop.ids(slug, pipeline_slug="sales", filters={"k": 1}, limit=1) == [won]
        assert shop.ids(slug, EVERYTHING, stage_slug="won") == [cared, won]
        for pipeline_slug, stage_slug in ((None, "x"), ("x", None), ("sales", "open")):
            assert shop.ids(slug, pipeline_slug=pipeline_slug, stage_slug=stage_slug) == []


def test_entries_of_all_entities_are_listed_by_id(shop: Shop) -> None:
    """Of the brand, of one reference, of one id, with their relations."""
    shop.entity("deals")
    shop.entity("leads")
    first, second, third = shop.create("deals"), shop.create("leads"), shop.create("deals", ORDER_2)
    assert shop.ids(None, EVERYTHING) == [third, second, first]
    assert shop.ids(None, ORDER_1) == [second, first]
    assert shop.ids(None, Scope(entry_id=second)) == [second]
    assert shop.ask(ListEntries(None, EVERYTHING, 1, 1)).more is True


def test_only_entries_of_the_brand_are_known(shop: Shop) -> None:
    """Whatever is asked for, in any number."""
    shop.entity("deals")
    first, second = shop.create("deals"), shop.create("deals")
    asked = (first, second, "nobody", 'qu"ote', *(f"x{n}" for n in range(2000)))
    assert shop.ask(KnownEntries(asked)) == {first, second}
    assert shop.ask(KnownEntries(())) == set()


def test_reading_an_unknown_entity_is_refused(shop: Shop) -> None:
    """By every query that names one."""
    for query in (ReadFields("x", ORDER_1, ("a",)), ReadValues("x", ORDER_1, "a", 1), ListEntries("x", ORDER_1, 1)):
        with pytest.raises(EntityNotFound) as refused:
            shop.ask(query)
        assert (refused.value.name, refused.value.known) == ("x", ())
