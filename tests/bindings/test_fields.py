"""``getCrmField``, ``getCrmFields``, ``setCrmField``, ``setCrmFields``, ``addCrmFieldValue``, ``getCrmFieldValues``."""

from typing import Any

import pytest

from storage.queries import Visitor
from tests.bindings.crm import Crm

A = {"slug": "homes", "fieldKey": "a"}
B = {"slug": "homes", "fieldKey": "b"}


@pytest.fixture
def homes(crm: Crm) -> Crm:
    """A run whose brand has ``homes`` with the fields a and b."""
    crm.entity("homes", "a", "b")
    return crm


def test_setting_the_first_field_makes_an_entry(homes: Crm) -> None:
    result = homes("setCrmField", {**A, "value": 1})
    [entry] = homes("getCrmEntries", {"slug": "homes"})
    assert list(result.items()) == [("ok", True), ("id", entry["id"]), ("created", True)]
    assert homes("setCrmField", {**A, "value": 2}) == {"ok": True, "id": entry["id"], "created": False}
    assert homes("getCrmField", A) == 2


def test_a_field_is_set_in_the_newest_entry_that_holds_it(homes: Crm) -> None:
    homes("addCrmFieldValue", {**A, "value": 1})
    homes("addCrmFieldValue", {**A, "value": 2})
    homes("addCrmFieldValue", {**B, "value": 3})
    homes("setCrmField", {**A, "value": 4})
    assert homes.values("homes") == [{"b": 3}, {"a": 4}, {"a": 1}]


def test_with_force_the_newest_entry_takes_the_value(homes: Crm) -> None:
    homes("addCrmFieldValue", {**A, "value": 1})
    homes("addCrmFieldValue", {**B, "value": 2})
    homes("setCrmField", {**A, "value": 3, "force": True})
    assert homes.values("homes") == [{"b": 2, "a": 3}, {"a": 1}]


def test_null_is_a_value_that_is_held(homes: Crm) -> None:
    homes("addCrmFieldValue", {**A, "value": 1})
    homes("addCrmFieldValue", {**A, "value": None})
    assert homes("getCrmField", A) is None
    assert homes("getCrmFieldValues", A) == [None, 1]


def test_a_value_replaces_the_old_one_whole(homes: Crm) -> None:
    homes("setCrmField", {**A, "value": {"x": 1, "y": {"z": 2}}})
    homes("setCrmField", {**A, "value": {"y": {}}})
    assert homes("getCrmField", A) == {"y": {}}


def test_several_fields_are_set_in_one_entry(homes: Crm) -> None:
    fields = [{"fieldKey": "b", "value": 1}, {"fieldKey": "a", "value": 2}, {"fieldKey": "b", "value": 3}]
    result = homes("setCrmFields", {"slug": "homes", "fields": fields})
    assert list(result) == ["ok", "id", "created"]
    assert result == {"ok": True, "id": result["id"], "created": True}
    assert homes.values("homes") == [{"b": 3, "a": 2}]


def test_several_fields_go_to_the_newest_entry_that_holds_one_of_them(homes: Crm) -> None:
    homes.entity("homes", "c")
    homes("addCrmFieldValue", {**A, "value": 1})
    homes("addCrmFieldValue", {"slug": "homes", "fieldKey": "c", "value": 2})
    fields = [{"fieldKey": "a", "value": 3}, {"fieldKey": "b", "value": 4}]
    assert homes("setCrmFields", {"slug": "homes", "fields": fields})["created"] is False
    homes("setCrmFields", {"slug": "homes", "fields": [{"fieldKey": "b", "value": 5}], "force": True})
    assert homes.values("homes") == [{"c": 2, "b": 5}, {"a": 3, "b": 4}]


def test_adding_a_value_always_makes_an_entry_of_that_key_alone(homes: Crm) -> None:
    first = homes("addCrmFieldValue", {**A, "value": {"x": 1}})
    second = homes("addCrmFieldValue", {**A, "value": {"x": 2}})
    assert list(first) == ["ok", "id"]
    assert [entry["id"] for entry in homes("getCrmEntries", {"slug": "homes"})] == [second["id"], first["id"]]
    assert homes.values("homes") == [{"a": {"x": 2}}, {"a": {"x": 1}}]


