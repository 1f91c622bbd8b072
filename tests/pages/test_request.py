"""What a script finds of the request."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import Request
from tests.pages.conftest import Script

JSON = {"Content-Type": "application/json; charset=utf-8"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def body_of(body: bytes, headers: dict[str, str]) -> tuple[object, list[str]]:
    """What a script finds, and what the run is warned of."""
    warnings: list[str] = []
    shown = Request(method="POST", body=body, headers=headers).shown(lambda code, _: warnings.append(code))
    return shown["body"], warnings


def test_a_script_finds_the_request(script: Script) -> None:
    request = Request(
        method="POST",
        path="/weight/checkin",
        query={"a": "1", "b": ["2", "3"]},
        body=b'{"weight": 182}',
        headers={**JSON, "User-Agent": "Mozilla/5.0 (iPhone)", "Authorization": "secret", "Host": "a.example"},
        cookies={"seen": "yes"},
        ip="192.0.2.1",
        route_params={"id": "7"},
    )
    assert script.value("request", request=request) == {
        "method": "POST",
        "path": "/weight/checkin",
        "query": {"a": "1", "b": ["2", "3"]},
        "body": {"weight": 182},
        "headers": {"user-agent": "Mozilla/5.0 (iPhone)", "host": "a.example"},
        "cookies": {"seen": "yes"},
        "ip": "192.0.2.1",
        "ip6": None,
        "is_mobile": True,
        "is_tablet": False,
        "route_params": {"id": "7"},
    }


def test_a_script_without_a_request_finds_an_empty_one(script: Script) -> None:
    assert script.value("[request.method, request.path, request.body]") == ["GET", "/", None]


def test_the_request_is_frozen_through_and_through(script: Script) -> None:
    request = Request(query={"a": ["1"]}, cookies={"b": "2"}, body=b'{"c": [{}]}', headers=JSON)
    frozen = "[request, request.query, request.query.a, request.cookies, request.body.c[0], request.headers]"
    assert script.value(f"{frozen}.map(Object.isFrozen)", request=request) == [True] * 6


@pytest.mark.parametrize(
    ("body", "headers", "found", "warnings"),
    [
        (b"", {}, None, []),
        (b'{"a": [1, null, "\\u00e9"]}', JSON, {"a": [1, None, "é"]}, []),
        (b"\xef\xbb\xbf1", {"content-type": "application/problem+json"}, 1, []),
        (b"{", JSON, None, ["body_malformed"]),
        (b"\xff", JSON, None, ["body_malformed"]),
        (b"NaN", JSON, None, ["body_malformed"]),
        (b"1e999", JSON, None, ["body_malformed"]),
        (b"9" * 5_000, JSON, None, ["body_malformed"]),
        (b"[" * 50_000, JSON, None, ["body_malformed"]),
        (b"a=1&b=caf%C3%A9+x&a=2&c=&%ff=1", FORM, {"a": ["1", "2"], "b": "café x", "c": "", "\ufffd": "1"}, []),
        (b"&".join([b"a=1"] * 1_001), FORM, None, ["body_malformed"]),
        (b"a=\xe9", FORM, None, ["body_malformed"]),
        (b"a=1", {"content-type": "multipart/form-data; boundary=x"}, None, ["body_not_read"]),
        (b"a=1", {}, None, ["body_not_read"]),
        (b'"' + b"x" * (64 * 1024 - 2) + b'"', JSON, "x" * (64 * 1024 - 2), []),
        (b'"' + b"x" * (64 * 1024 - 1) + b'"', JSON, None, ["body_too_large"]),
    ],
)
def test_a_body_is_read_by_its_type_or_null_with_a_warning(
    body: bytes, headers: dict[str, str], found: object, warnings: list[str]
) -> None:
    assert body_of(body, headers) == (found, warnings)


def test_a_body_that_cannot_be_read_is_on_record(script: Script) -> None:
    record = script("setVariable('body', request.body)", request=Request(body=b"{", headers=JSON))
    assert (record.status, record.variables) == ("ok", {"body": None})
    assert [(one.code, one.message) for one in record.warnings] == [
        ("body_malformed", "the request's body is not what its type says, application/json: it is null")
    ]


@given(body=st.binary(max_size=40), kind=st.sampled_from([JSON, FORM, {}]))
def test_whatever_the_body_it_can_be_handed_to_a_script(body: bytes, kind: dict[str, str]) -> None:
    found, warnings = body_of(body, kind)
    json.dumps(found, allow_nan=False)
    assert (found is None) >= bool(warnings)


@pytest.mark.parametrize(
    ("agent", "is_mobile", "is_tablet"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64)", False, False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148", True, False),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Mobile Safari/537.36", True, False),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Mobile/15E148", False, True),
        ("Mozilla/5.0 (Linux; Android 14; SM-X900) Safari/537.36", False, True),
        ("Mobile Android", False, True),
        ("android MOBILE", True, False),
        ("Mozilla/5.0 (Mobile; rv:48.0; Android 14) Gecko/48.0", False, True),
        ("Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1) Edge/15.15254 Mobile", True, False),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0.0.0 Safari/537.36", False, False),
    ],
)
def test_the_browser_says_what_it_runs_on(agent: str, is_mobile: bool, is_tablet: bool) -> None:
    shown = Request(headers={"user-agent": agent}).shown(lambda *_: None)
    assert (shown["is_mobile"], shown["is_tablet"]) == (is_mobile, is_tablet)
    told = Request(headers={"user-agent": agent}, is_mobile=False, is_tablet=False).shown(lambda *_: None)
    assert (told["is_mobile"], told["is_tablet"]) == (False, False)


def test_a_browsers_name_takes_time_in_proportion_to_its_length() -> None:
    """A visitor writes it: what would look for the same end from each of a million places would not come back."""
    for agent in ("Android" * 150_000, "Android" * 150_000 + " Mobile"):
        shown = Request(headers={"user-agent": agent}).shown(lambda *_: None)
        assert (shown["is_mobile"], shown["is_tablet"]) == (agent.endswith("Mobile"), not agent.endswith("Mobile"))
