"""``async: true``: the shape of what comes back, what is still refused at once, and what becomes a warning."""

from typing import Any

import pytest

from storage.queries import Visitor
from tests.bindings.crm import Crm
from tests.bindings.examples import MINIMAL


@pytest.fixture
def homes(crm: Crm) -> Crm:
    """``homes`` with relations and a pipeline, and one entry; ``towns`` with one entry."""
    crm.linked()
    crm.pipelined("homes")
    crm("CreateCrmEntry", {"slug": "homes", "values": {"price": 1}})
    return crm


def queued(**keys: Any) -> list[tuple[str, Any]]:
    return [("ok", True), ("queued", True), *keys.items()]


def put_off(crm: Crm, name: str, **more: Any) -> list[tuple[str, Any]]:
    """The result of the smallest call, with ``async``."""
    return list(crm(name, MINIMAL[name] | {"async": True} | more).items())


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("setCrmField", {"id": None, "created": None}),
        ("setCrmFields", {"id": None, "created": None}),
        ("clearCrmEntries", {"deleted": None}),
        ("SetCrmRelation", {"id": None, "relationKey": "town", "targets": None}),
        ("RemoveCrmRelation", {"id": None, "removed": None, "targets": None}),
        ("moveCrmLead", {"moved": None, "totalMatched": None, "pipeline_id": 1, "stage_id": 1}),
        ("moveCrmToStage", {"moved": None, "totalMatched": None, "pipeline_id": None, "stage_id": None}),
        ("moveCrmToPipeline", {"moved": None, "totalMatched": None, "pipeline_id": 1, "stage_id": 1}),
        ("moveCrmToEntity", {"moved": None, "removed_from_old": None, "ids": None}),
    ],
)
def test_the_result_has_the_keys_of_the_call(homes: Crm, name: str, keys: dict[str, Any]) -> None:
    assert put_off(homes, name) == queued(**keys)
    assert homes.context.deferred_writes == 1


@pytest.mark.parametrize("name", ["CreateCrmEntry", "addCrmFieldValue"])
def test_the_id_of_a_new_entry_is_known_at_once(homes: Crm, name: str) -> None:
    result = put_off(homes, name)
    newest = homes("getCrmEntries", {"slug": "homes"})[0]
    assert result == queued(id=newest["id"])


@pytest.mark.parametrize("name", ["setCrmField", "setCrmFields"])
def test_a_named_entry_is_known_at_once(homes: Crm, name: str) -> None:
    [home] = homes("getCrmEntries", {"slug": "homes"})
    assert put_off(homes, name, entryId=home["id"]) == queued(id=home["id"], created=None)


def test_the_write_is_done(homes: Crm) -> None:
    put_off(homes, "setCrmField", value=7)
    assert homes("getCrmField", {"slug": "homes", "fieldKey": "price"}) == 7


DEFAULT = "the session has no customer; name the record with 'referenceType' and 'referenceId'"


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("setCrmField", {"value": "\0"}, ("TypeError", None, "'value' must not contain U+0000")),
        (
            "setCrmField",
            {"value": "x" * 65_537},
            ("RangeError", None, "'value' is a string of 65537 UTF-16 units, the limit is 65536"),
        ),
        ("setCrmField", {"slug": "homez"}, ("TypeError", None, "no entity 'homez', did you mean 'homes'?")),
        ("clearCrmEntries", {"slug": "homez"}, ("TypeError", None, "no entity 'homez', did you mean 'homes'?")),
        ("moveCrmToEntity", {"toSlug": "twons"}, ("TypeError", None, "no entity 'twons', did you mean 'towns'?")),
        (
            "SetCrmRelation",
            {"relationKey": "twon"},
            ("CrmError", "not_a_relation", "no relation 'twon' in 'homes', did you mean 'town'?"),
        ),
        (
            "RemoveCrmRelation",
            {"relationKey": "twon"},
            ("CrmError", "not_a_relation", "no relation 'twon' in 'homes', did you mean 'town'?"),
        ),
        (
            "CreateCrmEntry",
            {"values": dict.fromkeys("abcde", "x" * 65500)},
            ("RangeError", None, "the entry would hold 327536 bytes of JSON, the limit is 262144"),
        ),
    ],
)
def test_a_bad_call_throws_at_once(homes: Crm, name: str, arguments: Any, error: tuple[str, str | None, str]) -> None:
    expected = (*error[:2], f"{name}: {error[2]}")
    assert homes.refused(name, MINIMAL[name] | {"async": True} | arguments) == expected
    assert homes.context.deferred_writes == 0


