"""An error of the engine's names what it is about, in the script's own words; or nothing, where that is not certain."""

import re

import pytest

from runtime import Limits
from tests.runtime.conftest import Run
from tests.runtime.naming_programs import WORLD, Program, outcome, value_kinds

READ, SET = "cannot read property 'x' of undefined", "cannot set property 'x' of undefined"
PROGRAMS = range(400)
_NAMED = re.compile(
    r"(?:cannot .* of \w+: )?(?P<what>.*?) is (?P<kind>undefined|null|not a function|not iterable)(?:, not iterable)?",
    re.DOTALL,
)
_KINDS = {"not a function": {"undefined", "null", "iterable", "other"}, "not iterable": {"function", "other"}}


def message(source: str) -> str:
    """What a script ends with."""
    error = outcome(source)["error"]
    assert isinstance(error, dict)
    told: str = error["message"]
    return told


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("var a = {}; a.b()", "a.b is not a function"),
        ("var a = 1; a()", "a is not a function"),
        ("var a = {}; a['b'](1)", "a['b'] is not a function"),
        ("var a = {}; a.b`text`", "a.b is not a function"),
        ("var a = {};\na\n  .b // here\n  .c", "cannot read property 'c' of undefined: a.b is undefined"),
        ("var a = { b: {} }; a.b.c(function () { return a.b; })", "a.b.c is not a function"),
        ("var a = { b: {} }; a.b.c(a.x, 'text', 5)", "a.b.c is not a function"),
        ("var a = { b: {} }; (() => a.b.c())()", "a.b.c is not a function"),
        ("var a = { b: {} }; [1].map((one) => a.b.c(one))", "a.b.c is not a function"),
        ("getVariable('a')()", "getVariable(…) is not a function"),
        ("var a = {}; new a.B(1)", "a.B is not a function"),
        ("new Math.max(1)", "Math.max is not a constructor"),
        ("var a = {}; console.log(a.b())", "a.b is not a function"),
        ("var a = {}; JSON.stringify(setVariable('k', a.b(1)))", "a.b is not a function"),
        ("var a = {}; a.b(a.c())", "a.c or a.b is not a function"),
        ("var a = { b() {} }; a.c(a.b())", "a.b or a.c is not a function"),
        ("var a = { b() {} }; a.c(a.b(), a.x)", "a.c is not a function"),
        ("console.lgo(1)", "console.lgo is not a function; console has log, info, warn, error, debug"),
        ("var console = {}; console.lgo(1)", "console.lgo is not a function"),
        ("var console = {}; console.log(1)", "console.log is not a function"),
        ("globalThis.redirect = 1; var o = { f() {} }; redirect(o.f())", "o.f or redirect is not a function"),
        ("const { log } = {}; var o = { f() {} }; log(o.f())", "o.f or log is not a function"),
        ("customer.x", "cannot read property 'x' of null: customer is null"),
        ("var a = {}; a.b.x", f"{READ}: a.b is undefined"),
        ("var a = {}; a.b['x']", f"{READ}: a.b is undefined"),
        ("var a = {}, k = 'x'; a.b[k]", f"{READ}: a.b is undefined"),
        ("var a = {}; a.b.x++", f"{READ}: a.b is undefined"),
        ("var a = {}; if (a.c === 1 || a.b.x.y) {}", f"{READ}: a.b is undefined"),
        ("var a = {}; `${a.b.x}`", f"{READ}: a.b is undefined"),
        ("var a = []; a.find((one) => one).x", f"{READ}: a.find(…) is undefined"),
        ("var a = [], i = 0; a[i].x", f"{READ}: a[i] is undefined"),
        ("var a = []; for (let i = 0; i < 2; i++) a[i + 1].x", f"{READ}: a[i + 1] is undefined"),
        ("var a = []; a[a.length - 1].x", f"{READ}: a[a.length - 1] is undefined"),
        ("var a = {}, k = 'b'; a[k].x", f"{READ}: a or a[k] is undefined"),
        ("var a = { b: {} }; a.b.x.x", f"{READ}: a.b or a.b.x is undefined"),
        ("var a = {}; (async () => { await null; a.b.x; })()", f"{READ}: a.b is undefined"),
        ("var ä = {}; '😀'; ä.ö.x", f"{READ}: ä.ö is undefined"),
        ("var a = {}; a.b.x = 5", f"{SET}: a.b is undefined"),
        ("var a = {}; a.b.x = a.c + 1", f"{SET}: a.b is undefined"),
        ("var a = {}; for (const one of a.b) one", "a.b is undefined, not iterable"),
        ("var a = {}; for (const one of a) one", "a is not iterable"),
        ("var a = {}; console.log(...a.b)", "a.b is undefined, not iterable"),
    ],
)
def test_an_error_names_what_it_is_about(source: str, expected: str) -> None:
    assert message(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("throw new TypeError('not a function')", "not a function", id="words of the script's own"),
        pytest.param("var E = globalThis['Type' + 'Error']; throw new E('far')", "far", id="another message"),
        pytest.param("[1].map(5)", "not a function", id="called by a function of the language"),
        pytest.param("'a'.b()", "not a function", id="of a literal"),
        pytest.param("null.x", "cannot read property 'x' of null", id="nothing to name"),
        pytest.param("new (class { f() { return this.a.x; } })().f()", READ, id="no name in it"),
        pytest.param("var a = { y: { x: 1 } }; a.y.x; [][3].x", READ, id="a place of something before"),
        pytest.param("var a = {}; a.b.x; // eval", READ, id="code that may be made from strings"),
        pytest.param("var a = {}; const [one] = a;", "value is not iterable", id="a pattern"),
        pytest.param("var a = {}; a.b(a.c(a.d()))", "not a function", id="more than two"),
        pytest.param(f"var a = {{}}; a.{'b' * 70}()", "not a function", id="too long to read"),
        pytest.param(f"var a = {{}};{' ' * 65_536}a.b()", "not a function", id="in a long script"),
        pytest.param(
            "var f = { [Symbol.toPrimitive]: 5 }; String(f) + f", "not a function", id="called by the engine itself"
        ),
        pytest.param("var a = {}; a" + ".b" * 9_000, "cannot read property 'b' of undefined", id="deeply nested"),
    ],
)
def test_nothing_is_named_where_it_is_not_certain(source: str, expected: str) -> None:
    assert message(source) == expected


