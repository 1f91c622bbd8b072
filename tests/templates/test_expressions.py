"""Expressions: what each one gives, and what is said of one that is none."""

from typing import Any

import pytest

from tests.templates.conftest import Render

VARIABLES: dict[str, Any] = {
    "n": 7,
    "zero": 0,
    "half": 0.5,
    "text": "10",
    "empty": "",
    "yes": True,
    "no": False,
    "none": None,
    "list": [3, 1, "b"],
    "nested": {"a": {"b": [{"c": "deep"}]}, "length": "own"},
    "nothing": [],
    "void": {},
    "__proto__": {"x": 1},
}

VALUES = [
    ("'a'", "a"),
    ("'\\u0041\\n\\''", "A\n&#39;"),
    ("12.50", "12.5"),
    ("1e3", "1000"),
    ("true", "true"),
    ("false", "false"),
    ("null", ""),
    ("var.n", "7"),
    ("var['n']", "7"),
    ("var.list[0]", "3"),
    ("var.list[var.zero + 1]", "1"),
    ("var.list.length", "3"),
    ("var.text.length", "2"),
    ("var.text[1]", "0"),
    ("var.nested.a.b[0].c", "deep"),
    ("var.nested.length", "own"),
    ("var.list", "3, 1, b"),
    ("var.nested.a", "{&#34;b&#34;:[{&#34;c&#34;:&#34;deep&#34;}]}"),
    ("[1, [2, 'x'], var.n]", "1, 2, x, 7"),
    ("{a: 1, 'b c': [true], n: null}", "{&#34;a&#34;:1,&#34;b c&#34;:[true],&#34;n&#34;:null}"),
    ("{__proto__: 1}.__proto__", "1"),
    # what is missing prints nothing, nor does anything of it
    ("var.nix", ""),
    ("var.nix.nix[0]", ""),
    ("var.n.nix", ""),
    ("var.list[9]", ""),
    ("var.list[-1]", ""),
    ("var.text.toUpperCase", ""),
    ("var.list.map", ""),
    ("var.nested.constructor", ""),
    ("var.nested.__proto__", ""),
    ("var.hasOwnProperty", ""),
    ("var.constructor.constructor", ""),
    ("var.list['0.5']", ""),
    # arithmetic
    ("1 + 2", "3"),
    ("1 + 2 * 3 - 4 / 2", "5"),
    ("(1 + 2) * 3", "9"),
    ("7 % 4", "3"),
    ("-var.n + 1", "-6"),
    ("1 - -1", "2"),
    ("0.1 + 0.2 < 0.4", "true"),
    ("var.text * 2", "20"),
    ("var.text - 1", "9"),
    ("'x' * 2", ""),
    ("1 / 0", ""),
    ("5 % 0", ""),
    ("var.nix - 1", ""),
    # + adds two numbers, and joins all else
    ("var.text + 1", "101"),
    ("1 + var.text", "110"),
    ("'a' + 'b' + 1 + 2", "ab12"),
    ("1 + 2 + 'a'", "3a"),
    ("var.nix + 1", "1"),
    ("'n: ' + var.none", "n: "),
    ("'' + var.yes + var.list", "true3, 1, b"),
    # comparison
    ("var.n == 7", "true"),
    ("var.n eq 7.0", "true"),
    ("var.text == 10", "true"),
    ("var.text === 10", "false"),
    ("var.text !== 10", "true"),
    ("var.n != 7", "false"),
    ("var.n neq 8", "true"),
    ("var.n ne 8", "true"),
    ("var.none == var.nix", "true"),
    ("var.zero == var.nix", "false"),
    ("var.empty == var.nix", "false"),
    ("var.yes == 'true'", "false"),
    ("var.yes == 1", "false"),
    ("var.list == [3, 1, 'b']", "true"),
    ("var.list == [3, 1]", "false"),
    ("var.nested.a == {b: [{c: 'deep'}]}", "true"),
    ("var.void == []", "false"),
    ("1 < 2", "true"),
    ("2 lt 2", "false"),
    ("2 lte 2", "true"),
    ("2 <= 1", "false"),
    ("3 gt 2", "true"),
    ("2 gte 3", "false"),
    ("var.text > 9", "true"),
    ("'10' > '9'", "true"),
    ("'a' < 'b'", "true"),
    ("'2026-03-15' < '2026-04-01'", "true"),
    ("var.nix < 1", "false"),
    ("var.nix >= 1", "false"),
    ("var.list < 5", "false"),
    # logic gives one of its operands
    ("var.zero or 'none'", "none"),
    ("var.n or 'none'", "7"),
    ("var.n and 'some'", "some"),
    ("var.zero and 'some'", "0"),
    ("var.zero || var.empty || 'last'", "last"),
    ("var.yes && var.text", "10"),
    ("var.zero ?? 'none'", "0"),
    ("var.none ?? var.nix ?? 'none'", "none"),
    ("not var.zero", "true"),
    ("!var.n", "false"),
    ("not not var.n", "true"),
    ("not var.n == 8", "true"),
    ("var.n > 5 ? 'big' : 'small'", "big"),
    ("var.no ? 1 : var.zero ? 2 : 3", "3"),
    ("var.nothing or 'an empty list'", "an empty list"),
    ("var.void or 'an empty object'", "an empty object"),
    ("var.no or var.yes and var.half", "0.5"),
    # what the page gives
    ("customer.name", "Ada"),
    ("customer.id", "c_1"),
    ("is_customer", "true"),
    ("request.path", "/weight"),
    ("request.method", "GET"),
    ("query.tab", "log"),
    ("query.page + 1", "21"),
    ("query.page * 1 + 1", "3"),
    ("brand", "acme"),
    ("getVariable('n')", "7"),
    ("getVariable('nix') ?? 'null'", "null"),
    ("getCustomer().email", "ada@example.com"),
    ("getUser().name", "Ada"),
    ("session.get('step')", "2"),
    ("dump(var.list)", "[\n  3,\n  1,\n  &#34;b&#34;\n]"),
    ("dump(var.nix)", "nothing"),
    # a name that is a word elsewhere
    ("var.list | length", "3"),
    ("var.nested.a.b | length", "1"),
    ("(var.text | length) + 1", "3"),
    ("'{{'", "{{"),
    ('"}}"', "}}"),
    ("'a'|upper|lower", "a"),
    ("  var.n\n\t", "7"),
]


