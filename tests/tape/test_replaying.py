"""A tape, done again: the same, or the first call that is not."""

from pathlib import Path

import pytest

from runtime import Limits, LogLine, Runtime, RunWarning, Session, TapeOptions
from runtime.differing import NOTHING, Difference
from runtime.http.fetching import HttpAnswer
from runtime.http.settings import HttpSettings
from runtime.modules.source import GivenModules
from runtime.tape.files import tape_of_text, tape_text
from runtime.tape.offline import CallDifference, CallPlace, MadeCall
from runtime.tape.replaying import replay_tape
from tests.tape.conftest import ADA, Record
from tests.tape.round_trips import round_trip

SAMPLES = sorted((Path(__file__).parents[2] / "scripts_examples").glob("*.js"))
TWO_READS = """const keys = ['text', 'weight'];
setVariable('got', keys.map((key) => getCrmField({slug: 'notes', fieldKey: key})));
"""


@pytest.mark.parametrize("seed", range(24))
def test_script_made_by_chance_gives_the_same_again_and_a_changed_call_is_named(
    offline: Runtime, live: Runtime, seed: int
) -> None:
    """The long form is ``make tapes``."""
    round_trip(live, offline, seed)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_sample_script_gives_the_same_again(live: Runtime, offline: Runtime, path: Path) -> None:
    session = Session(brand="demo", customer_id="c_1", email="ada@example.com", name="Ada")
    tape = live.run(path.read_text(encoding="utf-8"), session=session, filename=path.name, tape=True).tape
    assert tape is not None
    verdict = replay_tape(offline, tape)
    assert (verdict.verdict, verdict.call, [*verdict.outcome]) == ("same", None, [])
    assert verdict.calls_played == len(tape.calls) > 0
    assert (verdict.record.variables, verdict.record.logs) == (tape.outcome.variables, tape.outcome.logs)


def test_modules_are_on_the_tape_as_they_were(offline: Runtime) -> None:
    """The replay's runtime knows none of them, and those of the store may have changed since."""
    sources = {"notes/log": "export const log = (text) => console.log(text);", "unused": ""}
    script = "import { log } from 'notes/log';\nlog(await getCrmField({slug: 'none', fieldKey: 'a'}));"
    with Runtime.open("sqlite://", modules=GivenModules(sources)) as runtime:
        tape = runtime.run(script, session=Session(brand="demo"), tape=True).tape
    assert tape is not None
    read = tape_of_text(tape_text(tape))
    assert read.modules == {"notes/log": sources["notes/log"]}
    assert replay_tape(offline, read).verdict == "same"
    changed = read.model_copy(update={"modules": {"notes/log": "export const log = () => 1;\nnull.x;"}})
    assert replay_tape(offline, changed).verdict == "differs"


def test_first_call_that_differs_is_named_with_its_place_and_its_difference(record: Record, offline: Runtime) -> None:
    tape = record(TWO_READS)
    changed = tape.model_copy(update={"source": TWO_READS.replace("'weight'", "'email'")})
    verdict = replay_tape(offline, changed)
    arguments = {"slug": "notes", "fieldKey": "email"}
    assert (verdict.verdict, verdict.calls_played) == ("differs", 1)
    assert verdict.call == CallDifference(
        number=2,
        then=tape.calls[1],
        now=MadeCall("getCrmField", arguments, CallPlace("checkin.js", 2, 76)),
        differences=[Difference(("fieldKey",), "weight", "email")],
    )


def test_call_that_was_left_out_is_told_from_a_new_one(record: Record, offline: Runtime) -> None:
    tape = record(TWO_READS)
    changed = tape.model_copy(update={"source": TWO_READS.replace("'text', ", "")})
    verdict = replay_tape(offline, changed)
    assert verdict.call is not None
    assert (verdict.call.number, verdict.call.again) == (1, 2)


def test_missing_and_further_calls_differ(record: Record, offline: Runtime) -> None:
    tape = record(TWO_READS)
    fewer = replay_tape(offline, tape.model_copy(update={"source": TWO_READS.replace(", 'weight'", "")}))
    assert fewer.call == CallDifference(2, tape.calls[1], None, [])
    more = replay_tape(offline, tape.model_copy(update={"source": TWO_READS + "limits.left()"}))
    assert more.call == CallDifference(3, None, MadeCall("limits.left", None, CallPlace("checkin.js", 3, 8)), [])


def test_what_came_otherwise_is_told_by_its_path(record: Record, offline: Runtime) -> None:
    tape = record("setVariable('a', {b: [1, 2]}); console.log('x')")
    source = "setVariable('a', {b: [1, 3]}); console.log('x'); console.log('y')"
    verdict = replay_tape(offline, tape.model_copy(update={"source": source}))
    assert (verdict.verdict, verdict.call) == ("differs", None)
    assert verdict.outcome == [
        Difference(("variables", "a", "b", 1), 2, 3),
        Difference(("logs", 1), NOTHING, {"level": "log", "text": "y"}),
    ]


