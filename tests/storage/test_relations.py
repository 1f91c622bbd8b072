"""Relations between entries."""

import pytest

from storage.commands import (
    ClearEntries,
    CreateEntry,
    MoveToEntity,
    RelationRemoved,
    RelationSet,
    RemoveRelation,
    SetRelation,
)
from storage.errors import EntryNotFound, NotARelation, TargetNotFound, WrongTargetEntity
from storage.queries import Scope
from tests.storage.shop import EVERYTHING, ORDER_1, ORDER_2, Shop, fields, relation


@pytest.fixture
def homes(shop: Shop) -> Shop:
    """Homes with one city and many owners."""
    shop.entity("cities", mode="data")
    shop.entity("people")
    links = (relation("city", "reference", "cities"), relation("owners", "multi_reference", "people"))
    shop.entity("homes", *fields("address"), *links)
    return shop


def link(shop: Shop, key: str, target: str, scope: Scope = ORDER_1) -> RelationSet:
    """Set a relation of a home."""
    return shop.do(SetRelation("homes", scope, key, target))


def unlink(shop: Shop, key: str, target: str, scope: Scope = ORDER_1) -> RelationRemoved:
    """Remove a relation of a home."""
    return shop.do(RemoveRelation("homes", scope, key, target))


def test_a_reference_holds_one_target(homes: Shop) -> None:
    """Setting another replaces it."""
    home, paris, rome = homes.create("homes"), homes.create("cities"), homes.create("cities")
    assert link(homes, "city", paris) == RelationSet(home, [paris])
    assert link(homes, "city", rome) == RelationSet(home, [rome])
    assert homes.entry("homes", home).relations == {"city": [rome]}


def test_a_multi_reference_holds_a_set_in_order_of_setting(homes: Shop) -> None:
    """Setting one twice changes nothing; one removed and set again comes last."""
    home, (a, b, c) = homes.create("homes"), (homes.create("people") for _ in range(3))
    for target in (b, a, b, c):
        outcome = link(homes, "owners", target)
    assert outcome == RelationSet(home, [b, a, c])
    assert unlink(homes, "owners", b) == RelationRemoved(home, 1, [a, c])
    assert link(homes, "owners", b).targets == [a, c, b]
    assert homes.entry("homes", home).relations == {"owners": [a, c, b]}


def test_relations_belong_to_the_newest_entry_or_to_the_one_named(homes: Shop) -> None:
    """And values are never touched."""
    old, new, city = homes.create("homes", a=1), homes.create("homes", a=2), homes.create("cities")
    assert link(homes, "city", city).id == new
    assert link(homes, "city", city, Scope(entry_id=old)).id == old
    assert unlink(homes, "city", city).id == new
    assert [(entry.values, entry.relations) for entry in homes.entries("homes")] == [
        ({"a": 2}, {}),
        ({"a": 1}, {"city": [city]}),
    ]


def test_updated_at_moves_only_where_targets_change(homes: Shop) -> None:
    """Neither for a target that is there nor for one that is not."""
    home, city = homes.create("homes"), homes.create("cities")
    times = []
    for change in (link, link, unlink, unlink):
        homes.now_ms += 1
        change(homes, "city", city)
        times.append(homes.entry("homes", home).updated_at_ms - 1_000_000)
    assert times == [1, 1, 3, 3]


def test_a_key_that_is_no_relation_is_refused(homes: Shop) -> None:
    """Whether the entity has it or not, by both commands, whatever else is wrong."""
    for key, type_ in (("address", "text"), ("nothing", None)):
        for command in (SetRelation("homes", ORDER_1, key, "x"), RemoveRelation("homes", ORDER_1, key, "x")):
            with pytest.raises(NotARelation) as refused:
                homes.do(command)
            assert (refused.value.key, refused.value.field_type) == (key, type_)
            assert refused.value.known == ("city", "owners")


def test_a_relation_needs_an_entry(homes: Shop) -> None:
    """Without one there is nothing to remove, and nothing to set it on."""
    city = homes.create("cities")
    with pytest.raises(EntryNotFound) as refused:
        link(homes, "city", city)
    assert refused.value.entry_id is None
    assert unlink(homes, "city", city) == RelationRemoved(None, 0, [])
    for change in (link, unlink):
        with pytest.raises(EntryNotFound) as refused:
            change(homes, "city", city, Scope(entry_id="nobody"))
        assert refused.value.entry_id == "nobody"


def test_a_target_must_be_an_entry_of_the_right_entity(homes: Shop) -> None:
    """An unknown id is not found, another entity's is wrong."""
    homes.create("homes")
    person = homes.create("people")
    with pytest.raises(TargetNotFound):
        link(homes, "city", "nobody")
    with pytest.raises(WrongTargetEntity) as refused:
        link(homes, "city", person)
    assert (refused.value.target_slug, refused.value.expected_slug) == ("people", "cities")


def test_removing_what_is_not_set_removes_nothing(homes: Shop) -> None:
    """And says what there is."""
    home, person = homes.create("homes"), homes.create("people")
    link(homes, "owners", person)
    assert unlink(homes, "owners", "nobody") == RelationRemoved(home, 0, [person])


def test_a_deleted_entry_is_taken_out_of_every_relation(homes: Shop) -> None:
    """Cleared by reference, by id, or moved away; the others stay."""
    homes.entity("archive")
    ann, bob, cid, dan = (homes.create("people", scope) for scope in (ORDER_2, ORDER_1, ORDER_1, ORDER_1))
    for scope in (ORDER_1, ORDER_2):
        homes.create("homes", scope)
        for person in (ann, bob, cid, dan):
            link(homes, "owners", person, scope)
    homes.do(ClearEntries("people", ORDER_2))
    homes.do(ClearEntries("people", Scope(entry_id=bob)))
    homes.do(MoveToEntity("people", "archive", ORDER_1, {"a": "a"}, "moved", remove_from_old=True))
    assert [entry.relations for entry in homes.entries("homes", EVERYTHING)] == [{"owners": [cid]}] * 2


def test_a_deleted_entry_leaves_no_relation_of_its_own(homes: Shop) -> None:
    """Nor does a new one of the same id inherit any."""
    city = homes.create("cities")
    for scope in (ORDER_1, Scope(entry_id="home")):
        homes.do(CreateEntry("homes", ORDER_1, "home"))
        link(homes, "city", city)
        homes.do(ClearEntries("homes", scope))
        homes.do(CreateEntry("homes", ORDER_1, "home"))
        assert homes.entry("homes", "home").relations == {}
        homes.do(ClearEntries("homes", ORDER_1))
