"""Malformed calls: the whole message of each, with function, property, what came and what is allowed."""

from typing import Any

import pytest

from tests.bindings.crm import Crm

PRICE = {"slug": "homes", "fieldKey": "price"}
FIELD_TYPES = (
    "'text', 'textarea', 'rich_text', 'wysiwyg', 'email', 'phone', 'url', 'number', 'date', 'datetime', 'boolean', "
    "'select', 'multiselect', 'color', 'image', 'file', 'json', 'reference' or 'multi_reference'"
)


def ensure(**field: Any) -> dict[str, Any]:
    return {"slug": "homes", "fields": [{"key": "a", **field}]}


TYPE_ERRORS: list[tuple[str, Any, str]] = [
    ("getCrmField", None, "takes one object of properties (got null)"),
    ("getCrmField", [PRICE], "takes one object of properties (got an array)"),
    ("getCrmField", "homes", 'takes one object of properties (got string "homes")'),
    ("getCrmField", True, "takes one object of properties (got boolean true)"),
    ("getCrmField", {}, "'slug' is missing (got no properties)"),
    ("setCrmField", {"slug": "homes", "value": 1}, "'fieldKey' is missing (got slug, value)"),
    ("setCrmField", PRICE, "'value' is missing (got slug, fieldKey)"),
    ("setCrmField", {"slug": "homes", "feildKey": "a"}, "'fieldKey' is missing (got slug, feildKey)"),
    (
        "getCrmField",
        {f"p{number}": 1 for number in range(20)},
        "'slug' is missing (got p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, …)",
    ),
    ("moveCrmLead", {"slug": 5, "pipelineId": 1, "stageId": 1}, "'slug' must be a string (got number 5)"),
    ("getCrmField", {"slug": None, "fieldKey": "a"}, "'slug' must be a string (got null)"),
    ("getCrmField", {"slug": {}, "fieldKey": "a"}, "'slug' must be a string (got an object)"),
    (
        "getCrmField",
        {"slug": "Homes", "fieldKey": "a"},
        (
            "'slug' must be a slug of lowercase letters, digits, '-' and '_', starting with a letter or digit "
            '(got string "Homes")'
        ),
    ),
    (
        "getCrmField",
        {"slug": "", "fieldKey": "a"},
        (
            "'slug' must be a slug of lowercase letters, digits, '-' and '_', starting with a letter or digit "
            '(got string "")'
        ),
    ),
    (
        "getCrmField",
        {"slug": "homes", "fieldKey": "the price"},
        "'fieldKey' must be a key of letters, digits, '_', '.' and '-' (got string \"the price\")",
    ),
    (
        "getCrmField",
        {"slug": "homes", "fieldKey": "a" * 50 + "!"},
        f"'fieldKey' must be a key of letters, digits, '_', '.' and '-' (got string \"{'a' * 39}…\")",
    ),
    (
        "getCrmField",
        {**PRICE, "referenceType": "an order"},
        "'referenceType' must be a key of letters, digits, '_', '.' and '-' (got string \"an order\")",
    ),
    ("getCrmField", {**PRICE, "referenceId": ""}, "'referenceId' must not be empty"),
    (
        "getCrmField",
        {**PRICE, "referenceId": True},
        "'referenceId' must be a string or a safe integer (got boolean true)",
    ),
    (
        "getCrmField",
        {**PRICE, "referenceId": 1.5},
        "'referenceId' must be a string or a safe integer (got number 1.5)",
    ),
    (
        "getCrmField",
        {**PRICE, "referenceId": 2**53},
        "'referenceId' must be a string or a safe integer (got number 9007199254740992)",
    ),
    (
        "getCrmField",
        {**PRICE, "referenceId": "a\0"},
        "'referenceId' must be a string without U+0000 (got string \"a\\u0000\")",
    ),
    (
        "getCrmField",
        {**PRICE, "referenceId": "\ud800"},
        "'referenceId' must not contain a lone surrogate (got string \"\\ud800\")",
    ),
    ("getCrmField", {**PRICE, "entryId": 7}, "'entryId' must be a string (got number 7)"),
    ("setCrmField", {**PRICE, "value": 1, "force": "yes"}, "'force' must be true or false (got string \"yes\")"),
    ("setCrmField", {**PRICE, "value": 1, "async": 1}, "'async' must be true or false (got number 1)"),
    (
        "getCrmFields",
        {"slug": "homes", "fieldKeys": "a"},
        "'fieldKeys' must be an array of field keys (got string \"a\")",
    ),
    ("getCrmFields", {"slug": "homes", "fieldKeys": ["a", 5]}, "'fieldKeys[1]' must be a string (got number 5)"),
    (
        "getCrmFields",
        {"slug": "homes", "fieldKeys": ["a", ""]},
        "'fieldKeys[1]' must be a key of letters, digits, '_', '.' and '-' (got string \"\")",
    ),
    ("setCrmFields", {"slug": "homes", "fields": []}, "'fields' must not be empty"),
    (
        "setCrmFields",
        {"slug": "homes", "fields": {"price": 1}},
        "'fields' must be an array of {fieldKey, value} (got an object)",
    ),
    ("setCrmFields", {"slug": "homes", "fields": [5]}, "'fields[0]' must be an object (got number 5)"),
    ("setCrmFields", {"slug": "homes", "fields": [{"value": 1}]}, "'fields[0].fieldKey' is missing (got value)"),
    (
        "getCrmEntries",
        {"slug": "homes", "limit": "10"},
        "'limit' must be a whole number from 1 to 200 (got string \"10\")",
    ),
    ("getCrmEntries", {"slug": "homes", "limit": 1.5}, "'limit' must be a whole number from 1 to 200 (got number 1.5)"),
    ("getCrmEntries", {"slug": "homes", "offset": True}, "'offset' must be a whole number from 0 (got boolean true)"),
    (
        "getCrmEntries",
        {"slug": "homes", "filters": ["a"]},
        "'filters' must be an object of field keys and scalars (got an array)",
    ),
    (
        "getCrmEntries",
        {"slug": "homes", "filters": {"a": {}}},
        "'filters.a' must be a string, number, boolean or null (got an object)",
    ),
    (
        "getCrmEntries",
        {"slug": "homes", "filters": {"a b": 1}},
        "'filters' has the malformed key \"a b\": a key is made of letters, digits, '_', '.' and '-'",
    ),
    ("CreateCrmEntry", {"slug": "homes", "title": 5}, "'title' must be a string (got number 5)"),
    ("CreateCrmEntry", {"slug": "homes", "title": "a\0"}, "'title' must not contain U+0000"),
    (
        "CreateCrmEntry",
        {"slug": "homes", "values": [1]},
        "'values' must be an object of field keys and values (got an array)",
    ),
    ("CreateCrmEntry", {"slug": "homes", "stageId": "3"}, "'stageId' must be a whole number from 1 (got string \"3\")"),
    (
        "moveCrmLead",
        {"slug": "homes", "stageSlug": "a"},
        "'pipelineSlug' or 'pipelineId' is missing (got slug, stageSlug)",
    ),
    ("moveCrmLead", {"slug": "homes", "pipelineId": 1}, "'stageSlug' or 'stageId' is missing (got slug, pipelineId)"),
    ("moveCrmToStage", {"slug": "homes"}, "'stageSlug' or 'stageId' is missing (got slug)"),
    ("moveCrmToPipeline", {"slug": "homes"}, "'pipelineSlug' or 'pipelineId' is missing (got slug)"),
    ("moveCrmToStage", {"slug": "homes", "stageSlug": ""}, "'stageSlug' must not be empty"),
    (
        "moveCrmToEntity",
        {"fromSlug": "homes", "toSlug": "homes", "fieldMap": {"a": "b"}},
        "'toSlug' must differ from 'fromSlug'",
    ),
    (
        "moveCrmToEntity",
        {"fromSlug": "homes", "toSlug": "towns", "fieldMap": {}},
        "'fieldMap' must name at least one field",
    ),
    (
        "moveCrmToEntity",
        {"fromSlug": "homes", "toSlug": "towns", "fieldMap": {"a": 5}},
        "'fieldMap.a' must be a field key (got number 5)",
    ),
    (
        "moveCrmToEntity",
        {"fromSlug": "homes", "toSlug": "towns", "fieldMap": {"a": "b c"}},
        "'fieldMap.a' must be a key of letters, digits, '_', '.' and '-' (got string \"b c\")",
    ),
    (
        "moveCrmToEntity",
        {"fromSlug": "homes", "toSlug": "towns", "fieldMap": 5},
        "'fieldMap' must be an object of source field keys and target field keys (got number 5)",
    ),
    (
        "EnsureCrmEntity",
        {"slug": "homes", "entityMode": "sql"},
        "'entityMode' must be 'crm' or 'data' (got string \"sql\")",
    ),
    ("EnsureCrmEntity", {"slug": "homes", "name": ""}, "'name' must not be empty"),
    ("EnsureCrmEntity", ensure(type="txt"), f"'fields[0].type' must be {FIELD_TYPES} (got string \"txt\")"),
    ("EnsureCrmEntity", ensure(type=5), f"'fields[0].type' must be {FIELD_TYPES} (got number 5)"),
    (
        "EnsureCrmEntity",
        ensure(reportingConfig={"aggregationType": "sum"}),
        (
            "'fields[0].reportingConfig.aggregationType' must be 'numeric', 'categorical', 'date' or 'boolean' "
            '(got string "sum")'
        ),
    ),
    (
        "EnsureCrmEntity",
        ensure(reporting_config={"preferred_chart": "cake"}),
        (
            "'fields[0].reportingConfig.preferredChart' must be 'kpi', 'histogram', 'pie', 'bar' or 'line' "
            '(got string "cake")'
        ),
    ),
    (
        "EnsureCrmEntity",
        ensure(reportingConfig={"baseline": "avg"}),
        "'fields[0].reportingConfig.baseline' must be 'min' or 'max' (got string \"avg\")",
    ),
    (
        "EnsureCrmEntity",
        ensure(reportingConfig=True),
        "'fields[0].reportingConfig' must be an object (got boolean true)",
    ),
    (
        "EnsureCrmEntity",
        ensure(reportingConfig={"bucketSize": "5"}),
        "'fields[0].reportingConfig.bucketSize' must be a number above 0 (got string \"5\")",
    ),
    ("EnsureCrmEntity", ensure(type="select"), "'fields[0].options' must be an array of choices for the type 'select'"),
    ("EnsureCrmEntity", ensure(type="select", options=[]), "'fields[0].options' must not be empty"),
    (
        "EnsureCrmEntity",
        ensure(type="multiselect", options={"target_entity": "a"}),
        "'fields[0].options' must be an array of choices for the type 'multiselect'",
    ),
    (
        "EnsureCrmEntity",
        ensure(type="select", options=["a", 5]),
        "'fields[0].options[1]' must be a string or {value, label} (got number 5)",
    ),
    (
        "EnsureCrmEntity",
        ensure(type="select", options=[{"label": "A"}]),
        "'fields[0].options[0].value' is missing (got label)",
    ),
    (
        "EnsureCrmEntity",
        ensure(type="select", options="a"),
        (
            "'fields[0].options' must be an array of choices, or an object that names the target of a relation "
            '(got string "a")'
        ),
    ),
    (
        "EnsureCrmEntity",
        ensure(type="reference"),
        "'fields[0].options' must name 'target_entity_id' or 'target_entity' for the type 'reference'",
    ),
    (
        "EnsureCrmEntity",
        ensure(type="multi_reference", options={"displayField": "name"}),
        "'fields[0].options' must name 'target_entity_id' or 'target_entity' for the type 'multi_reference'",
    ),
    (
        "EnsureCrmEntity",
        ensure(type="reference", options={"target_entity_id": 1, "target_entity": "a"}),
        "'fields[0].options' must name one of 'target_entity_id' and 'target_entity', not both",
    ),
    (
        "EnsureCrmEntity",
        ensure(type="reference", options={"target_entity_id": "5"}),
        "'fields[0].options.targetEntityId' must be a whole number from 1 (got string \"5\")",
    ),
    (
        "EnsureCrmEntity",
        ensure(options={"target_entity": "a"}),
        "'fields[0].options' must be an array of choices, or absent, for the type 'text'",
    ),
    (
        "EnsureCrmEntity",
        {"slug": "homes", "fields": [{"key": "a"}, {"key": "b"}, {"key": "a"}]},
        "'fields[2].key' stands twice (got 'a')",
    ),
    (
        "EnsureCrmEntity",
        {"slug": "homes", "pipelines": [{"slug": "a", "stages": [{"slug": "b"}, {"slug": "b"}]}]},
        "'pipelines[0].stages[1].slug' stands twice (got 'b')",
    ),
    ("EnsureCrmEntity", {"slug": "homes", "pipelines": [{"slug": "a"}]}, "'pipelines[0].stages' is missing (got slug)"),
    (
        "EnsureCrmEntity",
        {"slug": "homes", "entityMode": "data", "pipelines": [{"slug": "a", "stages": [{"slug": "b"}]}]},
        "'pipelines' must be absent where 'entityMode' is 'data'",
    ),
    (
        "EnsureCrmEntity",
        {"slug": "homes", "fields": "a"},
        "'fields' must be an array of {key, label, type, …} (got string \"a\")",
    ),
]

