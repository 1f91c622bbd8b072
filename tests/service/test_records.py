"""Runs on record over HTTP: the brand's own, to a token that may read."""

import pytest

from runtime import RunResult
from runtime.recorded import to_keep
from storage.commands import Write
from tests.service.serving import Service


def keep(service: Service, brand: str, script: str, file: str) -> str:
    """Put a run on record; its id."""
    record = service.run({"script": script, "filename": file}, token=brand).json()
    result = RunResult.model_validate(record)
    command = to_keep(result, script, file, {"method": "GET"}, max_record_bytes=100_000, max_source_bytes=100_000)
    service.core.runtime.store.apply(brand, Write(command, 1, ""))
    return result.run_id


def get(service: Service, path: str, token: str = "reader") -> tuple[int, dict[str, object]]:
    """The status and body of an answer."""
    answer = service.client.get(path, headers={"Authorization": service.bearer(token)})
    return answer.status_code, answer.json()


def test_runs_on_record_are_listed_newest_first_and_shown_whole(service: Service) -> None:
    first = keep(service, "acme", "setVariable('n', 1)", "one.js")
    second = keep(service, "acme", "throw new Error('no')", "two.js")
    status, listed = get(service, "/v1/runs?limit=1")
    assert (status, listed["more"]) == (200, True)
    assert listed["runs"][0]["run_id"] == second  # type: ignore[index]
    assert listed["runs"][0]["error"] == {"name": "Error", "message": "no", "file": "two.js", "line": 1}  # type: ignore[index]
    _, older = get(service, f"/v1/runs?before={second}&file=one.js&status=ok")
    assert [run["run_id"] for run in older["runs"]] == [first]  # type: ignore[attr-defined]
    status, shown = get(service, f"/v1/runs/{first}")
    assert (status, shown["file"], shown["source"]) == (200, "one.js", "setVariable('n', 1)")
    assert shown["record"]["variables"] == {"n": 1}  # type: ignore[index]


def test_another_brands_runs_are_not_there(service: Service) -> None:
    theirs = keep(service, "other", "1", "theirs.js")
    assert get(service, f"/v1/runs/{theirs}", "other")[0] == 200
    status, answer = get(service, f"/v1/runs/{theirs}")
    assert (status, answer["error"]["code"]) == (404, "not_found")  # type: ignore[index]
    assert get(service, "/v1/runs?file=theirs.js")[1] == {"runs": [], "more": False}


@pytest.mark.parametrize("run_id", ["x", "0", "01", "%", "..%2f..", "0" * 36, "01a218b4-4f80-7638-a63c-D5E19BB19D55"])
def test_what_is_no_runs_id_is_not_found(service: Service, run_id: str) -> None:
    """The beginning of an id is none either."""
    assert get(service, f"/v1/runs/{run_id}")[0] == 404


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "limit=+1", "limit=1.0", "status=good", "before=x", "a=1", "limit=1&limit=2"],
)
def test_a_query_that_is_none_is_refused(service: Service, query: str) -> None:
    status, answer = get(service, f"/v1/runs?{query}")
    assert (status, answer["error"]["code"]) == (422, "invalid")  # type: ignore[index]


def test_reading_needs_its_scope(service: Service) -> None:
    assert service.client.get("/v1/runs").status_code == 401
    assert get(service, "/v1/runs", "nobody")[0] == 401
