"""What a call gives: answers, redirects, bodies, and words for every way in which none is had."""

import gzip
import math
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from ipaddress import ip_network

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.http.allowance import Allowance
from runtime.http.client import Hop, HttpClient, _next
from runtime.http.failures import CallFailed
from runtime.http.fetching import HttpAnswer
from runtime.http.network import BoundedStream
from tests.http.conftest import SETTINGS, fetch
from tests.http.servers import Reply, Server, closed_port, gzipped, ok, to

SHOP = {"shop.example.": ["127.0.0.1"]}


def test_an_answer_has_status_headers_and_body() -> None:
    with Server(ok(b'{"a":1}', "Content-Type: application/json", "X-Two: a", "x-two: b")) as server:
        answer = fetch(f"{server.url}/a?b=\u00e9#c")
    assert answer == HttpAnswer(
        200, {"content-length": "7", "content-type": "application/json", "x-two": "a, b"}, '{"a":1}'
    )
    [request] = server.requests
    assert request.split("\r\n") == [
        *("GET /a?b=%C3%A9 HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "accept: */*", "user-agent: funnelscript"),
        *("accept-encoding: gzip", "connection: close", "", ""),
    ]


@pytest.mark.parametrize("path", ["/a;b=1/c;d?e=f;g&h", "/?", "/a//b/c", "/%2e%2F?%zz", "/?a=b?c", "/a+b?c+d"])
def test_a_path_arrives_as_it_was_written(path: str) -> None:
    with Server({path: ok(b"there")}) as server:
        assert fetch(server.url + path).body == "there"


def test_each_redirect_may_have_a_page_of_its_own() -> None:
    """What a browser would not show is not read, and does not use up what an answer may have."""
    pages: dict[str, Reply] = {f"/{n}": ok(b"a" * 60_000, f"Location: /{n + 1}", status="302 On") for n in range(5)}
    with Server({**pages, "/5": ok(b"there")}) as server:
        assert fetch(f"{server.url}/0").body == "there"


def test_what_is_posted_arrives() -> None:
    with Server(ok()) as server:
        assert fetch(server.url, method="POST", body=b"a=1", headers={"x-key": "k"}).status == 200
    head, _, body = server.requests[0].partition("\r\n\r\n")
    assert head.startswith("POST / HTTP/1.1\r\n")
    assert ("x-key: k" in head, "Content-Length: 3" in head, body) == (True, True, "a=1")


def test_a_post_of_nothing_says_its_length() -> None:
    with Server(ok()) as server:
        fetch(server.url, method="POST", body=b"")
    assert "\r\nContent-Length: 0\r\n" in server.requests[0]


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "304 Same", "204 None", "302 Nowhere", "999 Odd"])
def test_any_final_status_is_an_answer(status: str) -> None:
    with Server(f"HTTP/1.0 {status}\r\n\r\n".encode()) as server:
        assert fetch(server.url) == HttpAnswer(int(status[:3]), {}, "")


def test_cookies_are_shown_and_never_sent_back() -> None:
    cookies = ("Set-Cookie: a=1", "Set-Cookie: b=2; Path=/")
    on = ok(b"", *cookies, "Location: /b", status="302 On")
    with Server({"/": on, "/b": ok(b"", *cookies)}) as server:
        assert [fetch(server.url).headers["set-cookie"] for _ in range(2)] == [["a=1", "b=2; Path=/"]] * 2
    assert [request for request in server.requests if "cookie" in request.lower()] == []


# Redirects


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [(301, "GET", ""), (302, "GET", ""), (303, "GET", ""), (307, "POST", "a"), (308, "POST", "a")],
)
def test_a_redirect_is_followed_as_browsers_do(status: int, method: str, body: str) -> None:
    with Server({"/a/b": to("../c?d", status), "/c?d": ok(b"there")}) as server:
        answer = fetch(f"{server.url}/a/b", method="POST", body=b"a", headers={"content-type": "x/y", "x-key": "k"})
    assert answer.body == "there"
    second = server.requests[1]
    assert second.startswith(f"{method} /c?d HTTP/1.1\r\n")
    assert second.endswith(f"\r\n\r\n{body}")
    assert ("x-key: k" in second, "content-type" in second) == (True, method == "POST")


def test_another_host_gets_no_headers_that_may_be_secret() -> None:
    headers = {"authorization": "Bearer s", "x-api-key": "s", "cookie": "s=1", "accept": "text/html"}
    with Server(ok()) as other, Server(to(f"http://shop.example:{other.port}/")) as server:
        answer = fetch(server.url, headers=headers, names=SHOP)
    assert answer.status == 200
    assert other.requests[0].split("\r\n")[1:-2] == [
        *(f"Host: shop.example:{other.port}", "accept: text/html", "user-agent: funnelscript"),
        *("accept-encoding: gzip", "connection: close"),
    ]


def test_the_same_host_under_https_gets_all_headers() -> None:
    hop = Hop("GET", httpx.URL("http://shop.example/a"), None, {"authorization": "s", "accept": "x"})
    assert _next(hop, 301, "https://SHOP.example./b") == Hop(
        "GET", httpx.URL("https://shop.example/b"), None, hop.headers
    )
    assert _next(hop, 301, "http://shop.example:81/").headers == {"accept": "x"}


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/", "more than 5 redirects lead there"),
        ("ftp://shop.example/", "it redirects to an address that must begin with http:// or https://"),
        (
            "http://u:p@127.0.0.1/",
            "it redirects to an address that has a user name in it; send the header 'authorization'",
        ),
        ("javascript:alert(1)", "it redirects to an address that must begin with http:// or https://"),
        ("http://[::1", "it redirects to an address that is not the address of a page"),
        ("file:///etc/passwd", "it redirects to an address that must begin with http:// or https://"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_no_answer(location: str, reason: str) -> None:
    with Server(to(location)) as server:
        answer = fetch(server.url)
    assert (answer.status, answer.headers, answer.body, answer.error) == (0, {}, "", f"127.0.0.1: {reason}")
    assert len(server.requests) == (6 if location == "/" else 1)


def test_no_redirect_leads_from_https_to_http() -> None:
    with Server(ok()) as plain, Server(to(f"http://127.0.0.1:{plain.port}/"), certificate="shop.pem") as server:
        answer = fetch(f"https://shop.example:{server.port}", names=SHOP)
    assert (answer.error, plain.requests) == ("shop.example: it redirects from https to http", [])


# Bodies


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (b"\xef\xbb\xbfa\xc3\xa9", "text/plain", "a\u00e9"),
        (b"\xe9", "text/html; charset=ISO-8859-1", "\u00e9"),
        (b"\x80", 'text/html; charset="windows-1252"', "\u20ac"),
        ("\u00fc".encode("utf-16"), "text/plain;charset=utf-16", "\u00fc"),
        (b'{"a":1}', "application/octet-stream", '{"a":1}'),
        (b"a\0b", "", "a\0b"),
    ],
)
def test_a_body_is_read_in_its_charset(body: bytes, content_type: str, text: str) -> None:
    with Server(ok(body, f"Content-Type: {content_type}")) as server:
        answer = fetch(server.url)
    assert (answer.body, answer.body_problem) == (text, None)


@pytest.mark.parametrize(
    ("body", "content_type", "text", "problem"),
    [
        (b"a\xffb", "text/html", "a\ufffdb", "is not all utf-8: what could not be read stands as U+FFFD"),
        (b"\x89PNG\xff", "image/png", None, "is of the type 'image/png' and no text"),
        (b"a", "text/plain; charset=punycode", None, "is in an unknown charset, 'punycode'"),
        (b"a", "text/plain; charset=zip", None, "is in an unknown charset, 'zip'"),
    ],
)
def test_what_is_no_text_is_told(body: bytes, content_type: str, text: str | None, problem: str) -> None:
    with Server(ok(body, f"Content-Type: {content_type}")) as server:
        answer = fetch(server.url)
    assert (answer.status, answer.body, answer.body_problem) == (200, text, problem)


def test_a_packed_body_is_unpacked() -> None:
    with Server(gzipped(b"a" * 5_000)) as server:
        assert fetch(server.url).body == "a" * 5_000
    twice = ok(gzip.compress(b"a") + gzip.compress(b"b"), "Content-Encoding: GZIP")
    with Server(twice) as server:
        assert fetch(server.url).body == "ab"


def test_a_body_of_just_the_limit_is_taken() -> None:
    with Server({"/": ok(b"a" * 1_000), "/gzip": gzipped(b"a" * 1_000)}) as server:
        assert fetch(server.url, max_body_bytes=1_000).body == "a" * 1_000
        assert fetch(f"{server.url}/gzip", max_body_bytes=1_000).body == "a" * 1_000


def bomb(mebibytes: int) -> bytes:
    """So many of zeros, packed but for the end, which nobody reads. After a full flush each is the same block."""
    packer, zeros = zlib.compressobj(wbits=31), bytes(1024 * 1024)
    first, other = (packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + other * (mebibytes - 1)


BOMB = bomb(200)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (ok(b"a" * 1_001), "its body is larger than 1000 bytes"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 5_000_000, "its body is larger than 1000 bytes"),
        (gzipped(b"a" * 1_001), "its body is larger than 1000 bytes"),
        (ok(BOMB, "Content-Encoding: gzip"), "its body is larger than 1000 bytes"),
        (ok(b"no", "Content-Encoding: gzip"), "its body is no gzip, as it says"),
        (ok(gzip.compress(b"abc")[:-1], "Content-Encoding: gzip"), "its body breaks off"),
        (ok(b"a", "Content-Encoding: br"), "its body is packed in a way that was not asked for"),
        (ok(b"a", "Content-Encoding: gzip, gzip"), "its body is packed in a way that was not asked for"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "what came is no HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde", "what came is no HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "what came is no HTTP answer"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 20_001 + b"0\r\n\r\n",
            "its body comes in more than 20000 pieces",
        ),
        (ok(b"", *("X: y" for _ in range(300))), "its headers are more than 200 or larger than 32768 bytes"),
        (ok(b"", "X: " + "y" * 40_000), "its headers are more than 200 or larger than 32768 bytes"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 120_000, "what came is no HTTP answer"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 9_000, "what came is larger than an answer may be"),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "what came is no HTTP answer"),
        (b"ICY 200 OK\r\n\r\n", "what came is no HTTP answer"),
        (b"HTTP/1.1 099 Odd\r\n\r\n", "what came is no HTTP answer"),
        (b"HTTP/1.1 20 OK\r\n\r\n", "what came is no HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nBad Header\r\n\r\n", "what came is no HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n", "what came is no HTTP answer"),
        (b"<html>", "what came is no HTTP answer"),
        (b"", "what came is no HTTP answer"),
        (b"\x16\x03\x01" * 50_000, "what came is no HTTP answer"),
    ],
    ids=range(25),
)
def test_an_answer_that_is_none_or_too_large_is_refused(reply: bytes, reason: str) -> None:
    with Server(reply) as server:
        answer = fetch(server.url, max_body_bytes=1_000 if b"chunked" not in reply else 100_000)
    assert answer == HttpAnswer(0, error=f"127.0.0.1: {reason}", cause=answer.cause)


class Saying:
    """A server that says what it is told to, one test's examples long."""

    def __init__(self) -> None:
        self.said = b""
        self.server = Server(lambda connection, _: connection.sendall(self.said))


@pytest.fixture(scope="module")
def saying() -> Iterator[Saying]:
    saying = Saying()
    with saying.server:
        yield saying


PIECES = st.sampled_from(
    [
        *(
            b"HTTP/1.1 200 OK\r\n",
            b"HTTP/1.1 302 On\r\n",
            b"HTTP/1.0 100 C\r\n\r\n",
            b"Location: /\r\n",
            b"\r\n",
            b"\n",
        ),
        *(b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"3\r\nabc\r\n"),
        *(b"0\r\n\r\n", b"abc", b"Content-Type: text/html; charset=utf-16\r\n", gzip.compress(b"abc"), b"\0", b":"),
        *(b"Location: http://127.0.0.2/\r\n", b"Set-Cookie: \xff\r\n", b"Connection: upgrade\r\n", b" folded\r\n"),
    ]
)


@given(st.one_of(st.binary(max_size=200), st.lists(st.one_of(PIECES, st.binary(max_size=3)), max_size=9).map(b"".join)))
def test_whatever_a_server_says_is_an_answer_or_a_failure(saying: Saying, said: bytes) -> None:
    saying.said = said
    answer = fetch(saying.server.url, max_redirects=1)
    assert (answer.status == 0) == (answer.error is not None)
    assert answer.status == 0 or 200 <= answer.status <= 999


# Time


def _drip(connection: socket.socket, head: bytes, times: int = 400) -> None:
    connection.sendall(head)
    for _ in range(times):
        time.sleep(0.05)
        connection.sendall(b"a")


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["nothing", "headers", "body"]
)
def test_a_server_that_drips_ends_with_the_time(head: bytes) -> None:
    """Each read has something; all of them together take too long."""
    with Server(lambda connection, _: _drip(connection, head)) as server:
        answer = fetch(server.url, timeout_seconds=0.3)
    assert answer.error == "127.0.0.1: no whole answer came within 0.3 s"


def test_a_server_that_says_nothing_ends_with_the_time() -> None:
    with Server(lambda connection, _: _drain(connection)) as server:
        answer = fetch(server.url, timeout_seconds=0.2)
    assert answer.error == "127.0.0.1: no whole answer came within 0.2 s"


def test_a_server_that_does_not_read_ends_with_the_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        answer = fetch(url, method="POST", body=bytes(20_000_000), timeout_seconds=0.3, max_body_bytes=20_000_000)
    assert answer.error == "127.0.0.1: no whole answer came within 0.3 s"


def test_a_tls_server_that_does_not_shake_hands_ends_with_the_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        answer = fetch(f"https://127.0.0.1:{listener.getsockname()[1]}", timeout_seconds=0.2)
    assert answer.error == "127.0.0.1: no whole answer came within 0.2 s"


def test_a_call_whose_time_is_over_before_the_handshake_leaves_no_connection() -> None:
    ours, theirs = socket.socketpair()
    with theirs, pytest.raises(CallFailed, match=r"^no whole answer came within 0 s$"):
        BoundedStream(ours, Allowance(0)).start_tls(ssl.create_default_context())
    assert ours.fileno() == -1


def test_redirects_share_the_time() -> None:
    def slow(connection: socket.socket, _: str) -> None:
        time.sleep(0.15)
        connection.sendall(to("/"))

    with Server(slow) as server:
        answer = fetch(server.url, timeout_seconds=0.4)
    assert answer.error == "127.0.0.1: no whole answer came within 0.4 s"
    assert len(server.requests) < 6


def test_the_run_may_have_less_time_than_a_call() -> None:
    with Server(lambda connection, _: _drain(connection)) as server:
        error = fetch(server.url, seconds=0.3).error or ""
        assert re.fullmatch(r"127\.0\.0\.1: no whole answer came within 0\.[0-3]\d{0,3} s", error)
        assert fetch(server.url, seconds=-1).error == "127.0.0.1: no whole answer came within 0 s"


def test_a_resolver_that_hangs_ends_with_the_time() -> None:
    go_on = threading.Event()

    def hangs(_: str, __: int) -> list[str]:
        go_on.wait(20)
        return []

    client = HttpClient(SETTINGS.model_copy(update={"timeout_seconds": 0.2}), resolve=hangs)
    answers = [client.fetch("GET", "http://shop.example/", None, {}, math.inf) for _ in range(2)]
    go_on.set()
    assert [answer.error for answer in answers] == ["shop.example: no whole answer came within 0.2 s"] * 2


# Connections


def test_a_refused_connection_is_told() -> None:
    with closed_port() as port:
        answer = fetch(f"http://127.0.0.1:{port}")
    assert (answer.error, answer.cause) == ("127.0.0.1: the connection was refused", "127.0.0.1: ECONNREFUSED")


def test_another_address_of_a_name_is_tried() -> None:
    with Server(ok(b"here")) as server:
        answer = fetch(
            f"http://shop.example:{server.port}",
            names={"shop.example.": ["127.0.0.3", "127.0.0.1"]},
            allowed_networks=(ip_network("127.0.0.0/8"),),
        )
    assert answer.body == "here"


def test_a_certificate_must_be_of_the_name() -> None:
    with Server(ok(b"safe"), certificate="shop.pem") as server:
        names = {**SHOP, "other.example.": ["127.0.0.1"]}
        assert fetch(f"https://shop.example:{server.port}", names=names).body == "safe"
        assert fetch(f"https://other.example:{server.port}", names=names).error == (
            "other.example: its certificate does not hold: Hostname mismatch, certificate is not valid for"
            " 'other.example'"
        )
        assert fetch(f"https://127.0.0.1:{server.port}").error == (
            "127.0.0.1: its certificate does not hold: IP address mismatch, certificate is not valid for '127.0.0.1'"
        )
        assert fetch(f"https://shop.example:{server.port}", names=names, ca_file=None).error == (
            "shop.example: its certificate does not hold: unable to get local issuer certificate"
        )
    with Server(ok(), certificate="expired.pem") as server:
        assert fetch(f"https://shop.example:{server.port}", names=SHOP).error == (
            "shop.example: its certificate does not hold: certificate has expired"
        )
    assert server.requests == []


def test_a_server_that_speaks_no_tls_is_told() -> None:
    with Server(ok()) as server:
        answer = fetch(f"https://127.0.0.1:{server.port}")
    assert answer.error == "127.0.0.1: no TLS could be agreed on with it"


def test_proxies_and_credentials_of_the_environment_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / ".netrc").write_text("default login ada password secret\n")
    with Server(ok(b"proxy")) as proxy, Server(ok(b"server")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("NETRC", str(home / ".netrc"))
        assert fetch(server.url).body == "server"
    assert proxy.requests == []
    assert "authorization" not in server.requests[0].lower()


def _drain(connection: socket.socket) -> None:
    while connection.recv(65_536):
        pass
