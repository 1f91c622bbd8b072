"""A template's limits are its own, and whatever ends it, the visitor gets a page."""

import time

import pytest

from runtime import Limits, Runtime
from runtime.templates.compiler import compile_page
from runtime.templates.syntax import Source
from tests.templates.conftest import VISITOR, Render, Shelf

PAGE = (
    "<p>{{ var.a }}</p>@if(%s)<b>yes</b>@else<b>no</b>@endif@foreach(a in [1])x@endforeach"
    "<script>f({{ var.a }})</script>"
)
BARE = "<p></p><b>no</b><script>f(null)</script>"
LONG = "@set(s = 'xxxxxxxxxx')" + "@set(s = s + s)" * 14
"""A text of 160 KiB."""
ROWS = "[" + ",".join("1" * 500) + "]"
FOREVER = f"@set(r = {ROWS})" + "@foreach(a in r)" * 6 + "@set(b = a)" + "@endforeach" * 6


def ended(runtime: Runtime, template: str, **limits: float) -> tuple[str, str | None, str, str]:
    """Status, code, message and page of a run with limits of its own; the next run is as any other."""
    record, html = runtime.run_page(template, session=VISITOR, limits=Limits(**limits))
    assert record.error is not None
    assert record.template is not None
    assert record.template.errors[-1] == record.error
    assert runtime.run_page("{{ 1 }}", session=VISITOR).html == "1"
    return record.status, record.error.code, record.error.message, html


def test_time_is_bounded(runtime: Runtime) -> None:
    result = ended(runtime, PAGE % "true" + FOREVER, template_cpu_seconds=0.2)
    assert result == ("time_limit", "template_cpu_seconds", "the template used more than 0.2 s of CPU time", BARE)
    result = ended(runtime, PAGE % "true" + FOREVER, template_wall_seconds=0.2)
    assert result == ("time_limit", "template_wall_seconds", "the template took longer than 0.2 s", BARE)


def test_calls_are_bounded(runtime: Runtime) -> None:
    template = PAGE % "true" + "@foreach(a in [1, 2, 3, 4])@if(getCrmEntries({slug: 'nix'}))@endif@endforeach"
    result = ended(runtime, template, template_max_host_calls=3)
    assert result[:3] == ("limit", "template_max_host_calls", "the template made more than 3 calls to CRM functions")
    assert result[3] == BARE


@pytest.mark.parametrize("text", ["x" * 1_000, "é" * 500, "{{ 'x' }}" * 1_000])
def test_the_page_is_bounded(runtime: Runtime, text: str) -> None:
    """By its bytes, whether they are of the page's own text or of values, however often they are shown."""
    template = f"@foreach(a in {ROWS}){text}@endforeach@if(false)@else.@endif"
    assert ended(runtime, template, page_bytes=100_000) == (
        "limit",
        "page_bytes",
        "the page was larger than 100000 bytes",
        ".",
    )
    assert len(runtime.run_page(template, session=VISITOR).html) > 100_000


def test_memory_is_bounded(runtime: Runtime) -> None:
    record, html = runtime.run_page(PAGE % "true" + LONG + "@set(s = s + s)" * 8 + "{{ s | upper }}", session=VISITOR)
    assert (record.status, html) == ("memory_limit", BARE)


def test_a_value_larger_than_a_message_reaches_the_page(runtime: Runtime) -> None:
    """In pieces; a mark of the host's and a character of two units are never cut."""
    template = "é" * 100 + LONG + "{{ s + s + s + s + s + s + s }}" + "ü" * 100
    record, html = runtime.run_page(template, session=VISITOR)
    assert (record.status, html) == ("ok", "é" * 100 + "x" * 1_146_880 + "ü" * 100)
    template = "@set(s = '😀')" + "@set(s = s + s)" * 17 + "é{{ s }}"
    assert runtime.run_page(template, session=VISITOR).html == "é" + "😀" * 131_072


def test_a_script_that_used_up_its_time_does_not_cost_the_page(runtime: Runtime) -> None:
    page = "<script scope=backend>setVariable('a', 1); for (;;);</script>{{ var.a }}"
    record, html = runtime.run_page(page, session=VISITOR, limits=Limits(cpu_seconds=0.2))
    assert (html, record.status, record.error and record.error.code) == ("1", "time_limit", "cpu_seconds")
    assert record.template is not None
    assert record.template.errors == []


def test_limits_of_the_template_are_told_when_they_are_near(render: Render) -> None:
    template = "@foreach(a in [1, 2, 3, 4]){{ getCrmEntries({slug: 'nix'}) }}@endforeach"
    warnings = render.page(template, limits=Limits(template_max_host_calls=5)).record.warnings
    assert [one.message for one in warnings] == ["80 % of template_max_host_calls (5) is used"]


