"""The record of a run."""

import uuid

from runtime import RunResult
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
    """Once, however often the call is made."""
    result = run("for (let i = 0; i < 3; i++) getCrmField({slug: 'notes', fieldKey: 'text', feildKey: 1});")
    assert [warning.code for warning in result.warnings] == ["unknown_property"]
    assert "did you mean 'fieldKey'?" in result.warnings[0].message


def test_strict_makes_an_unknown_property_an_error(run: Run) -> None:
    error = run("getCrmField({slug: 'notes', fieldKey: 'text', feildKey: 1});", strict=True).error
    assert error is not None
    assert error.name == "TypeError"
    assert "did you mean 'fieldKey'?" in error.message
