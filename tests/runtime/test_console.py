"""The log of a run: objects as a person would want to read them, within bounds."""

from textwrap import dedent

import pytest

from runtime import Limits
from runtime.outcome import LINE_BYTES
from tests.runtime.conftest import Run


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ("", ""),
        ("'plain', 1.5, true, null, undefined", "plain 1.5 true null undefined"),
        ("-0, 10n, NaN, Symbol('s')", "-0 10n NaN Symbol(s)"),
        ("{}, [], new Map(), new Set()", "{} [] Map(0) {} Set(0) {}"),
        ("{a: 1, b: 'x', 'odd key': [1, , 3]}", '{ a: 1, b: "x", "odd key": [1, <empty>, 3] }'),
        ("new Map([['a', {b: 1}], [{k: 1}, 2]])", 'Map(2) { "a" => { b: 1 }, { k: 1 } => 2 }'),
        ("new Set([1, 'x'])", 'Set(2) { 1, "x" }'),
        ("new Date(0), new Date(NaN), /a+/gi", "1970-01-01T00:00:00.000Z Invalid Date /a+/gi"),
        ("class Weight { kg = 80 }", "[Function: Weight]"),
        ("new (class Weight { kg = 80 })()", "Weight { kg: 80 }"),
        ("() => 1, function named() {}, setVariable", "[Function] [Function: named] [Function: setVariable]"),
        ("Object.create(null), Promise.resolve(1)", "{} [Promise]"),
        ("{get x() { throw 1; }, set y(value) { throw 1; }}", "{ x: [Getter], y: [Setter] }"),
        ("{a: {b: {c: {d: 1}}}}", "{ a: { b: { c: { d: 1 } } } }"),
        ("{a: {b: {c: {d: {e: 1}}}}}", "{ a: { b: { c: { d: [Object] } } } }"),
        ("[[[[[1]]]]]", "[[[[[Array]]]]]"),
        ("'two\\nlines', {t: 'two\\nlines'}", 'two\nlines { t: "two\\nlines" }'),
        ("'half \\ud800'", "half \ufffd"),
        ("new (class List extends Array {})(1, 2)", "[1, 2]"),
        ("new Proxy({a: 1}, {})", "{ a: 1 }"),
    ],
)
def test_values_are_shown_as_a_person_would_read_them(run: Run, values: str, text: str) -> None:
    result = run(f"console.log({values});")
    assert [(line.level, line.text) for line in result.logs] == [("log", text)]


def test_every_level_has_its_name(run: Run) -> None:
    levels = ["log", "info", "warn", "error", "debug"]
    result = run("for (const level of ['log', 'info', 'warn', 'error', 'debug']) console[level](level);")
    assert [(line.level, line.text) for line in result.logs] == [(level, level) for level in levels]


def test_a_value_that_contains_itself_is_marked(run: Run) -> None:
    result = run("const ring = {a: {}}; ring.a.back = ring; console.log(ring, [ring, ring.a]);")
    assert (
        result.logs[0].text == "{ a: { back: [Circular] } } [{ a: { back: [Circular] } }, { back: { a: [Circular] } }]"
    )


def test_what_does_not_fit_on_a_line_gets_a_line_each(run: Run) -> None:
    result = run("console.log({first: 'x'.repeat(40), second: {a: 1}, third: 'y'.repeat(40)});")
    assert result.logs[0].text == dedent(f"""\
        {{
          first: "{"x" * 40}",
          second: {{ a: 1 }},
          third: "{"y" * 40}"
        }}""")


def test_long_arrays_are_cut_with_a_word_of_how_much_there_was_more(run: Run) -> None:
    result = run("console.log(new Array(150).fill(7));")
    assert result.logs[0].text == "[\n" + "  7,\n" * 100 + "  … 50 more\n]"


def test_errors_are_shown_with_their_stack_in_the_authors_file(run: Run) -> None:
    """Also inside of objects, and one that was made by a host function."""
    result = run("console.log(new RangeError('far'));\ntry { setVariable(1); } catch (error) { console.log(error); }")
    assert [line.text for line in result.logs] == [
        "RangeError: far\n    at checkin.js:1:17",
        "TypeError: setVariable: 'key' must be a string (got number)\n    at checkin.js:2:7",
    ]


def test_the_log_is_cut_off_at_its_limit_with_a_marker(run: Run) -> None:
    """Bytes of UTF-8, and never half a character; what comes later is dropped, and the run goes on."""
    result = run(
        "console.log('first'); console.log('ü'.repeat(5000)); console.log('late'); setVariable('done', true);",
        limits=Limits(log_bytes=1_000),
    )
    assert (result.status, result.variables) == ("ok", {"done": True})
    first, second = result.logs
    assert first.text == "first"
    assert second.text.endswith("… (log cut off at 1000 bytes)")
    kept = second.text.removesuffix("… (log cut off at 1000 bytes)")
    assert set(kept) == {"ü"}
    assert 900 < len(kept.encode()) <= 1_000


def test_the_log_may_hold_64_kib_by_default(run: Run) -> None:
    result = run("console.log('x'.repeat(65000)); console.log('y'.repeat(2000));")
    room = 65_536 - 65_000 - 2 * LINE_BYTES
    assert [len(line.text) for line in result.logs] == [65_000, room + len("… (log cut off at 65536 bytes)")]


def test_a_log_of_a_thousand_lines_is_whole(run: Run) -> None:
    result = run("for (let i = 0; i < 1000; i++) console.log(i);")
    assert [line.text for line in result.logs] == [str(number) for number in range(1_000)]
