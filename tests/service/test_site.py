"""The page server as a browser meets it: pages, answers, cookies, the session, files, what is not there."""

import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest

from runtime import Limits, Session
from runtime.service.site.reload import SCRIPT_TAG
from runtime.service.site.visitor import VisitorSessions
from tests.service.process import get
from tests.service.serving import SESSION_KEY, Service, serving

HTML = "text/html; charset=utf-8"
COOKIE = "funnelscript_session_acme"
PAGES: dict[str, str | bytes] = {
    "index.html": "<h1>Shop</h1>\n<script scope='backend'>setVariable('a', 1)</script>\n",
    "seen.html": "<script scope=backend>response.json([request, customer, session.get('step')])</script>",
    "sign-in.html": "<script scope=backend>session.setCustomer(request.body); redirect('/seen', 303)</script>",
    "step.html": "<script scope=backend>session.set('step', request.body.step)</script>ok",
    "big.html": (
        "<script scope=backend>let t = ''; for (let n = 0; n < 3000; n++) t += String.fromCharCode(n + 19968);"
        " session.set('t', t)</script>ok"
    ),
    "answer.html": (
        "<script scope=backend>setHeader('X-Shop', 'a b'); cookie.set('c', 'ä; b=\"1\"', {maxAge: 60, path: '/x'});"
        " cookie.delete('d'); response.status(418).send('<b>é</b>')</script>"
    ),
    "status.html": "<script scope=backend>response.status(410)</script>gone",
    "none.html": "<script scope=backend>response.status(204)</script>never sent",
    "typed.html": "<script scope=backend>setHeader('Content-Type', 'text/plain')</script>plain",
    "throws.html": "<p>before</p><script scope=backend>throw new Error('secret')</script><p>after</p>",
    "loops.html": "<p>before</p><script scope=backend>for (;;) {}</script><p>after</p>",
    "eats.html": (
        "<p>before</p><script scope=backend>for (a = [];;) a.push('x'.repeat(1e5) + a.length)</script><p>after</p>"
    ),
    "bombs.html": (
        "<p>before</p><script scope=backend>for (;;)'\\u0344'.repeat(1e5).normalize('NFKD')</script><p>after</p>"
    ),
    "injects.html": (
        "<script scope=backend>const bad = 'a\\r\\nSet-Cookie: evil=1\\r\\n\\r\\n<script>';"
        " for (const call of [() => setHeader('x-a', bad), () => setHeader(bad, 'a'), () => cookie.set('a', bad),"
        " () => cookie.set(bad, 'a'), () => cookie.set('a', 'b', {path: bad}), () => redirect('/' + bad),"
        " () => redirect('//evil.example'), () => redirect('/\\\\evil.example'), () => redirect('javascript:alert(1)'),"
        " () => setHeader('Location', '//evil.example'), () => setHeader('Set-Cookie', 'a=b'),"
        " () => setHeader('Access-Control-Allow-Origin', '*'), () => cookie.set('funnelscript_session', 'x')])"
        " try { call(); setVariable('done', String(call)) } catch { }</script>whole"
    ),
    "cached.html": (
        "<script scope=backend>session.set('step', request.query.step ?? null);"
        " for (const name of ['Cache-Control', 'CDN-Cache-Control', 'Surrogate-Control'])"
        " setHeader(name, 'public, max-age=9999')</script>ok"
    ),
    "items/[item].html": "<script scope=backend>response.json(request.route_params)</script>",
    "bad.html": b"\xff",
    "assets/style.css": "b { color: red }",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site."""
    folder = tmp_path_factory.mktemp("site")
    for name, content in PAGES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Service]:
    """It serves as it would to visitors."""
    with serving(pages=folder, limits=Limits(cpu_seconds=0.5, wall_seconds=20.0)) as running:
        yield running


@pytest.fixture
def browser(service: Service) -> Iterator[httpx.Client]:
    """Keeps cookies, and follows no redirect."""
    with httpx.Client(base_url=service.url, headers={"Accept": "text/html"}, trust_env=False, timeout=60) as client:
        yield client


def test_a_page_is_its_file_without_its_blocks(browser: httpx.Client) -> None:
    answer = browser.get("/")
    assert (answer.status_code, answer.headers["content-type"], answer.text) == (200, HTML, "<h1>Shop</h1>\n\n")
    assert "set-cookie" not in answer.headers


def test_head_is_get_without_the_body(browser: httpx.Client) -> None:
    answer = browser.head("/")
    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, "15", b"")


def test_a_script_sees_the_request(browser: httpx.Client) -> None:
    headers = {
        "User-Agent": "Mozilla/5.0 (iPhone)",
        "Cookie": "a=%C3%A4%3B; funnelscript_session=x; b=1",
        "X-Secret": "s",
    }
    seen, customer, step = browser.post("/seen?q=1&q=2&r=%C3%A9&s", data={"weight": "82"}, headers=headers).json()
    assert (customer, step) == (None, None)
    assert seen | {"headers": None} == {
        "method": "POST",
        "path": "/seen",
        "query": {"q": ["1", "2"], "r": "é", "s": ""},
        "body": {"weight": "82"},
        "headers": None,
        "cookies": {"a": "ä;", "b": "1"},
        "ip": "127.0.0.1",
        "ip6": None,
        "is_mobile": True,
        "is_tablet": False,
        "route_params": {},
    }
    assert set(seen["headers"]) == {"user-agent", "host"}


def test_parts_of_the_path_are_route_params(browser: httpx.Client) -> None:
    assert browser.get("/items/red%20hat").json() == {"item": "red hat"}


def test_a_script_answers_in_place_of_its_page(browser: httpx.Client) -> None:
    answer = browser.get("/answer")
    assert (answer.status_code, answer.headers["content-type"], answer.text) == (418, HTML, "<b>é</b>")
    assert answer.headers["x-shop"] == "a b"
    assert answer.headers.get_list("set-cookie") == [
        "c=%C3%A4%3B%20b%3D%221%22; Path=/x; SameSite=Lax; Max-Age=60",
        "d=; Path=/; SameSite=Lax; Max-Age=0",
    ]
    over_tls = browser.get("/answer", headers={"Host": "shop.example"}).headers.get_list("set-cookie")
    assert over_tls == [f"{cookie}; Secure" for cookie in answer.headers.get_list("set-cookie")]


def test_a_script_sets_status_and_type_of_its_page(browser: httpx.Client) -> None:
    assert [(answer.status_code, answer.text) for answer in (browser.get("/status"), browser.get("/none"))] == [
        (410, "gone"),
        (204, ""),
    ]
    assert browser.get("/typed").headers["content-type"] == "text/plain"


@pytest.mark.parametrize("path", ["/throws", "/loops", "/eats", "/bombs"])
def test_a_page_comes_back_whole_whatever_its_script_does(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.text) == (200, "<p>before</p><p>after</p>")
    assert browser.get("/").status_code == 200


def test_no_value_of_a_script_breaks_out_of_its_place(service: Service) -> None:
    answer = service.raw(b"GET /injects HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert (answer.status, answer.body) == (200, b"whole")
    assert set(answer.headers) == {
        *("date", "cache-control", "content-type", "content-length"),
        *("x-request-id", "x-content-type-options", "connection"),
    }


def test_a_visitor_signs_in_and_is_known_from_then_on(browser: httpx.Client) -> None:
    answer = browser.post("/sign-in", json={"email": "ada@example.com", "first_name": "Ada"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/seen")
    cookie = SimpleCookie(answer.headers["set-cookie"])[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Lax", "/", "")
    assert browser.post("/step", json={"step": {"n": 2}}).text == "ok"
    _, customer, step = browser.get("/seen").json()
    assert (customer["email"], customer["name"], customer["first_name"], step) == (
        "ada@example.com",
        "Ada",
        "Ada",
        {"n": 2},
    )
    browser.post("/sign-in", json={"email": "bob@example.com"})
    _, customer, step = browser.get("/seen").json()
    assert (customer["email"], step) == ("bob@example.com", None)


def test_a_name_that_nobody_can_have_costs_a_visitor_no_page(browser: httpx.Client) -> None:
    """Its parts are long enough each, and too long together."""
    person = {"email": "ada@example.com", "first_name": "A" * 512, "last_name": "B" * 512}
    answer = browser.post("/sign-in", json=person)
    assert (answer.status_code, answer.text, "set-cookie" in answer.headers) == (200, "", False)


def test_a_session_that_is_empty_again_is_deleted(browser: httpx.Client) -> None:
    browser.post("/step", json={"step": 1})
    assert [*browser.cookies] == [COOKIE]
    answer = browser.post("/step", json={"step": None})
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert [*browser.cookies] == []


def test_a_session_too_large_for_a_cookie_stays_as_it_was(browser: httpx.Client) -> None:
    browser.post("/step", json={"step": 7})
    answer = browser.get("/big")
    assert (answer.text, "set-cookie" in answer.headers) == ("ok", False)
    assert browser.get("/seen").json()[2] == 7


def test_a_session_is_renewed_when_it_has_aged_a_day(browser: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """So who comes again and again stays known; nothing else is changed by it."""
    sessions, now_seconds = VisitorSessions(SESSION_KEY, "acme"), time.time()
    for age_seconds, is_renewed in ((60, False), (25 * 3600, True)):
        with monkeypatch.context() as before:
            before.setattr(time, "time", lambda age_seconds=age_seconds: now_seconds - age_seconds)
            cookie = sessions.write(Session(brand="acme", values={"step": 4}))
        answer = browser.get("/seen", headers={"Cookie": f"{COOKIE}={cookie}"})
        assert (answer.json()[2], "set-cookie" in answer.headers) == (4, is_renewed)
    renewed = SimpleCookie(answer.headers["set-cookie"])[COOKIE].value
    assert sessions.read(renewed) == (Session(brand="acme", values={"step": 4}), False)


def test_what_a_visitor_sends_is_bounded(browser: httpx.Client) -> None:
    """Past what a script sees it is null, and past a megabyte it is refused before it is there."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answers = [browser.post("/seen", content=b"a=" + b"b" * (size - 2), headers=form) for size in (65_536, 65_537)]
    assert [answer.json()[0]["body"] for answer in answers] == [{"a": "b" * 65_534}, None]
    answer = browser.post("/seen", content=b"a=" + b"b" * 1_048_575, headers=form)
    message = "the body has more than 1048576 bytes"
    assert (answer.status_code, answer.json()) == (413, {"error": {"code": "too_large", "message": message}})


def test_a_forged_session_is_none(browser: httpx.Client) -> None:
    browser.post("/sign-in", json={"email": "ada@example.com"})
    good = browser.cookies[COOKIE]
    for forged in (good[:-3] + "abc", "x", good.partition(".")[0], f'"{good}x"', good + f"; {COOKIE}=x"):
        answer = get(f"{browser.base_url}/seen", Cookie=f"{COOKIE}={forged}")
        assert answer.json()[1] is None, forged


@pytest.mark.parametrize(
    ("host", "secure"),
    [
        ("localhost:8000", False),
        ("127.0.0.1", False),
        ("[::1]:80", False),
        ("shop.localhost", False),
        ("shop.example", True),
        ("localhost.evil.example", True),
        ("notlocalhost", True),
        ("127.0.0.1.evil.example", True),
    ],
)
def test_the_sessions_cookie_needs_https_everywhere_but_here(browser: httpx.Client, host: str, secure: bool) -> None:
    """There under a name that no subdomain, and nobody without TLS, can give a cookie."""
    answer = browser.post("/step", json={"step": 1}, headers={"Host": host})
    name, _, rest = answer.headers["set-cookie"].partition("=")
    _, _, attributes = rest.partition("; ")
    assert (name, attributes) == (
        f"__Host-{COOKIE}" if secure else COOKIE,
        f"Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}",
    )


def test_a_session_counts_under_the_name_of_its_host_alone(browser: httpx.Client) -> None:
    """A good one that somebody planted under the other name is none."""
    made = browser.post("/step", json={"step": 5}, headers={"Host": "shop.example"}).headers["set-cookie"]
    value = SimpleCookie(made)[f"__Host-{COOKIE}"].value
    found = [
        browser.get("/seen", headers={"Host": host, "Cookie": f"{name}={value}"}).json()[2]
        for host in ("shop.example", "localhost")
        for name in (f"__Host-{COOKIE}", COOKIE)
    ]
    assert found == [5, None, None, 5]


def test_no_cache_keeps_an_answer_that_hands_out_a_session(browser: httpx.Client) -> None:
    def caching(answer: httpx.Response) -> dict[str, str]:
        names = ("cache-control", "cdn-cache-control", "surrogate-control")
        return {name: answer.headers[name] for name in names if name in answer.headers}

    kept = dict.fromkeys(("cache-control", "cdn-cache-control", "surrogate-control"), "public, max-age=9999")
    assert caching(browser.get("/cached")) == kept
    assert caching(browser.get("/cached?step=1")) == {"cache-control": "private, no-store"}
    assert caching(browser.get("/cached?step=1")) == kept
    assert caching(browser.get("/cached")) == {"cache-control": "private, no-store"}
    assert caching(browser.get("/")) == {"cache-control": "private, no-cache"}


def test_files_beside_the_pages_are_served_by_type(browser: httpx.Client) -> None:
    answer = browser.get("/assets/style.css")
    assert (answer.status_code, answer.text) == (200, "b { color: red }")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert browser.post("/assets/style.css").status_code == 404
    head = browser.head("/assets/style.css")
    assert (head.status_code, head.text, head.headers["content-length"]) == (200, "", "16")


@pytest.mark.parametrize("part", ["bytes=0-3", "bytes=9-1", "bytes=999-", "lines=1"])
def test_a_part_of_a_file_is_all_of_it(browser: httpx.Client, part: str) -> None:
    answer = browser.get("/assets/style.css", headers={"Range": part})
    assert (answer.status_code, answer.text) == (200, "b { color: red }")
    assert answer.headers["accept-ranges"] == "none"


def test_what_is_not_there_is_a_page_for_people_and_json_for_programs(browser: httpx.Client) -> None:
    answer = browser.get("/<script>alert(1)</script>")
    assert (answer.status_code, answer.headers["content-type"]) == (404, HTML)
    assert "<code>/&lt;script&gt;alert(1)&lt;/script&gt;</code>" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert browser.get("/nothing", headers={"Accept": "*/*"}).json()["error"]["code"] == "not_found"


def test_visitors_are_not_told_of_other_pages(browser: httpx.Client) -> None:
    assert "/items" not in browser.get("/itemz/x").text


def test_other_paths_of_a_page_lead_to_it(browser: httpx.Client) -> None:
    answer = browser.get("/seen.html?a=1")
    assert (answer.status_code, answer.headers["location"]) == (308, "/seen?a=1")


def test_other_methods_are_refused(browser: httpx.Client) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        answer = browser.request(method, "/")
        assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
        assert answer.headers["allow"] == "GET, HEAD, POST"


def test_a_page_that_is_no_text_is_an_error_without_a_traceback(browser: httpx.Client) -> None:
    answer = browser.get("/bad")
    message = "bad.html: not UTF-8 text (in line 1)"
    assert (answer.status_code, answer.json()) == (500, {"error": {"code": "bad_page", "message": message}})


def test_a_page_that_is_too_large_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "large.html").write_bytes(b" " * 4_194_305)
    (tmp_path / "full.html").write_bytes(b" " * 4_194_304)
    with serving(pages=tmp_path) as service:
        answer = service.client.get("/large")
        assert len(service.client.get("/full").content) == 4_194_304
    message = "large.html: has more than 4194304 bytes"
    assert (answer.status_code, answer.json()) == (500, {"error": {"code": "bad_page", "message": message}})


