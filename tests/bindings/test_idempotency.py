"""``idempotencyKey``: a second call with the same key changes nothing and returns what the first did."""

from typing import Any

import pytest

from bindings.calling import parse
from bindings.registry import FUNCTIONS
from bindings.writes import arguments_digest
from tests.bindings.crm import START_MS, Crm
from tests.bindings.examples import MINIMAL

DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def homes(crm: Crm) -> Crm:
    crm.linked()
    crm.pipelined("homes")
    crm("CreateCrmEntry", {"slug": "homes", "values": {"price": 0}})
    return crm


def everything(crm: Crm) -> list[Any]:
    return [crm("getCrmEntries", {"slug": slug, "allReferences": True}) for slug in ("homes", "towns")]


@pytest.mark.parametrize("name", [name for name, function in FUNCTIONS.items() if function.kind == "write"])
def test_a_second_call_with_the_key_changes_nothing(homes: Crm, name: str) -> None:
    arguments = MINIMAL[name] | {"idempotencyKey": "k_1"}
    if name in ("SetCrmRelation", "RemoveCrmRelation"):
        arguments["targetEntryId"] = homes.town()
    first = homes(name, arguments)
    before = everything(homes)
    homes.now_ms = START_MS + DAY_MS - 1
    assert homes.run()(name, arguments) == first
    assert everything(homes) == before


def test_other_arguments_with_the_key_are_a_conflict(homes: Crm) -> None:
    arguments = MINIMAL["setCrmField"] | {"idempotencyKey": "k_1"}
    homes("setCrmField", arguments)
    assert homes.refused("setCrmField", arguments | {"value": 2}) == (
        "CrmError",
        "idempotency_conflict",
        "setCrmField: the idempotencyKey 'k_1' came before with other arguments",
    )
    assert homes("getCrmField", {"slug": "homes", "fieldKey": "price"}) == 1


def test_a_key_counts_for_its_function_and_reference(homes: Crm) -> None:
    arguments = MINIMAL["addCrmFieldValue"] | {"idempotencyKey": "k_1"}
    homes("addCrmFieldValue", arguments)
    homes("addCrmFieldValue", arguments | {"referenceId": "c_2"})
    homes("setCrmField", arguments | {"value": 5})
    assert homes.values("homes") == [{"price": 5}, {"price": 0}]
    assert homes.values("homes", referenceId="c_2") == [{"price": 1}]


def test_a_call_that_was_refused_can_be_repeated(homes: Crm) -> None:
    arguments = {"slug": "homes", "stageSlug": "new", "referenceId": "c_2", "idempotencyKey": "k_1"}
    assert homes("moveCrmToStage", arguments)["error"] == "no_entries"
    homes("CreateCrmEntry", {"slug": "homes", "referenceId": "c_2"})
    assert homes("moveCrmToStage", arguments)["ok"] is True


def test_a_key_of_an_async_write_counts_as_well(homes: Crm) -> None:
    arguments = MINIMAL["addCrmFieldValue"] | {"idempotencyKey": "k_1"}
    homes("addCrmFieldValue", arguments | {"async": True})
    homes("addCrmFieldValue", arguments)
    assert homes.values("homes") == [{"price": 1}, {"price": 0}]
    homes("addCrmFieldValue", arguments | {"async": True, "value": 2})
    assert homes.warnings == [
        ("idempotency_conflict", "addCrmFieldValue: the idempotencyKey 'k_1' came before with other arguments")
    ]


def digest(crm: Crm, **more: Any) -> str:
    arguments = parse(FUNCTIONS["setCrmField"], MINIMAL["setCrmField"] | more, crm.context)
    return arguments_digest(arguments)  # type: ignore[arg-type] # it is a write


def test_the_digest_is_of_what_the_call_says(crm: Crm) -> None:
    """Spelling, order of keys, defaults, ``async`` and the key itself don't count."""
    plain = digest(crm)
    assert len(plain) == 64
    assert {
        digest(crm, **{"async": True}),
        digest(crm, idempotencyKey="k"),
        digest(crm, field_key="price"),
        digest(crm, force=False, entryId=None),
    } == {plain}
    assert digest(crm, value={"a": 1, "b": 2}) == digest(crm, value={"b": 2, "a": 1})
    assert digest(crm, referenceId=7) == digest(crm, referenceId="7")
    different: list[dict[str, Any]] = [
        {"value": None},
        {"value": "1"},
        {"value": True},
        {"value": [1]},
        {"force": True},
        {"slug": "a"},
    ]
    assert len({plain, *(digest(crm, **one) for one in different)}) == 7
