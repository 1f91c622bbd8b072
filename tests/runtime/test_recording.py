"""Recording: which runs are kept and for how long, and that nobody waits for it, whatever becomes of the store."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from pydantic import ValidationError

from runtime import Recording, Request, RunResult, Runtime, Session
from runtime.recorded import Recorded, find_recorded
from runtime.recording import Recorder
from runtime.sandbox.pool import PoolSettings
from storage import Store, new_uuid7, open_store
from storage.postgres import store as postgres
from storage.runs import ListRuns
from storage.sqlite import connection as sqlite
from tests.storage.postgres_server import PostgresServer
from tests.storage.rows import rows_of

ACME = Session(brand="acme", customer_id="c_1")
ALL = Recording(share=1)
FAILING = "nothing()"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The URL of a store in a file."""
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """That store."""
    opened = open_store(url)
    yield opened
    opened.close()


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Another process, as it were, is writing all the while."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as driver:
        driver.execute("BEGIN IMMEDIATE")
        yield


def a_run(status: Any = "error", **parts: Any) -> RunResult:
    return RunResult(run_id=new_uuid7(), status=status, **parts)


def take(recorder: Recorder, *results: RunResult, brand: str = "acme", source: str = "1") -> None:
    for result in results:
        recorder.take(brand, result, source, "page.html", None)


def on_record(store: Store, brand: str = "acme") -> list[str]:
    return [run.id for run in store.query(brand, ListRuns(1000)).items]


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what another thread is about to do."""
    while not is_so():  # the test's own time limit ends it
        time.sleep(0.005)


def test_runs_of_a_runtime_are_on_record_when_it_is_closed(url: str) -> None:
    """Failed ones always, with what ran, of whom and why; a page as a page."""
    page = "<p>\n<script scope=backend>\nnothing()</script>"
    with Runtime.open(url, pool=PoolSettings(max_workers=1), recording=Recording()) as runtime:
        failed = runtime.run(FAILING, session=ACME, filename="a.js")
        fine = runtime.run("1", session=ACME, filename="b.js")
        request = Request(method="POST", path="/p", cookies={"sid": "secret"}, body=b"secret")
        shown = runtime.run_page(page, session=ACME, filename="p.html", request=request).record
        bare = runtime.run_page("<p>", session=ACME).record
    with closing(open_store(url)) as store:
        assert on_record(store) == [shown.run_id, failed.run_id]
        run = find_recorded(store, "acme", shown.run_id)
        assert isinstance(run, Recorded)
        assert (run.result, run.source, run.request) == (shown, page, {"method": "POST", "path": "/p"})
        assert (run.listed.file, run.listed.customer_id) == ("p.html", "c_1")
        assert run.listed.error is not None
        assert (run.listed.error.name, run.listed.error.line) == ("ReferenceError", 3)
    assert (fine.status, bare.status) == ("ok", "ok")
    assert [row for row in rows_of(url, "SELECT * FROM runs") if "secret" in repr(row)] == []


def test_nothing_is_kept_unless_it_is_asked_for(url: str) -> None:
    with Runtime.open(url, pool=PoolSettings(max_workers=1)) as runtime:
        assert runtime.recorder is None
        runtime.run(FAILING, session=ACME)
    with closing(open_store(url)) as store:
        assert on_record(store) == []


@pytest.mark.parametrize(("share", "count"), [(0, 0), (1, 20)])
def test_a_share_of_the_runs_that_ended_well_is_kept(store: Store, share: float, count: int) -> None:
    recorder = Recorder(Recording(share=share), store)
    take(recorder, *(a_run("ok") for _ in range(20)))
    recorder.close()
    assert (len(on_record(store)), recorder.kept, recorder.dropped) == (count, count, 0)


def test_which_runs_are_in_the_share_is_in_their_ids(store: Store) -> None:
    """Evenly, by their random end; another process would say the same."""
    ids = [new_uuid7()[:-8] + f"{number * 2**32 // 40:08x}" for number in range(40)]
    recorder = Recorder(Recording(share=0.25), store)
    take(recorder, *(RunResult(run_id=id_, status="ok") for id_ in ids))
    recorder.close()
    assert sorted(on_record(store)) == sorted(ids[:10])


def test_every_status_but_ok_is_a_failure(store: Store) -> None:
    recorder = Recorder(Recording(), store)
    take(recorder, *map(a_run, ("error", "time_limit", "memory_limit", "limit", "crashed", "ok")))
    recorder.close()
    assert len(on_record(store)) == 5


def test_each_brand_has_its_own_runs(store: Store) -> None:
    """From many threads at once, none is lost."""
    recorder = Recorder(Recording(max_waiting=1000), store)
    brands = [f"brand{number}" for number in range(5)]
    with ThreadPoolExecutor(5) as threads:
        list(threads.map(lambda brand: take(recorder, *(a_run() for _ in range(20)), brand=brand), brands))
    recorder.close()
    assert [len(on_record(store, brand)) for brand in brands] == [20] * 5


def test_a_run_does_not_wait_for_a_store_that_is_locked(url: str) -> None:
    """Its record does, and is there afterwards."""
    with Runtime.open(url, pool=PoolSettings(max_workers=1), recording=Recording()) as runtime:
        recorder = runtime.recorder
        assert recorder is not None
        with locked(url):
            results = [runtime.run(FAILING, session=ACME) for _ in range(3)]
            assert ([result.status for result in results], recorder.kept) == (["error"] * 3, 0)
    assert (recorder.kept, recorder.dropped) == (3, 0)
    with closing(open_store(url)) as store:
        assert on_record(store) == [result.run_id for result in reversed(results)]


def test_a_store_that_stays_locked_costs_the_record_alone(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log has the cause, and nothing of the run; later runs are kept again."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    recorder = Recorder(Recording(), store)
    with structlog.testing.capture_logs() as logs, locked(url):
        take(recorder, a_run(variables={"a": "secret"}), a_run())
        until(lambda: recorder.dropped == 2)
    monkeypatch.undo()
    take(recorder, a_run())
    recorder.close()
    assert (recorder.kept, recorder.dropped) == (1, 2)
    first, *later = logs  # the next is told of a second later, which is most often after the end
    assert len(later) <= 1
    assert first == {
        "event": "runs_not_kept",
        "log_level": "warning",
        "reason": "store_unavailable",
        "count": 1,
        "dropped": 1,
        "cause": "StoreUnavailable: the store is locked by another process for too long"
        " <- OperationalError: database is locked",
    }


def test_a_server_that_is_stopped_costs_the_record_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs go on, and are kept again when it is back."""
    monkeypatch.setattr(postgres, "CONNECT_SECONDS", 0.2)
    server = PostgresServer()
    url = server.new_database()
    with Runtime.open(url, pool=PoolSettings(max_workers=1), recording=Recording()) as runtime:
        recorder = runtime.recorder
        assert recorder is not None
        server.kill()
        lost = [runtime.run(FAILING, session=ACME) for _ in range(2)]
        until(lambda: recorder.dropped == 2)
        server.start()
        monkeypatch.setattr(postgres, "CONNECT_SECONDS", 5)
        kept = runtime.run(FAILING, session=ACME)
    with closing(open_store(url)) as store:
        assert on_record(store) == [kept.run_id]
    assert [result.status for result in lost] == ["error"] * 2
    server.close()


