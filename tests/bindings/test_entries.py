"""``CreateCrmEntry``, ``getCrmEntries``, ``clearCrmEntries``, ``reassignCrmReference``."""

from typing import Any

import pytest

from storage.queries import Visitor
from tests.bindings.crm import START_ISO, START_MS, Crm

ENTRY_KEYS = [
    "id",
    "title",
    "reference_type",
    "reference_id",
    "values",
    "values_flat",
    "relations",
    "pipeline_id",
    "pipeline_slug",
    "stage_id",
    "stage_slug",
    "stage_status",
    "created_at",
    "updated_at",
]


def test_an_entry_reads_whole(crm: Crm) -> None:
    crm.pipelined("deals", "a", "b")
    place = {"pipelineSlug": "sales", "stageSlug": "won"}
    created = crm("CreateCrmEntry", {"slug": "deals", "title": "One", "values": {"b": 1, "a": [None]}, **place})
    crm.now_ms = START_MS + 1_234
    crm("setCrmField", {"slug": "deals", "fieldKey": "b", "value": 2})
    [entry] = crm("getCrmEntries", {"slug": "deals"})
    assert list(created.items()) == [("ok", True), ("id", entry["id"])]
    assert list(entry) == ENTRY_KEYS
    assert entry == {
        "id": created["id"],
        "title": "One",
        "reference_type": "customer",
        "reference_id": "c_1",
        "values": {"b": 2, "a": [None]},
        "values_flat": {"b": 2, "a": [None]},
        "relations": {},
        "pipeline_id": 1,
        "pipeline_slug": "sales",
        "stage_id": 2,
        "stage_slug": "won",
        "stage_status": "won",
        "created_at": START_ISO,
        "updated_at": "2026-03-31T10:00:01.234Z",
    }
    assert list(entry["values"]) == ["b", "a"]


def test_an_entry_of_a_collection_has_no_place(crm: Crm) -> None:
    crm.collection("towns")
    crm("CreateCrmEntry", {"slug": "towns"})
    [entry] = crm("getCrmEntries", {"slug": "towns"})
    assert list(entry) == ENTRY_KEYS
    assert [entry[key] for key in ENTRY_KEYS if key.startswith(("pipeline_", "stage_"))] == [None] * 5
    assert (entry["title"], entry["values"], entry["relations"]) == (None, {}, {})


def test_relations_read_as_ids_by_key(crm: Crm) -> None:
    crm.linked()
    town = crm.town()
    crm("CreateCrmEntry", {"slug": "homes"})
    crm("SetCrmRelation", {"slug": "homes", "relationKey": "town", "targetEntryId": town})
    [entry] = crm("getCrmEntries", {"slug": "homes"})
    assert entry["relations"] == {"town": [town]}


@pytest.mark.parametrize(
    ("place", "stage_id"),
    [
        ({}, 1),
        ({"pipelineSlug": "support"}, 3),
        ({"pipelineId": 2, "stageId": 4}, 4),
        ({"stageSlug": "done"}, 4),
    ],
)
def test_a_new_entry_starts_on_the_first_stage_unless_told_otherwise(
    crm: Crm, place: dict[str, Any], stage_id: int
) -> None:
    crm.pipelined("deals")
    crm("CreateCrmEntry", {"slug": "deals", **place})
    assert [entry["stage_id"] for entry in crm("getCrmEntries", {"slug": "deals"})] == [stage_id]


@pytest.mark.parametrize(
    ("slug", "place", "code", "message"),
    [
        ("deals", {"stageSlug": "dne"}, "stage_not_found", "no stage 'dne' in 'deals', did you mean 'done'?"),
        ("deals", {"pipelineSlug": "x"}, "pipeline_not_found", "no pipeline 'x' in 'deals' (known: sales, support)"),
        ("deals", {"pipelineId": 9}, "pipeline_not_found", "no pipeline 9 in 'deals' (known: sales, support)"),
        (
            "deals",
            {"stageSlug": "new"},
            "ambiguous_stage",
            "the stage 'new' of 'deals' stands in several pipelines (sales, support); name one with 'pipelineSlug'",
        ),
        ("towns", {"stageSlug": "new"}, "data_mode", "'towns' is a data collection and has no pipelines"),
    ],
)
def test_a_new_entry_to_a_place_that_cannot_be_is_not_made(
    crm: Crm, slug: str, place: dict[str, Any], code: str, message: str
) -> None:
    crm.pipelined("deals")
    crm.collection("towns")
    result = crm("CreateCrmEntry", {"slug": slug, **place})
    assert list(result.items()) == [
        ("ok", False),
        ("id", None),
        ("error", code),
        ("message", f"CreateCrmEntry: {message}"),
    ]
    assert crm.warnings == [(code, f"CreateCrmEntry: {message}")]
    assert crm("getCrmEntries", {"slug": slug}) == []


