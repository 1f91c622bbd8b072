"""A browser's request as a script sees it: its cookies, and where it comes from."""

import pytest
from starlette.requests import Request as HttpRequest

from runtime.service.site.visit import cookies_of, request_of


def request(*headers: tuple[str, str], client: tuple[str, int] | None = ("127.0.0.1", 1)) -> HttpRequest:
    """A request with these headers, from there."""
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    return HttpRequest(
        {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": encoded, "client": client}
    )


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1;b=2 ;; c = 3", {"a": "1", "b": "2", "c": "3"}),
        ("a=1; a=2", {"a": "2"}),
        ('a="x y"; b="; c=""; d=x"y"', {"a": "x y", "b": '"', "c": "", "d": 'x"y"'}),
        ('a="x\\012y\\"z"', {"a": 'x\\012y\\"z'}),
        ("a=b=c; d=", {"a": "b=c", "d": ""}),
        ("alone; =nameless; ", {}),
        ("a=%41\xe9", {"a": "%41\xe9"}),
        ("", {}),
    ],
)
def test_cookies_are_read_as_browsers_send_them(header: str, cookies: dict[str, str]) -> None:
    assert cookies_of(request(("cookie", header))) == cookies


def test_two_headers_of_cookies_are_one() -> None:
    assert cookies_of(request(("cookie", "a=1; b=2"), ("cookie", "a=3"))) == {"a": "3", "b": "2"}


def test_cookies_take_time_in_proportion_to_their_length() -> None:
    """A visitor writes them: with the square of it, a million escapes would not come back."""
    escapes = "\\\\" * 1_000_000
    assert cookies_of(request(("cookie", f'a="{escapes}"'))) == {"a": escapes}


@pytest.mark.parametrize(
    ("host", "ip", "ip6"),
    [
        ("192.0.2.1", "192.0.2.1", None),
        ("::ffff:192.0.2.1", "192.0.2.1", None),
        ("2001:db8::1", None, "2001:db8::1"),
        ("fe80::1%eth0", None, "fe80::1"),
        ("unix", None, None),
    ],
)
def test_a_visitors_address_is_of_its_own_kind(host: str, ip: str | None, ip6: str | None) -> None:
    """Also where both kinds come to one socket."""
    seen = request_of(request(client=(host, 1)), b"", {})
    assert (seen.ip, seen.ip6) == (ip, ip6)


def test_no_header_says_where_a_visitor_comes_from() -> None:
    """Who writes it could be anybody."""
    told = [(name, "192.0.2.7") for name in ("x-forwarded-for", "x-real-ip", "forwarded", "true-client-ip")]
    assert request_of(request(*told), b"", {}).ip == "127.0.0.1"
