"""``Schema``: the same as a reference in Python, whatever the rules and the data; and what it promises besides."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pages.conftest import Script
from tests.pages.schema_reference import ABSENT, Rule, validate
from tests.properties import SHARING

KEYS = st.sampled_from(["a", "b", "weight", "e-mail", "__proto__", "constructor", "c d", "é"])
TEXTS = st.sampled_from(
    [
        *["", "a", "Ab", "42", " 7 ", "-1.5", "1e2", ".5", "0x10", "Infinity", "true", "1", "false", "0", "TRUE"],
        *["a@b.example", "a@b", "a@b..c", "@b.c", "a b@c.d", "a@b@c.d", "http://a", "https://a.example/b?c#d"],
        *["http://", "ftp://a", "https://a@b", "HTTPS://A", "http://a b", "https:/a", "https://\\a", "__proto__"],
    ]
)
SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from([0.5, -2.5, 1e300]) | TEXTS
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
CHECKS = {
    "string": st.one_of(
        st.tuples(st.sampled_from(["min", "max"]), st.integers(0, 5)),
        st.tuples(st.sampled_from(["email", "url", "lowercase"]), st.none()),
        st.tuples(st.just("pattern"), st.sampled_from(["/^[a-z]/", "/[0-9]$/"])),
        st.tuples(st.just("valid"), st.lists(TEXTS, min_size=1, max_size=3)),
    ),
    "number": st.one_of(
        st.tuples(st.sampled_from(["min", "max"]), st.integers(-3, 50)),
        st.tuples(st.sampled_from(["integer", "positive", "negative"]), st.none()),
        st.tuples(st.just("valid"), st.lists(st.integers(-2, 2), min_size=1, max_size=3)),
    ),
    "boolean": st.tuples(st.just("valid"), st.lists(st.booleans(), min_size=1, max_size=1)),
    "array": st.tuples(st.sampled_from(["min", "max"]), st.integers(0, 3)),
}


@st.composite
def rules(draw: st.DrawFn, depth: int = 2) -> Rule:
    """A rule of any kind, with rules in it down to a depth."""
    kind = draw(
        st.sampled_from(["string", "number", "boolean", "any", *(["array", "object", "object"] if depth else [])])
    )
    rule = Rule(
        kind,
        required=draw(st.booleans()),
        default=draw(st.just(ABSENT) | SCALARS) if draw(st.integers(0, 3)) == 0 else ABSENT,
        label=draw(st.sampled_from([None, None, None, "Weight"])),
        strip=draw(st.integers(0, 7)) == 0,
        checks=draw(st.lists(CHECKS[kind], max_size=3)) if kind in CHECKS else [],
    )
    if kind == "array" and draw(st.booleans()):
        rule.items = draw(rules(depth=depth - 1))
    if kind == "object":
        rule.shape = draw(st.none() | st.dictionaries(KEYS, rules(depth=depth - 1), max_size=3))
        rule.others = draw(st.none() | rules(depth=depth - 1))
    return rule


def plain(value: Any) -> Any:
    """Numbers as JavaScript has them: 1.0 is 1."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [plain(one) for one in value]
    return {key: plain(one) for key, one in value.items()} if isinstance(value, dict) else value


@settings(SHARING, max_examples=150)
@given(cases=st.lists(st.tuples(rules(), DATA), min_size=1, max_size=8))
def test_schema_does_as_the_reference(script: Script, cases: list[tuple[Rule, Any]]) -> None:
    """Values, errors and their order; and the data is what it was."""
    tried = ", ".join(
        f"((data) => [{rule.javascript()}.validate(data), data])(JSON.parse({json.dumps(json.dumps(data))}))"
        for rule, data in cases
    )
    found = script.value(f"[{tried}]")
    expected = [[validate(rule, data), data] for rule, data in cases]
    assert json.dumps(plain(found)) == json.dumps(plain(expected))


def test_every_error_names_its_path(script: Script) -> None:
    result = script.value(
        "Schema.object({ email: Schema.string().email().required(), weight: Schema.number().min(20),"
        " items: Schema.array().items({ email: Schema.string().email() }) })"
        ".validate({ weight: '7', items: [{}, 5, { email: 'x' }] })"
    )
    assert result["errors"] == [
        "email is required",
        "weight must be at least 20",
        "items[1] must be an object",
        "items[2].email must be an e-mail address",
    ]
    assert result["value"] == {"email": None, "weight": None, "items": [{}, None, {"email": None}]}


