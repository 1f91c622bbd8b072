"""Any text as a template gives a page or a clear error; any data in any template stays data."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from runtime import PageResult, Request, Runtime
from runtime.templates.contexts import START
from tests.templates.conftest import VISITOR
from tests.templates.structure import structure

SYNTAX = r"""
{{ }} {{-- --}} | : . , ( ) [ ] {a:1} + - * / % == != <= and or not ? ' " \ @if(1) @if(var.x) @if( @elseif(0) @else
@endif @foreach(a~in~[1,2]) @foreach(a~in~query.l) @endforeach @set(b=1) @set( @component('c') @component('nix')
@extends('l') @block('b') @endblock @yield('b') @verbatim @endverbatim @@ @@if @media var query.x query.l customer.name
loop.index getCrmField({slug:'nix',fieldKey:'a'}) dump(var) upper default:1 slice:0:2 raw nl2br json 1 1.5e3 null true
"""
MARKUP = r"""
< > / = " ' & &amp; <p> </p> <p~class=" <a~href=" <a~href='/x?y= <img~srcset=" <div~style=" <b~onclick=' <title>
</title> <textarea> </textarea> <style> </style> p{a: <script> </script> <script~type="application/json"> var~x= //
/* */ ` ${ <!-- --> <svg> </svg> <math> <![CDATA[ ]]> <noscript> </noscript> <table> <tr> <iframe> </iframe> <plaintext>
<select> <option~ <script~scope=backend> <!DOCTYPE~html> <?a> </ a b - -- ! \ }
"""
WORDS = [word.replace("~", " ") for word in SYNTAX.split()]
HTML = [*(word.replace("~", " ") for word in MARKUP.split()), " ", "\n", "\r", "é", "𝄞"]
TEMPLATES = st.lists(
    st.sampled_from(WORDS)
    | st.sampled_from([*HTML, "{{ query.x }}", "\0"])
    | st.text(st.characters(exclude_categories=()), max_size=4),
    max_size=25,
).map("".join)
OUTPUTS = st.sampled_from(
    ["{{ query.x }}"] * 6
    + ["@if(query.x)", "@else", "@endif", "@foreach(a in [1])", "@endforeach", "{{ query.x | upper }}"]
)
PAGES = st.lists(st.sampled_from(HTML) | OUTPUTS, max_size=16).map("".join)
DATA = r"""
<b> "'>~<i~a=b> </script><b> --><b> </style><b> </title><b> </textarea><b> ]]><b> '-alert(1)-' `${b}` a\ /* */<b> ^<b>
javascript:alert(1) &lt;b&gt; a=b~c=d a/><b a>b <!-- <script>
"""
HOSTILE = st.sampled_from([word.replace("~", " ").replace("^", "\u2028") for word in DATA.split()])


def rendered(runtime: Runtime, template: str, value: str) -> PageResult:
    """The page for a visitor who sent the value."""
    request = Request(query={"x": value, "l": [value, value]})
    return runtime.run_page(template, session=VISITOR, request=request)


@settings(max_examples=100)
@given(TEMPLATES)
def test_any_text_gives_a_page_or_a_clear_error(runtime: Runtime, template: str) -> None:
    """Never a crash, never an exception, and every error with words and a place."""
    record, html = rendered(runtime, template, "<b>")
    assert isinstance(html, str)
    assert record.status in {"ok", "error"}
    for error in [] if record.template is None else record.template.errors:
        assert error.message
        assert error.line is not None
        assert error.name in {"TemplateError", "TypeError", "CrmError", "RangeError"}


@settings(max_examples=100)
@given(PAGES, HOSTILE)
def test_data_in_any_page_changes_no_markup(runtime: Runtime, template: str, value: str) -> None:
    """A page with hostile data has the elements and attributes that it has with a plain word, to a real HTML parser."""
    assume("{{" in template)
    plain, hostile = rendered(runtime, template, "word").html, rendered(runtime, template, value).html
    for scripting in (False, True):
        assert structure(hostile, scripting=scripting) == structure(plain, scripting=scripting), template


@given(st.lists(st.sampled_from(HTML), max_size=12), st.integers(0, 60))
def test_reading_in_pieces_gives_what_reading_at_once_gives(words: list[str], at: int) -> None:
    """Where a page is cut makes no difference to the context behind it."""
    text = "".join(words)
    assert START.after(text[:at]).after(text[at:]) == START.after(text)


@settings(max_examples=50)
@given(st.lists(st.sampled_from(["<", "<<", "a", ">", "/", "!", "!--", "-->", " ", "b>"]), max_size=30).map("".join))
def test_no_tag_is_left_in_a_text_without_tags(runtime: Runtime, value: str) -> None:
    """Nor one that the removal of others puts together: what stands around it is all that the page has."""
    html = rendered(runtime, "<p>{{ query.x | strip_tags | raw }}", value).html
    assert structure(html) == structure("<p>")
