"""Directives: what is shown, what is left alone, and what is said of one that does not fit."""

from pathlib import Path
from typing import Any

import pytest

from runtime import Request, Runtime
from tests.templates.conftest import VISITOR, Render

VARIABLES: dict[str, Any] = {"rows": [{"n": "a"}, {"n": "b"}], "yes": True, "object": {"k": 1, "l": 2}, "empty": []}

SHOWN = [
    ("@if(var.yes)yes@endif", "yes"),
    ("@if(var.nix)yes@endif.", "."),
    ("@if(var.nix)a@else-@endif-", "--"),
    ("@if(var.nix)a@else b@endif", " b"),
    ("@if (var.nix) a @elseif (var.yes) b @elseif (true) c @else d @endif", " b "),
    ("@if(var.yes)@if(var.nix)a@else b@endif@else c@endif", " b"),
    ("@if(getCustomer().name == 'Ada')Ada@endif", "Ada"),
    ("@foreach(row in var.rows){{ loop.index }}{{ row.n }}@endforeach", "1a2b"),
    (
        "@foreach(row in var.rows){{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }} @endforeach",
        "0truefalse2 1falsetrue2 ",
    ),
    (
        "@foreach(a in [1, 2])@foreach(b in [1, 2]){{ a }}{{ b }}{{ loop.last }} @endforeach@endforeach",
        "11false 12true 21false 22true ",
    ),
    (
        "@foreach(a in [1, 2]){{ loop | json }}@endforeach",
        '{"index":1,"index0":0,"first":true,"last":false,"length":2}'.replace('"', "&#34;")
        + '{"index":2,"index0":1,"first":false,"last":true,"length":2}'.replace('"', "&#34;"),
    ),
    ("@foreach(pair in var.object){{ pair.key }}{{ pair.value }}@endforeach", "k1l2"),
    ("@foreach(a in var.empty)x@endforeach@foreach(a in var.nix)x@endforeach@foreach(a in 'text')x@endforeach.", "."),
    ("@foreach(customer in ['b']){{ customer }}@endforeach{{ customer.name }}", "bAda"),
    ("@set(n = 1 + 1){{ n }}@set(n = n * 2){{ n }}", "24"),
    ("@set(s = '')@foreach(row in var.rows)@set(s = s + row.n)@endforeach{{ s }}", "ab"),
    ("@set(o = {a: getVariable('yes')}){{ o.a }}{{ {a: getVariable('nix')} }}", "true{&#34;a&#34;:null}"),
    ("{{ n }}@if(var.yes)@set(n = 3)@endif{{ n }}", "3"),
    ("@set(default = 1){{ default }}", "1"),
    ("@verbatim{{ x }} @if(y) @@if @endverbatim{{ 1 }}", "{{ x }} @if(y) @@if 1"),
    ("a{{-- no {{ x }} @if(y) --}}b", "ab"),
    ("{{--}}--}}", ""),
    ("@@if(x) @@endif @@verbatim a@@if(x)", "@if(x) @endif @verbatim a@if(x)"),
    ("{{ '{{' }} {{ \"}}\" }} {{ '@if(x)' }}", "{{ }} @if(x)"),
    # what is left alone
    ("ada@example.com {{ 1 }} a@if.com joe@else-where.de", "ada@example.com 1 a@if.com joe@else-where.de"),
    (
        "@media (min-width: 1px) { a { b: c } } @import url(x); @font-face { } {{ 1 }}",
        "@media (min-width: 1px) { a { b: c } } @import url(x); @font-face { } 1",
    ),
    ("@ada said: @if you like, @set and @block {{ 1 }} @", "@ada said: @if you like, @set and @block 1 @"),
    ("a@@b {{ 1 }} @@ }} } {", "a@@b 1 @@ }} } {"),
    ("@iffy(1) {{ 1 }} @if-not(2) @elsewhere", "@iffy(1) 1 @if-not(2) @elsewhere"),
    ("@block('a')b@endblock", "b"),
    ("@yield('nix').", "."),
]


@pytest.mark.parametrize(("template", "page"), SHOWN, ids=[template for template, _ in SHOWN])
def test_a_directive_shows_what_it_should(render: Render, template: str, page: str) -> None:
    assert render(template, VARIABLES) == page


UNTOUCHED = Path(__file__).with_name("untouched.txt")
"""Pages of a line that have an ``@`` and no template."""

