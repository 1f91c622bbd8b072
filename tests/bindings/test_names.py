"""Property names in both spellings, and what becomes of those that a function does not have."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindings.arguments.base import ScriptObject
from bindings.arguments.properties import property_of, snake_case
from bindings.calling import parse
from bindings.registry import FUNCTIONS
from storage import Store
from storage.queries import Visitor
from tests.bindings.crm import Crm
from tests.bindings.examples import FULL

NAME = pytest.mark.parametrize("name", FULL)


def respelled(model: type[ScriptObject], came: Any, snake: Any) -> Any:
    """The same object with each name in snake_case where ``snake`` says so, in nested descriptors too."""
    if isinstance(came, list):
        return [respelled(model, one, snake) for one in came]
    if not isinstance(came, dict):
        return came
    return {(snake_case(name) if snake(name) else name): _inner(model, name, one, snake) for name, one in came.items()}


def _inner(model: type[ScriptObject], name: str, came: Any, snake: Any) -> Any:
    one = property_of(model, name)
    inner = one.item_model if isinstance(came, list) else one.object_model
    return came if inner is None else respelled(inner, came, snake)


@NAME
def test_snake_case_says_the_same(crm: Crm, name: str) -> None:
    function = FUNCTIONS[name]
    snake = respelled(function.arguments, FULL[name], lambda _: True)
    assert snake != FULL[name]
    assert parse(function, snake, crm.context) == parse(function, FULL[name], crm.context)
    assert crm.warnings == []


@given(name=st.sampled_from(list(FULL)), data=st.data())
def test_any_mixture_of_spellings_says_the_same(store: Store, name: str, data: st.DataObject) -> None:
    function, crm = FUNCTIONS[name], Crm(store, strict=True)
    mixed = respelled(function.arguments, FULL[name], lambda _: data.draw(st.booleans()))
    assert parse(function, mixed, crm.context) == parse(function, FULL[name], crm.context)


@NAME
def test_null_is_the_same_as_omitted_for_what_is_optional(crm: Crm, name: str) -> None:
    model = FUNCTIONS[name].arguments
    needed = {key: value for key, value in FULL[name].items() if property_of(model, key).required}
    needed |= {key: FULL[name][key] for key in ("pipelineSlug", "stageSlug") if key in FULL[name]}
    nulls = {key: None for key in FULL[name] if key not in needed}
    assert parse(FUNCTIONS[name], needed | nulls, crm.context) == parse(FUNCTIONS[name], needed, crm.context)


def test_both_spellings_may_say_the_same(crm: Crm) -> None:
    crm.entity("homes", "price")
    arguments = {"slug": "homes", "fieldKey": "price", "field_key": "price", "value": 1}
    assert crm("setCrmField", arguments)["ok"] is True


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        (
            "getCrmField",
            {"slug": "homes", "fieldKey": "a", "field_key": "b"},
            (
                "getCrmField: 'fieldKey' and 'field_key' are one property and must not differ "
                '(got string "a" and string "b")'
            ),
        ),
        (
            "getCrmField",
            {"slug": "homes", "fieldKey": "a", "reference_id": 1, "referenceId": True},
            (
                "getCrmField: 'reference_id' and 'referenceId' are one property and must not differ "
                "(got number 1 and boolean true)"
            ),
        ),
        (
            "EnsureCrmEntity",
            {"slug": "homes", "fields": [{"key": "a"}, {"key": "b", "ui_editable": True, "uiEditable": False}]},
            (
                "EnsureCrmEntity: 'fields[1].ui_editable' and 'fields[1].uiEditable' are one property "
                "and must not differ (got boolean true and boolean false)"
            ),
        ),
    ],
)
def test_spellings_that_differ_are_refused(crm: Crm, name: str, arguments: Any, message: str) -> None:
    assert crm.refused(name, arguments) == ("TypeError", None, message)


UNKNOWN = pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        (
            "getCrmField",
            {"slug": "homes", "fieldKey": "price", "feildKey": 1},
            "getCrmField: unknown property 'feildKey', did you mean 'fieldKey'?",
        ),
        (
            "getCrmField",
            {"slug": "homes", "fieldKey": "price", "REFERENCEID": 1},
            "getCrmField: unknown property 'REFERENCEID', did you mean 'referenceId'?",
        ),
        (
            "getCrmField",
            {"slug": "homes", "fieldKey": "price", "idempotencyKey": "k"},
            "getCrmField: unknown property 'idempotencyKey'",
        ),
        ("getCrmField", {"slug": "homes", "fieldKey": "price", "x\n\ud800": 1}, None),
        (
            "setCrmFields",
            {"slug": "homes", "fields": [{"fieldKey": "price", "value": 1, "filedKey": 2}]},
            "setCrmFields: unknown property 'fields[0].filedKey', did you mean 'fieldKey'?",
        ),
        (
            "EnsureCrmEntity",
            {"slug": "homes", "fields": [{"key": "a", "reportingConfig": {"agregationType": "date"}}]},
            (
                "EnsureCrmEntity: unknown property 'fields[0].reportingConfig.agregationType', "
                "did you mean 'aggregationType'?"
            ),
        ),
        (
            "EnsureCrmEntity",
            {"slug": "homes", "pipelines": [{"slug": "a", "stages": [{"slug": "b", "colour": "red"}]}]},
            "EnsureCrmEntity: unknown property 'pipelines[0].stages[0].colour', did you mean 'color'?",
        ),
    ],
)


@UNKNOWN
def test_an_unknown_property_is_ignored_with_a_warning(crm: Crm, name: str, arguments: Any, message: str) -> None:
    crm.entity("homes", "price")
    crm(name, arguments)
    expected = "getCrmField: unknown property 'x\\n\\ud800'" if message is None else message
    assert crm.warnings == [("unknown_property", expected)]


@UNKNOWN
def test_an_unknown_property_throws_in_strict_mode(crm: Crm, name: str, arguments: Any, message: str) -> None:
    crm.entity("homes", "price")
    strict = crm.run(strict=True)
    expected = "getCrmField: unknown property 'x\\n\\ud800'" if message is None else message
    assert strict.refused(name, arguments) == ("TypeError", None, expected)
    assert strict.warnings == []


def test_a_call_warns_of_at_most_ten_unknown_properties(crm: Crm) -> None:
    crm.entity("homes", "price")
    crm("getCrmEntries", {"slug": "homes"} | {f"zzzzz{number}": 1 for number in range(50)})
    assert crm.warnings == [("unknown_property", f"getCrmEntries: unknown property 'zzzzz{n}'") for n in range(10)]


def test_a_run_notes_200_warnings_the_last_of_which_says_so(store: Store) -> None:
    crm = Crm(store, visitor=Visitor("c_1"))
    crm.entity("homes")
    for number in range(300):
        crm("getCrmField", {"slug": "homes", "fieldKey": f"key-{number}"})
    assert crm.warnings == [
        *(("undefined_field", f"'homes' does not define the field 'key-{number}'") for number in range(199)),
        ("too_many_warnings", "further warnings are left out after 199"),
    ]


def test_a_warning_is_noted_once(crm: Crm) -> None:
    crm.entity("homes", "price")
    for _ in range(3):
        crm("getCrmField", {"slug": "homes", "fieldKey": "price", "zzz": 1})
    assert crm.warnings == [("unknown_property", "getCrmField: unknown property 'zzz'")]
