"""Top-level await: a script with one is a module, and its promise is the run's."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules.conftest import RunFiles

UNSETTLED = "a top-level await waits for a promise that nothing settles"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("setVariable('a', await 1);", {"a": 1}),
        ("setVariable('a', await (async () => 2)());", {"a": 2}),
        ("for await (const a of [Promise.resolve(3)]) setVariable('a', a);", {"a": 3}),
        ("if (true) { label: { setVariable('a', [await 4]); } }", {"a": [4]}),
        ("try { await Promise.reject(5); } catch (error) { setVariable('a', error); }", {"a": 5}),
        ("class A { static [await 'b']() { return 5; } }\nsetVariable('a', A.b());", {"a": 5}),
        ("const { a = await 6 } = {};\nsetVariable('a', [a, typeof this]);", {"a": [6, "undefined"]}),
        # None of these is a module: their scope is the page's, sloppy.
        ("async function f() { await 1; setVariable('a', typeof this); }\nf();", {"a": "object"}),
        ("var await = 7;\nsetVariable('a', await);", {"a": 7}),
        ("const f = async (x) => await x;\nf(1).then(() => setVariable('a', typeof this));", {"a": "object"}),
        ("// await import export\nsetVariable('a', (function () { return typeof this; })());", {"a": "object"}),
    ],
)  # fmt: skip
def test_only_an_await_outside_of_functions_makes_a_module(
    variables_of: Callable[..., dict[str, Any]], source: str, expected: dict[str, Any]
) -> None:
    assert variables_of(source) == expected


def test_a_module_waits_for_what_it_imports(variables_of: Callable[..., dict[str, Any]]) -> None:
    files = {
        "m": "let a = 1;\nawait null;\na = 2;\nexport { a };",
        "n": "import { a } from 'm';\nexport const b = a + 1;",
    }
    assert variables_of("import { b } from 'n';\nsetVariable('b', b);", files) == {"b": 3}


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("await null;\nnull.x;", ("TypeError", "cannot read property 'x' of null", 2, 1)),
        ("\n  await Promise.reject(new RangeError('far'));", ("RangeError", "far", 2, 28)),
        ("await Promise.reject(5);", ("Error", "thrown value: 5", None, None)),
        ("await new Promise(() => {});", ("Error", UNSETTLED, None, None)),
    ],
)  # fmt: skip
def test_what_ends_the_module_is_the_runs_error(run: RunFiles, source: str, error: tuple[Any, ...]) -> None:
    result = run(source)
    assert result.error is not None
    assert result.status == "error"
    assert (result.error.name, result.error.message, result.error.line, result.error.column) == error


def test_what_the_module_did_before_its_error_stays(run: RunFiles) -> None:
    result = run("setVariable('a', 1); await null; console.log('b'); await Promise.reject(new Error('c'));")
    assert (result.status, result.variables, [line.text for line in result.logs]) == ("error", {"a": 1}, ["b"])


@pytest.mark.parametrize("ending", ["redirect('/a')", "response.json({ a: 1 })", "response.send('a')"])
def test_an_answer_given_in_a_module_ends_the_run(run: RunFiles, ending: str) -> None:
    files = {"m": f"try {{ {ending}; }} catch {{ }}\nsetVariable('never', 1);"}
    result = run("import 'm';\nsetVariable('neither', 1);", files)
    assert (result.status, result.variables, result.error) == ("ok", {}, None)
    assert result.redirect is not None or result.response is not None


def test_promise_jobs_of_a_module_are_bounded(run: RunFiles) -> None:
    result = run("for (;;) await null;")
    assert result.error is not None
    assert (result.status, result.error.code) == ("limit", "max_promise_jobs")
