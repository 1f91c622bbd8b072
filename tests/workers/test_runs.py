"""Runs, whichever way they end, hand in what they put off."""

from collections.abc import Iterator
from typing import Any

import pytest

from bindings.calling import call
from runtime import Limits, RunResult, Runtime, Session, host_calls
from storage import Store
from tests.sandbox.processes import end, zygote
from tests.workers.test_deferring import waiting

LATER = "addCrmFieldValue({ slug: 'deals', fieldKey: 'a', value: 1, async: true });"
SESSION = Session(brand="acme", customer_id="c_1")


@pytest.fixture
def runtime(store: Store, url: str) -> Iterator[Runtime]:
    with Runtime.open(store, queue=url, allow_weaker_sandbox=True) as opened:
        yield opened


@pytest.mark.parametrize(
    ("ending", "limits", "status"),
    [
        ("", {}, "ok"),
        ("throw new Error('no');", {}, "error"),
        ("for (;;) {}", {"cpu_seconds": 0.2}, "time_limit"),
        ("for (;;) getCrmField({ slug: 'deals', fieldKey: 'a' });", {"max_host_calls": 10}, "limit"),
        ("var all = []; for (;;) all.push(new Array(1000).fill('x'.repeat(1000) + all.length));", {}, "memory_limit"),
    ],
)
def test_a_run_hands_in_whatever_ends_it(
    runtime: Runtime, connection: Any, ending: str, limits: dict[str, float], status: str
) -> None:
    result = runtime.run(LATER + LATER + ending, session=SESSION, limits=Limits(**limits))
    assert (result.status, result.deferred_writes) == (status, 2)
    assert [one.run_id for one in waiting(connection)] == [result.run_id] * 2


def test_a_run_whose_sandbox_breaks_hands_in(
    runtime: Runtime, connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker process is killed under it, right after its second write."""
    calls: list[str] = []

    def call_and_kill(name: str, arguments: Any, context: Any) -> Any:
        calls.append(name)
        answer = call(name, arguments, context)
        if len(calls) == 2:
            for worker in zygote(runtime).children():
                end(worker)
        return answer

    monkeypatch.setattr(host_calls, "call", call_and_kill)
    result: RunResult = runtime.run(LATER + LATER + "for (;;) {}", session=SESSION)
    assert (result.status, result.deferred_writes, len(waiting(connection))) == ("crashed", 2, 2)


def test_a_queue_s_url_that_is_none_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="no queue has the URL 'mysql://me:\\*\\*\\*@host'"):
        Runtime.open(store, queue="mysql://me:secret@host")