@pytest.mark.parametrize(("expression", "printed"), VALUES, ids=[expression for expression, _ in VALUES])
def test_an_expression_prints_its_value(render: Render, expression: str, printed: str) -> None:
    assert render(f"<p>{{{{ {expression} }}}}</p>", VARIABLES) == f"<p>{printed}</p>"


WRONG = [
    ("{{ }}", "1:4 an expression is missing (got '}}')"),
    ("{{ 1 + }}", "1:8 an expression is missing (got '}}')"),
    ("{{ a.b. }}", "1:9 a name behind the '.' is missing (got '}}')"),
    ("{{ 'a }}", "1:4 an expression is missing (got ''a }}')"),
    ("{{ 1 2 }}", "1:6 '}}' is missing behind the expression (got '2 }}')"),
    ("{{ (1 }}", "1:7 ')' is missing behind an expression in parentheses (got '}}')"),
    ("{{ {'a'} }}", "1:8 ':' is missing behind the name of a property (got '} }}')"),
    ("{{ [1, 2 }}", "1:10 ']' is missing behind the last of several (got '}}')"),
    ("{{ {a 1} }}", "1:7 '}' is missing behind the last property (got '1} }}')"),
    ("{{ var.a | }}", "1:12 the name of a filter is missing (got '}}')"),
    ("{{ var.f()() }}", "1:11 only functions can be called, by their names (got)"),
    ("{{ 12abc }}", "1:4 an expression is missing (got '12abc }}')"),
    ("{{ 1e999 }}", "1:4 a number too large to be one"),
    ("{{ '\\ud800' }}", "1:4 the string has half a character (a lone surrogate) in it"),
    ("{{ and }}", "1:4 an expression is missing (got 'and }}')"),
    ("<p>\n  {{ var.a\n | uper }}", "3:4 unknown filter 'uper', did you mean 'upper'?"),
    ("{{ var.a | slice }}", "1:12 the filter slice takes 1 to 2 arguments (got 0)"),
    ("{{ var.a | upper:1 }}", "1:12 the filter upper takes 0 arguments (got 1)"),
    ("{{ getCrmFeild({}) }}", "1:4 unknown function 'getCrmFeild', did you mean 'getCrmField'?"),
    ("{{ upper(var.a) }}", "1:4 unknown function 'upper': filters are written behind a '|', as in {{ x | upper }}"),
    ("{{ custmer.name }}", "1:4 unknown name 'custmer', did you mean 'customer'?"),
    ("{{ weight }}", "1:4 unknown name 'weight': what a script sets is var.weight"),
    ("{{ loop.index }}", "1:4 'loop' is there only inside of a @foreach"),
    ("@foreach(a in [1]){{ loop.indx }}@endforeach", "1:22 loop has no 'indx', did you mean 'index'?"),
    ("{{ var.a | raw | upper }}", "1:12 the filter raw must be the last one of an output"),
    ("é𝄞 {{ nix }}", "1:7 unknown name 'nix': what a script sets is var.nix"),
]


@pytest.mark.parametrize(("template", "problem"), WRONG, ids=[template for template, _ in WRONG])
def test_what_is_no_expression_is_named_with_its_place(render: Render, template: str, problem: str) -> None:
    assert render.problems(template, {"a": 1}) == [problem.removesuffix(" (got)")]


@pytest.mark.parametrize(
    "expression",
    ["(" * 200 + "1" + ")" * 200, "1" + "+1" * 5_000, "a" + ".b" * 5_000, "!" * 5_000 + "1", "not " * 5_000 + "1"],
    ids=["parentheses", "sum", "path", "negation", "not"],
)
def test_an_expression_is_bounded_in_depth(render: Render, expression: str) -> None:
    [problem] = render.problems(f"{{{{ {expression} }}}}b")
    assert problem.endswith(" the expression is nested too deep, or too long")


def test_the_deepest_expression_that_is_allowed_runs(render: Render) -> None:
    assert render("{{ " + "(" * 23 + "1" + ")" * 23 + " }}") == "1"
    assert render("{{ 1" + "+1" * 90 + " }}") == "91"