WRONG = [
    ("@if(x", ["1:6 ')' is missing behind @if(… (got the end of the page)", "1:1 @if has no @endif"], ""),
    ("@if()a@endif.", ["1:5 an expression is missing (got ')a@endif.')"], "."),
    ("a@endif b", ["1:2 @endif without an @if"], "a b"),
    ("a@else b", ["1:2 @else without an @if"], "a b"),
    ("@elseif(true)b", ["1:1 @elseif without an @if"], "b"),
    ("@if(true)a@else b@else c@endif", ["1:18 @else without an @if"], "a"),
    ("@if(true)a", ["1:1 @if has no @endif"], "a"),
    (
        "@foreach(a of [1])b@endforeach.",
        ["1:12 'in' is missing, as in @foreach(row in rows) (got 'of [1])b@end')"],
        ".",
    ),
    ("@foreach(a in [1])@if(true)b@endforeach c", ["1:19 @if has no @endif before the @endforeach around it"], "b c"),
    ("@foreach(loop in [1])b@endforeach.", ["1:10 'loop' is a word of the language and no name for a variable"], "."),
    ("@set(a == 1).", ["1:8 '=' is missing behind the name, as in @set(name = 1) (got '== 1).')"], "."),
    ("@component(card).", ["1:12 the code of a component must be a string in quotes (got 'card).')"], "."),
    ("{{ 1 }}@foreech(a in b)", ["1:8 unknown directive @foreech, did you mean @foreach?"], "1@foreech(a in b)"),
    ("@verbatim a", ["1:1 @verbatim has no @endverbatim"], " a"),
    ("a{{-- b", ["1:2 the comment {{-- has no --}}: all that follows is left out"], "a"),
    ("a{{ b", ["1:6 '}}' is missing behind the expression (got the end of the page)"], "a{{ b"),
    ("@if(not nix)a@else b@endif", ["1:9 unknown name 'nix': what a script sets is var.nix"], " b"),
    ("x\n@if(true)\r\n {{ getCrmField({slug: 'nix', fieldKey: 'a'}) }}@endif", None, "x\n\r\n "),
    ("@if(getCrmField(1))a@else b@endif", None, " b"),
    ("@foreach(a in getCrmEntries())b@endforeach.", None, "."),
    ("@set(a = getCrmField())[{{ a }}]", None, "[]"),
]


@pytest.mark.parametrize(("template", "problems", "page"), WRONG, ids=[one[0] for one in WRONG])
def test_what_is_wrong_prints_nothing_and_the_page_goes_on(
    render: Render, template: str, problems: list[str] | None, page: str | None
) -> None:
    """What fails when it runs is there as what is wrong when it is read; a condition that fails is false."""
    record, html = render.page(template)
    assert html == (template if page is None else page)
    assert record.status == "error"
    found = render.problems(template)
    assert found == problems if problems is not None else len(found) == 1


ALONE = [
    ("<p>@foreech(row in var.rows)</p>", "1:4 unknown directive @foreech, did you mean @foreach?"),
    ("@componnent('card')", "1:1 unknown directive @componnent, did you mean @component?"),
    ("\n <main>@yeild('content')</main>", "2:8 unknown directive @yeild, did you mean @yield?"),
    ("@extnds('page')\r\n<p>ä\0</p>", "1:1 unknown directive @extnds, did you mean @extends?"),
    ("@elsif(1)", "1:1 unknown directive @elsif, did you mean @elseif?"),
]


@pytest.mark.parametrize(("page", "problem"), ALONE, ids=[page for page, _ in ALONE])
def test_a_misspelt_directive_is_told_of_in_a_page_that_has_nothing_else(
    render: Render, page: str, problem: str
) -> None:
    record, html = render.page(page)
    assert (html, record.status, render.problems(page)) == (page, "error", [problem])


def test_a_misspelt_directive_is_told_of_beside_the_blocks_of_a_page(render: Render) -> None:
    record, html = render.page("<script scope=backend>setVariable('a', 1)</script>\n@foreech(row in var.rows)")
    assert (html, record.status, record.variables) == ("\n@foreech(row in var.rows)", "error", {"a": 1})
    assert record.error is not None
    assert (record.error.message, record.error.line, record.error.column) == (
        "unknown directive @foreech, did you mean @foreach?",
        2,
        1,
    )


@pytest.mark.parametrize("page", [line for line in UNTOUCHED.read_text().splitlines() if line])
def test_what_browsers_and_their_frameworks_take_is_no_misspelt_directive(render: Render, page: str) -> None:
    record, html = render.page(page)
    assert (html, record.status, record.template) == (page, "ok", None)


def test_a_call_that_throws_is_on_record_with_its_place(render: Render) -> None:
    record, html = render.page("<p>\n é {{ 1 }}{{ getCrmField({slug: 'nix', fieldKey: 'a'}) }}</p>", filename="a.html")
    assert html == "<p>\n é 1</p>"
    assert record.error is not None
    assert record.template is not None
    assert (record.status, record.template.errors) == ("error", [record.error])
    assert (record.error.name, record.error.file, record.error.line, record.error.column) == (
        "TypeError",
        "a.html",
        2,
        11,
    )
    assert record.error.message.startswith("getCrmField: no entity 'nix'")
    assert [(call.name, call.ok) for call in record.calls] == [("getCrmField", False)]