RANGE_ERRORS: list[tuple[str, Any, str]] = [
    ("getCrmEntries", {"slug": "homes", "limit": 500}, "'limit' must be a whole number from 1 to 200 (got 500)"),
    ("getCrmFieldValues", {**PRICE, "limit": 0}, "'limit' must be a whole number from 1 to 200 (got 0)"),
    ("getCrmFieldValues", {**PRICE, "limit": 201}, "'limit' must be a whole number from 1 to 200 (got 201)"),
    ("getCrmEntries", {"slug": "homes", "limit": 10**60}, "'limit' must be a whole number from 1 to 200 (got 1e+60)"),
    ("getCrmEntries", {"slug": "homes", "offset": -1}, "'offset' must be a whole number from 0 (got -1)"),
    ("getCrmField", {**PRICE, "referenceId": "x" * 513}, "'referenceId' may have at most 512 characters (got 513)"),
    ("getCrmField", {**PRICE, "fieldKey": "x" * 256}, "'fieldKey' may have at most 255 characters (got 256)"),
    (
        "setCrmField",
        {**PRICE, "value": 1, "idempotencyKey": "k" * 201},
        "'idempotencyKey' may have at most 200 characters (got 201)",
    ),
    ("moveCrmToStage", {"slug": "homes", "stageId": 0}, "'stageId' must be a whole number from 1 (got 0)"),
    (
        "getCrmFields",
        {"slug": "homes", "fieldKeys": ["a"] * 1001},
        "'fieldKeys' may hold at most 1000 items (got 1001)",
    ),
    (
        "CreateCrmEntry",
        {"slug": "homes", "values": {f"k{number}": 1 for number in range(1001)}},
        "'values' may hold at most 1000 keys (got 1001)",
    ),
    (
        "CreateCrmEntry",
        {"slug": "homes", "values": {"k" * 256: 1}},
        "'values' has a key of 256 characters, the limit is 255",
    ),
    (
        "moveCrmToEntity",
        {"fromSlug": "homes", "toSlug": "towns", "fieldMap": {"a": "k" * 256}},
        "'fieldMap.a' may have at most 255 characters (got 256)",
    ),
    (
        "CreateCrmEntry",
        {"slug": "homes", "title": "x" * 65_537},
        "'title' is a string of 65537 UTF-16 units, the limit is 65536",
    ),
    (
        "EnsureCrmEntity",
        ensure(reportingConfig={"bucketSize": 0}),
        "'fields[0].reportingConfig.bucketSize' must be a number above 0 (got 0)",
    ),
]


