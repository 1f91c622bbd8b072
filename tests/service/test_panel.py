"""The debug panel: what it shows of a run, that nothing of a script gets out of its place, and to whom it is shown."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request as HttpRequest

from runtime import Cookie, HostCall, LogLine, Redirect, Request, Response, RunError, RunResult, RunWarning, Session
from runtime.service.panel.endpoint import Panel
from runtime.service.panel.history import History, KeptRun
from runtime.service.panel.run_view import run_page
from runtime.service.panel.runs_view import runs_page
from runtime.service.refusals import Refused
from tests.service.process import get
from tests.service.serving import Service, serving

BAD = (
    "<h1>Hi</h1>\n<script scope=backend>\n  console.warn('careful', { a: 1 });\n  setVariable('n', [1, 2]);\n"
    "  setCrmField({ slug: 'none', fieldKey: 'a', value: 1 });\n</script>\n"
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A site with a page that fails."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "bad.html").write_text(BAD)
    with serving(pages=folder, panel_everywhere=False) as running:
        yield running


def tree(text: str) -> Any:
    """The page as a browser reads it."""
    return html5lib.parse(text, namespaceHTMLElements=False)


def words(text: str) -> str:
    """What a person reads of it."""
    return " ".join("".join(tree(text).find("body").itertext()).split())


def test_a_run_is_in_the_list_and_has_a_page_with_all_of_it(service: Service) -> None:
    assert service.client.get("/bad?q=1", headers={"Cookie": "c=1"}).text == "<h1>Hi</h1>\n\n"
    listed = tree(service.client.get("/_debug").text)
    link = next(one for one in listed.iter("a") if "GET /bad" in "".join(one.itertext()))
    shown = service.client.get(link.get("href")).text
    marked = [one for one in tree(shown).iter("div") if one.get("class") == "marked"]
    assert ["".join(one.itertext()).split() for one in marked] == [
        ["5", "setCrmField({", "slug:", "'none',", "fieldKey:", "'a',", "value:", "1", "});"]
    ]
    for part in ("at bad.html:5:", "careful { a: 1 }", "setCrmField threw", "GET", "/bad"):
        assert part in words(shown), part


def test_a_run_of_the_api_is_there_too(service: Service) -> None:
    run_id = service.record("setVariable('via', 'api')", filename="a.js")["run_id"]
    assert "via" in words(service.client.get(f"/_debug/runs/{run_id}").text)
    assert service.client.get("/_debug/runs/nothing").json()["error"]["code"] == "not_found"


def test_the_list_is_renewed_by_itself(service: Service) -> None:
    service.record("1", filename="first.js")
    assert "first.js" in words(service.client.get("/_debug/list").text)
    assert "/_debug/list" in service.client.get("/_debug/assets/panel.js").text


def test_nothing_comes_from_elsewhere_and_nobody_frames_or_keeps_it(service: Service) -> None:
    answer = service.client.get("/_debug")
    assert answer.headers["content-security-policy"].split("; ") == [
        *("default-src 'none'", "style-src 'self'", "script-src 'self'", "connect-src 'self'"),
        *("base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"),
    ]
    assert (answer.headers["x-frame-options"], answer.headers["cache-control"]) == ("DENY", "no-store")
    elements = tree(answer.text)
    links = [one.get("href") or one.get("src") for name in ("link", "script") for one in elements.iter(name)]
    assert links == ["/_debug/assets/panel.css", "/_debug/assets/panel.js"]
    assert [service.client.get(link).status_code for link in links] == [200, 200]
    assert service.client.get("/_debug/assets/endpoint.py").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Host": "evil.example:127.0.0.1"},
        {"Host": "localhost@evil.example"},
        {"Host": "[::1].evil.example"},
        {"Host": "0.0.0.0"},
        {"Host": ""},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
        *(
            {name: "x"}
            for name in ("X-Forwarded-Proto", "X-Forwarded-Server", "X-Original-Forwarded-For", "Ngrok-Trace")
        ),
        *({name: "x"} for name in ("CF-Connecting-IP", "CDN-Loop", "True-Client-IP", "X-Envoy-External-Address")),
        *({name: "x"} for name in ("Tailscale-User-Login", "X-Amzn-Trace-Id", "X-Azure-ClientIP", "X-ARR-LOG-ID")),
    ],
)
def test_who_asks_for_another_name_or_through_a_proxy_is_refused(service: Service, headers: dict[str, str]) -> None:
    """A name of anyone's can be made to mean this machine; its pages could then read the panel."""
    run_id = service.record("1")["run_id"]
    for path in ("/_debug", "/_debug/list", f"/_debug/runs/{run_id}", "/_debug/assets/panel.js"):
        answer = service.client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden"), path


@pytest.mark.parametrize("host", ["localhost:80", "LOCALHOST", "127.0.0.1:1", "[::1]:80", "shop.localhost"])
def test_names_of_this_machine_are_let_in(service: Service, host: str) -> None:
    assert service.client.get("/_debug", headers={"Host": host}).status_code == 200


def test_two_hosts_or_a_whole_address_for_a_path_are_refused(service: Service) -> None:
    two = b"GET /_debug HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"
    assert service.raw(two).status == 400
    whole = b"GET http://localhost/_debug HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    assert service.raw(whole).status in {403, 404}


