"""``POST /v1/runs``: what it takes, what it gives, and what it says no to."""

import json
from typing import Any

import pytest

from runtime import RunResult
from tests.service.serving import Service

PAGE = "<h1>Hi</h1>\n<script scope=backend>\n  setVariable('n', 1);{}\n</script>\n<p>é</p>\n"


def test_a_script_runs_and_its_record_comes_back(service: Service) -> None:
    script = "setVariable('sum', 40 + 2); console.log(customer.email)"
    record = service.record(script, session={"email": "ada@example.com"})
    assert (record["status"], record["variables"]) == ("ok", {"sum": 42})
    assert record["logs"] == [{"level": "log", "text": "ada@example.com"}]


def test_the_answer_is_the_record_that_python_gives(service: Service) -> None:
    record = service.record(
        "cookie.set('a', 'b'); session.set('k', [1, null]); throw new TypeError('x')", filename="a.js"
    )
    assert RunResult.model_validate(record).model_dump(mode="json") == record
    assert (record["status"], record["error"]["file"], record["error"]["line"]) == ("error", "a.js", 1)
    assert record["session"] == {"k": [1, None]}


def test_a_page_comes_back_without_its_blocks_byte_for_byte(service: Service) -> None:
    record = service.run({"page": PAGE.format(""), "filename": "hi.html"}).json()
    assert (record["variables"], record["html"]) == ({"n": 1}, "<h1>Hi</h1>\n\n<p>é</p>\n")


@pytest.mark.parametrize(
    ("source", "limits", "status"),
    [
        ("throw 1", {}, "error"),
        ("for (;;) {}", {"cpu_seconds": 0.1}, "time_limit"),
        ("for (;;) {}", {"wall_seconds": 0.1}, "time_limit"),
        ("for (const a = []; ; ) a.push('x'.repeat(1e5) + a.length)", {}, "memory_limit"),
    ],
)
def test_a_page_comes_back_whole_however_its_script_ends(
    service: Service, source: str, limits: dict[str, float], status: str
) -> None:
    answer = service.run({"page": PAGE.format(source), "limits": limits})
    assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert answer.json()["html"] == "<h1>Hi</h1>\n\n<p>é</p>\n"


def test_a_script_sees_the_session_and_the_request_of_the_order(service: Service) -> None:
    order = {
        "script": "setVariable('seen', [customer, session.get('step'), request.method, request.body, request.query])",
        "session": {"customer_id": "c_1", "name": "Ada", "attributes": {"plan": "gold"}, "values": {"step": 2}},
        "request": {
            "method": "POST",
            "body": "weight=82&note=%C3%A9",
            "headers": {"content-type": "application/x-www-form-urlencoded"},
            "query": {"a": ["1", "2"]},
        },
    }
    customer = {"id": "c_1", "name": "Ada", "plan": "gold"}
    seen = service.run(order).json()["variables"]["seen"]
    assert {key: value for key, value in seen[0].items() if value is not None} == customer
    assert seen[1:] == [2, "POST", {"weight": "82", "note": "é"}, {"a": ["1", "2"]}]


