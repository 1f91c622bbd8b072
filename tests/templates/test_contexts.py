"""Where a value stands decides what becomes of it: escaped so that it stays a value, or refused."""

import json
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runtime import Request, Runtime
from runtime.templates.attribute_kinds import (
    ANY,
    MAX_WRITTEN_CHARACTERS,
    SCHEMES,
    is_on_a_fixed_site,
    refresh_address,
    shortened,
    shortened_content,
    zone,
)
from runtime.templates.contexts import START
from tests.templates.conftest import VISITOR, Render
from tests.templates.structure import found, structure

NASTY = "<b>\"'&`=\n</script><!--"

REFRESH = '<meta http-equiv="refresh"'
ESCAPED = [
    ("<p>{{ var.x }}</p>", "a<b>&\"'", "<p>a&lt;b&gt;&amp;&#34;&#39;</p>"),
    ("<title>{{ var.x }}</title>", "</title>", "<title>&lt;/title&gt;</title>"),
    ("<textarea>{{ var.x }}</textarea>", "</textarea>", "<textarea>&lt;/textarea&gt;</textarea>"),
    ('<p title="{{ var.x }}">', "\" onclick='", '<p title="&#34; onclick=&#39;">'),
    ("<p title='a{{ var.x }}b'>", "'>", "<p title='a&#39;&gt;b'>"),
    ('<p data-x="{{ var.x | json }}">', {"a": '"<'}, '<p data-x="{&#34;a&#34;:&#34;\\&#34;&lt;&#34;}">'),
    (
        '<noscript><p title="{{ var.x }}"></noscript>',
        "</noscript>",
        '<noscript><p title="&lt;/noscript&gt;"></noscript>',
    ),
    # addresses
    (
        '<a href="{{ var.x }}">',
        "https://a.example/ü?b=c&d=[1]#e",
        '<a href="https://a.example/%C3%BC?b=c&amp;d=[1]#e">',
    ),
    ('<a href="{{ var.x }}">', "/a b/%20/\"'", '<a href="/a%20b/%20/%22%27">'),
    ('<a href=" {{ var.x }}">', "javascript:alert(1)", '<a href=" about:invalid">'),
    ('<a href="{{ var.x }}">', " \x01JaVaScRiPt:alert(1)", '<a href="about:invalid">'),
    ('<a href="{{ var.x }}">', "java\tscript:alert(1)", '<a href="about:invalid">'),
    ('<a href="{{ var.x }}">', "data:text/html,<b>", '<a href="about:invalid">'),
    ('<a href="{{ var.x }}">', "mailto:ada@example.com", '<a href="mailto:ada@example.com">'),
    ('<a href="{{ var.x }}">', "?a:b", '<a href="?a:b">'),
    ('<a href="{{ var.x }}{{ var.x }}">', "java:", '<a href="about:invalidjava%3A">'),
    ('<a href="x{{ var.x }}">', ":alert(1)/", '<a href="x%3Aalert%281%29%2F">'),
    ('<a href="/{{ var.x }}">', "//evil.example/a", '<a href="/evil.example/a">'),
    ('<a href="/a/{{ var.x }}?q={{ var.x }}#{{ var.x }}">', "b/c&d", '<a href="/a/b/c&amp;d?q=b%2Fc%26d#b%2Fc%26d">'),
    ('<a href="mailto:{{ var.x }}">', "a@b.c", '<a href="mailto:a@b.c">'),
    ('<form action="{{ var.x }}">', "vbscript:x", '<form action="about:invalid">'),
    ('<svg><a xlink:href="{{ var.x }}">', "javascript:x", '<svg><a xlink:href="about:invalid">'),
    ('<img srcset="{{ var.x }} 2x">', "/a,b c", '<img srcset="/a%2Cb%20c 2x">'),
    ('<img srcset="/b 1x, {{ var.x }} 2x">', "javascript:x", '<img srcset="/b 1x, about:invalid 2x">'),
    ('<script src="/js/{{ var.x }}.js"></script>', "../a?b", '<script src="/js/..%2Fa%3Fb.js"></script>'),
    ('<link href="https://a.example/{{ var.x }}">', "/b", '<link href="https://a.example/%2Fb">'),
    ('<a href="@if(var.x)/a@else/b@endif?c={{ var.x }}">', "d&e", '<a href="/a?c=d%26e">'),
    # where a page leads by itself
    (
        f'{REFRESH} content="0; url={{{{ var.x }}}}">',
        "javascript:alert(1)",
        f'{REFRESH} content="0; url=about:invalid">',
    ),
    (f'{REFRESH} content="0;{{{{ var.x }}}}">', "url=javascript:x", f'{REFRESH} content="0;about:invalid">'),
    (f"{REFRESH} content=\"3,URL='/a?b={{{{ var.x }}}}'\">", "c&d'", f"{REFRESH} content=\"3,URL='/a?b=c%26d%27'\">"),
    (f'{REFRESH} content="5 {{{{ var.x }}}}">', "/a b", f'{REFRESH} content="5 /a%20b">'),
    (f'{REFRESH} content="0;ur{{{{ var.x }}}}">', "l=javascript:x", f'{REFRESH} content="0;url%3Djavascript%3Ax">'),
    (
        "<META HTTP-EQUIV=refresh content='@if(var.x)1 @else 2 @endif; url={{ var.x }}'>",
        "data:,x",
        "<META HTTP-EQUIV=refresh content='1 ; url=about:invalid'>",
    ),
    (
        "<meta content='0; url={{ var.x }}' http-equiv=refresh>",
        "data:,x",
        "<meta content='0; url=about:invalid' http-equiv=refresh>",
    ),
    (
        "<meta @if(var.x)http-equiv='refresh'@endif content='0;{{ var.x }}'>",
        "data:,x",
        "<meta http-equiv='refresh' content='0;about:invalid'>",
    ),
    (
        '<meta name="description" content="{{ var.x }}: 1; {{ var.x }}">',
        "a & b",
        '<meta name="description" content="a &amp; b: 1; a &amp; b">',
    ),
    (
        '<meta name="place" content="52.5;{{ var.x }}, at 3, {{ var.x }}">',
        "a b:c",
        '<meta name="place" content="52.5;a b:c, at 3, a b:c">',
    ),
    # styles
    ('<p style="width: {{ var.x }}%">', 12.5, '<p style="width: 12.5%">'),
    ("<style>p { color: {{ var.x }} }</style>", "#0af", "<style>p { color: #0af }</style>"),
    # scripts
    (
        "<script>f({{ var.x }})</script>",
        "</script><b>'\"",
        '<script>f( "\\u003c\\u002fscript\\u003e\\u003cb\\u003e\\u0027\\u0022" )</script>',
    ),
    (
        "<script>f({{ var.x }})</script>",
        {"a": [1, None, True, "é\u2028"]},
        '<script>f( {"a":[1,null,true,"é\\u2028"]} )</script>',
    ),
    ("<script>f({{ var.nix }}, {{ 1 - 2 }})</script>", 0, "<script>f( null ,  -1 )</script>"),
    ("<script>f({{ var.x | json }})</script>", "a", '<script>f( "a" )</script>'),
    (
        "<script>f('{{ var.x }}')</script>",
        "');alert(1)//\\",
        "<script>f('\\u0027\\u0029\\u003balert\\u00281\\u0029\\u002f\\u002f\\u005c')</script>",
    ),
    ('<script>f("{{ var.x | json }}")</script>', [1], '<script>f("\\u005b1\\u005d")</script>'),
    ("<script>a = b / {{ var.x }} / 2</script>", 4, "<script>a = b /  4  / 2</script>"),
    ("<script>if (a<{{ var.x }}) { }</script>", 4, "<script>if (a< 4 ) { }</script>"),
    (
        "<script>if (a<{{ var.x }}/script >b) f({{ var.x }})</script>",
        "alert(1)",
        '<script>if (a< "alert\\u00281\\u0029" /script >b) f( "alert\\u00281\\u0029" )</script>',
    ),
    ("<script>`a` + '{{ var.x }}'</script>", 4, "<script>`a` + '4'</script>"),
    ("<script>/[/'\"]/.test({{ var.x }})</script>", 4, "<script>/[/'\"]/.test( 4 )</script>"),
    (
        '<script type="application/ld+json">{"a": {{ var.x }}, "b": "{{ var.x }}"}</script>',
        '"<',
        '<script type="application/ld+json">{"a":  "\\u0022\\u003c" , "b": "\\u0022\\u003c"}</script>',
    ),
    # comments
    ("<!-- {{ getCrmField('wrong') }} --><p>", 0, "<!--  --><p>"),
    ("<script>// {{ var.x }}\n/* {{ var.x }} */</script>", "a\n", "<script>// \n/*  */</script>"),
    ("<!DOCTYPE {{ var.x }}>", "a>", "<!DOCTYPE >"),
    # markup that is meant
    ("<p>{{ var.x | raw }}</p>", "<b>&\0".replace("\0", ""), "<p><b>&</p>"),
    ("<p>{{ var.x | nl2br }}</p>", "<b>\n", "<p>&lt;b&gt;<br></p>"),
]


