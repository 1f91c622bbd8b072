"""The commands on the queue, and a local run's queue of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from runtime.cli import main
from storage import Store
from storage.commands import CreateEntry, EnsureEntity
from storage.models import Reference
from storage.queries import Scope
from tests.workers.writes import BRAND, adding, apply, deferred, state
from workers.connections import ALLOWED_URLS
from workers.keys import shard_of
from workers.redis_queue import RedisQueue

CUSTOMER = Reference("customer", "c_1")
SCRIPT = """
EnsureCrmEntity({ slug: 'deals', fields: [{ key: 'a' }] });
addCrmFieldValue({ slug: 'deals', fieldKey: 'a', value: 1, async: true });
addCrmFieldValue({ slug: 'deals', fieldKey: 'a', value: 2, async: true });
"""
HISTORY = "setVariable('history', getCrmFieldValues({ slug: 'deals', fieldKey: 'a' }));"


Answer = tuple[int, str, str]
Command = Callable[..., Answer]


def start(*arguments: str, folder: Path, **environment: str) -> "subprocess.Popen[str]":
    """A command in a process of its own."""
    command = [sys.executable, "-c", "import sys; from runtime.cli import main; sys.exit(main())", *arguments]
    told = {name: value for name, value in os.environ.items() if not name.startswith("FUNNELSCRIPT_")}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, env={**told, **environment}, stdout=pipe, stderr=pipe, text=True)


def ended(process: "subprocess.Popen[str]") -> Answer:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.fixture
def do(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command here, in the folder of the test."""
    monkeypatch.chdir(folder)

    def call(*arguments: str, **environment: str) -> Answer:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        status = main(arguments)
        return status, *capsys.readouterr()

    return call


def variables(answer: Answer) -> Any:
    assert answer[0] == 0, answer[2]
    return json.loads(answer[1])["variables"]


