"""The record of a run."""

import uuid

from runtime import Limits, RunResult, RunWarning
from tests.runtime.conftest import ADA, ANONYMOUS, Run


def test_a_record_has_all_that_came_of_the_run(run: Run) -> None:
    result = run("setVariable('a', 1); console.warn('w'); getCrmField({slug: 'notes', fieldKey: 'text'});", ADA)
    record = result.model_dump(mode="json", exclude={"run_id": True, "usage": True, "calls": True})
    assert record == {
        "status": "ok", "variables": {"a": 1}, "logs": [{"level": "warn", "text": "w"}], "error": None, "warnings": [],
        "response": None, "redirect": None, "headers": {}, "cookies": [], "session": {}, "session_customer": None,
        "customer_id": "c_1", "deferred_writes": 0, "sandbox_missing": [], "template": None,
        "modules": [],
    }  # fmt: skip
    assert [(call.name, call.ok) for call in result.calls] == [("getCrmField", True)]
    assert result.calls[0].milliseconds >= 0


def test_a_record_comes_back_from_json_as_it_was(run: Run) -> None:
    """It is what the service answers and the command line prints."""
    for source in ("setVariable('a', [1.5, 'x', null]); console.log({a: 1});", "null.x;", "getCrmField({slug: 'x'});"):
        result = run(source)
        assert RunResult.model_validate_json(result.model_dump_json()) == result


def test_every_run_has_an_id_of_its_own_in_order(run: Run) -> None:
    ids = [run("1").run_id for _ in range(20)]
    assert len(set(ids)) == 20
    assert {uuid.UUID(run_id).version for run_id in ids} == {7}
    assert ids == sorted(ids)


def test_nobody_has_no_customer_id(run: Run) -> None:
    assert run("1", ANONYMOUS).customer_id is None


def test_a_warning_of_a_call_is_on_the_record(run: Run) -> None:
    """Once, however often it is made and from wherever, with the place of the first."""
    asked = "getCrmField({slug: 'notes', fieldKey: 'text', feildKey: 1});"
    result = run(f"1;\nfor (let i = 0; i < 3; i++) {asked}\n{asked}")
    message = "getCrmField: unknown property 'feildKey', did you mean 'fieldKey'?"
    assert result.warnings == [RunWarning("unknown_property", message, "checkin.js", 2, 29)]


def test_warnings_of_several_calls_each_have_their_place(run: Run) -> None:
    """Also where a call throws, or ends the run."""
    source = """setCrmField({ slug: 'notes', fieldKey: 'x', value: 1 });
    try { getCrmField({ slug: 'notez', fieldKey: 'text', typo: 1 }); } catch {}
    function ask() { return getCrmField({ slug: 'notes', fieldKey: 'text', limits: 1 }); }
    [1].forEach(ask);"""
    assert [(one.code, one.line, one.column) for one in run(source).warnings] == [
        ("undefined_field", 1, 1),
        ("unknown_property", 2, 11),
        ("unknown_property", 3, 29),
    ]


def test_a_warning_of_no_call_has_no_place(run: Run) -> None:
    near = run("getVariable('x'); setVariable('a', 'b');", limits=Limits(variables_bytes=10)).warnings
    assert near == [RunWarning("limit_near", "90 % of variables_bytes (10) is used")]


def test_strict_makes_an_unknown_property_an_error(run: Run) -> None:
    error = run("getCrmField({slug: 'notes', fieldKey: 'text', feildKey: 1});", strict=True).error
    assert error is not None
    assert error.name == "TypeError"
    assert "did you mean 'fieldKey'?" in error.message
