"""Reads that are answered before they are asked for change nothing that a script or its record could tell."""

from collections.abc import Iterator

import pytest

from runtime import RunResult, Runtime, Session
from runtime.foresight import (
    MAX_CALL_CHARACTERS,
    MAX_MISSED_RUNS,
    MAX_TRACE_CALLS,
    NO_PLAN,
    REST_RUNS,
    START,
    Foresight,
    Guesses,
    TracedCall,
)

SCRIPT = """
setCrmField({ slug: 'notes', fieldKey: 'text', value: customer.text });
setVariable('text', getCrmField({ slug: 'notes', fieldKey: 'text' }));
if (customer.asks) setVariable('odd', getCrmField({ slug: 'notes', fieldKey: 'odd' }));
"""
WRITE = TracedCall('["setCrmField",{"value":1}]', is_read=False)
READ = TracedCall('["getCrmField",{"fieldKey":"a"}]', is_read=True)
OTHER_READ = TracedCall('["getCrmField",{"fieldKey":"b"}]', is_read=True)


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    with Runtime.open("sqlite://") as opened:
        opened.run("EnsureCrmEntity({ slug: 'notes', fields: [{ key: 'text' }] })", session=Session(brand="acme"))
        yield opened


def visit(runtime: Runtime, text: str, *, asks: bool = True, customer_id: str = "c_1") -> RunResult:
    session = Session(brand="acme", customer_id=customer_id, attributes={"text": text, "asks": asks})
    return runtime.run(SCRIPT, session=session)


def test_run_reads_its_own_writes_however_often_it_ran(runtime: Runtime) -> None:
    texts = [f"visit {number}" for number in range(20)]
    assert [visit(runtime, text).variables["text"] for text in texts] == texts


def test_record_has_the_same_calls_whether_or_not_they_were_expected(runtime: Runtime) -> None:
    records = [visit(runtime, "hello") for _ in range(4)]
    names = ["setCrmField", "getCrmField", "getCrmField"]
    assert [[call.name for call in record.calls] for record in records] == [names] * 4
    assert [record.usage.host_calls for record in records] == [3] * 4


def test_expected_read_that_is_not_made_is_not_on_record_and_warns_of_nothing(runtime: Runtime) -> None:
    asked = [visit(runtime, "a") for _ in range(2)]
    silent = visit(runtime, "a", asks=False)
    asked_again = visit(runtime, "a")
    assert [[warning.code for warning in record.warnings] for record in [*asked, silent, asked_again]] == [
        ["undefined_field"],
        ["undefined_field"],
        [],
        ["undefined_field"],
    ]
    assert len(silent.calls) == 2


def test_read_that_was_expected_has_its_place_in_its_warning(runtime: Runtime) -> None:
    records = [visit(runtime, "a") for _ in range(4)]
    assert [(one.file, one.line, one.column) for record in records for one in record.warnings] == [
        ("script.js", 4, 39)
    ] * 4


def test_little_is_kept_of_a_run_that_makes_many_long_calls(runtime: Runtime) -> None:
    """A thousand calls of a megabyte would be a gigabyte of the host's memory."""
    source = "for (let n = 0; n < 90; n++) try { setCrmField({ long: 'x'.repeat(9999) }) } catch {}"
    assert runtime.run(source, session=Session(brand="acme")).usage.host_calls == 90
    trace = runtime._runs.foresight.plan("acme", source).trace
    assert [len(call.text) for call in trace] == [MAX_CALL_CHARACTERS + 1] * MAX_TRACE_CALLS


def test_next_run_sees_what_another_customer_and_another_script_wrote(runtime: Runtime) -> None:
    """Answers ahead are made for the run that gets them: nothing of an earlier run's is kept."""
    reads = "setVariable('text', getCrmField({ slug: 'notes', fieldKey: 'text' }));"
    seen = []
    for number in range(5):
        visit(runtime, f"text {number}", customer_id=f"c_{number % 2}")
        for customer_id in ("c_0", "c_1"):
            session = Session(brand="acme", customer_id=customer_id)
            seen.append(runtime.run(reads, session=session).variables["text"])
    assert seen == ["text 0", None, "text 0", "text 1", "text 2", "text 1", "text 2", "text 3", "text 4", "text 3"]


def test_reads_right_after_a_call_are_expected_after_it() -> None:
    foresight = Foresight()
    foresight.learn("acme", "script", NO_PLAN, [READ, WRITE, READ, OTHER_READ], Guesses())
    plan = foresight.plan("acme", "script")
    assert plan.after(START) == [READ.text]
    assert plan.after(WRITE.text) == [READ.text, OTHER_READ.text]
    assert plan.after(OTHER_READ.text) == []


def test_one_brands_calls_are_not_expected_of_another() -> None:
    foresight = Foresight()
    foresight.learn("acme", "script", NO_PLAN, [READ], Guesses())
    assert foresight.plan("other", "script").after(START) == []


def test_script_whose_reads_differ_each_time_is_left_alone_for_a_while() -> None:
    foresight = Foresight()
    made = []
    for number in range(2 * REST_RUNS):
        plan = foresight.plan("acme", "script")
        guesses = Guesses(made=len(plan.after(START)))
        made.append(guesses.made)
        trace = [TracedCall(f'["getCrmField",{{"fieldKey":"k{number}"}}]', is_read=True)]
        foresight.learn("acme", "script", plan, trace, guesses)
    resting = REST_RUNS - MAX_MISSED_RUNS
    assert made[: MAX_MISSED_RUNS + 1 + resting + 1] == [0] + [1] * MAX_MISSED_RUNS + [0] * resting + [1]
    assert sum(made) == 2 * MAX_MISSED_RUNS