def test_what_is_named_is_what_it_is_said_to_be() -> None:
    """Of programs made by chance: each expression's value is asked for, and one of those named is as the error says."""
    checked, wrong = 0, []
    for seed in PROGRAMS:
        told = _told(seed)
        kinds = set() if told is None else {*value_kinds(told["what"].split(" or "))}
        if told is not None and "unknown" not in kinds:
            checked += 1
            wrong += [(seed, told[0])] if kinds.isdisjoint(_KINDS.get(told["kind"], {told["kind"]})) else []
    assert wrong == []
    assert checked > len(PROGRAMS) / 2


def _told(seed: int) -> re.Match[str] | None:
    """What the error of a program names, where this can be repeated: not with names of inner functions in it."""
    error = outcome(Program(seed).source).get("error")
    told = _NAMED.fullmatch(error["message"] if isinstance(error, dict) else "")
    return None if told is None or re.search(r"\b(?:v|r|this)\b|one\(…\)|;", told["what"]) else told


def test_a_caught_error_keeps_the_engines_words() -> None:
    assert message("try { customer.x } catch (e) { throw new Error('caught: ' + e.message) }") == (
        "caught: cannot read property 'x' of null"
    )


def test_programs_of_the_oracle_are_of_all_kinds() -> None:
    """Most of them end in an error that is named; the oracle's world is as it should be."""
    assert value_kinds(["a.x.y.x", "u", "one", "b", "a"]) == ["null", "undefined", "function", "iterable", "other"]
    assert Program(3).source.startswith(WORLD)


def test_an_error_is_named_beside_a_heap_that_is_full(run: Run) -> None:
    """The parser has room of its own in the worker's process: where it found none, it would end it."""
    source = "var kept = []; try { for (;;) kept.push(new Array(999).fill(1.5)); } catch {}\nkept.length -= 40; "
    error = run(f"{source}{'kept[0].x;' * 2_000} customer.a.b", limits=Limits(cpu_seconds=10.0)).error
    assert error is not None
    assert error.message == "cannot read property 'b' of undefined: customer.a is undefined"