@pytest.mark.parametrize(("template", "value", "page"), ESCAPED, ids=[f"{one[0]} {one[1]}"[:90] for one in ESCAPED])
def test_a_value_is_escaped_for_where_it_stands(render: Render, template: str, value: Any, page: str) -> None:
    assert render(template, {"x": value}) == page


REFUSED = [
    ("<{{ var.x }}>", "right behind a '<'"),
    ("</{{ var.x }}>", "right behind a '<'"),
    ("<p{{ var.x }}>", "in the name of a tag: choose by @if instead"),
    ("<p {{ var.x }}>", "in a tag, outside of an attribute's value: choose by @if instead"),
    ("<p a{{ var.x }}='b'>", "in a tag, outside of an attribute's value: choose by @if instead"),
    ("<p title={{ var.x }}>", 'in title without quotes: write title="…"'),
    ("<p title=a{{ var.x }}>", 'in title without quotes: write title="…"'),
    (
        '<p onclick="{{ var.x }}">',
        "in onclick, which holds code: put it into an attribute data-…, and read it from there",
    ),
    (
        '<p x-data="{{ var.x }}">',
        "in x-data, which holds code: put it into an attribute data-…, and read it from there",
    ),
    (
        '<p @click="{{ var.x }}">',
        "in @click, which holds code: put it into an attribute data-…, and read it from there",
    ),
    ('<iframe srcdoc="{{ var.x }}">', "in srcdoc, which holds a page of its own"),
    ('<a href="javascript:{{ var.x }}">', "in an address that is code or data, or whose scheme is not known"),
    (
        '<a href="java&#115;cript&colon;{{ var.x }}">',
        "in an address that is code or data, or whose scheme is not known",
    ),
    ('<a href="{{ var.x }}:{{ var.x }}">', "in an address that is code or data, or whose scheme is not known"),
    (
        '<script src="{{ var.x }}"></script>',
        "in src of <script>, unless what stands before says from which site it comes, as in /files/{{ … }}",
    ),
    (
        '<script src="//{{ var.x }}/"></script>',
        "in src of <script>, unless what stands before says from which site it comes, as in /files/{{ … }}",
    ),
    (
        '<script src="/{{ var.x }}/{{ var.x }}/a.js"></script>',
        "in src of <script>, unless what stands before says from which site it comes, as in /files/{{ … }}",
    ),
    (
        '<script type="{{ var.x }}"></script>',
        "in type of <script>, which decides what is around it: choose by @if instead",
    ),
    ('<link rel="{{ var.x }}">', "in rel of <link>, which decides what is around it: choose by @if instead"),
    *(
        (
            f'{REFRESH} content="{start}{{{{ var.x }}}}">',
            'in content of <meta http-equiv="refresh">, unless the seconds stand before: 0; url={{ … }}',
        )
        for start in ("", " ", "url=")
    ),
    (
        f'{REFRESH} content="0; url=javascript:{{{{ var.x }}}}">',
        "in an address that is code or data, or whose scheme is not known",
    ),
    (
        f'{REFRESH} content="0&#59;url=javascript&colon;{{{{ var.x }}}}">',
        "in an address that is code or data, or whose scheme is not known",
    ),
    (
        '<meta http-equiv="{{ var.x }}">',
        "in http-equiv of <meta>, which decides what is around it: choose by @if instead",
    ),
    (
        "<script>`{{ var.x }}`</script>",
        "inside of a template literal (`…`): set a variable from it first, as in const name = {{ … }};",
    ),
    (
        "<script>`${ {{ var.x }} }`</script>",
        "inside of a template literal (`…`): set a variable from it first, as in const name = {{ … }};",
    ),
    ("<script>a = /{{ var.x }}/</script>", "inside of a regular expression"),
    ("<script>'\\{{ var.x }}'</script>", "right behind a backslash"),
    ("<script>'</{{ var.x }}'</script>", "right behind a '<'"),
    ("<script><!--\n{{ var.x }}</script>", "in a script with '<!--' in it"),
    ('<script type="text/template">{{ var.x }}</script>', "in a script of the type 'text/template'"),
    ("<svg><script>{{ var.x }}</script></svg>", "in a <script> inside of <svg> or <math>"),
    ("<svg><style>{{ var.x }}</style></svg>", "in this place of a <style>"),
    ("<iframe>{{ var.x }}</iframe>", "in <iframe>, where nothing can be escaped"),
    (
        '<p @if(var.x) title @endif="{{ var.x }}">',
        "in an attribute whose name depends on an @if: write the whole attribute into it",
    ),
    (
        '<svg><animate to="{{ var.x }}"></svg>',
        "in to of <animate>, which decides what is around it: choose by @if instead",
    ),
]


