"""What is wrong with modules, whole: the message, its code, and the place in the author's file."""

from typing import Any

import pytest

from runtime import Runtime
from tests.modules.cases import Case, load_cases
from tests.modules.conftest import ADA, RunFiles, SwitchedModules


@pytest.mark.parametrize("case", load_cases("errors.txt"), ids=lambda case: case.name)
def test_an_error_names_what_is_wrong_and_where(run: RunFiles, case: Case) -> None:
    """Message, code and place; and nothing has run where the script could not be put together."""
    result = run(case.script, case.modules)
    error = result.error
    assert error is not None
    told = [f"{error.name}: {error.message}", error.code or "-", f"{error.file}:{error.line}:{error.column}"]
    assert (result.status, told, result.variables) == ("error", case.expected, {})


def test_a_stack_goes_through_modules(run: RunFiles) -> None:
    files = {
        "shop/a": "import { b } from 'b';\nexport function a() {\n  b();\n}\n",
        "b": "export const b = () => [1].map(() => { null.x; });\n",
    }
    error = run("import { a } from 'shop/a';\na();", files).error
    assert error is not None
    assert error.stack.splitlines() == [
        "    at <anonymous> (b:1:40)",
        "    at map (native)",
        "    at b (b:1:28)",
        "    at a (shop/a:3:3)",
        "    at checkin.js:2:1",
    ]


def test_an_error_names_what_it_is_about_in_the_words_of_its_module(run: RunFiles) -> None:
    """Also where a module's text is rewritten for the engine: ``count`` changes, so it is looked up at each use."""
    files = {
        "shop/a": "import { count, add } from 'b';\nexport function a(list) { add(); return count + list[count].x; }\n",
        "b": "export let count = 0;\nexport function add() { count++; }\n",
    }
    error = run("import { a } from 'shop/a';\na([]);", files).error
    assert error is not None
    assert (error.message, error.file, error.line) == (
        "cannot read property 'x' of undefined: list or list[count] is undefined",
        "shop/a",
        2,
    )
    error = run("import { a } from 'shop/a';\na.b.c;", files).error
    assert error is not None
    assert (error.message, error.file) == ("cannot read property 'c' of undefined: a.b is undefined", "checkin.js")


PAGE = """<html><script scope="backend">
  import { f } from 'm';
  const x = 1;
</script>
<p>hello <script scope="backend">import { g } from 'm'; let y = %s;</script></p>
"""


@pytest.mark.parametrize(
    ("expression", "files", "message", "place"),
    [
        ("f(x) + g()", {"m": "export const f = (x) => x, g = () => nope;"}, "nope is not defined", "m:1:38"),
        ("nope", {"m": "export const f = 1, g = 2;"}, "nope is not defined", "page.html:5:65"),
        (";", {"m": ""}, "unexpected token in expression: ';'", "page.html:5:65"),
        ("1", {"m": "export const f = 1;"}, "'m' exports no 'g' for page.html; it exports f", "page.html:5:43"),
    ],
)  # fmt: skip
def test_places_in_a_pages_blocks_are_those_of_the_page(
    runtime: Runtime, modules: SwitchedModules, expression: str, files: dict[str, str], message: str, place: str
) -> None:
    modules.sources = files
    record, html = runtime.run_page(PAGE % expression, session=ADA)
    assert html == "<html>\n<p>hello </p>\n"
    assert record.error is not None
    assert record.error.message == message
    assert f"{record.error.file}:{record.error.line}:{record.error.column}" == place


def test_imports_of_any_block_are_there_in_all(runtime: Runtime, modules: SwitchedModules) -> None:
    modules.sources = {"m": "export const a = 1, b = 2;"}
    page = (
        "<script scope=backend>setVariable('b', b); const c = 3</script><b>"
        "<script scope=backend>import { a, b } from 'm'; setVariable('all', [a, b, c]);</script>"
    )
    record = runtime.run_page(page, session=ADA).record
    assert (record.error, record.variables) == (None, {"b": 2, "all": [1, 2, 3]})


def test_a_run_after_one_that_failed_is_right(run: RunFiles) -> None:
    files: list[tuple[str, dict[str, str], Any]] = [
        ("import { a } from 'm'; setVariable('a', a);", {"m": "export const a = ;"}, {}),
        ("import { a } from 'm'; setVariable('a', a);", {"m": "export const a = 1;"}, {"a": 1}),
        ("setVariable('a', 2);", {}, {"a": 2}),
    ]
    assert [run(source, modules).variables for source, modules, _ in files] == [expected for _, _, expected in files]