@pytest.mark.parametrize(
    ("rule", "data", "value", "errors"),
    [
        ("number().custom((v) => v * 2)", "21", 42, []),
        ("number().custom((v) => { if (v > 1) throw new Error('is too much') })", "2", None, ["the value is too much"]),
        ("number().custom(() => { throw null })", "1", None, ["the value is not valid"]),
        ("number().custom(() => { throw new Error('never') })", "'x'", None, ["the value must be a number"]),
        ("string().optional()", "undefined", ABSENT, []),
        ("string().required().optional()", "null", None, []),
        ("any()", "new Date(0)", None, ["the value must be plain data"]),
        ("any()", "[() => 1]", [None], ["[0] must be plain data"]),
        ("number()", "NaN", None, ["the value must be a number"]),
        ("number()", "5n", None, ["the value must be a number"]),
        ("string().min(1).max(1)", "'ab'", None, ["the value must have at most 1 character"]),
        ("array().min(2)", "[1]", None, ["the value must have at least 2 items"]),
        ("string().pattern(/a/g)", "'ba'", "ba", []),
        ("object({ a: { b: Schema.number() } })", "{ a: { b: '1', c: 2 } }", {"a": {"b": 1}}, []),
    ],
)
def test_a_rule_does_what_it_says(script: Script, rule: str, data: str, value: Any, errors: list[str]) -> None:
    result = script.value(f"Schema.{rule}.validate({data})")
    assert (result["valid"], result.get("value", ABSENT), result["errors"]) == (not errors, value, errors)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("Schema.string().min('3')", 'TypeError: Schema: min takes a number (got "3")'),
        ("Schema.string().pattern('a')", 'TypeError: Schema: pattern takes a regular expression (got "a")'),
        ("Schema.array().items(5)", "TypeError: Schema: items takes a rule, such as Schema.string() (got 5)"),
        ("Schema.object({ a: 1 })", 'TypeError: Schema: object: "a" takes a rule, such as Schema.string() (got 1)'),
        ("Schema.object(Schema.any())", "TypeError: Schema: object takes an object of rules (got Rule {})"),
        ("Schema.any().custom(1)", "TypeError: Schema: custom takes a function (got 1)"),
        (
            "Schema.any().custom(async () => { throw 1 }).validate(2)",
            "TypeError: Schema: custom takes a function that is not async (got [Promise])",
        ),
        ("Schema.any().default(() => 1)", "TypeError: Schema: default takes plain data (got [Function])"),
        ("Schema.any().label('')", 'TypeError: Schema: label takes a text (got "")'),
    ],
)
def test_a_rule_that_is_none_is_refused(script: Script, source: str, told: str) -> None:
    assert script.refusal(source) == told


def test_rules_and_data_stay_as_they_are(script: Script) -> None:
    """A method gives a rule of its own; the value shares nothing with data or defaults."""
    assert script.value(
        "(() => { const text = Schema.string(), must = text.required(), data = { a: [{}] };"
        " const list = Schema.array().default([{}]);"
        " list.validate().value.push(1);"
        " const { value } = Schema.any().validate(data); value.a[0].b = 1;"
        " return [text.validate('').valid, must.validate('').valid, data, list.validate().value] })()"
    ) == [True, False, {"a": [{}]}, [{}]]


def test_a_value_in_itself_is_an_error_not_a_loop(script: Script) -> None:
    result = script.value("(() => { const o = {}; o.o = o; return Schema.any().validate(o).errors })()")
    assert result == [".".join("o" * 33) + " is nested deeper than 32 levels"]


def test_a_prototype_cannot_be_set_by_data(script: Script) -> None:
    source = """Schema.object().validate(JSON.parse('{"__proto__": {"admin": true}}')).value"""
    assert script.value(f"[({source}).admin ?? null, Object.keys({source}), {{}}.admin ?? null]") == [
        None,
        ["__proto__"],
        None,
    ]


def test_schema_costs_nothing_where_it_is_not_touched(script: Script) -> None:
    """Its part is loaded when a script first names it."""
    without, touched = script("1").usage.memory_bytes, script("Schema").usage.memory_bytes
    assert touched - without > 10_000
