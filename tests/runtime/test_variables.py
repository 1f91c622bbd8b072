"""setVariable and getVariable."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties import SHARING
from tests.runtime.conftest import Run

characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
numbers = st.integers(-(2**53), 2**53) | st.floats(-(2**53), 2**53)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(characters, max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(characters, max_size=8), inner, max_size=5),
    max_leaves=12,
)


@settings(SHARING, max_examples=60)
@given(value=json_values)
def test_a_value_comes_to_the_host_and_back_as_it_was(run: Run, value: Any) -> None:
    """Any JSON value, out as a variable and read again in the script; keys in JavaScript's order."""
    literal = json.dumps(json.dumps(value))
    result = run(f"setVariable('a', JSON.parse({literal})); setVariable('b', getVariable('a'));")
    assert result.error is None
    assert result.variables == {"a": value, "b": value}


def test_the_last_value_of_a_key_counts_and_keys_keep_their_order(run: Run) -> None:
    result = run("setVariable('b', 1); setVariable('a', 2); setVariable('b', 3);")
    assert list(result.variables.items()) == [("b", 3), ("a", 2)]


def test_a_variable_that_was_not_set_is_null(run: Run) -> None:
    assert run("setVariable('none', getVariable('missing'));").variables == {"none": None}


def test_undefined_is_stored_as_null(run: Run) -> None:
    assert run("setVariable('nothing', undefined); setVariable('empty');").variables == {"nothing": None, "empty": None}


def test_a_read_value_is_a_copy(run: Run) -> None:
    """Changing it, or the object that was set, changes no variable."""
    source = "const o = {n: 1}; setVariable('o', o); o.n = 2; getVariable('o').n = 3;"
    source += "setVariable('p', getVariable('o'));"
    assert run(source).variables == {"o": {"n": 1}, "p": {"n": 1}}


def test_no_variable_is_left_for_the_next_run(run: Run) -> None:
    run("setVariable('left', 1); globalThis.left = 1;")
    result = run("setVariable('left', [getVariable('left'), typeof left]);")
    assert result.variables == {"left": [None, "undefined"]}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("setVariable(1, 2)", "setVariable: 'key' must be a string (got number)"),
        ("setVariable(null, 2)", "setVariable: 'key' must be a string (got null)"),
        ("getVariable()", "getVariable: 'key' must be a string (got undefined)"),
        ("setVariable('a', NaN)", "setVariable: 'value' is NaN"),
        ("setVariable('a', {b: [1, {c: () => 1}]})", "setVariable: 'value.b[1].c' is a function"),
        ("setVariable('a', new Date(0))", "setVariable: 'value' is a Date; pass its .toISOString()"),
        ("setVariable('a', [1, undefined])", "setVariable: 'value[1]' is undefined; pass null"),
        ("setVariable('a', 1n)", "setVariable: 'value' is a BigInt; pass a number or a string"),
        ("setVariable('a', new Map())", "setVariable: 'value' is a Map; pass a plain object or an array"),
        (
            "class Weight {} setVariable('a', new Weight())",
            "setVariable: 'value' is an instance of Weight; pass a plain object",
        ),
        (
            "const o = {}; o.o = o; setVariable('a', o)",
            "setVariable: 'value.o' is a value that contains itself",
        ),
    ],
)
def test_a_value_that_cannot_be_kept_is_refused_by_its_path(run: Run, call: str, message: str) -> None:
    """A TypeError of the author's line that says what came and what is allowed; nothing is stored."""
    result = run(call)
    assert result.error is not None
    assert (result.status, result.error.name, result.error.line) == ("error", "TypeError", 1)
    assert result.variables == {}
    allowed = " (allowed: strings, finite numbers, booleans, null, and plain objects and arrays of those)"
    assert result.error.message == message + ("" if "'key'" in message else allowed)


def test_more_than_a_hundred_levels_are_refused(run: Run) -> None:
    error = run("let o = 1; for (let i = 0; i < 101; i++) o = [o]; setVariable('a', o)").error
    assert error is not None
    assert error.name == "TypeError"
    assert error.message.partition(" (allowed")[0].endswith("' is nested deeper than 100 levels")


def test_a_refusal_deep_in_a_value_names_the_authors_line(run: Run) -> None:
    """Past the ten frames that the engine notes by itself."""
    error = run("let o = NaN;\nfor (let i = 0; i < 40; i++) o = [o];\nsetVariable('a', o);").error
    assert error is not None
    assert (error.name, error.file, error.line) == ("TypeError", "checkin.js", 3)


def test_a_hundred_levels_can_be_kept(run: Run) -> None:
    source = "let o = 1; for (let i = 0; i < 99; i++) o = [o]; setVariable('a', [o]);"
    value: Any = 1
    for _ in range(100):
        value = [value]
    assert run(source).variables == {"a": value}