def test_entries_are_read_newest_first_in_pages(crm: Crm) -> None:
    crm.entity("homes", "n")
    for number in range(60):
        crm("addCrmFieldValue", {"slug": "homes", "fieldKey": "n", "value": number})
    assert [values["n"] for values in crm.values("homes")] == list(range(59, 9, -1))
    assert [values["n"] for values in crm.values("homes", limit=2, offset=3)] == [56, 55]
    assert crm.values("homes", offset=58) == [{"n": 1}, {"n": 0}]
    ending = "raise 'limit' (at most 200) or page with 'offset'"
    assert crm.warnings == [
        ("read_cut_off", f"getCrmEntries: there are more entries than the limit of 50; {ending}"),
        ("read_cut_off", f"getCrmEntries: there are more entries than the limit of 2; {ending}"),
    ]


def test_a_read_cut_off_at_the_highest_limit_can_only_be_paged(crm: Crm) -> None:
    crm.entity("homes")
    for _ in range(201):
        crm("CreateCrmEntry", {"slug": "homes"})
    assert len(crm("getCrmEntries", {"slug": "homes", "limit": 200})) == 200
    message = "getCrmEntries: there are more entries than the limit of 200; page with 'offset'"
    assert crm.warnings == [("read_cut_off", message)]


def test_entries_are_narrowed_by_fields_and_places(crm: Crm) -> None:
    crm.pipelined("deals", "a")
    for a, stage in ((1, "won"), (1, "done"), (2, "done")):
        crm("CreateCrmEntry", {"slug": "deals", "values": {"a": a}, "stageSlug": stage})
    assert crm.values("deals", filters={"a": 1}) == [{"a": 1}, {"a": 1}]
    assert crm.values("deals", stageSlug="done") == [{"a": 2}, {"a": 1}]
    assert crm.values("deals", pipelineSlug="support", filters={"a": 2}) == [{"a": 2}]
    assert crm.values("deals", pipelineSlug="sales", stageSlug="done") == []
    assert crm.warnings == []


def test_a_filter_by_an_unknown_place_finds_nothing_and_warns(crm: Crm) -> None:
    crm.pipelined("deals")
    crm("CreateCrmEntry", {"slug": "deals"})
    assert crm.values("deals", stageSlug="wno") == []
    assert crm.values("deals", pipelineSlug="zzz") == []
    assert crm.warnings == [
        ("unknown_stage", "getCrmEntries: no stage 'wno' in 'deals', did you mean 'won'?"),
        ("unknown_pipeline", "getCrmEntries: no pipeline 'zzz' in 'deals'"),
    ]


def test_one_entry_is_read_by_its_id(crm: Crm) -> None:
    crm.entity("homes")
    crm.entity("others")
    created = crm("CreateCrmEntry", {"slug": "homes", "referenceId": "c_2"})["id"]
    crm("CreateCrmEntry", {"slug": "homes"})
    assert [entry["id"] for entry in crm("getCrmEntries", {"slug": "homes", "entryId": created})] == [created]
    assert crm("getCrmEntries", {"slug": "others", "entryId": created}) == []
    assert crm("getCrmEntries", {"slug": "homes", "entryId": "abc"}) == []


def test_the_whole_entity_is_read_whatever_the_reference(crm: Crm) -> None:
    crm.entity("homes")
    for reference in ("c_1", "c_2", "c_3"):
        crm("CreateCrmEntry", {"slug": "homes", "referenceId": reference})
    entries = crm("getCrmEntries", {"slug": "homes", "allReferences": True})
    assert [entry["reference_id"] for entry in entries] == ["c_3", "c_2", "c_1"]