@pytest.mark.parametrize(("template", "why"), REFUSED, ids=[template for template, _ in REFUSED])
def test_a_value_is_refused_where_it_cannot_be_escaped(render: Render, template: str, why: str) -> None:
    """It prints nothing then; the page around it is as it was."""
    page = render.page(template, {"x": "x"})
    assert page.record.template is not None
    problems = {error.message for error in page.record.template.errors}
    assert problems == {f"{{{{ … }}}} cannot stand {why}"}
    assert [error.code for error in page.record.template.errors if error.code != "template_error"] == []


def test_markup_is_refused_outside_of_text(render: Render) -> None:
    for name in ("raw", "nl2br"):
        for template in ('<p title="{{ 1 | %s }}">', "<script>{{ 1 | %s }}</script>"):
            [problem] = render.problems(template % name)
            assert problem.endswith(f"the filter {name} gives markup: it can be used in text alone")


def test_a_value_that_no_style_may_have_prints_nothing_and_is_told(render: Render) -> None:
    page = render.page('<p style="color: {{ var.x }}">', {"x": "red; background: url(//x)"})
    assert page.html == '<p style="color: ">'
    assert page.record.template is not None
    assert [error.message for error in page.record.template.errors] == [
        'a value in a style may have letters, digits, blanks and . , # % + - _ only (got "red; background: url(//x)")'
    ]