def test_failures_on_record_are_bounded(render: Render) -> None:
    record, html = render.page(
        f"@foreach(a in {ROWS}){{{{ getCrmEntries(1) }}}}@endforeach", limits=Limits(template_max_host_calls=1)
    )
    assert record.template is not None
    assert (html, record.status, len(record.template.errors)) == ("", "error", 100)


def test_usage_counts_both(render: Render) -> None:
    record = render.page(
        "<script scope=backend>getCrmEntries({slug: 'a'})</script>{{ getCrmEntries({slug: 'a'}) }}"
    ).record
    assert record.template is not None
    assert (record.usage.host_calls, record.template.usage.host_calls) == (2, 1)
    assert record.usage.wall_seconds > record.template.usage.wall_seconds > 0


@pytest.mark.parametrize(
    "template",
    [
        "{{ 1 }}" * 20_100,
        "@if(true)" * 2_000 + "a",
        "@foreach(a in [1])" * 40 + "a" + "@endforeach" * 40,
        "@foreach(a in [1])<p class='" + "@endforeach" * 3,
        "@foreach(a in [1])<p @if(a)b@endif" * 30 + "@endforeach" * 30,
        "@@" * 50_000 + "{{ 1 }}",
        "<" * 50_000 + "{{ 1 }}",
        "<!--" * 20_000 + "{{ 1 }}",
        "<p a='" * 20_000 + "{{ 1 }}",
        "<script>" + "`${" * 20_000 + "{{ 1 }}",
        "{{ '" * 20_000,
        "{{ [" * 20_000,
        "@if((((" * 5_000,
        "@set(a = [" + "1," * 20_000 + "])",
    ],
    ids=[
        "outputs",
        "ifs",
        "loops",
        "open",
        "tags",
        "ats",
        "lts",
        "comments",
        "quotes",
        "literals",
        "strings",
        "lists",
        "parentheses",
        "items",
    ],
)
def test_compiling_a_hostile_template_is_bounded(runtime: Runtime, template: str) -> None:
    """It gives a page, with an error or without one, and no crash."""
    assert runtime.run_page(template, session=VISITOR).record.status in {"ok", "error", "limit"}


@pytest.mark.parametrize(
    "template",
    [
        "<!--" * 100_000 + "@extends('a')",
        "<!---->" * 20_000 + "x" + "@extends('a')" * 15_000,
        '<a href="/' + "{{ brand }}&aaaaaaaa" * 19_000,
        '<script src="/a/' + "{{ brand }}&aaaaaaaa" * 19_000,
        '<script type="' + "{{-- --}}aaaaaaaaaaa" * 20_000 + "{{ brand }}",
        "<a " + "b='c' " * 80_000 + "{{ brand }}",
        "<script>" + "<!-" * 100_000 + "{{ brand }}",
        "@if(" * 100_000,
        "@foreach(a in [" * 30_000,
    ],
    ids=lambda template: template[:20],
)
def test_a_template_made_to_take_long_is_compiled_in_time(template: str) -> None:
    """Half a million characters take seconds, in the host; with the square of their number it would be hours."""
    start_seconds = time.process_time()
    compile_page(Source("page.html", template), lambda code: f"<p>@yield('{code}')</p>")
    assert time.process_time() - start_seconds < 60


def test_a_page_too_long_for_a_template_is_shown_as_it_is(render: Render) -> None:
    """With an error that says so, and its blocks are run and taken out all the same."""
    block = "<script scope=backend>setVariable('a', 1)</script>"
    long = "<p>é</p>" * 125_000
    record, html = render.page(f"{long}{block}{{{{ var.a }}}}")
    assert (html, record.variables, record.status) == (f"{long}{{{{ var.a }}}}", {"a": 1}, "error")
    assert record.template is not None
    assert [(error.message, error.line, error.column) for error in record.template.errors] == [
        ("a template has at most 1000000 characters (this page has 1000011): it is shown as it is", 1, 1)
    ]
    assert render(f"{long[:-16]}as is{{{{ 1 + 1 }}}}") == f"{long[:-16]}as is2"
    assert render.page(long + long).record.status == "ok"


def test_a_component_too_long_is_not_taken_in(render: Render, shelf: Shelf) -> None:
    shelf.texts["acme", "long"] = "x" * 1_000_001
    assert render.problems('@component("long")') == [
        "1:1 @component: 'long' has 1000001 characters, a template has at most 1000000"
    ]
