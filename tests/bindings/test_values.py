"""Values: what may be stored, what comes back, and where in a value the trouble is."""

import json
from typing import Any

import pytest
from hypothesis import given

import bindings
from bindings import ScriptError
from storage import Store
from tests.bindings.crm import Crm
from tests.bindings.examples import storable


@given(value=storable)
def test_values_read_back_as_they_were_set(store: Store, value: Any) -> None:
    crm = Crm(store)
    crm.entity("homes", "a")
    crm("setCrmField", {"slug": "homes", "fieldKey": "a", "value": value})
    assert json.dumps(crm("getCrmField", {"slug": "homes", "fieldKey": "a"})) == json.dumps(value)
    assert json.dumps(crm("getCrmEntries", {"slug": "homes"})[0]["values"]) == json.dumps({"a": value})


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


ALLOWED = "a string, finite number, boolean, null, or a plain object or array of those"

MALFORMED = [
    (float("nan"), f"'value' must be {ALLOWED} (got number NaN)"),
    (float("inf"), f"'value' must be {ALLOWED} (got number Infinity)"),
    (10**400, f"'value' must be {ALLOWED} (got number Infinity)"),
    ([1, {"a": float("-inf")}], f"'value[1].a' must be {ALLOWED} (got number -Infinity)"),
    ("a\0b", "'value' must not contain U+0000"),
    ("ab\udc00", "'value' must not contain a lone surrogate (got \"\\udc00\" at 2)"),
    ({"items": [1, 2, {"name": "\0"}]}, "'value.items[2].name' must not contain U+0000"),
    ({"a b": {"\ud800": 1}}, '\'value["a b"]["\\ud800"]\' must not contain a lone surrogate (got "\\ud800" at 0)'),
    ({"a": [{"x\0": 1}]}, "'value.a[0][\"x\\u0000\"]' must not contain U+0000"),
    (nested(101), f"'value{'[0]' * 100}' is nested deeper than 100 levels".replace("[0]" * 100, "P")),
]


@pytest.mark.parametrize(("value", "message"), MALFORMED)
def test_what_is_no_value_is_named_with_its_path(crm: Crm, value: Any, message: str) -> None:
    path = "[0]" * 100
    shown = message.replace("P'", f"{path[:80]}…{path[-80:]}'")
    assert refused(crm, {"fieldKey": "a", "value": value}) == ("TypeError", None, f"setCrmField: {shown}")


def refused(crm: Crm, arguments: Any) -> tuple[str, str | None, str]:
    """As ``Crm.refused``, for what is no JSON."""
    with pytest.raises(ScriptError) as caught:
        bindings.call("setCrmField", {"slug": "homes", **arguments}, crm.context)
    return caught.value.name, caught.value.code, caught.value.message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("x" * 65_537, "'value' is a string of 65537 UTF-16 units, the limit is 65536"),
        ("😀" * 32_769, "'value' is a string of 65538 UTF-16 units, the limit is 65536"),
        (["x" * 65_533], "'value' is an array of 65537 bytes of JSON, the limit is 65536"),
        ({"a": "é" * 32_765}, "'value' is an object of 65538 bytes of JSON, the limit is 65536"),
    ],
)
def test_what_is_too_large_is_named_with_limit_and_size(crm: Crm, value: Any, message: str) -> None:
    assert refused(crm, {"fieldKey": "a", "value": value}) == ("RangeError", None, f"setCrmField: {message}")


@pytest.mark.parametrize(
    "value",
    ["x" * 65_536, "😀" * 32_768, "é" * 65_536, ["x" * 65_532], {"a": "é" * 32_764}, nested(100), 10**300, 2**53 + 1],
)
def test_what_is_just_within_bounds_is_stored(crm: Crm, value: Any) -> None:
    crm.entity("homes", "a")
    crm("setCrmField", {"slug": "homes", "fieldKey": "a", "value": value})
    assert crm("getCrmField", {"slug": "homes", "fieldKey": "a"}) == value


def test_a_hundred_thousand_levels_are_refused(crm: Crm) -> None:
    """Deeper than the interpreter could recurse."""
    name, _, message = refused(crm, {"fieldKey": "a", "value": nested(100_000)})
    path = "[0]" * 100
    assert (name, message) == (
        "TypeError",
        f"setCrmField: 'value{path[:80]}…{path[-80:]}' is nested deeper than 100 levels",
    )


def test_the_path_starts_at_the_property(crm: Crm) -> None:
    crm.entity("homes")
    fields = [{"fieldKey": "a", "value": 1}, {"fieldKey": "b", "value": ["\0"]}]
    assert [
        crm.refused("setCrmFields", {"slug": "homes", "fields": fields})[2],
        crm.refused("CreateCrmEntry", {"slug": "homes", "values": {"a.b": {"c": "\0"}}})[2],
        crm.refused("getCrmEntries", {"slug": "homes", "filters": {"a": "\0"}})[2],
    ] == [
        "setCrmFields: 'fields[1].value[0]' must not contain U+0000",
        "CreateCrmEntry: 'values.a.b.c' must not contain U+0000",
        "getCrmEntries: 'filters.a' must not contain U+0000",
    ]


def test_an_entry_of_more_than_256_kib_is_refused(crm: Crm) -> None:
    """Whether it comes so large or grows so large; what is there stays."""
    crm.entity("homes", *"abcde")
    many = dict.fromkeys("abcd", "x" * 65500)
    crm("CreateCrmEntry", {"slug": "homes", "values": many})
    assert crm.refused("setCrmField", {"slug": "homes", "fieldKey": "e", "value": "x" * 200}) == (
        "RangeError",
        None,
        "setCrmField: the entry would hold 262236 bytes of JSON, the limit is 262144",
    )
    assert crm.refused("CreateCrmEntry", {"slug": "homes", "values": many | {"e": "x" * 200}}) == (
        "RangeError",
        None,
        "CreateCrmEntry: the entry would hold 262236 bytes of JSON, the limit is 262144",
    )
    assert crm.values("homes") == [many]
