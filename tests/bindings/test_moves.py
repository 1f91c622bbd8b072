"""``moveCrmLead``, ``moveCrmToStage``, ``moveCrmToPipeline``, ``moveCrmToEntity``."""

from typing import Any

import pytest

from tests.bindings.crm import START_MS, Crm

LEAD = {"slug": "deals", "pipelineSlug": "support", "stageSlug": "done"}
AMBIGUOUS = "the stage 'new' of 'deals' stands in several pipelines (sales, support); name one with 'pipelineSlug'"


@pytest.fixture
def deals(crm: Crm) -> Crm:
    """``deals`` with the pipelines 1 sales (1 new, 2 won) and 2 support (3 new, 4 done), and the collection towns."""
    crm.pipelined("deals", "a", "b")
    crm.collection("towns", "a", "b")
    return crm


def create(crm: Crm, *stage_slugs: str) -> list[str]:
    """Entries on these stages, oldest first: their ids."""
    return [
        crm("CreateCrmEntry", {"slug": "deals", "stageSlug": stage, "values": {"a": 1}})["id"] for stage in stage_slugs
    ]


def stages(crm: Crm) -> list[str]:
    return [entry["stage_slug"] for entry in crm("getCrmEntries", {"slug": "deals"})]


@pytest.mark.parametrize("place", [{"pipelineSlug": "support", "stageSlug": "done"}, {"pipelineId": 2, "stageId": 4}])
def test_the_newest_entry_is_moved_by_slugs_or_ids(deals: Crm, place: dict[str, Any]) -> None:
    create(deals, "won", "won")
    result = deals("moveCrmLead", {"slug": "deals", **place})
    assert list(result.items()) == [
        ("ok", True),
        ("moved", 1),
        ("totalMatched", 2),
        ("pipeline_id", 2),
        ("stage_id", 4),
    ]
    assert stages(deals) == ["done", "won"]


def test_all_entries_are_moved(deals: Crm) -> None:
    create(deals, "won", "won", "done")
    result = deals("moveCrmLead", {**LEAD, "allEntries": True})
    assert result == {"ok": True, "moved": 3, "totalMatched": 3, "pipeline_id": 2, "stage_id": 4}
    assert stages(deals) == ["done", "done", "done"]


def test_a_named_entry_is_moved(deals: Crm) -> None:
    old, _ = create(deals, "won", "won")
    result = deals("moveCrmLead", {**LEAD, "entryId": old})
    assert result == {"ok": True, "moved": 1, "totalMatched": 1, "pipeline_id": 2, "stage_id": 4}
    assert stages(deals) == ["won", "done"]
    assert deals.refused("moveCrmLead", {**LEAD, "entryId": "e_1"}) == (
        "CrmError",
        "entry_not_found",
        "moveCrmLead: no entry 'e_1' in 'deals'",
    )


def test_moving_to_where_it_is_counts_and_changes_nothing(deals: Crm) -> None:
    create(deals, "done")
    before = deals("getCrmEntries", {"slug": "deals"})
    deals.now_ms = START_MS + 1_000
    assert deals("moveCrmLead", LEAD)["moved"] == 1
    assert deals("getCrmEntries", {"slug": "deals"}) == before


def test_a_stage_alone_finds_its_pipeline(deals: Crm) -> None:
    create(deals, "won")
    result = deals("moveCrmToStage", {"slug": "deals", "stageSlug": "done"})
    assert result == {"ok": True, "moved": 1, "totalMatched": 1, "pipeline_id": 2, "stage_id": 4}


@pytest.mark.parametrize(("start", "pipeline_id", "stage_id"), [("won", 1, 1), ("done", 2, 3)])
def test_of_several_pipelines_the_entrys_own_wins(deals: Crm, start: str, pipeline_id: int, stage_id: int) -> None:
    create(deals, start)
    result = deals("moveCrmToStage", {"slug": "deals", "stageSlug": "new"})
    assert (result["pipeline_id"], result["stage_id"]) == (pipeline_id, stage_id)


def test_a_stage_is_found_in_the_named_pipeline(deals: Crm) -> None:
    create(deals, "won")
    result = deals("moveCrmToStage", {"slug": "deals", "stageSlug": "new", "pipelineSlug": "support"})
    assert (result["pipeline_id"], result["stage_id"]) == (2, 3)


def test_a_pipeline_is_entered_at_its_first_stage_or_the_named_one(deals: Crm) -> None:
    create(deals, "won")
    first = deals("moveCrmToPipeline", {"slug": "deals", "pipelineSlug": "support"})
    named = deals("moveCrmToPipeline", {"slug": "deals", "pipelineId": 2, "stageSlug": "done"})
    assert [(result["pipeline_id"], result["stage_id"]) for result in (first, named)] == [(2, 3), (2, 4)]


REFUSED: list[tuple[str, dict[str, Any], int, str, str]] = [
    ("moveCrmToStage", {"stageSlug": "wno"}, 1, "stage_not_found", "no stage 'wno' in 'deals', did you mean 'won'?"),
    ("moveCrmToStage", {"stageId": 99}, 1, "stage_not_found", "no stage 99 in 'deals' (known: new, won, done)"),
    (
        "moveCrmToStage",
        {"stageSlug": "done", "stageId": 2},
        1,
        "stage_not_found",
        "the stage 'done' of 'deals' has another id than 2",
    ),
    (
        "moveCrmToPipeline",
        {"pipelineSlug": "sales", "pipelineId": 2},
        1,
        "pipeline_not_found",
        "the pipeline 'sales' of 'deals' has another id than 2",
    ),
    (
        "moveCrmToPipeline",
        {"pipelineSlug": "sale"},
        1,
        "pipeline_not_found",
        "no pipeline 'sale' in 'deals', did you mean 'sales'?",
    ),
    (
        "moveCrmLead",
        {"pipelineSlug": "sales", "stageSlug": "done"},
        1,
        "stage_not_found",
        "no stage 'done' in 'deals' (known: new, won)",
    ),
    (
        "moveCrmToStage",
        {"stageSlug": "done", "referenceId": "c_2"},
        0,
        "no_entries",
        "the reference has no entry in 'deals'",
    ),
    (
        "moveCrmToStage",
        {"stageSlug": "x", "slug": "towns"},
        0,
        "data_mode",
        "'towns' is a data collection and has no pipelines",
    ),
]