def test_a_line_that_is_full_drops_what_comes(store: Store, url: str) -> None:
    """By the number of runs, and by the bytes of what ran; the line goes on as soon as there is room."""
    with structlog.testing.capture_logs() as logs, locked(url):
        by_count = Recorder(Recording(max_waiting=2), store)
        take(by_count, a_run())
        until(lambda: by_count._waiting == 0)  # it is with the store
        take(by_count, *(a_run() for _ in range(5)))
        by_size = Recorder(Recording(max_waiting_bytes=100), store)
        take(by_size, a_run())
        until(lambda: by_size._waiting == 0)
        take(by_size, a_run(), a_run(), source="x" * 60)
        take(by_size, a_run(), source="x" * 40)
        assert (by_count.dropped, by_size.dropped) == (3, 1)
    for recorder in (by_count, by_size):
        recorder.close()
        take(recorder, a_run())
    assert [(one.kept, one.dropped) for one in (by_count, by_size)] == [(3, 4), (3, 2)]
    assert {log["reason"] for log in logs} == {"line_full"}
    assert sum(log["count"] for log in logs) <= 4  # the rest is told later, once a second


def test_closing_gives_up_after_a_while(store: Store, url: str) -> None:
    """What is still on the line is dropped and told of."""
    recorder = Recorder(Recording(close_seconds=0.05), store)
    with structlog.testing.capture_logs() as logs, locked(url):
        take(recorder, *(a_run() for _ in range(4)))
        until(lambda: recorder._waiting == 3)
        recorder.close()
        assert (recorder.kept, recorder.dropped) == (0, 3)
        recorder.close()
    assert [(log["reason"], log["count"]) for log in logs] == [("closed", 3)]
    until(lambda: recorder.kept == 1)
    assert [thread.name for thread in threading.enumerate()].count("funnelscript-recording") <= 1


def test_a_run_that_cannot_be_kept_is_told_of_and_ends_nothing(store: Store) -> None:
    """A defect of the host's own, such as an id that is none."""
    recorder = Recorder(Recording(), store)
    with structlog.testing.capture_logs() as logs:
        take(recorder, RunResult(run_id="0" * 8, status="error"), a_run())
        recorder.close()
    assert (recorder.kept, recorder.dropped, [log["reason"] for log in logs]) == (1, 1, ["defect"])


def test_old_runs_go_when_there_is_nothing_to_write(store: Store) -> None:
    """Those past the newest so many, and those that are too old, brand by brand."""
    old, day_ms = time.time_ns() // 1_000_000, 24 * 3600 * 1000
    stale = [f"{(old - days * day_ms):012x}" for days in (30, 15, 13)]
    ids = [f"{digits[:8]}-{digits[8:]}-{new_uuid7()[14:]}" for digits in stale]
    recorder = Recorder(Recording(max_runs=3, sweep_seconds=0.01), store)
    take(recorder, *(RunResult(run_id=id_, status="error") for id_ in ids))
    take(recorder, *(a_run() for _ in range(6)), brand="busy")
    until(lambda: (len(on_record(store)), len(on_record(store, "busy"))) == (1, 3))
    assert on_record(store) == [ids[2]]
    recorder.close()


def test_old_runs_go_again_and_again(store: Store) -> None:
    """Not only once."""
    recorder = Recorder(Recording(max_runs=1, sweep_seconds=0.01), store)
    for _ in range(3):
        take(recorder, a_run(), a_run())
        until(lambda: recorder._waiting == 0 and len(on_record(store)) == 1)
    recorder.close()


@pytest.mark.parametrize("wrong", [{"share": 1.5}, {"share": -0.1}, {"keep_days": 0}, {"max_runs": 0}, {"x": 1}])
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Recording(**wrong)