def test_places_are_those_of_the_page_with_its_blocks(render: Render) -> None:
    page = (
        "<script scope=backend>\n\n</script>{{ a }}\n<scr<script scope=backend></script>ipt>{{ b }}{{ getVariable() }}"
    )
    record = render.page(page).record
    assert record.template is not None
    places = [(error.line, error.column) for error in record.template.errors]
    assert places == [(3, 13), (4, 43)]


@pytest.mark.parametrize(
    "page",
    ["<p>a@b.c</p>", "@media { }", "{ { } } }} @@ @", "\0\ud800\r\n<p", "@ada @iffy(x)", "a@if.com", "@if you like"],
)
def test_a_page_without_a_template_comes_out_byte_for_byte(runtime: Runtime, page: str) -> None:
    """Without a run, and without a template on record."""
    record, html = runtime.run_page(page, session=VISITOR)
    assert (html, record.status, record.usage.wall_seconds) == (page, "ok", 0.0)


def test_texts_of_any_kind_come_out_byte_for_byte(render: Render) -> None:
    text = "\0\ud800\ufdd0é𝄞\r\n\u2028`${a}`\\n</p>" * 10
    assert render(f"{text}{{{{ 1 }}}}{text}\0") == f"{text}1{text}\0"


def test_a_text_that_is_missing_only_in_data_is_replaced(runtime: Runtime) -> None:
    """U+0000 and half a character, in what a visitor sent."""
    page = "{{ query.a }}|{{ query.a | raw }}|{{ query.b }}|{{ query.c }}"
    request = Request(query={"a": "\0", "b": "\ud800", "c": "\ufdd0a\ufdd0"})
    assert runtime.run_page(page, session=VISITOR, request=request).html == "\ufffd|\ufffd|\ufffd|\ufffda\ufffd"


def test_a_template_sees_what_the_blocks_did_and_is_seen_on_the_record(render: Render) -> None:
    page = (
        "<script scope=backend>setVariable('a', 1); session.set('step', 3);"
        " session.setCustomer({email: 'eve@example.com', name: 'Eve'})</script>"
        "{{ var.a }}{{ setVariable('a', 2) }}{{ var.a }}{{ session.get('step') }} {{ customer.name }} {{ is_customer }}"
    )
    record, html = render.page(page)
    assert html == "123 Eve true"
    assert (record.status, record.variables, record.session) == ("ok", {"a": 2}, {"step": 3})


def test_what_a_script_breaks_is_whole_in_the_template(render: Render) -> None:
    page = (
        "<script scope=backend>String.prototype.replace = () => '<b>'; Object.hasOwn = () => true;"
        " Object.prototype.evil = '<b>'; JSON.stringify = () => '<b>'; setVariable('a', '<i>');</script>"
        "{{ var.a }}{{ var.evil }}{{ [var.a] | json }}"
    )
    assert render(page) == "&lt;i&gt;[&#34;&lt;i&gt;&#34;]"


def test_a_script_that_fails_does_not_cost_the_page(render: Render) -> None:
    record, html = render.page("<script scope=backend>setVariable('a', 1); null.x</script>{{ var.a }}")
    assert (html, record.status, record.template and record.template.errors) == ("1", "error", [])
    assert record.error is not None
    assert record.error.name == "TypeError"


@pytest.mark.parametrize("answer", ["redirect('/a')", "response.json({})", "response.send('<b>')"])
def test_no_template_runs_behind_an_answer(render: Render, answer: str) -> None:
    page = f"<script scope=backend>{answer}</script>a{{{{ setCrmField({{slug: 'x'}}) }}}}"
    record, html = render.page(page)
    assert (html, record.status, record.calls[1:]) == ("a", "ok", [])


def test_a_status_alone_is_no_answer(render: Render) -> None:
    assert render("<script scope=backend>response.status(404)</script>{{ 1 }}") == "1"


@pytest.mark.parametrize(
    "template",
    [
        "a<script scope='@if(true)backend@endif'>secret()</script>b",
        "a<scr{{ 1 }}ipt scope=backend>secret()</script>b",
        "a<scr{{-- --}}ipt scope=backend>secret()</script>b",
        "a{{ query.raw | raw }}b",
        "a@if(true)<scr@endif@if(true)ipt scope=backend>secret()</script>@endif{{ 1 }}b",
        "a<script @foreach(a in [1])scope=backend @endforeach>secret()</script>b",
    ],
)
def test_a_template_puts_no_backend_block_together(runtime: Runtime, template: str) -> None:
    """Whatever it is put together from, and also where no value is in it."""
    request = Request(query={"raw": "<script scope=backend>secret()</script>"})
    html = runtime.run_page(template, session=VISITOR, request=request).html
    assert "secret" not in html or "<script" not in html
    assert html.startswith("a")
