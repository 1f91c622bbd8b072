"""What ends a run by the script's own doing, and where in the author's file it was."""

import pytest

from tests.runtime.conftest import Run

STACK_OF_GETTER = "    at get stack (checkin.js:1:44)\n    at checkin.js:1:1\n"

STACK_OF_GETTER = "    at get stack (checkin.js:1:44)\n    at checkin.js:1:1\n"


@pytest.mark.parametrize(
    ("source", "name", "message", "line", "column"),
    [
        ("foo();", "ReferenceError", "foo is not defined", 1, 1),
        ("\n\n  null.x;", "TypeError", "cannot read property 'x' of null", 3, 3),
        ("const a = 1;\na = 2;", "TypeError", "'a' is read-only", 2, 1),
        ("throw new RangeError('far');", "RangeError", "far", 1, 11),
        ("let x = ;", "SyntaxError", "unexpected token in expression: ';'", 1, 9),
        (
            "function f() {\n  if (true) {\n",
            "SyntaxError",
            "the script ends too early: a bracket, brace or quote is not closed",
            3,
            1,
        ),
        ("[1, 2].forEach(() => {\n  throw new Error('each');\n});", "Error", "each", 2, 13),
        ("[2, 1].sort(() => { throw new Error('in sort'); });", "Error", "in sort", 1, 31),
        ("JSON.parse('{');", "SyntaxError", None, 1, 6),
        ("async function main() {\n  await null;\n  throw new Error('late');\n}\nmain();", "Error", "late", 3, 13),
        ("(async () => {\n  setVariable('a', NaN);\n})();", "TypeError", None, 2, 20),
        ("throw new CrmError('mine', 'forbidden');", "CrmError", "mine", 1, 11),
        ("getCrmField({ slug: 'noted', fieldKey: 'text' });", "TypeError", None, 1, 1),
        ("/* ü😀 */ foo();", "ReferenceError", "foo is not defined", 1, 10),
    ],
)
def test_an_error_names_its_place_in_the_authors_file(
    run: Run, source: str, name: str, message: str | None, line: int, column: int
) -> None:
    result = run(source)
    error = result.error
    assert error is not None
    assert (result.status, error.name, error.file) == ("error", name, "checkin.js")
    assert message is None or error.message == message
    assert (error.line, error.column) == (line, column)


def test_a_stack_has_the_authors_frames_alone(run: Run) -> None:
    source = "function inner() { null.x; }\nfunction outer() { [1].map(inner); }\nouter();"
    error = run(source, filename="pages/vitals.html").error
    assert error is not None
    assert error.stack.splitlines() == [
        "    at inner (pages/vitals.html:1:20)",
        "    at map (native)",
        "    at outer (pages/vitals.html:2:28)",
        "    at pages/vitals.html:3:1",
    ]


def test_a_script_sees_the_same_stack(run: Run) -> None:
    """And nothing of what surrounds it, in callbacks of the host's functions neither."""
    source = "setVariable('a', {get stack() { return new Error('x').stack; }});"
    assert run(source).variables == {"a": {"stack": STACK_OF_GETTER}}


@pytest.mark.parametrize(
    ("thrown", "message"),
    [
        ("'text'", 'thrown value: "text"'),
        ("{a: 1}", "thrown value: { a: 1 }"),
        ("undefined", "thrown value: undefined"),
        ("42", "thrown value: 42"),
        ("Symbol('s')", "thrown value: Symbol(s)"),
    ],
)
def test_what_is_no_error_is_told_as_a_value(run: Run, thrown: str, message: str) -> None:
    error = run(f"throw {thrown};").error
    assert error is not None
    assert (error.name, error.message) == ("Error", message)


def test_what_the_script_did_before_stays(run: Run) -> None:
    write = "setCrmField({slug: 'notes', fieldKey: 'text', value: 'kept'});"
    result = run(f"setVariable('a', 1); console.log('before'); {write} null.x;")
    assert (result.status, result.variables, [line.text for line in result.logs]) == ("error", {"a": 1}, ["before"])
    assert [(call.name, call.ok) for call in result.calls] == [("setCrmField", True)]
    again = run("setVariable('text', getCrmField({slug: 'notes', fieldKey: 'text'}));")
    assert again.variables == {"text": "kept"}


def test_a_caught_error_is_none_of_the_runs(run: Run) -> None:
    result = run("try { null.x; } catch (error) { setVariable('name', error.name); }")
    assert (result.status, result.error, result.variables) == ("ok", None, {"name": "TypeError"})


def test_a_call_that_threw_is_noted_as_such(run: Run) -> None:
    result = run("try { getCrmField({slug: 'none', fieldKey: 'a'}); } catch { }")
    assert [(call.name, call.ok) for call in result.calls] == [("getCrmField", False)]


def test_an_errors_code_is_told(run: Run) -> None:
    error = run("setCrmField({slug: 'notes', fieldKey: 'text', value: 1, entryId: 'none'});").error
    assert error is not None
    assert (error.name, error.code) == ("CrmError", "entry_not_found")