@pytest.mark.parametrize(("name", "arguments", "total_matched", "code", "message"), REFUSED)
def test_a_move_that_cannot_be_says_why_and_warns(
    deals: Crm, name: str, arguments: dict[str, Any], total_matched: int, code: str, message: str
) -> None:
    create(deals, "won")
    assert list(deals(name, {"slug": "deals", **arguments}).items()) == [
        ("ok", False),
        ("moved", 0),
        ("totalMatched", total_matched),
        ("pipeline_id", None),
        ("stage_id", None),
        ("error", code),
        ("message", f"{name}: {message}"),
    ]
    assert deals.warnings == [(code, f"{name}: {message}")]
    assert stages(deals) == ["won"]


def test_a_stage_of_several_pipelines_is_ambiguous_for_an_entry_in_none_of_them(deals: Crm) -> None:
    third = {"slug": "third", "stages": [{"slug": "only"}]}
    deals.entity("deals", pipelines=[third])
    create(deals, "only")
    result = deals("moveCrmToStage", {"slug": "deals", "stageSlug": "new"})
    assert (result["error"], result["message"]) == ("ambiguous_stage", f"moveCrmToStage: {AMBIGUOUS}")


def test_values_are_copied_to_another_entity(deals: Crm) -> None:
    fields = {"a": 1, "b": {"c": 2}, "z": 3}
    deals("CreateCrmEntry", {"slug": "deals", "values": fields, "title": "One"})
    convert = {"fromSlug": "deals", "toSlug": "towns", "fieldMap": {"b": "a", "a": "b", "missing": "x"}}
    result = deals("moveCrmToEntity", convert)
    [town] = deals("getCrmEntries", {"slug": "towns"})
    assert list(result.items()) == [("ok", True), ("moved", 2), ("removed_from_old", 0), ("ids", [town["id"]])]
    assert (town["values"], town["reference_id"]) == ({"a": {"c": 2}, "b": 1}, "c_1")
    assert deals.values("deals") == [fields]
    assert deals.warnings == [
        ("undefined_field", "'deals' does not define the field 'z'"),
        ("undefined_field", "'deals' does not define the field 'missing'"),
        ("undefined_field", "'towns' does not define the field 'x'"),
    ]


def test_all_entries_are_converted_and_the_sources_deleted(deals: Crm) -> None:
    for value in (1, 2, 3):
        deals("addCrmFieldValue", {"slug": "deals", "fieldKey": "a", "value": value})
    convert = {"fromSlug": "deals", "toSlug": "towns", "fieldMap": {"a": "b"}}
    result = deals("moveCrmToEntity", {**convert, "allEntries": True, "removeFromOld": True})
    towns = deals("getCrmEntries", {"slug": "towns"})
    assert result == {"ok": True, "moved": 3, "removed_from_old": 3, "ids": [town["id"] for town in towns]}
    assert [town["values"] for town in towns] == [{"b": 3}, {"b": 2}, {"b": 1}]
    assert deals.values("deals") == []


def test_a_converted_entry_lands_where_it_is_told_to(deals: Crm) -> None:
    deals("CreateCrmEntry", {"slug": "towns", "values": {"a": 1}})
    convert = {"from_slug": "towns", "to_slug": "deals", "field_map": {"a": "b"}, "stage_slug": "done"}
    deals("moveCrmToEntity", convert)
    assert stages(deals) == ["done"]


@pytest.mark.parametrize(
    ("arguments", "total_matched", "code", "message"),
    [
        ({"fromSlug": "towns", "toSlug": "deals"}, 0, "no_entries", "the reference has no entry in 'towns'"),
        (
            {"fromSlug": "deals", "toSlug": "towns", "stageSlug": "new"},
            1,
            "data_mode",
            "'towns' is a data collection and has no pipelines",
        ),
    ],
)
def test_a_conversion_that_cannot_be_has_the_keys_of_either_shape(
    deals: Crm, arguments: dict[str, Any], total_matched: int, code: str, message: str
) -> None:
    create(deals, "won")
    result = deals("moveCrmToEntity", {"fieldMap": {"a": "a"}, **arguments})
    assert list(result.items()) == [
        ("ok", False),
        ("moved", 0),
        ("removed_from_old", 0),
        ("ids", []),
        ("totalMatched", total_matched),
        ("pipeline_id", None),
        ("stage_id", None),
        ("error", code),
        ("message", f"moveCrmToEntity: {message}"),
    ]
    assert deals.warnings == [(code, f"moveCrmToEntity: {message}")]


@pytest.mark.parametrize("unknown", ["fromSlug", "toSlug"])
def test_an_unknown_entity_on_either_side_is_refused(deals: Crm, unknown: str) -> None:
    arguments = {"fromSlug": "deals", "toSlug": "towns", "fieldMap": {"a": "a"}, unknown: "dealz"}
    arguments |= {"toSlug": "towns"} if unknown == "fromSlug" else {}
    assert deals.refused("moveCrmToEntity", arguments) == (
        "TypeError",
        None,
        "moveCrmToEntity: no entity 'dealz', did you mean 'deals'?",
    )
