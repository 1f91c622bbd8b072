"""Who may run now: so many at a time, so many behind them, so long; the rest is told at once to come again."""

import asyncio
import threading
from collections import Counter
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from bindings.queue import QueueUnavailable
from runtime import RunResult, SandboxUnavailable
from runtime.sandbox.pool import PoolSettings
from runtime.service import health
from runtime.service.admission import Admission
from runtime.service.pacing import Pace
from runtime.service.refusals import Refused
from runtime.service.settings import ServiceSettings
from storage.errors import StoreUnavailable
from tests.service.serving import RETRY_AFTER, serving


class Broken:
    """Stands in for a part that cannot be used: called or asked, it raises; with no error it is well."""

    def __init__(self, error: Exception | None) -> None:
        self._error = error

    def __call__(self, *_: object) -> None:
        """Raise."""
        if self._error is not None:
            raise self._error

    check = __call__
    close = __call__


async def hold(admission: Admission, until: asyncio.Event, brand: str = "acme") -> str:
    """Hold a place until something happens; or the code of the refusal."""
    try:
        async with admission.place(brand):
            await until.wait()
    except Refused as refused:
        return refused.code
    return "ran"


def set_event() -> asyncio.Event:
    """One that has happened."""
    event = asyncio.Event()
    event.set()
    return event


async def settle() -> None:
    """Let every task go as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


def play(scene: Coroutine[Any, Any, None]) -> None:
    """Run a scene to its end."""
    asyncio.run(scene)


def test_who_finds_no_place_waits_and_who_finds_no_line_is_refused() -> None:
    async def scene() -> None:
        admission, end = Admission(2, 1, 60.0, 99), asyncio.Event()
        tasks = [asyncio.create_task(hold(admission, end)) for _ in range(5)]
        await settle()
        assert (admission.waiting, [task.done() for task in tasks]) == (1, [False, False, False, True, True])
        end.set()
        assert await asyncio.gather(*tasks) == ["ran", "ran", "ran", "busy", "busy"]
        assert await hold(admission, end) == "ran"

    play(scene())


def test_a_brand_has_a_bound_of_its_own() -> None:
    async def scene() -> None:
        admission, end = Admission(4, 4, 60.0, 2), asyncio.Event()
        tasks = [asyncio.create_task(hold(admission, end, brand)) for brand in ("acme", "acme", "acme", "other")]
        await settle()
        end.set()
        assert await asyncio.gather(*tasks) == ["ran", "ran", "too_many_runs", "ran"]
        assert await hold(admission, end) == "ran"

    play(scene())


def test_a_wait_has_an_end() -> None:
    async def scene() -> None:
        admission, end = Admission(1, 5, 0.01, 99), asyncio.Event()
        first = asyncio.create_task(hold(admission, end))
        await settle()
        assert await hold(admission, end) == "busy"
        end.set()
        assert (await first, admission.waiting, await hold(admission, end)) == ("ran", 0, "ran")

    play(scene())


def test_no_place_is_lost_by_who_goes_away() -> None:
    """At whatever moment: before their turn, with it, after it."""

    async def scene() -> None:
        admission = Admission(1, 99, 60.0, 99)
        for steps in range(12):
            end = asyncio.Event()
            tasks = [asyncio.create_task(hold(admission, end)) for _ in range(4)]
            await settle()
            tasks[1].cancel()
            end.set()
            for _ in range(steps):
                await asyncio.sleep(0)
            tasks[2].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert await hold(admission, set_event()) == "ran"
            assert (admission.waiting, admission._free) == (0, 1)

    play(scene())


def test_past_capacity_the_rest_is_answered_503_at_once_and_what_was_taken_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twelve at once where one runs and two wait; none of the three is done before the nine have their answers."""
    settings = ServiceSettings(max_runs=1, max_waiting=2, max_wait_seconds=60.0)
    order, nine_are_answered = {"script": "setVariable('done', 1)"}, threading.Event()
    with serving(settings=settings, pool=PoolSettings(max_workers=1, fresh_workers=1)) as service:
        run = service.core.runtime.run

        def run_afterwards(*arguments: Any, **options: Any) -> RunResult:
            assert nine_are_answered.wait(60)
            return run(*arguments, **options)

        monkeypatch.setattr(service.core.runtime, "run", run_afterwards)
        answers: list[httpx.Response] = []
        with ThreadPoolExecutor(12) as threads:
            for asked in as_completed([threads.submit(service.run, order) for _ in range(12)]):
                answers.append(asked.result())
                if len(answers) == 9:
                    nine_are_answered.set()
        assert [answer.status_code for answer in answers] == [503] * 9 + [200] * 3
        for answer in answers:
            if answer.status_code == 200:
                assert answer.json()["variables"] == {"done": 1}
            else:
                assert answer.json()["error"]["code"] == "busy"
                assert answer.headers["retry-after"] in RETRY_AFTER
        assert service.run(order).status_code == 200


def test_where_there_is_no_place_nothing_else_is_looked_at() -> None:
    """Neither the token nor the body; and with the first free place both are again."""
    settings = ServiceSettings(max_runs=1, max_waiting=0)
    with serving(settings=settings) as service:
        admission = service.core.admission
        admission._free = 0
        refused = [service.run({"script": "1"}, token) for token in ("acme", "unknown", None)]
        refused.append(service.client.post("/v1/runs", content=b"{", headers={"Authorization": service.bearer()}))
        admission._free = 1
        taken = [service.run({"script": "1"}, token) for token in ("acme", "unknown", None)]
    assert [(answer.status_code, answer.json()["error"]["code"]) for answer in refused] == [(503, "busy")] * 4
    assert [answer.status_code for answer in taken] == [200, 401, 401]


