"""What stands on record of a run: all of it, up to a size, in a form that every store takes."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.limits import KIB
from runtime.record import Cookie, HostCall, LogLine, Redirect, Response, RunError, RunResult, RunWarning, Usage
from runtime.recorded import Recorded, find_recorded, request_kept, to_keep
from runtime.request import Request
from storage import Store, new_uuid7
from storage.commands import Write
from storage.runs import RunFailure
from tests.storage.conftest import postgres_server, shared_store  # noqa: F401 - fixtures of both engines

ROOM: dict[str, Any] = {"max_record_bytes": 256 * KIB, "max_source_bytes": 1024 * KIB}
ANY_TEXT = st.text(max_size=20)
SOUND_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ANY_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | SOUND_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SOUND_TEXT, inner, max_size=3),
    max_leaves=8,
)
ANY_RESULT = st.builds(
    RunResult,
    run_id=st.just("to be set"),
    status=st.sampled_from(["ok", "error", "crashed"]),
    variables=st.dictionaries(SOUND_TEXT, ANY_VALUE, max_size=3),
    response=st.none() | st.builds(Response, st.integers(200, 599), SOUND_TEXT, SOUND_TEXT),
    redirect=st.none() | st.builds(Redirect, SOUND_TEXT, st.just(302)),
    headers=st.dictionaries(SOUND_TEXT, SOUND_TEXT, max_size=2),
    cookies=st.lists(st.builds(Cookie, SOUND_TEXT, SOUND_TEXT), max_size=2),
    session=st.dictionaries(SOUND_TEXT, ANY_VALUE, max_size=2),
    logs=st.lists(st.builds(LogLine, st.just("log"), SOUND_TEXT), max_size=2),
    error=st.none() | st.builds(RunError, SOUND_TEXT, SOUND_TEXT, SOUND_TEXT, SOUND_TEXT, st.integers(1, 9)),
    warnings=st.lists(st.builds(RunWarning, SOUND_TEXT, SOUND_TEXT), max_size=2),
    calls=st.lists(st.builds(HostCall, SOUND_TEXT, st.floats(0, 9), st.booleans()), max_size=2),
    usage=st.builds(Usage, st.floats(0, 9), st.integers(0, 9_000_000).map(lambda us: us / 1_000_000)),
    customer_id=st.none() | SOUND_TEXT.map(lambda text: text.replace("\0", "")),
)
_BRANDS = count()


def kept(store: Store, result: RunResult, source: str = "", file: str = "page.html", **other: Any) -> Recorded:
    """The run as it is read from the store that was told to keep it."""
    brand = f"brand{next(_BRANDS)}"
    command = to_keep(result, source, file, other.pop("request", None), **ROOM | other)
    store.apply(brand, Write(command, 1, ""))
    found = find_recorded(store, brand, result.run_id)
    assert isinstance(found, Recorded)
    return found


def a_run(**parts: Any) -> RunResult:
    return RunResult(run_id=new_uuid7(), **{"status": "ok"} | parts)


@given(ANY_RESULT, SOUND_TEXT)
@settings(max_examples=40)
def test_any_record_reads_back_as_it_was(shared_store: Store, result: RunResult, source: str) -> None:  # noqa: F811
    """With all its parts, and its source."""
    result.run_id = new_uuid7()
    run = kept(shared_store, result, source)
    assert repr(run.result) == repr(result)
    assert (run.source, run.cut, run.listed.status) == (source, {}, result.status)
    assert run.listed.wall_us == round(result.usage.wall_seconds * 1_000_000)
    assert (run.listed.error is None) == (result.error is None)


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT)
@settings(max_examples=40)
def test_any_text_can_be_kept(shared_store: Store, source: str, file: str, customer: str, value: str) -> None:  # noqa: F811
    """Lone surrogates and U+0000, wherever they come from, on every engine."""
    result = a_run(variables={value: [value]}, customer_id=customer, error=RunError(value, value, value, file, 1))
    run = kept(shared_store, result, source + "\ud800", file + "\0\ud800", request={"path": value})
    assert run.source == source.encode("utf-8", "replace").decode() + "?"
    assert run.listed.file.endswith("\ufffd?")


def test_a_record_that_is_too_large_says_what_was_left_out(shared_store: Store) -> None:  # noqa: F811
    """The largest parts go first, until the rest fits; the list has the error all the same."""
    result = a_run(
        status="error",
        variables={"a": "x" * 100_000},
        logs=[LogLine("log", "y" * 50_000)],
        session={"b": "z" * 10_000},
        error=RunError("TypeError", "m" * 20_000, "s" * 20_000, "page.html", 3),
    )
    run = kept(shared_store, result, max_record_bytes=50_000)
    assert run.cut == {"variables": 100_009, "logs": 50_030}
    assert (run.result.variables, run.result.logs, run.result.session) == ({}, [], result.session)
    assert run.result.error is not None
    assert run.result.error.message == "m" * 8192 + "… (20,000 characters in all)"
    assert run.result.error.stack == "s" * 8192 + "… (20,000 characters in all)"
    assert run.listed.error == RunFailure("TypeError", "m" * 500 + "… (20,000 characters in all)", "page.html", 3)
    assert kept(shared_store, a_run(variables={"a": "ä" * 1000}), max_record_bytes=2000).cut == {"variables": 2009}


def test_a_source_that_is_too_large_is_left_out(shared_store: Store) -> None:  # noqa: F811
    """Counted in bytes of UTF-8."""
    assert kept(shared_store, a_run(), "ää", max_source_bytes=4).source == "ää"
    assert kept(shared_store, a_run(), "ää!", max_source_bytes=4).source is None


def test_a_long_name_of_a_file_is_cut(shared_store: Store) -> None:  # noqa: F811
    """Engines have a limit to what they can look up by."""
    assert kept(shared_store, a_run(), file="\U0001f600" * 5000).listed.file == "\U0001f600" * 512


def test_a_record_of_other_code_is_read_as_far_as_it_is_known(shared_store: Store) -> None:  # noqa: F811
    """Parts that this code does not know are left out, those that it lacks are empty."""
    result = a_run(variables={"a": 1})
    command = to_keep(result, "", "page.html", None, **ROOM)
    other = {"result": {"run_id": result.run_id, "status": "ok", "unheard_of": 1}, "cut": {}}
    shared_store.apply("other", Write(replace(command, record=other), 1, ""))
    found = find_recorded(shared_store, "other", result.run_id)
    assert isinstance(found, Recorded)
    assert found.result == RunResult(run_id=result.run_id, status="ok")


SECRETIVE = Request(
    method="POST",
    path="/checkin",
    query={"token": "secret"},
    body=b'{"weight": 80}',
    headers={"content-type": "application/json", "user-agent": "secret", "authorization": "secret"},
    cookies={"sid": "secret"},
    ip="192.0.2.1",
)


def test_of_a_request_its_method_and_path_are_kept() -> None:
    """Neither query nor headers, cookies, body or address: they are the visitor's own."""
    assert request_kept(SECRETIVE, whole=False) == {"method": "POST", "path": "/checkin"}
    assert request_kept(None, whole=False) is None


def test_the_whole_request_is_what_the_script_saw() -> None:
    """Where the host asks for it; what a script cannot see is not kept either."""
    assert request_kept(SECRETIVE, whole=True) == {
        "method": "POST",
        "path": "/checkin",
        "query": {"token": "secret"},
        "body": {"weight": 80},
        "headers": {"user-agent": "secret"},
        "cookies": {"sid": "secret"},
        "ip": "192.0.2.1",
        "ip6": None,
        "is_mobile": False,
        "is_tablet": False,
        "route_params": {},
    }


@pytest.mark.parametrize("id_", ["x", "", "01a21886-07aa-75e0-a446-da6ed2494ca3"])
def test_what_is_not_on_record_is_not_found(shared_store: Store, id_: str) -> None:  # noqa: F811
    assert find_recorded(shared_store, "acme", id_) == ()
