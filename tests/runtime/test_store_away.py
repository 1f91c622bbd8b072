"""A PostgreSQL that goes away under running scripts: they are told, nothing is lost, and nobody restarts the host."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest

from runtime import Runtime, Session
from storage.postgres import store as engine
from tests.storage.postgres_server import PostgresServer

SESSION = Session(brand="acme", customer_id="c_1")
ENTITY = """
EnsureCrmEntity({ slug: 'visits', fields: [{ key: 'n' }] });
addCrmFieldValue({ slug: 'visits', fieldKey: 'n', value: -1 });
"""
READ_AND_WRITE = """
var told = [];
[function () { return getCrmField({ slug: 'visits', fieldKey: 'n' }) },
 function () { return addCrmFieldValue({ slug: 'visits', fieldKey: 'n', value: %d }).ok }].forEach(function (call) {
  try { told.push(call()) } catch (error) { told.push(error instanceof CrmError && error.code) }
});
setVariable('told', told);
"""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """One that may be killed."""
    started = PostgresServer()
    yield started
    started.close()


@pytest.fixture
def runtime(server: PostgresServer) -> Iterator[Runtime]:
    """A host on it, with an entity and an entry."""
    with Runtime.open(server.new_database(), allow_weaker_sandbox=True) as opened:
        assert opened.run(ENTITY, session=SESSION).status == "ok"
        yield opened


def told(runtime: Runtime, value: int) -> list[Any]:
    """What a script gets for a read and for a write; it ends well whatever that is."""
    result = runtime.run(READ_AND_WRITE % value, session=SESSION)
    assert (result.status, result.error) == ("ok", None)
    found: list[Any] = result.variables["told"]
    return found


def stored(runtime: Runtime) -> list[int]:
    """All values, newest first."""
    source = "setVariable('all', getCrmFieldValues({ slug: 'visits', fieldKey: 'n', limit: 200, offset: %d }))"
    pages = (runtime.run(source % offset, session=SESSION).variables["all"] for offset in count(0, 200))
    found: list[int] = []
    for page in pages:
        found += page
        if not page:
            return found
    raise AssertionError


def test_a_script_can_catch_that_the_store_is_away(
    server: PostgresServer, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within the store's patience, not the run's limit; the same host serves the next run when it is back."""
    monkeypatch.setattr(engine, "CONNECT_SECONDS", 0.3)
    server.kill()
    assert told(runtime, 1) == ["unavailable", "unavailable"]
    server.start()
    monkeypatch.undo()
    assert told(runtime, 2) == [-1, True]
    assert stored(runtime) == [2, -1]


def test_a_server_that_is_killed_under_load_loses_nothing_that_a_script_was_told(
    server: PostgresServer, runtime: Runtime
) -> None:
    """Each write that came back is there, once; one that was refused is there once or not at all."""
    numbers, over = count(), threading.Event()
    done: set[int] = set()
    refused: set[int] = set()

    def visit() -> None:
        while not over.is_set():
            number = next(numbers)
            (done if told(runtime, number)[1] is True else refused).add(number)

    with ThreadPoolExecutor(3) as threads:
        visits = [threads.submit(visit) for _ in range(3)]
        for _ in range(3):
            before = len(done)
            while len(done) < before + 5 and not any(one.done() for one in visits):
                over.wait(0.01)
            server.kill()
            server.start()
        over.set()
        for one in visits:
            one.result()
    found = stored(runtime)
    assert len(found) == len(set(found))
    assert done <= set(found) <= done | refused | {-1}
