"""What stands on a tape."""

import json
import re
from pathlib import Path

import pytest

from runtime import Limits, LogLine, Request, RunError, Runtime, RunWarning, TapeOptions
from runtime.tape.files import TapeUnreadable, read_tape, tape_of_text, tape_text, write_tape
from runtime.tape.model import TapedCall, TapedError, TapedOutcome, TapedRequest
from tests.tape.conftest import ADA, NOW_MS, Record

CHECKIN = """setCrmField({slug: 'notes', fieldKey: 'weight', value: 182, typo: 1});
try { setCrmField({slug: 'notez', fieldKey: 'weight', value: 1}); } catch (e) { console.log(e.message); }
session.set('step', 2);
setVariable('weight', getCrmField({slug: 'notes', fieldKey: 'weight'}));
setVariable('calls', limits.left().host_calls);
"""
WITH_CALL = (
    '{"version": 1, "run_id": "r", "file": "a", "source": "", "session": {"brand": "b"}, "now_ms": 0, "seed": 0,'
    ' "calls": [%s]}'
)


def test_tape_holds_inputs_calls_and_outcome(record: Record) -> None:
    request = Request(method="POST", path="/a", headers={"User-Agent": "Firefox", "Authorization": "secret"})
    tape = record(CHECKIN, request=request, strict=False)
    entry_id = tape.calls[0].answer["id"]
    left = tape.calls[4].answer
    assert [*tape.calls] == [
        TapedCall(
            name="setCrmField",
            arguments={"slug": "notes", "fieldKey": "weight", "value": 182, "typo": 1},
            answer={"ok": True, "id": entry_id, "created": True},
            warnings=[RunWarning("unknown_property", "setCrmField: unknown property 'typo'")],
        ),
        TapedCall(
            name="setCrmField",
            arguments={"slug": "notez", "fieldKey": "weight", "value": 1},
            error=TapedError(name="TypeError", message="setCrmField: no entity 'notez', did you mean 'notes'?"),
        ),
        TapedCall(name="session.set", arguments={"key": "step", "value": 2}),
        TapedCall(name="getCrmField", arguments={"slug": "notes", "fieldKey": "weight"}, answer=182),
        TapedCall(name="limits.left", answer=left),
    ]
    assert sorted(left) == ["cpu_ms", "host_calls", "memory_bytes", "wall_ms"]
    assert tape.outcome == TapedOutcome(
        variables={"weight": 182, "calls": 996},
        session={"step": 2},
        logs=[LogLine("log", "setCrmField: no entity 'notez', did you mean 'notes'?")],
        warnings=[RunWarning("unknown_property", "setCrmField: unknown property 'typo'", "checkin.js", 1, 1)],
        customer_id="c_1",
    )
    assert tape.request == TapedRequest(method="POST", path="/a", headers={"user-agent": "Firefox"})
    assert (tape.source, tape.file, tape.session, tape.limits) == (CHECKIN, "checkin.js", ADA, Limits())
    assert (tape.now_ms, tape.seed, tape.strict, tape.cut_off) == (NOW_MS, 1, False, None)


def test_clock_of_a_taped_run_stands_and_its_seed_is_drawn(live: Runtime) -> None:
    source = "const a = Date.now(); for (let i = 0; i < 1e6; i++); setVariable('times', [a, Date.now(), Math.random()])"
    tapes = [live.run(source, session=ADA, tape=True).tape for _ in range(2)]
    first, second = (tape.outcome.variables["times"] for tape in tapes if tape)
    assert first[0] == first[1] == (tapes[0] and tapes[0].now_ms)
    assert first[2] != second[2]


def test_run_without_a_tape_has_none(live: Runtime) -> None:
    assert live.run("1", session=ADA).tape is None


def test_calls_stand_in_the_order_in_which_the_script_saw_them(live: Runtime) -> None:
    """Also where other runs of the script have taught the host to read ahead."""
    source = "for (const key of ['text', 'email', 'weight']) getCrmField({slug: 'notes', fieldKey: key})"
    for _ in range(3):
        live.run(source, session=ADA)
    tape = live.run(source, session=ADA, tape=True).tape
    assert [call.arguments["fieldKey"] for call in tape.calls if tape] == ["text", "email", "weight"]  # type: ignore[union-attr]


def test_customer_is_on_the_tape_where_a_call_settled_whose_run_it_is(live: Runtime) -> None:
    session = ADA.model_copy(update={"customer_id": None, "email": "new@example.com"})
    tape = live.run("setCrmField({slug: 'notes', fieldKey: 'text', value: 1})", session=session, tape=True).tape
    assert tape is not None
    assert tape.calls[0].customer_id == tape.outcome.customer_id is not None


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (TapeOptions(max_calls=2), "more than 2 calls"),
        (TapeOptions(max_bytes=200), "calls and answers of more than 200 bytes"),
    ],
)
def test_tape_that_is_cut_off_says_so(record: Record, options: TapeOptions, why: str) -> None:
    source = "for (let i = 0; i < 9; i++) setVariable('last', getCrmField({slug: 'notes', fieldKey: 'text' + i}))"
    tape = record(source, tape=options)
    assert (tape.cut_off, len(tape.calls)) == (why, 2 if options.max_calls == 2 else 3)
    assert tape.outcome.status == "ok"


def test_page_is_on_the_tape_whole(live: Runtime) -> None:
    html = "<p>\n<script scope=backend>null.x</script>"
    tape = live.run_page(html, session=ADA, tape=True).record.tape
    assert tape is not None
    assert (tape.is_page, tape.source, tape.file) == (True, html, "page.html")
    assert isinstance(tape.outcome.error, RunError)
    assert (tape.outcome.error.line, tape.outcome.error.column) == (2, 23)


def test_body_that_is_no_text_is_kept(record: Record) -> None:
    tape = record("setVariable('body', request.body)", request=Request(body=b"\xff\x00"))
    assert (tape.request and tape.request.body_base64) == "/wA="
    assert tape.request is not None
    assert tape.request.request() == Request(body=b"\xff\x00")


def test_file_is_for_its_owner_alone(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "a.tape.json"
    tape = record("setVariable('ü', 1)")
    write_tape(tape, path)
    assert (path.stat().st_mode & 0o777, read_tape(path)) == (0o600, tape)


def test_file_leaves_out_what_is_as_usual(record: Record) -> None:
    text = json.loads(tape_text(record("1")))
    assert {name: value for name, value in text.items() if name != "run_id"} == {
        "version": 1,
        "file": "checkin.js",
        "source": "1",
        "session": {"brand": "acme", "customer_id": "c_1", "email": "ada@example.com", "name": "Ada Lovelace"},
        "now_ms": NOW_MS,
        "seed": 1,
        "outcome": {"customer_id": "c_1"},
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("[]", "no tape: it has no 'version' (got an array)"),
        ('{"version": 2}', "a tape of version number 2; this release reads version 1"),
        ('{"version": 1}', "run_id: Field required"),
        (WITH_CALL % '{"name": 1}', "calls[0].name: Input should be a valid string"),
    ],
)
def test_file_that_is_no_tape_is_refused(text: str, problem: str) -> None:
    with pytest.raises(TapeUnreadable, match=f"^{re.escape(problem)}$"):
        tape_of_text(text)
