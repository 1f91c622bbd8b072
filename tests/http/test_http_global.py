"""The global ``http`` as a script has it: only where the host says so, its arguments checked, its calls counted."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from runtime import HttpAnswer, HttpSettings, Limits, RunResult, Runtime, RunWarning, Session
from runtime.http.fetching import Headers
from runtime.sandbox.pool import PoolSettings
from tests.http.conftest import SETTINGS
from tests.http.servers import Server, ok, to

VISITOR = Session(brand="acme")
POOL = PoolSettings(max_workers=1, fresh_workers=1)


class Recorder:
    """A ``Fetcher`` that fetches nothing: it notes what it was asked, and answers what it was told."""

    def __init__(self, answer: HttpAnswer) -> None:
        self.settings = HttpSettings()
        self.answer = answer
        self.asked: list[tuple[str, str, bytes | None, dict[str, str]]] = []
        self.seconds_left: list[float] = []

    def fetch(self, method: str, url: str, body: bytes | None, headers: Headers, deadline_seconds: float) -> HttpAnswer:
        """See ``Fetcher``."""
        self.asked.append((method, url, body, dict(headers)))
        self.seconds_left.append(deadline_seconds - time.monotonic())
        return self.answer


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    return Recorder(HttpAnswer(200, {"x": "y"}, "text"))


@pytest.fixture(scope="module")
def recorded(recorder: Recorder) -> Iterator[Runtime]:
    """A runtime whose calls go nowhere."""
    with Runtime.open("sqlite://", pool=POOL, http=recorder) as opened:
        yield opened


@pytest.fixture(scope="module")
def online() -> Iterator[Runtime]:
    """A runtime whose calls reach 127.0.0.1."""
    with Runtime.open("sqlite://", pool=POOL, http=SETTINGS) as opened:
        yield opened


def value(runtime: Runtime, expression: str, **options: Any) -> Any:
    record = runtime.run(f"setVariable('value', {expression})", session=VISITOR, **options)
    assert record.error is None, record.error
    return record.variables["value"]


def refusal(runtime: Runtime, source: str) -> str:
    return str(value(runtime, f"(() => {{ try {{ {source}; return 'done' }} catch (e) {{ return String(e) }} }})()"))


NOT_THERE = "http is not defined: the host has not turned it on"


def test_there_is_none_unless_the_host_says_so() -> None:
    with Runtime.open("sqlite://", pool=POOL) as runtime:
        assert value(runtime, "[typeof http, 'http' in globalThis, typeof request]") == ["undefined", False, "object"]
        record = runtime.run("http.get('http://127.0.0.1/')", session=VISITOR)
    assert record.error is not None
    assert (record.error.name, record.error.message, record.calls) == ("ReferenceError", NOT_THERE, [])


def test_it_is_a_global_like_any_other(recorded: Runtime) -> None:
    assert value(recorded, "[typeof http, Object.keys(http), String(http.get), Object.keys(globalThis)]") == [
        "object",
        ["get", "post"],
        "function get() {\n    [native code]\n}",
        [],
    ]
    assert value(recorded, "(() => { var http = 5; return http })()") == 5
    assert recorded.run("var http = 5; setVariable('v', http)", session=VISITOR).variables == {"v": 5}


def test_a_script_reads_what_a_server_answers(online: Runtime) -> None:
    with Server({"/a": ok(b'{"mood":"rested"}', "Content-Type: application/json"), "/b": to("/a")}) as server:
        record = online.run(
            f"const answer = http.get('{server.url}/b', {{ 'X-Key': 'k' }}); setVariable('answer', answer);"
            "setVariable('mood', JSON.parse(answer.body).mood)",
            session=VISITOR,
        )
    assert record.variables == {
        "answer": {
            "status": 200,
            "headers": {"content-length": "17", "content-type": "application/json"},
            "body": '{"mood":"rested"}',
        },
        "mood": "rested",
    }
    assert [(call.name, call.ok) for call in record.calls] == [("http.get", True)]
    assert ["x-key: k" in request for request in server.requests] == [True, True]
    assert (record.warnings, record.usage.host_calls) == ([], 1)


@pytest.mark.parametrize(
    ("arguments", "body", "headers"),
    [
        ("", b"", {}),
        ("null", b"", {}),
        ("'a=1'", b"a=1", {"content-type": "text/plain; charset=utf-8"}),
        ("'é', { 'Content-Type': 'text/x' }", b"\xc3\xa9", {"content-type": "text/x"}),
        (
            "{ at: new Date(0), no: undefined, n: [1, null] }",
            b'{"at":"1970-01-01T00:00:00.000Z","n":[1,null]}',
            {"content-type": "application/json"},
        ),
        ("[]", b"[]", {"content-type": "application/json"}),
        ("0", b"0", {"content-type": "application/json"}),
        ("false", b"false", {"content-type": "application/json"}),
        ("{ a: 1 }, { 'content-type': 'application/x+json' }", b'{"a":1}', {"content-type": "application/x+json"}),
        (
            "{ a: 'x y&é', b: [1, 2], c: null, d: true }, { 'content-type': 'application/x-www-form-urlencoded' }",
            b"a=x+y%26%C3%A9&b=1&b=2&d=true",
            {"content-type": "application/x-www-form-urlencoded"},
        ),
        (
            "'a=1', { 'content-type': 'application/x-www-form-urlencoded' }",
            b"a=1",
            {"content-type": "application/x-www-form-urlencoded"},
        ),
        ("'\\ud83d\\ude00'", "\U0001f600".encode(), {"content-type": "text/plain; charset=utf-8"}),
        ("'', { Authorization: 'Bearer 1', n: 5 }", b"", {"authorization": "Bearer 1", "n": "5"}),
    ],
)
def test_a_post_sends_text_json_or_a_form(
    recorded: Runtime, recorder: Recorder, arguments: str, body: bytes, headers: dict[str, str]
) -> None:
    answer = value(recorded, f"http.post('https://shop.example/\u00e9'{',' if arguments else ''}{arguments})")
    assert answer == {"status": 200, "headers": {"x": "y"}, "body": "text"}
    method, url, sent, sent_headers = recorder.asked[-1]
    assert (method, url, sent) == ("POST", "https://shop.example/%C3%A9", body)
    if arguments.startswith("''"):
        headers = {"content-type": "text/plain; charset=utf-8", **headers}
    assert sent_headers == headers


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("http.get()", "TypeError: http.get: 'url' is missing"),
        ("http.get(5)", "TypeError: http.get: 'url' must be a string (got number 5)"),
        ("http.get({ url: 'x' })", "TypeError: http.get: 'url' must be a string (got an object)"),
        ("http.get('/a')", "TypeError: http.get: 'url' must begin with http:// or https:// (got string \"/a\")"),
        (
            "http.post('ftp://a.example')",
            "TypeError: http.post: 'url' must begin with http:// or https:// (got string \"ftp://a.example\")",
        ),
        (
            "http.get('http://ada:secret@a.example')",
            (
                "TypeError: http.get: 'url' has a user name in it; send the header 'authorization'"
                ' (got string "http://ada:secret@a.example")'
            ),
        ),
        ("http.get(URL, 'x')", "TypeError: http.get: 'headers' must be an object (got string \"x\")"),
        ("http.get(URL, ['x'])", "TypeError: http.get: 'headers' must be an object (got an array)"),
        (
            "http.get(URL, { 'a b': 'x' })",
            "TypeError: http.get: names in 'headers' must be letters, digits and '-' (got string \"a b\")",
        ),
        (
            "http.get(URL, { 'a\\r\\nb': 'x' })",
            "TypeError: http.get: names in 'headers' must be letters, digits and '-' (got string \"a\\r\\nb\")",
        ),
        (
            "http.get(URL, { A: 'x\\r\\nHost: evil' })",
            ("TypeError: http.get: 'headers.a' must be printable ASCII on one line (got string \"x\\r\\nHost: evil\")"),
        ),
        (
            "http.get(URL, { a: 'é' })",
            "TypeError: http.get: 'headers.a' must be printable ASCII on one line (got string \"é\")",
        ),
        ("http.get(URL, { a: null })", "TypeError: http.get: 'headers.a' is missing"),
        ("http.get(URL, { a: ['b'] })", "TypeError: http.get: 'headers.a' must be a string (got an array)"),
        (
            "http.get(URL, { a: 'x'.repeat(4097) })",
            "RangeError: http.get: 'headers.a' has 4097 characters, the limit is 4096",
        ),
        (
            "http.get(URL, { a: 1, A: 2 })",
            "TypeError: http.get: the header 'a' is there twice, in different letter case",
        ),
        (
            "http.get(URL, Object.fromEntries(Array.from({ length: 65 }, (_, n) => ['x' + n, 1])))",
            "RangeError: http.get: at most 64 headers (got 65)",
        ),
        ("http.post(URL, () => 1)", "TypeError: http.post: 'body' is a function"),
        ("http.post(URL, Symbol())", "TypeError: http.post: 'body' is a symbol"),
        (
            "http.post(URL, [1], { 'content-type': 'application/x-www-form-urlencoded' })",
            "TypeError: http.post: 'body' must be an object or a string to be a form (got an array)",
        ),
        (
            "http.post(URL, { a: '\\ud800' }, { 'content-type': 'application/x-www-form-urlencoded' })",
            "TypeError: http.post: 'body' has something in it that a form cannot hold",
        ),
        (
            "http.post(URL, { a: [{}] }, { 'content-type': 'application/x-www-form-urlencoded' })",
            "TypeError: http.post: 'body.a' is an object, which a form cannot hold",
        ),
    ],
)
def test_a_malformed_call_is_refused_and_sends_nothing(
    recorded: Runtime, recorder: Recorder, source: str, told: str
) -> None:
    asked = len(recorder.asked)
    assert refusal(recorded, source.replace("URL", "'https://shop.example/'")) == told
    assert len(recorder.asked) == asked


def test_a_body_of_more_than_the_limit_is_refused(recorded: Runtime) -> None:
    """Where one message of a run may be as large at all."""
    source = "try { http.post('https://shop.example/', 'é'.repeat(600000)) } catch (e) { setVariable('e', String(e)) }"
    record = recorded.run(source, session=VISITOR, limits=Limits(message_bytes=2_000_000))
    assert record.variables == {"e": "RangeError: http.post: 'body' has 1200000 bytes, the limit is 1048576"}


@pytest.mark.parametrize(
    "name",
    [
        *("Host", "content-length", "Transfer-Encoding", "connection", "keep-alive", "te", "trailer", "upgrade"),
        *("proxy-authorization", "Proxy-X", "expect", "accept-encoding", "content-encoding", "http2-settings", "range"),
    ],
)
def test_headers_that_say_where_a_call_goes_are_the_hosts(recorded: Runtime, name: str) -> None:
    told = f"TypeError: http.get: the header '{name}' is the host's own"
    assert refusal(recorded, f"http.get('https://shop.example/', {{ '{name}': 'x' }})") == told


def test_calls_are_counted_and_the_sixth_is_refused(recorded: Runtime, recorder: Recorder) -> None:
    asked = len(recorder.asked)
    record = recorded.run(
        "let told; for (let n = 0; n < 7; n++) try { http[n % 2 ? 'get' : 'post']('https://shop.example/') }"
        "catch (e) { told = String(e) } setVariable('told', told)",
        session=VISITOR,
    )
    assert record.variables == {"told": "RangeError: http: at most 5 calls a run"}
    assert [call.ok for call in record.calls] == [True] * 5 + [False] * 2
    assert len(recorder.asked) - asked == 5
    assert record.warnings == [RunWarning("limit_near", "4 of 5 http calls are made", "script.js", 1, 66)]


def test_a_malformed_call_does_not_count(recorded: Runtime) -> None:
    source = "for (let n = 0; n < 9; n++) try { http.get('') } catch {}; http.get('https://shop.example/')"
    record = recorded.run(source, session=VISITOR)
    assert (record.error, record.usage.host_calls, record.warnings) == (None, 10, [])


def test_a_call_counts_as_a_host_call(recorded: Runtime) -> None:
    source = "for (;;) try { http.get('https://shop.example/') } catch {}"
    record = recorded.run(source, session=VISITOR, limits=Limits(max_host_calls=7))
    assert (record.status, record.error and record.error.code) == ("limit", "max_host_calls")


def test_a_call_has_no_more_time_than_the_run(recorded: Runtime, recorder: Recorder) -> None:
    assert recorder.settings.timeout_seconds < 20
    recorded.run("http.get('https://shop.example/')", session=VISITOR, limits=Limits(wall_seconds=20.0))
    assert 0 < recorder.seconds_left[-1] < 20


def test_a_run_whose_time_a_server_takes_ends_at_its_limit(online: Runtime) -> None:
    def silent(connection: Any, _: str) -> None:
        connection.recv(1)

    with Server(silent) as server:
        record = online.run(
            f"setVariable('status', http.get('{server.url}').status); for (;;);",
            session=VISITOR,
            limits=Limits(wall_seconds=0.8),
        )
    assert (record.status, record.error and record.error.code) == ("time_limit", "wall_seconds")
    assert [warning.code for warning in record.warnings] == ["http_failed", "limit_near"]


def test_a_failure_is_told_to_the_script_the_record_and_the_hosts_log(online: Runtime) -> None:
    """The script and the record learn nothing of the host's network, and neither does the log of what was sent."""
    source = "setVariable('answer', http.post('http://10.11.12.13/?key=secret', 'secret', { authorization: 'secret' }))"
    with capture_logs() as logged:
        record = online.run(source, session=VISITOR)
    told = "10.11.12.13: no public address is behind it"
    assert record.variables == {"answer": {"status": 0, "headers": {}, "body": "", "error": told}}
    assert record.warnings == [RunWarning("http_failed", f"http.post: {told}", "script.js", 1, 28)]
    assert (record.status, record.calls[0].ok) == ("ok", True)
    assert logged == [
        {
            "event": "http_refused",
            "log_level": "warning",
            "run_id": record.run_id,
            "brand": "acme",
            "call": "http.post",
            "cause": "10.11.12.13: the address 10.11.12.13 is not public",
        }
    ]


def test_a_body_that_is_no_text_is_null_with_a_warning(online: Runtime) -> None:
    with Server(ok(b"\x89PNG\xff", "Content-Type: image/png")) as server:
        record = online.run(f"setVariable('body', http.get('{server.url}').body)", session=VISITOR)
    assert record.variables == {"body": None}
    assert record.warnings == [
        RunWarning(
            "http_body_not_text",
            "http.get: the answer's body is of the type 'image/png' and no text",
            *("script.js", 1, 26),
        )
    ]


def test_a_large_body_fits_into_a_scripts_memory(online: Runtime) -> None:
    with Server(ok(("\u00e9" * 500_000).encode())) as server:
        assert value(online, f"http.get('{server.url}').body.length") == 500_000


def test_two_runs_share_nothing(online: Runtime) -> None:
    with Server(ok(b"", "Set-Cookie: a=1")) as server:
        records: list[RunResult] = [
            online.run(f"for (let n = 0; n < 5; n++) http.get('{server.url}')", session=VISITOR) for _ in range(2)
        ]
    assert [record.error for record in records] == [None, None]
    assert [request for request in server.requests if "cookie" in request.lower()] == []