@pytest.mark.parametrize(
    ("address", "is_let_in"),
    [
        *((address, True) for address in ("127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1")),
        *((address, False) for address in ("192.168.0.7", "::ffff:10.0.0.1", "fe80::1%eth0", "8.8.8.8", "", "unix")),
        *((address, False) for address in ("::127.0.0.1", "0.0.0.0", "64:ff9b::7f00:1", "localhost")),
    ],
)
def test_this_machine_is_let_in_and_others_are_refused(address: str, is_let_in: bool) -> None:
    """Whatever name they ask for."""
    http = HttpRequest({"type": "http", "client": (address, 1), "headers": [(b"host", b"localhost")]})
    for everywhere, allowed in ((False, is_let_in), (True, True)):
        with nullcontext() if allowed else pytest.raises(Refused):
            Panel(History(), everywhere=everywhere)._check(http)


def test_without_a_panel_there_is_none() -> None:
    with serving() as service:
        assert service.client.get("/_debug").json()["error"]["code"] == "not_found"


HOSTILE = st.text(max_size=8) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "\"'><img src=x onerror=a()>",
        "</pre></code><b>",
        "&lt;",
        "\u202e",
        "\0",
        "]]>",
        "{{x}}",
    ]
)


@given(text=HOSTILE, line=st.integers(1, 4), column=st.integers(1, 30))
def test_whatever_a_script_says_is_text(text: str, line: int, column: int) -> None:
    """The elements of the page are the same as for a harmless run, and none has an attribute of the script's."""
    calm, hostile = elements_of("x", line, column), elements_of(text, line, column)
    assert {name for name, _ in hostile} <= {name for name, _ in calm} | {"mark", "dl", "dd", "dt"}
    assert not any(name.startswith("on") or name == "style" for _, names in hostile for name in names)


def test_what_cannot_be_seen_is_shown_as_an_escape() -> None:
    """In names as in values: a mark that turns the order of letters round would make another word of them."""
    record = RunResult(run_id="r", status="ok", variables={"a\u202eb": "c\u202ed"}, logs=[LogLine("log", "e\u202ef\0")])
    view = run_page(KeptRun(record, "g\u202e.js", "1", Session(brand="acme"), Request(path="/h\u202e")))
    assert "\u202e" not in view
    for part in ("a\\u202eb", "c\\u202ed", "e\\u202ef\\u0000", "g\\u202e.js", "/h\\u202e"):
        assert part in view, part


def elements_of(text: str, line: int, column: int) -> list[tuple[str, tuple[str, ...]]]:
    """The elements of both views of a run that has the text in every place, with their attributes' names."""
    record = RunResult.model_construct(
        run_id="r",
        status="error",
        variables={text: text},
        response=Response(200, text, text),
        redirect=Redirect(text, 302),
        headers={text: text},
        cookies=[Cookie(text, text)],
        session={text: [text]},
        logs=[LogLine("log", text)],
        error=RunError(text, text, text, text, line, column, text),
        warnings=[RunWarning(text, text, text, line, column)],
        calls=[HostCall(text, 1.0, ok=False)],
        sandbox_missing=[text],
    )
    request = Request(path="/" + text, query={text: text}, body=text.encode("utf-8", "replace"), cookies={text: text})
    session = Session(brand="acme", customer_id="c_1", attributes={text: text}, values={text: text})
    history = History()
    history.add(KeptRun(record, text, text, session, request, f"{text}\n" * 4))
    found = []
    for view in (run_page(next(iter(history))), runs_page(history)):
        found += [(one.tag, tuple(one.attrib)) for one in tree(view).iter() if isinstance(one.tag, str)]
    return found


def test_a_history_is_bounded_in_runs_and_bytes() -> None:
    history = History(max_runs=3, max_bytes=10_000)
    session, request = Session(brand="acme"), Request()
    for number in range(5):
        history.add(KeptRun(RunResult(run_id=f"r{number}", status="ok"), "a.js", "1", session, request))
    assert [run.record.run_id for run in history] == ["r4", "r3", "r2"]
    for large in (
        KeptRun(RunResult(run_id="source", status="ok"), "a.js", "x" * 20_000, session, request),
        KeptRun(RunResult(run_id="request", status="ok"), "a.js", "1", session, Request(query={"a": "x" * 20_000})),
        KeptRun(RunResult(run_id="body", status="ok"), "a.js", "1", session, Request(body=b"\xff" * 20_000)),
    ):
        for number in range(3):
            history.add(KeptRun(RunResult(run_id=f"r{number}", status="ok"), "a.js", "1", session, request))
        history.add(large)
        assert [run.record.run_id for run in history] == [large.record.run_id]


def test_a_source_that_is_very_long_is_cut() -> None:
    record = RunResult(run_id="r", status="error", error=RunError("E", "m", "", "a.js", 1, 5))
    long = "x" * 1_000_000
    run = KeptRun(record, "a.js", long, Session(brand="acme"), Request(), long)
    assert len(run_page(run)) < 10_000


def test_a_visitors_session_is_never_in_the_panel(service: Service) -> None:
    """The cookie that signs them in, or what signs them in elsewhere, would be a way to be them."""
    cookies = "funnelscript_session_acme=s3cret; __Host-funnelscript_session_acme=s3cret; a=shown"
    get(f"{service.url}/bad", **{"Cookie": cookies, "Authorization": "s3cret", "X-Key": "s3cret"})
    link = next(one for one in tree(service.client.get("/_debug").text).iter("a")).get("href")
    text = service.client.get(link).text
    assert ("shown" in text, "s3cret" in text) == (True, False)


def test_the_assets_are_part_of_the_package() -> None:
    folder = Path(__file__).parent.parent.parent / "runtime" / "service" / "panel"
    assert {"panel.css", "panel.js"} <= {one.name for one in folder.iterdir()}
