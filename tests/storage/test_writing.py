"""Which entry a write means, and what it leaves behind."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import Store
from storage.commands import ClearEntries, CreateEntry, Destination, EntryStored, SetFields
from storage.errors import EntityNotFound, EntryNotFound, EntryTooLarge, MoveRefused
from storage.models import Entry, Json, Reference
from storage.queries import FindCustomer, Scope, Visitor
from tests.storage.shop import CARE, EVERYTHING, ORDER_1, ORDER_2, SALES, Shop


def test_a_created_entry_reads_back_whole(shop: Shop) -> None:
    """It starts on the first stage of the first pipeline, made and changed at the time of the write."""
    shop.entity("deals", pipelines=(SALES, CARE))
    outcome = shop.do(CreateEntry("deals", ORDER_1, "id1", {"b": 1, "a": [None]}, "A title"))
    assert outcome == EntryStored("id1", created=True)
    assert shop.entries("deals") == [
        Entry("id1", 1, Reference("order", "1"), 1, "A title", {"b": 1, "a": [None]}, {}, 1, 1, 1_000_000, 1_000_000)
    ]


def test_creating_always_makes_a_new_entry(shop: Shop) -> None:
    """Newest first, also within one millisecond, whatever the ids."""
    shop.entity("deals")
    for entry_id in ("b", "c", "a"):
        shop.do(CreateEntry("deals", ORDER_1, entry_id))
    assert shop.ids("deals") == ["a", "c", "b"]
    assert [entry.sequence for entry in shop.entries("deals")] == [3, 2, 1]


@pytest.mark.parametrize(
    ("destination", "place"),
    [
        (Destination("start"), (1, 1)),
        (Destination("start", pipeline_slug="care"), (2, 3)),
        (Destination("start", pipeline_id=2), (2, 3)),
        (Destination("start", stage_slug="open"), (2, 3)),
        (Destination("start", stage_id=4), (2, 4)),
        (Destination("start", pipeline_slug="sales", stage_slug="won"), (1, 2)),
    ],
)
def test_a_new_entry_can_start_elsewhere(shop: Shop, destination: Destination, place: tuple[int, int]) -> None:
    """Gaps are filled from what is named."""
    shop.entity("deals", pipelines=(SALES, CARE))
    shop.do(CreateEntry("deals", ORDER_1, "id1", destination=destination))
    entry = shop.entry("deals", "id1")
    assert (entry.pipeline_id, entry.stage_id) == place


@pytest.mark.parametrize(
    ("slug", "destination", "code", "known"),
    [
        ("deals", Destination("start", pipeline_slug="x"), "pipeline_not_found", ("sales", "care")),
        ("deals", Destination("start", pipeline_slug="sales", pipeline_id=2), "pipeline_not_found", ("sales", "care")),
        ("deals", Destination("start", stage_slug="x"), "stage_not_found", ("new", "won", "open")),
        ("deals", Destination("start", stage_slug="won"), "ambiguous_stage", ("sales", "care")),
        ("cities", Destination("start", stage_slug="new"), "data_mode", ()),
        ("plain", Destination("start", pipeline_slug="sales"), "pipeline_not_found", ()),
    ],
)
def test_a_start_that_cannot_be_is_refused(
    shop: Shop, slug: str, destination: Destination, code: str, known: tuple[str, ...]
) -> None:
    """And nothing is stored."""
    shop.entity("deals", pipelines=(SALES, CARE))
    shop.entity("cities", mode="data")
    shop.entity("plain")
    with pytest.raises(MoveRefused) as refused:
        shop.do(CreateEntry(slug, ORDER_1, "id1", destination=destination))
    assert (refused.value.code, refused.value.known, refused.value.total_matched) == (code, known, 0)
    assert shop.ids(slug) == []


def test_entries_without_pipelines_stand_nowhere(shop: Shop) -> None:
    """In a data collection, and in an entity that has none."""
    shop.entity("cities", mode="data")
    shop.entity("plain")
    for slug in ("cities", "plain"):
        shop.create(slug)
        assert [(entry.pipeline_id, entry.stage_id) for entry in shop.entries(slug)] == [(None, None)]


def test_setting_makes_an_entry_where_the_reference_has_none(shop: Shop) -> None:
    """It starts as any other new entry; the next set takes it."""
    shop.entity("deals", pipelines=(SALES,))
    assert shop.do(SetFields("deals", ORDER_1, "id1", {"a": 1})) == EntryStored("id1", created=True)
    assert shop.do(SetFields("deals", ORDER_1, "id2", {"b": 2})) == EntryStored("id1", created=False)
    assert [(entry.values, entry.stage_id) for entry in shop.entries("deals")] == [({"a": 1, "b": 2}, 1)]


def test_setting_takes_the_newest_entry_that_holds_the_key(shop: Shop) -> None:
    """Not the newest entry, and not an older one that holds it too."""
    shop.entity("deals")
    shop.create("deals", k=1)
    holder = shop.create("deals", k=2)
    shop.create("deals", other=3)
    assert shop.set("deals", k=9) == holder
    assert [entry.values for entry in shop.entries("deals")] == [{"other": 3}, {"k": 9}, {"k": 1}]


def test_setting_several_takes_the_newest_entry_that_holds_one_of_them(shop: Shop) -> None:
    """All values land in it."""
    shop.entity("deals")
    shop.create("deals", a=1)
    holder = shop.create("deals", b=1)
    shop.create("deals", c=1)
    assert shop.set("deals", a=2, b=2) == holder
    assert shop.entry("deals", holder).values == {"b": 2, "a": 2}


def test_setting_a_key_that_nobody_holds_takes_the_newest_entry(shop: Shop) -> None:
    """Which holds it from then on."""
    shop.entity("deals")
    shop.create("deals", a=1)
    newest = shop.create("deals", b=1)
    assert shop.set("deals", k=1) == newest
    shop.create("deals", c=1)
    assert shop.set("deals", k=2) == newest


def test_force_skips_the_look_for_the_key(shop: Shop) -> None:
    """The newest entry takes the value, or a new one."""
    shop.entity("deals")
    assert shop.set("deals", force=True, k=1) == "e0001"
    newest = shop.create("deals", other=1)
    assert shop.set("deals", force=True, k=2) == newest
    assert [entry.values for entry in shop.entries("deals")] == [{"other": 1, "k": 2}, {"k": 1}]


def test_a_key_stored_as_null_is_held(shop: Shop) -> None:
    """By reads and by writes."""
    shop.entity("deals")
    shop.create("deals", k=1)
    holder = shop.create("deals", k=None)
    shop.create("deals", other=1)
    assert shop.read("deals", "k") == {"k": None}
    assert shop.set("deals", k=2) == holder


def test_a_write_sets_each_named_key_whole_and_leaves_the_others(shop: Shop) -> None:
    """No deep merge; keys keep their places, new ones come last."""
    shop.entity("deals")
    shop.create("deals", z={"a": 1, "b": 2}, y=1)
    shop.set("deals", a=0, z={"c": 3})
    [entry] = shop.entries("deals")
    assert list(entry.values.items()) == [("z", {"c": 3}), ("y", 1), ("a", 0)]


def test_setting_by_entry_id_means_that_entry_whatever_its_reference(shop: Shop) -> None:
    """No customer is needed, and no key is looked for."""
    shop.entity("deals")
    first = shop.create("deals", ORDER_2, a=1)
    shop.create("deals", ORDER_2, k=1)
    assert shop.set("deals", Scope(entry_id=first), k=5) == first
    assert shop.entry("deals", first).values == {"a": 1, "k": 5}


def test_creating_beside_an_entry_attaches_to_its_reference(shop: Shop) -> None:
    """An ``entry_id`` says where."""
    shop.entity("deals")
    first = shop.create("deals", ORDER_2)
    second = shop.create("deals", Scope(entry_id=first))
    assert shop.ids("deals", ORDER_2) == [second, first]


def test_an_entry_id_of_another_entity_or_of_none_is_not_found(shop: Shop) -> None:
    """For every write alike."""
    shop.entity("deals")
    shop.entity("leads")
    lead = shop.create("leads")
    for entry_id in (lead, "nobody"):
        scope = Scope(entry_id=entry_id)
        for command in (
            SetFields("deals", scope, "x", {"a": 1}),
            CreateEntry("deals", scope, "x"),
            ClearEntries("deals", scope),
        ):
            with pytest.raises(EntryNotFound) as refused:
                shop.do(command)
            assert refused.value.entry_id == entry_id
    assert shop.ids(None, EVERYTHING) == [lead]


def test_created_at_stays_and_updated_at_moves(shop: Shop) -> None:
    """Both are times of writes, not of the machine."""
    shop.entity("deals")
    shop.create("deals", a=1)
    shop.now_ms += 500
    shop.set("deals", a=1)
    [entry] = shop.entries("deals")
    assert (entry.created_at_ms, entry.updated_at_ms) == (1_000_000, 1_000_500)


def test_clearing_deletes_the_entries_of_one_entity_and_reference(shop: Shop) -> None:
    """And of no other; sequences go on, so what comes later is newer."""
    shop.entity("deals")
    shop.entity("leads")
    shop.create("deals", a=1)
    shop.create("deals", a=2)
    other_reference, other_entity = shop.create("deals", ORDER_2, a=3), shop.create("leads", a=4)
    assert shop.do(ClearEntries("deals", ORDER_1)).deleted == 2
    assert shop.do(ClearEntries("deals", ORDER_1)).deleted == 0
    assert (shop.read("deals", "a"), shop.values("deals", "a")) == ({}, [])
    assert shop.ids(None, EVERYTHING) == [other_entity, other_reference]
    shop.create("deals", a=5)
    assert [entry.sequence for entry in shop.entries("deals")] == [3]


def test_clearing_by_entry_id_deletes_that_entry(shop: Shop) -> None:
    """The older holder of its keys is the newest again."""
    shop.entity("deals")
    old, new = shop.create("deals", k="old"), shop.create("deals", k="new")
    assert shop.do(ClearEntries("deals", Scope(entry_id=new))).deleted == 1
    assert (shop.ids("deals"), shop.read("deals", "k"), shop.values("deals", "k")) == ([old], {"k": "old"}, ["old"])


def test_a_write_never_means_the_whole_entity(shop: Shop) -> None:
    """That scope is for reads."""
    shop.entity("deals")
    for command in (ClearEntries("deals", EVERYTHING), SetFields("deals", EVERYTHING, "x", {"a": 1})):
        with pytest.raises(ValueError, match=r"^every_reference is for reads$"):
            shop.do(command)


def test_a_write_to_an_unknown_entity_is_refused(shop: Shop) -> None:
    """With the slugs there are."""
    shop.entity("deals")
    with pytest.raises(EntityNotFound) as refused:
        shop.set("dealz", a=1)
    assert refused.value.known == ("deals",)


def test_an_entry_of_256_kib_is_stored_and_one_byte_more_is_not(shop: Shop) -> None:
    """Counted in UTF-8 of compact JSON; what was there stays."""
    shop.entity("deals")
    room = 262_144 - len('{"a":"","b":"€"}') - 2
    shop.create("deals", a="x" * room, b="€")
    with pytest.raises(EntryTooLarge) as refused:
        shop.set("deals", a="x" * (room + 1))
    assert (refused.value.size_bytes, refused.value.limit_bytes) == (262_145, 262_144)
    with pytest.raises(EntryTooLarge):
        shop.create("deals", a="x" * (room + 1), b="€")
    assert [len(entry.values["a"]) for entry in shop.entries("deals")] == [room]


def test_a_refused_write_leaves_nothing_behind(shop: Shop) -> None:
    """Not the customer that it had made, and no place in the sequence."""
    shop.entity("deals")
    guest = Scope(visitor=Visitor("c_1"))
    with pytest.raises(EntryTooLarge):
        shop.set("deals", guest, a="x" * 300_000)
    assert shop.ask(FindCustomer(Visitor("c_1"))) is None
    shop.set("deals", guest, a=1)
    assert [entry.sequence for entry in shop.entries("deals", guest)] == [1]


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT
_JSON = st.recursive(_SCALARS, lambda deeper: st.lists(deeper) | st.dictionaries(_TEXT, deeper), max_leaves=10)


@settings(max_examples=50)
@given(values=st.dictionaries(_KEYS, _JSON))
def test_values_read_back_exactly_as_written(shared_store: Store, values: dict[str, Json]) -> None:
    """Types, signs, digits and the order of keys included, from a new entry and from a merged one."""
    shop = Shop(shared_store, "values")
    shop.entity("deals")
    for command in (
        CreateEntry("deals", ORDER_1, "id1", values),
        SetFields("deals", ORDER_1, "id1", values),
    ):
        shop.do(ClearEntries("deals", ORDER_1))
        shop.do(command)
        [entry] = shop.entries("deals")
        assert repr(entry.values) == repr(values)
        assert repr(shop.read("deals", *values)) == repr(values)


def test_numbers_keep_their_kind_and_every_digit(shop: Shop) -> None:
    """The edges, by name."""
    shop.entity("deals")
    numbers = [2**53 + 1, -0.0, 1.0, 1, 1e308, 5e-324, -(2**70), 0.1]
    shop.create("deals", numbers=numbers)
    assert repr(shop.read("deals", "numbers")["numbers"]) == repr(numbers)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", {"a": [float("-inf")]}])
def test_what_is_no_json_is_refused(shop: Shop, value: Json) -> None:
    """As the caller's mistake, and nothing is stored."""
    shop.entity("deals")
    with pytest.raises(ValueError):  # noqa: PT011 - what the encoder says differs by value
        shop.create("deals", a=value)
    assert shop.ids("deals") == []