def test_a_field_reads_as_the_newest_that_is_held_and_null_where_none_is(homes: Crm) -> None:
    assert homes("getCrmField", A) is None
    homes("addCrmFieldValue", {**A, "value": 1})
    homes("addCrmFieldValue", {**B, "value": 2})
    assert homes("getCrmField", A) == 1


def test_fields_read_in_the_order_asked_for_null_where_none_is_held(homes: Crm) -> None:
    homes("addCrmFieldValue", {**A, "value": 1})
    homes("addCrmFieldValue", {**B, "value": 2})
    result = homes("getCrmFields", {"slug": "homes", "fieldKeys": ["b", "c", "a", "b"]})
    assert list(result.items()) == [("b", 2), ("c", None), ("a", 1)]
    assert homes("getCrmFields", {"slug": "homes", "fieldKeys": []}) == {}


def test_values_of_a_key_are_read_newest_first_in_pages(homes: Crm) -> None:
    for number in range(60):
        homes("addCrmFieldValue", {**A, "value": number})
    homes("addCrmFieldValue", {**B, "value": "other"})
    assert homes("getCrmFieldValues", A) == list(range(59, 9, -1))
    assert homes("getCrmFieldValues", {**A, "limit": 3, "offset": 2}) == [57, 56, 55]
    assert homes("getCrmFieldValues", {**A, "limit": 200}) == list(range(59, -1, -1))
    assert homes.warnings == [
        (
            "read_cut_off",
            (
                "getCrmFieldValues: there are more values than the limit of 50; "
                "raise 'limit' (at most 200) or page with 'offset'"
            ),
        ),
        (
            "read_cut_off",
            (
                "getCrmFieldValues: there are more values than the limit of 3; "
                "raise 'limit' (at most 200) or page with 'offset'"
            ),
        ),
    ]


def test_values_can_be_filtered_by_other_fields(homes: Crm) -> None:
    for a, b in ((1, "x"), (2, "y"), (3, "x"), (4, 1), (5, True)):
        homes("CreateCrmEntry", {"slug": "homes", "values": {"a": a, "b": b}})
    assert [
        homes("getCrmFieldValues", {**A, "filters": {"b": "x"}}),
        homes("getCrmFieldValues", {**A, "filters": {"b": 1}}),
        homes("getCrmFieldValues", {**A, "filters": {"b": "x", "a": 1}}),
        homes("getCrmFieldValues", {**A, "filters": {}}),
    ] == [[3, 1], [4], [1], [5, 4, 3, 2, 1]]


REFERENCES: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({}, ("customer", "c_1")),
    ({"referenceId": "c_2"}, ("customer", "c_2")),
    ({"referenceType": "customer"}, ("customer", "c_1")),
    ({"referenceType": "order"}, ("order", "c_1")),
    ({"referenceType": "order", "referenceId": "7"}, ("order", "7")),
    ({"referenceType": "order", "referenceId": 7}, ("order", "7")),
    ({"reference_type": "order", "reference_id": -(2**53) + 1}, ("order", "-9007199254740991")),
    ({"referenceType": None, "referenceId": None}, ("customer", "c_1")),
]


@pytest.mark.parametrize(("arguments", "reference"), REFERENCES)
def test_the_reference_defaults_to_the_sessions_customer(
    homes: Crm, arguments: dict[str, Any], reference: tuple[str, str]
) -> None:
    homes("setCrmField", {**A, "value": 1, **arguments})
    [entry] = homes("getCrmEntries", {"slug": "homes", "allReferences": True})
    assert (entry["reference_type"], entry["reference_id"]) == reference
    assert homes("getCrmField", {**A, **arguments}) == 1
    assert homes("getCrmFields", {"slug": "homes", "fieldKeys": ["a"], **arguments}) == {"a": 1}
    assert homes("getCrmFieldValues", {**A, **arguments}) == [1]