MEETING = [
    "<p @if(var.x)class='a'@endif>b</p>",
    "<option @if(var.x) selected @endif>",
    "<input value='1'@if(var.x) checked@else disabled@endif>",
    "<p class='a @if(var.x)b@endif'>",
    "@if(var.x)<p>@else<div>@endif",
    "@if(var.x)<p title='@endif",
    "<script>@if(var.x)var a = 1;@else/* none */@endif</script>",
    "@foreach(a in [1, 2])<tr><td>{{ a }}</td></tr>@endforeach",
    "<p @foreach(a in [1, 2])data-{{-- no --}}@endforeach>",
    "<p class='@foreach(a in [1, 2]){{ a }} @endforeach'>",
    "<script>var a = [@foreach(a in [1, 2]){{ a }},@endforeach];</script>",
    "<meta @if(var.x)http-equiv='refresh'@endif content='1'>",
    "<meta http-equiv='@if(var.x) refresh @endif'>",
    "@if(var.x)<!--@endif",
    "@foreach(a in [1])<p title='@endforeach",
    "@if(var.x)<script>@endif",
]
CONFLICTS = {
    "<meta http-equiv='@if(var.x) refresh @endif'>": "these end in the value of an attribute",
    "@if(var.x)<p title='@endif": "these end in the value of an attribute and text",
    "@if(var.x)<!--@endif": "these end in a comment and text",
    "@if(var.x)<script>@endif": "these end in a script and text",
    "@foreach(a in [1])<p title='@endforeach": "these end in text and the value of an attribute",
}