def test_the_api_is_there_beside_the_pages(service: Service) -> None:
    assert service.record("setVariable('n', 1)")["variables"] == {"n": 1}


def test_a_path_of_the_services_own_is_no_pages_by_any_method(tmp_path: Path) -> None:
    for name in ("healthz", "readyz", "v1/runs"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.html").write_text("the site's")
    with serving(pages=tmp_path, reload=True, panel_everywhere=True) as service:
        for path in ("/healthz", "/readyz", "/openapi.json", "/v1/runs/x", "/_debug", "/_reload.js", "/_reload"):
            answer = service.client.post(path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed"), path
            assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
        assert service.client.delete("/v1/runs").status_code == 405
        assert "site" not in service.client.head("/healthz").text + service.client.get("/healthz").text


def test_an_author_is_reloaded_when_a_file_is_saved(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<h1>one</h1>")
    with serving(pages=tmp_path, reload=True) as service:
        assert service.client.get("/").text == f"<h1>one</h1>{SCRIPT_TAG}"
        assert "EventSource" in service.client.get("/_reload.js").text
        assert "/index" not in service.client.get("/indx", headers={"Accept": "text/html"}).text
        with service.client.stream("GET", "/_reload") as stream:
            lines = (line for line in stream.iter_lines() if line)
            first = next(lines)
            (tmp_path / "index.html").write_text("<h1>two</h1>")
            assert next(lines) != first
        assert service.client.get("/").text == f"<h1>two</h1>{SCRIPT_TAG}"


def test_only_a_page_itself_is_reloaded(folder: Path) -> None:
    """No answer of a script's own has a line more than it said."""
    with serving(pages=folder, reload=True) as service:
        said = {path: service.client.get(path).text for path in ("/seen", "/answer", "/typed", "/status")}
        assert service.client.post("/sign-in", json={"email": "ada@example.com"}).text == ""
    assert [path for path, text in said.items() if SCRIPT_TAG in text] == ["/status"]


def test_past_the_most_listeners_a_browser_is_told_to_try_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.service.site.reload.MAX_LISTENERS", 1)
    with serving(pages=tmp_path, reload=True) as service:
        with service.client.stream("GET", "/_reload") as first:
            lines = first.iter_lines()  # without a name the stream would end here
            assert next(lines).startswith("data: ")
            assert service.client.get("/_reload").status_code == 204
        while (again := service.client.stream("GET", "/_reload")).__enter__().status_code == 204:
            again.__exit__(None, None, None)  # until the service has seen that the first one is gone
        again.__exit__(None, None, None)


def test_a_stream_of_changes_does_not_hold_the_end_up(tmp_path: Path) -> None:
    with serving(pages=tmp_path, reload=True) as service:
        stream = httpx.Client(trust_env=False, timeout=60).stream("GET", f"{service.url}/_reload")
        answer = stream.__enter__()
        lines = answer.iter_lines()
        assert next(lines).startswith("data: ")
    stream.__exit__(None, None, None)
    assert SESSION_KEY not in repr(answer)