def test_where_there_is_no_place_a_page_does_not_wait_for_its_visitors_words(tmp_path: Path) -> None:
    """Files beside the pages take no place, and are served."""
    (tmp_path / "form.html").write_text("<p>form</p>")
    (tmp_path / "a.css").write_text("b { }")
    head = b"POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"
    with serving(pages=tmp_path, settings=ServiceSettings(max_runs=1, max_waiting=0)) as service:
        service.core.admission._free = 0
        refused = [service.raw(head), service.raw(b"GET /form HTTP/1.1\r\nHost: localhost\r\n\r\n")]
        file = service.client.get("/a.css")
        service.core.admission._free = 1
        assert service.client.get("/form").text == "<p>form</p>"
    assert [(answer.status, answer.code) for answer in refused] == [(503, "busy")] * 2
    assert (file.status_code, file.text) == (200, "b { }")


def test_so_many_refusals_a_second_are_answered_at_once_and_more_of_them_wait() -> None:
    now_seconds = 50.0
    pace = Pace(64, lambda: now_seconds)
    assert [pace.delay_seconds() for _ in range(64)] == [0.0] * 64
    assert [pace.delay_seconds() for _ in range(3)] == [1 / 64, 2 / 64, 3 / 64]
    assert max(pace.delay_seconds() for _ in range(1_000)) == 1.0
    now_seconds += 1.0
    assert pace.delay_seconds() == 1 / 64
    now_seconds += 60.0
    assert [pace.delay_seconds() for _ in range(65)] == [0.0] * 64 + [1 / 64]


def test_a_line_can_fill_while_a_refusal_waits_and_empty_again() -> None:
    """The delay is of the answer alone: it holds no place."""

    async def scene() -> None:
        admission, end = Admission(1, 0, 60.0, 99), asyncio.Event()
        admission._pace = Pace(1)
        assert await hold(admission, set_event()) == "ran"
        first = asyncio.create_task(hold(admission, end))
        await settle()
        refused = [asyncio.create_task(hold(admission, end)) for _ in range(3)]
        await settle()
        assert [task.done() for task in refused] == [True, False, False]
        assert admission._of_brand == {"acme": 1}
        end.set()
        assert (await first, await hold(admission, end)) == ("ran", "ran")
        assert await asyncio.gather(*refused) == ["busy"] * 3

    play(scene())


def test_who_is_refused_together_does_not_come_back_together() -> None:
    waits = Counter(Refused("busy", "full").headers["Retry-After"] for _ in range(300))
    assert set(waits) == RETRY_AFTER


@pytest.mark.parametrize(("part", "fails"), [("store", True), ("queue", True), ("sandbox", True), ("none", False)])
def test_readiness_names_the_part_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch, part: str, fails: bool) -> None:

    problems = {
        "store": StoreUnavailable("gone"),
        "queue": QueueUnavailable("gone"),
        "sandbox": SandboxUnavailable("gone"),
    }
    with serving() as service:
        runtime = service.core.runtime
        monkeypatch.setattr(runtime, "queue", Broken(problems["queue"] if part == "queue" else None))
        if part == "store":
            monkeypatch.setattr(runtime.store, "query", Broken(problems["store"]))
        if part == "sandbox":
            monkeypatch.setattr(runtime, "check_sandbox", Broken(problems["sandbox"]))
        with structlog.testing.capture_logs() as logs:
            answer = service.client.get("/readyz")
        monkeypatch.undo()
    cause = {"store": "gone", "queue": "QueueUnavailable", "sandbox": "gone"}
    told = [line for line in logs if line["event"] == "not_ready"]
    assert told == ([{"event": "not_ready", "log_level": "error", "part": part, "cause": cause[part]}] if fails else [])
    states = {name: answer.json()[name] for name in problems}
    assert states == {name: "unavailable" if name == part else "ok" for name in problems}
    assert (answer.status_code, "retry-after" in answer.headers) == ((503, True) if fails else (200, False))
    assert answer.json()["status"] == ("unavailable" if fails else "ok")


def test_a_reason_that_comes_after_the_answer_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, however often readiness is asked for until the part is well again."""
    away = threading.Event()

    def query(*_: object) -> None:
        away.wait()
        raise StoreUnavailable("gone")

    with serving() as service, structlog.testing.capture_logs() as logs:
        monkeypatch.setattr(health, "LONGEST_CHECK_SECONDS", 0.05)
        monkeypatch.setattr(health, "KEPT_SECONDS", 0.0)
        monkeypatch.setattr(service.core.runtime.store, "query", query)
        assert [service.client.get("/readyz").status_code for _ in range(2)] == [503, 503]
        away.set()
        monkeypatch.setattr(health, "LONGEST_CHECK_SECONDS", 60.0)
        assert service.client.get("/readyz").status_code == 503
        monkeypatch.undo()
    told = [line["cause"] for line in logs if (line["event"], line.get("part")) == ("not_ready", "store")]
    assert told == ["no answer within 0.05 s", "gone"]


def test_why_the_store_could_not_be_used_is_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as service:
        monkeypatch.setattr(service.core.runtime.store, "query", Broken(StoreUnavailable("gone")))
        with structlog.testing.capture_logs() as logs:
            answer = service.run({"script": "1"})
        monkeypatch.undo()
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "store_unavailable")
    told = [line for line in logs if line["event"] == "store_unavailable"]
    id_ = answer.headers["x-request-id"]
    assert told == [{"event": "store_unavailable", "log_level": "error", "request_id": id_, "cause": "gone"}]