@pytest.mark.parametrize(("name", "arguments", "message"), TYPE_ERRORS)
def test_a_malformed_call_is_a_type_error(crm: Crm, name: str, arguments: Any, message: str) -> None:
    assert crm.refused(name, arguments) == ("TypeError", None, f"{name}: {message}")


@pytest.mark.parametrize(("name", "arguments", "message"), RANGE_ERRORS)
def test_a_size_out_of_bounds_is_a_range_error(crm: Crm, name: str, arguments: Any, message: str) -> None:
    assert crm.refused(name, arguments) == ("RangeError", None, f"{name}: {message}")


@pytest.mark.parametrize(
    ("known", "ending"),
    [
        (["weight-tracker", "deals"], ", did you mean 'weight-tracker'?"),
        (["deals", "homes"], " (known: deals, homes)"),
        (["aa", "bb", "cc", "dd", "ee", "ff"], " (known: aa, bb, cc, dd, ee, …)"),
        ([], " (there are none yet, EnsureCrmEntity makes one)"),
    ],
)
def test_an_unknown_entity_is_named_with_the_nearest_known_one(crm: Crm, known: list[str], ending: str) -> None:
    for slug in known:
        crm.entity(slug)
    message = f"setCrmField: no entity 'weigt-tracker'{ending}"
    arguments = {"slug": "weigt-tracker", "fieldKey": "a", "value": 1}
    assert crm.refused("setCrmField", arguments) == ("TypeError", None, message)


def test_an_entity_of_another_brand_is_not_known(crm: Crm) -> None:
    Crm(crm.store).entity("homes")
    assert crm.refused("getCrmEntries", {"slug": "homes"}) == (
        "TypeError",
        None,
        "getCrmEntries: no entity 'homes' (there are none yet, EnsureCrmEntity makes one)",
    )