def test_limits_can_be_lower_than_the_hosts_and_not_higher(service: Service) -> None:
    assert service.record("for (;;) {}", limits={"cpu_seconds": 0.1})["error"]["code"] == "cpu_seconds"
    answer = service.run({"script": "1", "limits": {"cpu_seconds": 1.5, "max_host_calls": 1001}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")
    assert answer.json()["error"]["details"] == [
        {"path": ["limits", "cpu_seconds"], "problem": "Input should be less than or equal to 1"},
        {"path": ["limits", "max_host_calls"], "problem": "Input should be less than or equal to 1000"},
    ]


def test_what_one_limit_says_leaves_the_others_as_the_host_set_them(service: Service) -> None:
    """Not as they are by default: the host here gives 1 s of CPU."""
    assert service.record("for (;;) {}", limits={"max_host_calls": 1})["error"] == {
        "name": "LimitError",
        "message": "the script used more than 1 s of CPU time",
        "stack": "",
        "file": None,
        "line": None,
        "column": None,
        "code": "cpu_seconds",
    }


def test_strict_makes_an_error_of_an_unknown_property(service: Service) -> None:
    script = "EnsureCrmEntity({ slug: 'a', colour: 'red' })"
    assert service.record(script)["status"] == "ok"
    assert service.record(script, strict=True)["status"] == "error"


def test_a_run_that_answers_keeps_its_worker(service: Service) -> None:
    """Asked for a brand that has no other runs: a worker that has had its number of runs ends anyway."""

    def worker_ids() -> list[int]:
        return [worker.process_id for worker in [*service.core.runtime._pool._idle] if worker.brand == "other"]

    service.run({"script": "1"}, token="other")
    [before] = worker_ids()
    for script in ("response.json({ ok: true })", "redirect('/next')", "try { response.send('') } catch {}"):
        assert service.run({"script": script}, token="other").json()["status"] == "ok"
    assert worker_ids() == [before]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_json"),
        (b"{", 400, "bad_json"),
        (b'{"script": "1",}', 400, "bad_json"),
        (b'{"script": "1", "script": "2"}', 400, "bad_json"),
        (b'{"script": "1", "session": {"values": {"a": NaN}}}', 400, "bad_json"),
        (b'{"script": "1", "session": {"values": {"a": 1e999}}}', 400, "bad_json"),
        (b'{"script": "\\ud800"}', 400, "bad_json"),
        (b'{"script": "\xff"}', 400, "bad_json"),
        (b'\xef\xbb\xbf{"script": "1"}', 400, "bad_json"),
        (b'{"script": "1"}{}', 400, "bad_json"),
        (b'{"script": "1", "session": {"values": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}}", 400, "bad_json"),
        (b'{"script": "1", "session": {"values": {"a": ' + b"[" * 300 + b"]" * 300 + b"}}}", 400, "bad_json"),
        (b"[]", 422, "invalid"),
        (b"null", 422, "invalid"),
        (b"{}", 422, "invalid"),
        (b'{"script": "1", "page": "1"}', 422, "invalid"),
        (b'{"script": null}', 422, "invalid"),
        (b'{"script": 1}', 422, "invalid"),
        (b'{"script": "1", "modules": {}}', 422, "invalid"),
        (b'{"script": "1", "limits": {"cpu_seconds": "1"}}', 422, "invalid"),
        (b'{"script": "1", "limits": {"cpu_seconds": 0}}', 422, "invalid"),
        (b'{"script": "1", "session": {"brand": "other"}}', 422, "invalid"),
        (b'{"script": "1", "session": {"customer_id": "a\\u0000b"}}', 422, "invalid"),
        (b'{"script": "1", "request": {"method": "get"}}', 422, "invalid"),
        (b'{"script": "1", "filename": "a\\nb"}', 422, "invalid"),
        (b'{"script": "1", "strict": "yes"}', 422, "invalid"),
        (b'{"script": "1", "brand": "OTHER"}', 422, "invalid"),
    ],
)
def test_a_body_that_is_no_order_is_refused(service: Service, body: bytes, status: int, code: str) -> None:
    headers = {"Authorization": service.bearer(), "Content-Type": "application/json"}
    answer = service.client.post("/v1/runs", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text


def test_blanks_around_a_body_are_nothing(service: Service) -> None:
    headers = {"Authorization": service.bearer(), "Content-Type": "application/json"}
    answer = service.client.post("/v1/runs", content=b' \t{"script": "1"}\r\n', headers=headers)
    assert answer.status_code == 200, answer.text


def test_a_refusal_names_the_place_and_says_nothing_of_what_came(service: Service) -> None:
    answer = service.run({"script": "1", "session": {"email": "x", "secret": "s3cret"}})
    assert answer.json() == {
        "error": {
            "code": "invalid",
            "message": "the body is not a run's order",
            "details": [
                {"path": ["session", "email"], "problem": "String should have at least 3 characters"},
                {"path": ["session", "secret"], "problem": "Extra inputs are not permitted"},
            ],
        }
    }


def test_a_body_of_another_type_is_refused(service: Service) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""):
        headers = {"Authorization": service.bearer(), "Content-Type": kind}
        answer = service.client.post("/v1/runs", content=b'{"script": "1"}', headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")
    headers = {"Authorization": service.bearer(), "Content-Type": 'Application/JSON; charset="UTF-8"'}
    assert service.client.post("/v1/runs", content=b'{"script": "1"}', headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not_found"),
        ("GET", "/v1", 404, "not_found"),
        ("POST", "/v1/runs/", 404, "not_found"),
        ("GET", "/v1/../v1/runs", 404, "not_found"),
        ("PUT", "/v1/runs", 405, "method_not_allowed"),
        ("DELETE", "/healthz", 405, "method_not_allowed"),
        ("TRACE", "/healthz", 405, "method_not_allowed"),
        ("OPTIONS", "/openapi.json", 405, "method_not_allowed"),
        ("BREW", "/readyz", 405, "method_not_allowed"),
    ],
)
def test_the_routers_errors_have_the_one_shape(
    service: Service, method: str, path: str, status: int, code: str
) -> None:
    answer = service.raw(f"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    assert (answer.status, answer.code, answer.headers["content-type"]) == (status, code, "application/json")
    assert ("allow" in answer.headers) is (status == 405)
    assert answer.headers["x-request-id"]


def test_a_request_id_that_is_a_plain_word_is_kept(service: Service) -> None:
    def given(sent: str) -> str:
        return service.client.get("/healthz", headers={"X-Request-Id": sent}).headers["x-request-id"]

    assert given("abc-1.2_3") == "abc-1.2_3"
    assert given("a b") != "a b"
    assert given("a" * 65) != "a" * 65
    assert given("") != given("")


def test_what_breaks_inside_is_told_to_nobody(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(service.core.runtime, "run", broken)
    answer = service.run({"script": "1"})
    message = "the service is at fault; its log has more under the request's id"
    assert (answer.status_code, answer.json()) == (500, {"error": {"code": "internal_error", "message": message}})


def test_health_says_that_the_process_lives_and_readiness_what_it_stands_on(service: Service) -> None:
    assert service.client.get("/healthz").json() == {"status": "ok"}
    answer = service.client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "store": "ok", "queue": "not_used", "sandbox": "ok", "sandbox_missing": []},
    )


def test_values_of_any_kind_come_back_as_they_are(service: Service) -> None:
    values = {"é\u2028": ["😀", 1.5, -0.0, 2**53, None, True, {}]}
    record = service.record("setVariable('v', session.get('v'))", session={"values": {"v": values}})
    assert json.dumps(record["variables"]["v"]) == json.dumps(values)