def test_tape_that_was_cut_off_is_replayed_up_to_there(record: Record, offline: Runtime) -> None:
    verdict = replay_tape(offline, record(TWO_READS, tape=TapeOptions(max_calls=1)))
    assert (verdict.verdict, verdict.calls_played) == ("cut_off", 1)


def test_run_that_was_ended_by_its_time_is_compared_as_far_as_it_came(record: Record, offline: Runtime) -> None:
    source = "console.log('before'); getCrmField({slug: 'notes', fieldKey: 'text'}); for (;;);"
    tape = record(source, limits=Limits(cpu_seconds=0.2))
    assert (tape.outcome.status, tape.outcome.logs) == ("time_limit", [LogLine("log", "before")])
    verdict = replay_tape(offline, tape)
    assert (verdict.verdict, verdict.calls_played) == ("same", 1)


def test_limits_of_calls_and_answers_end_the_replay_where_they_ended_the_run(record: Record, offline: Runtime) -> None:
    for source, limits in (
        ("for (;;) getCrmField({slug: 'notes', fieldKey: 'text'})", Limits(max_host_calls=3)),
        ("setHeader('x-a', 'x'.repeat(90)); setVariable('no', 1)", Limits(response_bytes=50)),
    ):
        tape = record(source, limits=limits)
        assert tape.outcome.status == "limit"
        assert replay_tape(offline, tape).verdict == "same"


def test_customer_set_by_the_script_and_warnings_are_the_same_again(record: Record, offline: Runtime) -> None:
    source = """setCrmField({slug: 'notes', fieldKey: 'text', value: 1, typo: 2});
    setVariable('who', [session.setCustomer({email: 'ADA@example.com'}), getCustomer()]);"""
    tape = record(source, session=Session(brand="acme", email="ada@example.com"))
    verdict = replay_tape(offline, tape)
    assert verdict.verdict == "same"
    assert verdict.record.warnings == [
        RunWarning("unknown_property", "setCrmField: unknown property 'typo'", "checkin.js", 1, 1)
    ]
    assert verdict.record.session_customer == tape.outcome.session_customer
    assert verdict.record.session_customer is not None
    assert verdict.record.session_customer.id is not None


def test_modules_are_on_the_tape(offline: Runtime) -> None:
    class Modules:
        def get(self, _brand: str, code: str) -> str | None:
            return "export const rate = getCrmField({slug: 'notes', fieldKey: 'text'}) ?? 3" if code == "shop" else None

        def codes(self, _brand: str) -> list[str]:
            return ["shop"]

    with Runtime.open("sqlite://", modules=Modules()) as live:
        live.run("EnsureCrmEntity({slug: 'notes', entityMode: 'data'})", session=ADA)
        source = "import { rate } from 'shop'; setVariable('rate', rate);"
        tape = live.run(source, session=ADA, filename="a.js", tape=True).tape
    assert tape is not None
    assert [*tape.modules] == ["shop"]
    assert tape.outcome.variables == {"rate": 3}
    assert replay_tape(offline, tape).verdict == "same"
    changed = {"shop": tape.modules["shop"].replace("'text'", "'email'")}
    call = replay_tape(offline, tape.model_copy(update={"modules": changed})).call
    assert call is not None
    assert call.now is not None
    assert call.now.place is not None
    assert (call.now.place.file, call.now.place.line) == ("shop", 1)


def test_http_is_answered_from_the_tape(offline: Runtime) -> None:
    class Refusing:
        settings = HttpSettings()

        def fetch(self, method: str, url: str, *_: object) -> HttpAnswer:
            return HttpAnswer(201, {"x-from": url}, body=method)

        def close(self) -> None:
            """Nothing is open."""

    with Runtime.open("sqlite://", http=Refusing()) as live:
        source = "setVariable('got', http.post('https://example.com/', {a: 1}))"
        tape = live.run(source, session=ADA, tape=True).tape
    assert tape is not None
    assert (tape.http, [call.name for call in tape.calls]) == (True, ["http.post"])
    verdict = replay_tape(offline, tape)
    assert verdict.verdict == "same"
    assert verdict.record.variables == {
        "got": {"status": 201, "headers": {"x-from": "https://example.com/"}, "body": "POST"}
    }


def test_template_of_a_page_is_not_on_its_tape(offline: Runtime) -> None:
    page = "<script scope=backend>setVariable('a', 1)</script><p>{{ var.a }} {{ getCrmField({slug: 'x'}) }}</p>"
    with Runtime.open("sqlite://") as live:
        tape = live.run_page(page, session=ADA, tape=True).record.tape
    assert tape is not None
    assert (tape.outcome.status, tape.outcome.variables, [*tape.calls]) == ("ok", {"a": 1}, [])
    assert replay_tape(offline, tape).verdict == "same"
