"""The registry names every function once, and all that is made from it finds what it needs there."""

import pytest

import bindings
from bindings import Function
from bindings.arguments.base import ScriptObject
from bindings.arguments.entities import FieldDescriptor, PipelineDescriptor, ReportingConfig, StageDescriptor
from bindings.arguments.properties import properties
from bindings.arguments.types import PATTERN_WORDS
from bindings.registry import FUNCTIONS
from tests.bindings.crm import Crm
from tests.bindings.examples import FULL, MINIMAL

NAMES = [
    ("EnsureCrmEntity", "ensureCrmEntity"),
    ("CreateCrmEntry", "createCrmEntry"),
    ("getCrmEntries", "GetCrmEntries"),
    ("getCrmField", "GetCrmField"),
    ("getCrmFields", "GetCrmFields"),
    ("setCrmField", "SetCrmField"),
    ("setCrmFields", "SetCrmFields"),
    ("addCrmFieldValue", "AddCrmFieldValue"),
    ("getCrmFieldValues", "GetCrmFieldValues"),
    ("clearCrmEntries", "ClearCrmEntries"),
    ("SetCrmRelation", "setCrmRelation"),
    ("RemoveCrmRelation", "removeCrmRelation"),
    ("moveCrmLead", "MoveCrmLead"),
    ("moveCrmToStage", "MoveCrmToStage"),
    ("moveCrmToPipeline", "MoveCrmToPipeline"),
    ("moveCrmToEntity", "MoveCrmToEntity"),
    ("reassignCrmReference", "ReassignCrmReference"),
]

FUNCTION = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
OBJECTS = [*(function.arguments for function in FUNCTIONS.values()), FieldDescriptor, ReportingConfig]
OBJECT = pytest.mark.parametrize("model", [*OBJECTS, PipelineDescriptor, StageDescriptor])


def test_seventeen_functions_have_two_names_each() -> None:
    assert [(function.name, function.other_name) for function in FUNCTIONS.values()] == NAMES
    assert list(FUNCTIONS) == [name for name, _ in NAMES]


@FUNCTION
def test_each_function_answers_to_both_names(crm: Crm, function: Function) -> None:
    """An unknown entity is what both of them find."""
    arguments = MINIMAL[function.name] | ({"pipelines": 1} if function.name == "EnsureCrmEntity" else {})
    assert crm.refused(function.name, arguments) == crm.refused(function.other_name, arguments)


def test_reads_and_writes_are_told_apart() -> None:
    assert [name for name, function in FUNCTIONS.items() if function.kind == "read"] == [
        "getCrmEntries",
        "getCrmField",
        "getCrmFields",
        "getCrmFieldValues",
    ]


def test_every_write_but_two_can_be_put_off() -> None:
    writes = {name: function.defers for name, function in FUNCTIONS.items() if function.kind == "write"}
    assert [name for name, defers in writes.items() if not defers] == ["EnsureCrmEntity", "reassignCrmReference"]


@FUNCTION
def test_each_function_has_words_for_its_page(function: Function) -> None:
    assert function.summary.endswith(".")
    assert not function.returns.endswith(".")
    assert f"{function.name}(" in function.example


@OBJECT
def test_each_property_is_described(model: type[ScriptObject]) -> None:
    assert [one.name for one in properties(model) if not one.description.endswith(".")] == []


@FUNCTION
def test_the_examples_name_every_property(function: Function) -> None:
    assert set(FULL[function.name]) == {one.name for one in properties(function.arguments)}


@OBJECT
def test_each_pattern_has_words(model: type[ScriptObject]) -> None:
    schema = str(model.__pydantic_core_schema__)
    assert schema.count("'pattern':") == sum(schema.count(f"'pattern': {pattern!r}") for pattern in PATTERN_WORDS)


@pytest.mark.parametrize("name", ["getcrmfield", "get_crm_field", "", "__init__", "call"])
def test_a_name_that_is_none_breaks_the_protocol(crm: Crm, name: str) -> None:
    with pytest.raises(bindings.UnknownFunction):
        bindings.call(name, {}, crm.context)