@pytest.mark.parametrize("template", MEETING)
def test_ways_through_a_page_meet_in_one_place(render: Render, template: str) -> None:
    rule = "the branches of an @if must end where each other do"
    if "@foreach" in template:
        rule = "a @foreach must end where it begins"
    at = template.index("@") + 1
    expected = [f"1:{at} {rule} ({CONFLICTS[template]}); it is left out"] if template in CONFLICTS else []
    assert render.problems(template, {"x": 1}) == expected


SEVERAL = """<p title="{{ query.x }}" class='{{ query.x }}' style="width: {{ query.x }}">{{ query.x }}</p>
<a id=a href="{{ query.x }}">{{ query.x | upper }}</a><a id=b href='/{{ query.x }}?{{ query.x }}={{ query.x }}'>
<img srcset="{{ query.x }} 2x, /b"></a><textarea>{{ query.x }}</textarea><svg><title>{{ query.x }}</title>
<path d="{{ query.x }}"/></svg><style>p { color: {{ query.x }} }</style><!-- {{ query.x }} -->
<p data-x="{{ query.x | json }}">{{ query.x | nl2br }}</p><p>{{ query.x | json }}{{ dump(query) }}
{{ query.x | strip_tags }}</p>
<noscript><p title="{{ query.x }}">{{ query.x }}</p></noscript>
<script>var value = {{ query.x }}, one = '{{ query.x }}', two = "{{ query.x }}"; /* {{ query.x }} */ // {{ query.x }}
</script><script type="application/json">{"value": {{ query.x }}, "one": "{{ query.x }}"}</script><b>the end</b>
"""
MARKS = "< > \" ' ` & / \\ = : --> <!-- ]]> </script> </style> </textarea> <script> javascript: // {{ ${ */ &lt; x"
PIECES = st.sampled_from([*MARKS.split(), "\0", "\n", "\u2028", " "])
HOSTILE = st.lists(PIECES | st.text(st.characters(exclude_categories=()), max_size=3), min_size=1, max_size=8).map(
    "".join
)


def _rendered(runtime: Runtime, template: str, value: str) -> str:
    return runtime.run_page(template, session=VISITOR, request=Request(query={"x": value})).html


@settings(max_examples=40)
@given(HOSTILE)
@example(NASTY)
@example("\ud800")
@example("\\:")
def test_data_never_becomes_markup(runtime: Runtime, value: str) -> None:
    """The page has the elements and attributes that it has with a plain word, but for breaks that are asked for."""
    page = _rendered(runtime, SEVERAL, value)
    for scripting in (False, True):
        elements = [one for one in structure(page, scripting=scripting) if one.name != "br"]
        assert elements == structure(_rendered(runtime, SEVERAL, "word"), scripting=scripting)
    for number in (0, 1):
        address = found(page, "a", number)["href"].lstrip("".join(map(chr, range(33))))
        # A scheme as browsers know one: what begins with another sign, such as ``%5C:``, is a path to them.
        scheme = re.match(r"[a-z][a-z0-9+.-]*:", re.sub(r"[\t\r\n]", "", address), re.IGNORECASE | re.ASCII)
        assert scheme is None or scheme[0].lower() in {f"{one}:" for one in (*SCHEMES, "about")}
        assert not address.startswith("//") or number == 0


