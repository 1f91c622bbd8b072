"""What a script may say to its visitor: headers, cookies, redirects, responses; and that these end a run for good."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindings.errors import ScriptError
from runtime import Cookie, Limits, Redirect, Response, Runtime
from runtime.answering import REFUSED_HEADERS, address, cookie_value, header_name, header_value
from tests.pages.conftest import VISITOR, Script

SITE = "https://shop.example/funnel/page"


def test_what_a_script_says_is_on_the_record(script: Script) -> None:
    record = script(
        "setHeader('X-Step', 2); setHeader('x-step', 'three'); response.status(404);"
        "cookie.set('seen', 'é; x', { maxAge: 60, path: '/a' }); cookie.set('n', 1); cookie.delete('old');"
        "cookie.set('n', true)"
    )
    assert record.error is None
    assert (record.headers, record.response) == ({"x-step": "three"}, Response(404))
    assert record.cookies == [Cookie("seen", "é; x", 60, "/a"), Cookie("n", "true"), Cookie("old", None, 0)]
    assert [call.name for call in record.calls[:2]] == ["setHeader", "setHeader"]


@pytest.mark.parametrize(
    ("source", "response", "redirect"),
    [
        ("redirect('/thanks')", None, Redirect("/thanks", 302)),
        ("redirect('https://pay.example/a?b=é#c', 303)", None, Redirect("https://pay.example/a?b=%C3%A9#c", 303)),
        (
            "response.json({ a: [1, new Date(0)] })",
            Response(200, "application/json", '{"a":[1,"1970-01-01T00:00:00.000Z"]}'),
            None,
        ),
        ("response.status(422).json(null)", Response(422, "application/json", "null"), None),
        ("response.send('<p>é</p>')", Response(200, "text/html", "<p>é</p>"), None),
    ],
)
@pytest.mark.parametrize(
    "around",
    [
        "{}; setVariable('after', 1)",
        "try {{ {} }} catch {{ }} setVariable('after', 1); console.log('after')",
        "try {{ {} }} finally {{ redirect('/other') }}",
        "try {{ {} }} finally {{ try {{ session.set('after', 1) }} finally {{ response.send('after') }} }}",
        (
            "for (let n = 0; n < 9; n++) try {{ {} }} catch (e) {{ setCrmField({{ slug: 'x', fieldKey: 'y',"
            " value: 1 }}) }}"
        ),
        "(async () => {{ try {{ await null; {} }} finally {{ await null; setHeader('after', 1) }} }})()",
    ],
)
def test_an_answer_ends_the_run_for_good(
    script: Script, source: str, around: str, response: Response | None, redirect: Redirect | None
) -> None:
    """Nothing after it takes effect, and it is no error."""
    record = script("setVariable('before', 1);" + around.format(source))
    assert (record.status, record.error) == ("ok", None)
    assert (record.response, record.redirect) == (response, redirect)
    assert (record.variables, record.logs, record.session, record.headers) == ({"before": 1}, [], {}, {})
    assert len(record.calls) == 1 + ("status" in source)


def test_a_run_that_answers_keeps_its_worker(runtime: Runtime) -> None:
    """One that goes on after its answer has a moment to unwind, then loses it; either way the run is a good one."""
    sources = ["redirect('/a')", "try { response.send('') } catch {}", "response.json(1)"]
    runtime.run("1", session=VISITOR)
    before = {worker.process_id for worker in runtime._pool._idle if worker.brand == "acme"}
    assert [runtime.run(source, session=VISITOR).status for source in sources] == ["ok"] * 3
    assert {worker.process_id for worker in runtime._pool._idle if worker.brand == "acme"} == before
    record = runtime.run("for (;;) try { redirect('/a') } catch {}", session=VISITOR)
    assert (record.status, record.redirect) == ("ok", Redirect("/a", 302))
    assert not {worker.process_id for worker in runtime._pool._idle} & before
    assert runtime.run("1", session=VISITOR).status == "ok"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("//evil.example", "begins with '//', which is another site"),
        ("///evil.example", "begins with '//', which is another site"),
        ("/\\evil.example", "has a backslash in it"),
        ("\\\\evil.example", "has a backslash in it"),
        ("/a\\b", "has a backslash in it"),
        ("/\t/evil.example", "has blanks or control characters in it"),
        ("\n//evil.example", "has blanks or control characters in it"),
        ("/a\r\nSet-Cookie: a=b", "has blanks or control characters in it"),
        (" /a", "has blanks or control characters in it"),
        ("/\u2028", "has blanks or control characters in it"),
        ("javascript:alert(1)", "has the scheme 'javascript:'"),
        ("JavaScript:alert(1)", "has the scheme 'JavaScript:'"),
        ("data:text/html,x", "has the scheme 'data:'"),
        ("ftp://a.example", "has the scheme 'ftp:'"),
        ("http:evil.example", "names no host"),
        ("https:/evil.example", "names no host"),
        ("https:///evil.example", "names no host"),
        ("https://", "names no host"),
        ("https://a.example:99999", "names no host"),
        ("https://é.example", "names no host"),
        ("https://[::1", "names no host"),
        ("https://shop.example@evil.example", "has a user name in it"),
        ("", "is empty"),
    ],
)
def test_a_redirect_to_nowhere_safe_is_refused(url: str, problem: str) -> None:
    with pytest.raises(ScriptError) as refused:
        address("redirect", url)
    assert (refused.value.name, refused.value.message.partition(" (got ")[0]) == (
        "TypeError",
        f"redirect: 'url' {problem}",
    )


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/a/b?c=d#e",
        "a",
        "../a",
        "?a=1",
        "#top",
        "/a//b",
        "/a:b",
        "/%0d%0a",
        "https://a.example",
        "HTTP://A.example:8080/x",
    ],
)
def test_paths_and_web_addresses_are_targets(url: str) -> None:
    assert address("redirect", url) == url


@given(
    url=st.lists(st.sampled_from([*"/\\:@?#.%\t\n\r ah1é\u3000\uff0f\u2100", "http", "//"]), max_size=12).map("".join)
)
def test_whatever_is_no_web_address_stays_on_the_site(url: str) -> None:
    """As browsers read an address: backslashes are slashes, blanks at the ends and line breaks do not count."""
    try:
        target = address("redirect", url)
    except ScriptError:
        return
    seen = target.replace("\\", "/").replace("\t", "").replace("\n", "").replace("\r", "").strip()
    assert target.isascii()
    assert target.isprintable()
    assert seen == target
    parts = urlsplit(urljoin(SITE, seen))
    assert parts.scheme in {"http", "https"}
    assert seen.lower().startswith(("http://", "https://")) or parts.netloc == "shop.example"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("redirect()", "TypeError: redirect: 'url' is missing"),
        ("redirect(7)", "TypeError: redirect: 'url' must be a string (got number 7)"),
        ("redirect('/a', 200)", "RangeError: redirect: 'status' must be 301, 302, 303, 307 or 308 (got number 200)"),
        ("redirect('/a', '302')", "TypeError: redirect: 'status' must be a number (got string \"302\")"),
        ("redirect('/' + 'a'.repeat(2048))", "RangeError: redirect: 'url' has 2049 characters, the limit is 2048"),
        ("response.status(99)", "RangeError: response.status: 'status' must be 200 to 599 (got number 99)"),
        ("response.status(200.5)", "RangeError: response.status: 'status' must be 200 to 599 (got number 200.5)"),
        ("response.status()", "TypeError: response.status: 'status' is missing"),
        ("response.json()", "TypeError: response.json: 'data' is missing"),
        ("response.json(() => 1)", "TypeError: response.json: 'data' is a function"),
        (
            "response.send({})",
            "TypeError: response.send: 'html' must be a string; response.json sends values (got an object)",
        ),
        ("setHeader('Set-Cookie', 'a=b')", "TypeError: setHeader: the header 'Set-Cookie' is the host's own (cookies)"),
        (
            "setHeader('x', 'a\\r\\nb')",
            "TypeError: setHeader: 'value' must be printable ASCII on one line (got string \"a\\r\\nb\")",
        ),
        ("setHeader('x y', 1)", "TypeError: setHeader: 'name' must be letters, digits and '-' (got string \"x y\")"),
        ("setHeader('x')", "TypeError: setHeader: 'value' is missing"),
        (
            "cookie.set('a;b', 1)",
            "TypeError: cookie.set: 'name' must be letters, digits, '-' and '_' (got string \"a;b\")",
        ),
        (
            "cookie.set('__Host-a', 1)",
            "TypeError: cookie.set: cookies that begin with '__' or 'funnelscript' are the host's own (got '__Host-a')",
        ),
        (
            "cookie.delete('Funnelscript_session')",
            (
                "TypeError: cookie.delete: cookies that begin with '__' or 'funnelscript' are the host's own (got"
                " 'Funnelscript_session')"
            ),
        ),
        (
            "cookie.set('a', 'b\\nc')",
            "TypeError: cookie.set: 'value' must have no control characters (got string \"b\\nc\")",
        ),
        ("cookie.set('a', {})", "TypeError: cookie.set: 'value' must be a string (got an object)"),
        (
            "cookie.set('a', 1, { path: 'b' })",
            "TypeError: cookie.set: 'options.path' must begin with '/' and be ASCII without ';' (got string \"b\")",
        ),
        (
            "cookie.set('a', 1, { path: '/;x' })",
            "TypeError: cookie.set: 'options.path' must begin with '/' and be ASCII without ';' (got string \"/;x\")",
        ),
        (
            "cookie.set('a', 1, { maxAge: 1.5 })",
            "TypeError: cookie.set: 'options.maxAge' must be a whole number of seconds (got number 1.5)",
        ),
        (
            "cookie.set('a', 1, { maxAge: -1 })",
            "RangeError: cookie.set: 'options.maxAge' must be 0 to 34560000 seconds (got number -1)",
        ),
        ("cookie.set('a', 1, 5)", "TypeError: cookie.set: 'options' must be an object (got number 5)"),
    ],
)
def test_what_is_refused_is_told_and_can_be_caught(script: Script, source: str, told: str) -> None:
    assert script.refusal(source) == told


@pytest.mark.parametrize("refused", [name for names in REFUSED_HEADERS.values() for name in names])
def test_every_reserved_header_is_refused_in_any_case(refused: str) -> None:
    for name in (refused.replace("*", "x"), refused.replace("*", "x").upper()):
        with pytest.raises(ScriptError):
            header_name("setHeader", name)


@given(value=st.text(max_size=20))
def test_no_value_breaks_out_of_its_line(value: str) -> None:
    """Neither of a header nor of a cookie."""
    for check in (header_value, cookie_value):
        try:
            taken = check("set", value)
        except ScriptError:
            continue
        assert taken.splitlines() in ([], [taken])
        assert not any(ord(character) < 32 and character != "\t" for character in taken)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("response.send('x'.repeat(2000))", "response_bytes"),
        ("setHeader('a', 'x'.repeat(900)); response.json('x'.repeat(200))", "response_bytes"),
        ("for (let n = 0; n < 40; n++) cookie.set('a', 'x'.repeat(100))", "response_bytes"),
        ("for (let n = 0; n < 40; n++) session.set('k' + n, 'x'.repeat(100))", "session_bytes"),
    ],
)
def test_answers_and_session_are_bounded(script: Script, source: str, code: str) -> None:
    record = script(source, limits=Limits(response_bytes=1_000, session_bytes=1_000))
    assert record.error is not None
    assert (record.status, record.error.code, record.response) == ("limit", code, None)


@pytest.mark.parametrize(
    ("fits", "too_long", "told"),
    [
        (
            "cookie.set('a', 'x'.repeat(4096))",
            "cookie.set('a', 'x'.repeat(4097))",
            "RangeError: cookie.set: 'value' has 4097 characters, the limit is 4096",
        ),
        (
            "cookie.set('a', 'é'.repeat(682))",  # each is six characters of the header
            "cookie.set('a', 'é'.repeat(683))",
            "RangeError: cookie.set: 'value' has 4098 characters, the limit is 4096",
        ),
        (
            "setHeader('a', 'x'.repeat(4096))",
            "setHeader('a', 'x'.repeat(4097))",
            "RangeError: setHeader: 'value' has 4097 characters, the limit is 4096",
        ),
        (
            "setHeader('x'.repeat(128), 1)",
            "setHeader('x'.repeat(129), 1)",
            "TypeError: setHeader: 'name' must be letters, digits and '-' (got string \"",
        ),
        (
            "cookie.set('a', 1, { path: '/' + 'x'.repeat(2047) })",
            "cookie.set('a', 1, { path: '/' + 'x'.repeat(2048) })",
            "TypeError: cookie.set: 'options.path' must begin with '/' and be ASCII without ';' (got string \"",
        ),
    ],
)
def test_what_is_too_long_is_refused(script: Script, fits: str, too_long: str, told: str) -> None:
    assert script.refusal(fits) == "done"
    assert script.refusal(too_long).startswith(told)


def test_headers_and_cookies_are_counted(script: Script) -> None:
    headers = "for (let n = 0; n < 65; n++) setHeader('a' + n, 1)"
    cookies = "for (let n = 0; n < 51; n++) cookie.set('a' + n, 1)"
    assert script.refusal(headers) == "RangeError: setHeader: at most 64 headers"
    assert script.refusal(cookies) == "RangeError: cookie.set: at most 50 cookies"


def test_an_unknown_option_is_warned_of_or_refused(script: Script) -> None:
    source = "cookie.set('a', 1, { maxage: 5 })"
    message = "cookie.set: unknown property 'maxage', did you mean 'maxAge'?"
    assert [one.message for one in script(source).warnings] == [message]
    assert script.refusal(source, strict=True) == f"TypeError: {message}"