def test_a_stage_that_was_added_during_the_run_is_named(crm: Crm) -> None:
    crm.entity("deals", pipelines=[{"slug": "sales", "stages": [{"slug": "new"}]}])
    crm("CreateCrmEntry", {"slug": "deals"})
    crm("getCrmEntries", {"slug": "deals"})
    other = crm.run()
    other.entity("deals", pipelines=[{"slug": "sales", "stages": [{"slug": "late", "status": "lost"}]}])
    other("moveCrmToStage", {"slug": "deals", "stageSlug": "late"})
    [entry] = crm("getCrmEntries", {"slug": "deals"})
    assert (entry["stage_slug"], entry["stage_status"]) == ("late", "lost")


def test_another_brands_entries_are_not_there(crm: Crm) -> None:
    crm.entity("homes", "a")
    created = crm("addCrmFieldValue", {"slug": "homes", "fieldKey": "a", "value": 1})["id"]
    other = Crm(crm.store)
    other.entity("homes", "a")
    assert other("getCrmEntries", {"slug": "homes", "allReferences": True}) == []
    assert other("getCrmEntries", {"slug": "homes", "entryId": created}) == []
    assert other.refused("clearCrmEntries", {"slug": "homes", "entryId": created}) == (
        "CrmError",
        "entry_not_found",
        f"clearCrmEntries: no entry '{created}' in 'homes'",
    )


def test_clearing_deletes_the_entries_of_the_reference(crm: Crm) -> None:
    crm.entity("homes")
    for reference in ("c_1", "c_1", "c_2"):
        crm("CreateCrmEntry", {"slug": "homes", "referenceId": reference})
    result = crm("clearCrmEntries", {"slug": "homes"})
    assert list(result.items()) == [("ok", True), ("deleted", 2)]
    assert crm("clearCrmEntries", {"slug": "homes"}) == {"ok": True, "deleted": 0}
    assert len(crm("getCrmEntries", {"slug": "homes", "allReferences": True})) == 1


def test_clearing_takes_entries_out_of_relations(crm: Crm) -> None:
    crm.linked()
    town = crm.town()
    crm("CreateCrmEntry", {"slug": "homes"})
    crm("SetCrmRelation", {"slug": "homes", "relationKey": "town", "targetEntryId": town})
    assert crm("clearCrmEntries", {"slug": "towns", "entryId": town}) == {"ok": True, "deleted": 1}
    assert [entry["relations"] for entry in crm("getCrmEntries", {"slug": "homes"})] == [{}]


def test_reassigning_hands_entries_to_the_customer(crm: Crm) -> None:
    crm.entity("homes", "a")
    for value in (1, 2):
        arguments = {"slug": "homes", "fieldKey": "a", "value": value, "referenceType": "visitor", "referenceId": 81}
        crm("addCrmFieldValue", arguments)
    result = crm("reassignCrmReference", {"slug": "homes", "fromReferenceType": "visitor", "fromReferenceId": 81})
    assert list(result.items()) == [("ok", True), ("migrated", 2), ("merged", False)]
    assert crm.values("homes") == [{"a": 2}, {"a": 1}]


def test_reassigning_to_a_record_that_has_entries_merges_them(crm: Crm) -> None:
    crm.entity("homes")
    for reference in (1, 2, 2):
        crm("CreateCrmEntry", {"slug": "homes", "referenceType": "order", "referenceId": reference})
    arguments = {"slug": "homes", "from_reference_type": "order", "from_reference_id": 1, "async": True}
    target = {"to_reference_type": "order", "to_reference_id": 2}
    assert crm("reassignCrmReference", arguments | target) == {"ok": True, "migrated": 1, "merged": True}
    assert crm("reassignCrmReference", arguments | target) == {"ok": True, "migrated": 0, "merged": True}
    assert crm.context.deferred_writes == 0


def test_reassigning_to_nobody_is_refused(crm: Crm) -> None:
    crm.entity("homes")
    nobody = crm.run(Visitor())
    assert nobody.refused(
        "reassignCrmReference", {"slug": "homes", "fromReferenceType": "visitor", "fromReferenceId": "v"}
    ) == (
        "CrmError",
        "no_customer",
        "reassignCrmReference: the session has no customer; name the record with 'toReferenceType' and 'toReferenceId'",
    )