def wait_for(what: Any) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a script that puts two writes off, and one that reads them."""
    (tmp_path / "later.js").write_text(SCRIPT)
    (tmp_path / "history.js").write_text(HISTORY)
    return tmp_path


def test_a_local_run_applies_what_it_put_off(do: Command, folder: Path) -> None:
    """With nothing configured; a server runs meanwhile, and none afterwards."""
    status, out, err = do("run", "later.js", "--customer", "c_1", "--json")
    assert (status, err, json.loads(out)["deferred_writes"]) == (0, "", 2)
    assert variables(do("run", "history.js", "--customer", "c_1", "--json")) == {"history": [2, 1]}
    assert not (folder / ".funnelscript" / "funnelscript.db.queue" / "queue.sock").exists()


def test_a_run_that_puts_nothing_off_starts_no_server(do: Command, folder: Path) -> None:
    (folder / "plain.js").write_text("console.log(1)")
    assert do("run", "plain.js")[0] == 0
    assert not (folder / ".funnelscript").exists()


def test_local_runs_side_by_side_all_arrive(do: Command, folder: Path) -> None:
    runs = [start("run", "later.js", "--customer", "c_1", folder=folder) for _ in range(4)]
    assert [ended(run)[0] for run in runs] == [0] * 4
    found = variables(do("run", "history.js", "--customer", "c_1", "--json"))
    assert sorted(found["history"]) == [1] * 4 + [2] * 4


def test_what_a_killed_run_put_off_is_applied_by_the_next_one(do: Command, folder: Path) -> None:
    """It had handed its writes in, and had no time to apply them."""
    program = (
        "import sys, os, signal, workers.embedded as embedded\n"
        "embedded.EmbeddedQueue.finish = lambda self: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from runtime.cli import main; main()"
    )
    command = [sys.executable, "-c", program, "run", "later.js", "--customer", "c_1"]
    assert subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode == -signal.SIGKILL
    assert variables(do("run", "history.js", "--customer", "c_1", "--json")) == {"history": []}
    assert variables(do("run", "history.js", "--customer", "c_1", "--json")) == {"history": [2, 1]}


def test_a_run_with_a_queue_leaves_its_writes_to_the_workers(do: Command, url: str) -> None:
    told = {"FUNNELSCRIPT_QUEUE": url}
    assert do("run", "later.js", "--customer", "c_1", **told)[0] == 0
    assert variables(do("run", "history.js", "--customer", "c_1", "--json")) == {"history": []}
    assert do("worker", "--burst", "--processes", "2", **told)[0] == 0
    assert variables(do("run", "history.js", "--customer", "c_1", "--json")) == {"history": [2, 1]}


def test_workers_are_started_again_and_end_when_they_are_told(
    url: str, store_url: str, store: Store, queue: RedisQueue, tmp_path: Path, connection: Any
) -> None:
    """Killed, they come back; SIGTERM ends them all, with an empty list and the status of success."""
    workers = start("worker", "--queue", url, "--store", store_url, "--processes", "2", folder=tmp_path)
    parent = psutil.Process(workers.pid)
    wait_for(lambda: connection.scard("rq:workers:funnelscript") == 2)
    before = parent.children()
    connection.delete("rq:workers:funnelscript")  # of the killed ones, who cannot say goodbye
    for child in before:
        child.kill()
    wait_for(lambda: connection.scard("rq:workers:funnelscript") == 2)
    children = parent.children()
    assert len(children) == 2
    assert not set(children) & set(before)
    queue.push([adding(CUSTOMER, 1)])
    wait_for(lambda: len(state(store, [CUSTOMER])[CUSTOMER]) == 1)
    workers.terminate()
    assert ended(workers)[0] == 0
    assert psutil.wait_procs(children, timeout=30)[1] == []


def test_workers_end_with_their_supervisor(url: str, store_url: str, tmp_path: Path, connection: Any) -> None:
    workers = start("worker", "--queue", url, "--store", store_url, folder=tmp_path)
    wait_for(lambda: connection.scard("rq:workers:funnelscript") == 1)
    children = psutil.Process(workers.pid).children()
    workers.kill()
    ended(workers)
    assert psutil.wait_procs(children, timeout=30)[1] == []


def test_a_sweep_finds_what_no_job_was_made_for(
    url: str, store_url: str, store: Store, queue: RedisQueue, tmp_path: Path, connection: Any
) -> None:
    """Lost by RQ, or by whoever ended between handing in and waking, while a worker sits idle."""
    workers = start("worker", "--queue", url, "--store", store_url, folder=tmp_path)
    wait_for(lambda: connection.scard("rq:workers:funnelscript") == 1)
    queue._waker.commands = lambda *_: b""  # type: ignore[method-assign]
    queue.push([adding(CUSTOMER, 1)])
    wait_for(lambda: len(state(store, [CUSTOMER])[CUSTOMER]) == 1)
    workers.terminate()
    assert ended(workers)[0] == 0


def test_queue_status_shows_what_waits(do: Command, url: str, queue: RedisQueue) -> None:
    queue.push([adding(CUSTOMER, number) for number in range(3)])
    status, out, _ = do("queue", "status", "--queue", url, "--json")
    found = json.loads(out)
    shard = shard_of(BRAND, CUSTOMER)
    assert (status, found["waiting"], found["jobs"], found["dead_letters"], found["workers"]) == (0, 3, 1, 0, [])
    assert [(one["shard"], one["waiting"], one["draining"]) for one in found["shards"]] == [(shard, 3, False)]
    out = do("queue", "status", "--queue", url)[1]
    assert out.splitlines()[0].startswith("3 writes wait, the oldest for ")
    assert out.splitlines()[-1] == "no worker lives: funnelscript worker starts one"


def test_rq_info_works_on_the_queue(url: str, queue: RedisQueue, tmp_path: Path) -> None:
    queue.push([adding(CUSTOMER, 1)])
    command = [str(Path(sys.executable).with_name("rq")), "info", "--url", url, "--raw"]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[0] == "queue funnelscript 1, 0 executing, 0 finished, 0 failed"


def test_dead_letters_are_listed_shown_retried_and_dropped(
    do: Command, url: str, store_url: str, store: Store, queue: RedisQueue
) -> None:
    """Retried, it is a new write of now, behind what came since."""
    poison = deferred(CreateEntry("late", Scope(reference=CUSTOMER), "e1", {"a": 1}), CUSTOMER)
    other = deferred(CreateEntry("never", Scope(reference=CUSTOMER), "e2"), CUSTOMER)
    queue.push([poison, other])
    queue.drain_all(10)

    def told(*arguments: str) -> Answer:
        return do(*arguments, FUNNELSCRIPT_QUEUE=url, FUNNELSCRIPT_STORE=store_url)

    listed = json.loads(told("dead-letters", "list", "--json")[1])
    assert {one["id"]: one["error"] for one in listed} == {
        poison.write.operation_id: "EntityNotFound: late",
        other.write.operation_id: "EntityNotFound: never",
    }
    shown = json.loads(told("dead-letters", "show", str(poison.write.operation_id))[1])
    assert json.loads(shown["payload"])["write"]["command"]["values"] == {"a": 1}
    out = told("dead-letters", "list")[1]
    assert out.splitlines()[1] == "  EntityNotFound: late"
    apply(store, EnsureEntity("late", "Late", "Late", "Late"))
    assert told("dead-letters", "retry", str(poison.write.operation_id))[:2] == (0, "1 done\n")
    assert told("dead-letters", "drop", "--all")[:2] == (0, "1 done\n")
    assert told("worker", "--burst")[0] == 0
    [entry] = state(store, [CUSTOMER])[CUSTOMER]
    assert (entry.id, entry.values) == ("e1", {"a": 1})
    assert entry.created_at_ms > 1
    assert told("dead-letters", "list")[1] == "no dead letters\n"


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["queue", "status"], 2, "no queue is named: say --queue URL, or set FUNNELSCRIPT_QUEUE (redis://host:6379/0)"),
        (
            ["worker", "--queue", "amqp://me:secret@host"],
            2,
            f"--queue: no queue has the URL 'amqp://me:***@host'; allowed: {ALLOWED_URLS}",
        ),
        (
            ["worker", "--queue", "redis://:secret@127.0.0.1:1"],
            4,
            "the queue redis://:***@127.0.0.1:1 cannot be used: ConnectionError",
        ),
        (
            ["dead-letters", "retry", "--queue", "redis://127.0.0.1:1"],
            2,
            "name dead letters by their ids, or say --all",
        ),
    ],
)
def test_mistakes_are_one_line(do: Command, arguments: list[str], status: int, message: str) -> None:
    assert do(*arguments) == (status, "", f"funnelscript: {message}\n")


def test_a_missing_dead_letter_is_a_mistake(do: Command, url: str) -> None:
    for command in ("show", "retry", "drop"):
        status, out, err = do("dead-letters", command, "none", "--queue", url)
        expected = "funnelscript: no dead letter has the id 'none' (see funnelscript dead-letters list)\n"
        assert (status, out, err) == (2, "", expected)


def test_runs_apply_at_once_with_a_private_store(do: Command, folder: Path) -> None:
    """What has no file has no queue either."""
    (folder / "both.js").write_text(SCRIPT + HISTORY)
    answer = do("run", "both.js", "--customer", "c_1", "--store", "sqlite://", "--json")
    assert variables(answer) == {"history": [2, 1]}