@pytest.mark.parametrize("name", [name for name in MINIMAL if name.startswith(("set", "add", "clear", "move", "C"))])
def test_nobodys_write_throws_at_once(homes: Crm, name: str) -> None:
    nobody = homes.run(Visitor())
    message = f"{name}: {DEFAULT}"
    assert nobody.refused(name, MINIMAL[name] | {"async": True}) == ("CrmError", "no_customer", message)
    assert nobody.context.deferred_writes == 0


@pytest.mark.parametrize(
    ("name", "arguments", "code", "message"),
    [
        ("moveCrmToStage", {"stageSlug": "wno"}, "stage_not_found", "no stage 'wno' in 'homes', did you mean 'won'?"),
        (
            "moveCrmToPipeline",
            {"pipelineId": 9},
            "pipeline_not_found",
            "the pipeline 'sales' of 'homes' has another id than 9",
        ),
        ("moveCrmToStage", {"slug": "towns"}, "data_mode", "'towns' is a data collection and has no pipelines"),
    ],
)
def test_a_move_that_cannot_be_is_told_at_once_with_its_entries_uncounted(
    homes: Crm, name: str, arguments: Any, code: str, message: str
) -> None:
    assert put_off(homes, name, **arguments) == [
        ("ok", False),
        ("moved", 0),
        ("totalMatched", None),
        ("pipeline_id", None),
        ("stage_id", None),
        ("error", code),
        ("message", f"{name}: {message}"),
    ]
    assert homes.warnings == [(code, f"{name}: {message}")]
    assert homes.context.deferred_writes == 0


def test_a_creation_or_conversion_to_a_place_that_cannot_be_is_told_at_once(homes: Crm) -> None:
    created = put_off(homes, "CreateCrmEntry", stageSlug="wno")
    converted = put_off(homes, "moveCrmToEntity", stageSlug="new")
    assert [result[0] for result in (created, converted)] == [("ok", False), ("ok", False)]
    assert [code for code, _ in homes.warnings if code != "undefined_field"] == ["stage_not_found", "data_mode"]
    assert homes.context.deferred_writes == 0


@pytest.mark.parametrize(
    ("name", "arguments", "code", "message"),
    [
        ("setCrmField", {"entryId": "e_1"}, "entry_not_found", "no entry 'e_1' in 'homes'"),
        ("SetCrmRelation", {}, "target_not_found", "no entry 't_1' to point to"),
        (
            "moveCrmToStage",
            {"stageSlug": "won", "referenceId": 2},
            "no_entries",
            "the reference has no entry in 'homes'",
        ),
    ],
)
def test_what_depends_on_entries_becomes_a_warning(
    homes: Crm, name: str, arguments: Any, code: str, message: str
) -> None:
    assert put_off(homes, name, **arguments)[:2] == [("ok", True), ("queued", True)]
    assert homes.warnings == [(code, f"{name}: {message}")]
    assert homes.context.deferred_writes == 1


def test_a_definition_that_changed_during_the_run_is_looked_at_again(homes: Crm) -> None:
    homes("getCrmEntries", {"slug": "homes"})
    homes.run().entity("homes", pipelines=[{"slug": "late", "stages": [{"slug": "later"}]}])
    assert put_off(homes, "moveCrmToStage", stageSlug="later") == queued(
        moved=None, totalMatched=None, pipeline_id=3, stage_id=5
    )