def test_an_entry_id_means_that_entry_whatever_the_reference(homes: Crm) -> None:
    old = homes("addCrmFieldValue", {**A, "value": 1, "referenceType": "order", "referenceId": 1})["id"]
    homes("addCrmFieldValue", {**A, "value": 2})
    nobody = homes.run(Visitor())
    assert nobody("getCrmField", {**A, "entryId": old}) == 1
    assert nobody("setCrmField", {**A, "value": 3, "entryId": old}) == {"ok": True, "id": old, "created": False}
    assert nobody("getCrmFieldValues", {**A, "entryId": old}) == [3]


def test_an_entry_id_that_is_none_refuses_writes_and_reads_as_nothing(homes: Crm) -> None:
    for name in ("setCrmField", "addCrmFieldValue"):
        assert homes.refused(name, {**A, "value": 1, "entryId": "abc123"}) == (
            "CrmError",
            "entry_not_found",
            f"{name}: no entry 'abc123' in 'homes'",
        )
    assert homes("getCrmField", {**A, "entryId": "abc123"}) is None
    assert homes("getCrmFieldValues", {**A, "entryId": "abc123"}) == []


def test_values_over_all_references_are_read_from_the_whole_entity(homes: Crm) -> None:
    homes("addCrmFieldValue", {**A, "value": 1, "referenceId": "c_2"})
    homes("addCrmFieldValue", {**A, "value": 2})
    assert homes("getCrmFieldValues", {**A, "allReferences": True}) == [2, 1]
    assert homes("getCrmFieldValues", A) == [2]


def test_a_key_that_the_entity_does_not_define_is_stored_and_warned_of_once(homes: Crm) -> None:
    homes.entity("homes", "current_weight")
    for _ in range(2):
        homes("setCrmField", {"slug": "homes", "fieldKey": "curent_weight", "value": 1})
        homes("getCrmField", {"slug": "homes", "fieldKey": "zzz"})
    assert homes("getCrmField", {"slug": "homes", "fieldKey": "curent_weight"}) == 1
    assert homes.warnings == [
        ("undefined_field", "'homes' does not define the field 'curent_weight', did you mean 'current_weight'?"),
        ("undefined_field", "'homes' does not define the field 'zzz'"),
    ]


def test_a_field_that_was_added_during_the_run_is_known(homes: Crm) -> None:
    homes("getCrmField", A)
    homes.run().entity("homes", "later")
    homes("setCrmField", {"slug": "homes", "fieldKey": "later", "value": 1})
    assert homes.warnings == []


def test_a_collection_of_nobody_is_its_own_reference(crm: Crm) -> None:
    nobody = crm.run(Visitor())
    nobody.collection("towns", "a")
    nobody("setCrmField", {"slug": "towns", "fieldKey": "a", "value": 1})
    [entry] = nobody("getCrmEntries", {"slug": "towns"})
    assert (entry["reference_type"], entry["reference_id"]) == ("collection", "towns")
    assert crm("getCrmEntries", {"slug": "towns"}) == []


def test_without_a_customer_reads_find_nothing_and_writes_are_refused(homes: Crm) -> None:
    nobody = homes.run(Visitor())
    assert nobody("getCrmField", A) is None
    assert nobody("getCrmFields", {"slug": "homes", "fieldKeys": ["a", "b"]}) == {"a": None, "b": None}
    assert nobody("getCrmFieldValues", A) == []
    for name in ("setCrmField", "addCrmFieldValue"):
        assert nobody.refused(name, {**A, "value": 1}) == (
            "CrmError",
            "no_customer",
            f"{name}: the session has no customer; name the record with 'referenceType' and 'referenceId'",
        )


def test_reads_ignore_async(homes: Crm) -> None:
    homes("setCrmField", {**A, "value": 1})
    assert homes("getCrmField", {**A, "async": True}) == 1