@settings(max_examples=40)
@given(HOSTILE.filter(lambda text: text.isprintable() and text.encode("utf-8", "ignore").decode() == text))
@example("`${x}`\\u0041'\"</script>")
def test_data_reaches_its_reader_as_it_is(runtime: Runtime, value: str) -> None:
    """What escaping does is undone by whoever reads: the HTML parser, JavaScript, JSON."""
    page = _rendered(runtime, SEVERAL, value)
    assert (found(page, "p")["title"], found(page, "p")["class"], found(page, "p")[""]) == (value, value, value)
    assert found(page, "textarea")[""] == value
    assert json.loads(found(page, "p", 1)["data-x"]) == value
    assert json.loads(found(page, "script", 1)[""]) == {"value": value, "one": value}
    script = found(page, "script", 0)[""] + "\nsetVariable('seen', [value, one, two]);"
    assert runtime.run(script, session=VISITOR).variables == {"seen": [value, value, value]}


ADDRESS_WORDS = [
    *("http", "https:", "a", "x.example", ":", "/", "//", "\\", "?", "#", ".", " "),
    *("&", "&colon;", "&#58", ";", "\ufffc"),
]
ADDRESSES = st.lists(st.sampled_from(ADDRESS_WORDS), max_size=6).map("".join)


@given(ADDRESSES, st.sampled_from("a /&"), ADDRESSES, ADDRESSES)
@example("/", "a", "", "//")
@example("https://", "a", "", "/")
@example("", "a", "&col", "on;x")
@example("", "a", "&#58&", "")
@example("http&#58", "a", "", "https:")
@example("", " ", "http", "&colon;")
def test_a_long_address_means_what_it_means_in_short(before: str, filling: str, after: str, following: str) -> None:
    """The same place in it for whatever comes behind; and never a site that it does not name."""
    written = before + filling * MAX_WRITTEN_CHARACTERS + after
    short = shortened(written)
    assert zone(short + following) == zone(written + following)
    assert is_on_a_fixed_site(written + following) or not is_on_a_fixed_site(short + following)


@given(
    *(st.lists(st.sampled_from([*"05. ;,='\"a:/&", ANY, "url", "URL=", "javascript:", "//"]), max_size=6),) * 3,
    st.sampled_from(" 5a"),
    st.booleans(),
)
@example([], ["0"], ["0"], "5", True)
@example(["0"], ["0"], [], "a", True)
def test_a_long_content_of_a_meta_means_what_it_means_in_short(
    before: list[str], after: list[str], following: list[str], filling: str, is_refresh: bool
) -> None:
    """It leads to the same kind of address, or to none, whatever comes behind."""
    written = "".join([*before, filling * MAX_WRITTEN_CHARACTERS, *after]).lstrip()
    long, short = (
        refresh_address(beginning + "".join(following), is_refresh=is_refresh)
        for beginning in (written, shortened_content(written))
    )
    assert (None if short is None else zone(short)) == (None if long is None else zone(long))


@pytest.mark.parametrize("beginning", ['<a href="/', '<meta http-equiv="refresh" content="0;url=/', '<meta content="'])
def test_what_is_kept_of_an_address_is_bounded(beginning: str) -> None:
    """However many values stand in it, so that each one takes the same time."""
    context = START.after(beginning)
    for _ in range(1_000):
        context = context.after("&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").after_output()
        assert len(context.written) <= MAX_WRITTEN_CHARACTERS
