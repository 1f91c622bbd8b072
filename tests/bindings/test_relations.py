"""``SetCrmRelation`` and ``RemoveCrmRelation``."""

from typing import Any

import pytest

from tests.bindings.crm import Crm


@pytest.fixture
def homes(crm: Crm) -> Crm:
    """A run with one entry of ``homes``, which point to ``towns``."""
    crm.linked()
    crm("CreateCrmEntry", {"slug": "homes", "title": "home"})
    return crm


def relate(key: str, target: str, **more: Any) -> dict[str, Any]:
    return {"slug": "homes", "relationKey": key, "targetEntryId": target, **more}


def test_a_reference_holds_one_target(homes: Crm) -> None:
    [home] = homes("getCrmEntries", {"slug": "homes"})
    first, second = homes.town(), homes.town()
    result = homes("SetCrmRelation", relate("town", first))
    assert list(result.items()) == [("ok", True), ("id", home["id"]), ("relationKey", "town"), ("targets", [first])]
    assert homes("SetCrmRelation", relate("town", second))["targets"] == [second]


def test_a_multi_reference_holds_a_set_in_order_of_setting(homes: Crm) -> None:
    towns = [homes.town() for _ in range(3)]
    for town in (towns[2], towns[0], towns[1]):
        homes("SetCrmRelation", relate("towns", town))
    assert homes("SetCrmRelation", relate("towns", towns[2]))["targets"] == [towns[2], towns[0], towns[1]]


def test_a_target_is_removed_once(homes: Crm) -> None:
    [home] = homes("getCrmEntries", {"slug": "homes"})
    first, second = homes.town(), homes.town()
    for town in (first, second):
        homes("SetCrmRelation", relate("towns", town))
    result = homes("RemoveCrmRelation", relate("towns", first))
    assert list(result.items()) == [("ok", True), ("id", home["id"]), ("removed", 1), ("targets", [second])]
    again = homes("RemoveCrmRelation", relate("towns", first))
    assert again == {"ok": True, "id": home["id"], "removed": 0, "targets": [second]}


def test_removing_without_an_entry_removes_nothing(crm: Crm) -> None:
    crm.linked()
    assert crm("RemoveCrmRelation", relate("town", "t")) == {"ok": True, "id": None, "removed": 0, "targets": []}


def test_the_newest_entry_is_related_or_the_named_one(homes: Crm) -> None:
    [old] = homes("getCrmEntries", {"slug": "homes"})
    new = homes("CreateCrmEntry", {"slug": "homes"})["id"]
    town = homes.town()
    assert homes("SetCrmRelation", relate("town", town))["id"] == new
    assert homes("SetCrmRelation", relate("town", town, entryId=old["id"]))["id"] == old["id"]


@pytest.mark.parametrize("name", ["SetCrmRelation", "RemoveCrmRelation"])
@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("twon", "no relation 'twon' in 'homes', did you mean 'town'?"),
        ("zzz", "no relation 'zzz' in 'homes' (known: town, towns)"),
        ("price", "the field 'price' of 'homes' has the type 'number', not 'reference' or 'multi_reference'"),
    ],
)
def test_a_key_that_is_no_relation_is_refused(homes: Crm, name: str, key: str, message: str) -> None:
    assert homes.refused(name, relate(key, "t")) == ("CrmError", "not_a_relation", f"{name}: {message}")


def test_an_entity_without_relations_says_so(crm: Crm) -> None:
    crm.entity("homes")
    assert crm.refused("SetCrmRelation", relate("town", "t")) == (
        "CrmError",
        "not_a_relation",
        "SetCrmRelation: no relation 'town' in 'homes' (it has no fields of type 'reference' or 'multi_reference')",
    )


def test_a_target_that_is_none_is_refused(homes: Crm) -> None:
    other = Crm(homes.store)
    other.linked()
    for target in ("abc123", other.town()):
        assert homes.refused("SetCrmRelation", relate("town", target)) == (
            "CrmError",
            "target_not_found",
            f"SetCrmRelation: no entry '{target}' to point to",
        )


def test_a_target_of_another_entity_is_refused(homes: Crm) -> None:
    [home] = homes("getCrmEntries", {"slug": "homes"})
    assert homes.refused("SetCrmRelation", relate("town", home["id"])) == (
        "CrmError",
        "wrong_target_entity",
        f"SetCrmRelation: '{home['id']}' is an entry of 'homes', but 'town' points to 'towns'",
    )


def test_without_an_entry_nothing_can_be_related(crm: Crm) -> None:
    crm.linked()
    town = crm.town()
    assert crm.refused("SetCrmRelation", relate("town", town)) == (
        "CrmError",
        "entry_not_found",
        "SetCrmRelation: the reference has no entry in 'homes'",
    )
    assert crm.refused("SetCrmRelation", relate("town", town, entryId="e_1")) == (
        "CrmError",
        "entry_not_found",
        "SetCrmRelation: no entry 'e_1' in 'homes'",
    )
