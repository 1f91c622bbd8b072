"""Jobs of RQ's: ours drain a shard; whatever else stands in the queue is set aside and never run."""

import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from storage import Store
from storage.models import Reference
from tests.workers.writes import BRAND, adding, state
from workers.keys import QUEUE_NAME, SHARDS, shard_of
from workers.redis_queue import RedisQueue
from workers.waking import FUNCTION, DrainJob, JobRefused, Waker, shard_of_job
from workers.worker import run_worker

CUSTOMER = Reference("customer", "c_1")


def data(call: Any) -> bytes:
    return zlib.compress(json.dumps(call).encode())


def enqueue(connection: Any, job_id: str, **attributes: Any) -> None:
    """A job as somebody else would write it."""
    made = {"created_at": "2026-01-01T00:00:00.000000Z", "status": "queued", "timeout": "30", "origin": QUEUE_NAME}
    connection.hset(f"rq:job:{job_id}", mapping={**made, **attributes})
    connection.rpush(f"rq:queue:{QUEUE_NAME}", job_id)


def test_a_job_of_ours_names_its_shard(connection: Any) -> None:
    Waker(connection).wake(7, "job-1")
    job = DrainJob.fetch("job-1", connection=connection, serializer=JSONSerializer)
    assert (job._shard, job.func_name, job.description, job.retries_left) == (7, FUNCTION, "drain shard 7", 3)


def test_a_job_that_is_pushed_is_as_rq_would_make_it(connection: Any, queue: RedisQueue) -> None:
    """Key by key and attribute by attribute, but for its id and its times."""
    queue.push([adding(CUSTOMER, 1)])
    [job_id] = connection.lrange(f"rq:queue:{QUEUE_NAME}", 0, -1)
    pushed = connection.hgetall(f"rq:job:{job_id.decode()}")
    connection.flushall()
    Waker(connection).wake(shard_of(BRAND, CUSTOMER), "by-rq")
    made = connection.hgetall("rq:job:by-rq")
    times = {b"created_at", b"enqueued_at"}
    assert {name: value for name, value in pushed.items() if name not in times} == {
        name: value for name, value in made.items() if name not in times
    }
    assert all(
        re.fullmatch(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", job[name]) for job in (pushed, made) for name in times
    )
    assert sorted(connection.keys("*")) == [b"rq:job:by-rq", f"rq:queue:{QUEUE_NAME}".encode(), b"rq:queues"]


def test_a_push_is_drained_by_a_worker(queue: RedisQueue, url: str, store: Store, connection: Any) -> None:
    """One job for the shard, however many writes; nothing of it is left."""
    for number in range(3):
        queue.push([adding(CUSTOMER, number)])
    assert connection.llen(f"rq:queue:{QUEUE_NAME}") == 1
    assert run_worker(url, store, burst=True)
    assert [entry.values["a"] for entry in state(store, [CUSTOMER])[CUSTOMER]] == [2, 1, 0]
    assert [key for key in connection.keys("*") if b"job" in key or b"wakes" in key] == []


@pytest.mark.parametrize(
    "attributes",
    [
        {"data": data(["os.system", None, ["touch FORGED"], {}])},
        {"data": data([FUNCTION, None, ["0"], {}])},
        {"data": data([FUNCTION, None, [SHARDS], {}])},
        {"data": data([FUNCTION, None, [True], {}])},
        {"data": data([FUNCTION, None, [0, 0], {}])},
        {"data": data([FUNCTION, {"instance": 1}, [0], {}])},
        {"data": data([FUNCTION, None, [0], {"more": 1}])},
        {"data": data("x" * 5_000_000)},
        {"data": b"cos\nsystem\n(S'touch FORGED'\ntR."},
        {"data": b"\x80\x04\x8c\x05posix"},
        {"status": "queued"},
        {"data": data([FUNCTION, None, [0], {}]), "failure_callback_name": "os.system"},
        {"data": data([FUNCTION, None, [0], {}]), "success_callback_name": "os.system"},
        {"data": data([FUNCTION, None, [0], {}]), "webhooks": '[{"url":"http://127.0.0.1/"}]'},
        {"data": data([FUNCTION, None, [0], {}]), "meta": "cos\nsystem\n(S'touch FORGED'\ntR."},
        {"data": data([FUNCTION, None, [0], {}]), "status": "no such status"},
        {"data": data([FUNCTION, None, [0], {}]), "timeout": "for ever"},
    ],
)
def test_a_job_of_anyone_else_is_set_aside(
    connection: Any,
    url: str,
    store: Store,
    queue: RedisQueue,
    attributes: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The worker goes on with the next one; what was found is kept for people to look at."""
    monkeypatch.chdir(tmp_path)
    enqueue(connection, "forged", **attributes)
    queue.push([adding(CUSTOMER, 1)])
    assert run_worker(url, store, burst=True)
    assert len(state(store, [CUSTOMER])[CUSTOMER]) == 1
    assert not (tmp_path / "FORGED").exists()
    [letter] = [json.loads(text) for text in connection.hvals("funnelscript:dead-letters")]
    assert letter["kind"] == "job"
    assert json.loads(letter["payload"]).keys() >= attributes.keys()
    assert not connection.exists("rq:job:forged")


def test_a_forged_job_that_rq_believes_to_run_is_not_run_by_its_housekeeping(
    connection: Any, url: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RQ calls the failure callback of a job whose lease has expired: there is none to call."""
    monkeypatch.chdir(tmp_path)
    enqueue(
        connection, "forged", data=data([FUNCTION, None, [0], {}]), status="started", failure_callback_name="os.mkdir"
    )
    connection.delete(f"rq:queue:{QUEUE_NAME}")
    connection.zadd(f"rq:wip:{QUEUE_NAME}", {"forged:1": 1})
    assert run_worker(url, store, burst=True)
    assert list(tmp_path.glob("forged*")) == []
    assert not connection.exists("rq:job:forged")


def test_rq_s_own_class_would_have_run_it(connection: Any) -> None:
    """What the class of jobs is for: the JSON serializer alone stops nothing."""
    enqueue(connection, "forged", data=data(["os.getpid", None, [], {}]))
    job = Job.fetch("forged", connection=connection, serializer=JSONSerializer)
    assert isinstance(job.perform(), int)


@pytest.mark.parametrize("call", [[], {}, [FUNCTION, None, [-1], {}], [FUNCTION, None, [1.0], {}], "workers.drain"])
def test_a_call_that_is_not_quite_ours_is_refused(call: Any) -> None:
    with pytest.raises(JobRefused):
        shard_of_job(data(call))


def test_a_write_in_another_shard_s_list_is_set_aside(
    connection: Any, url: str, store: Store, queue: RedisQueue
) -> None:
    """Moved there, it could overtake others of its reference."""
    queue.push([adding(CUSTOMER, 1)])
    shard = shard_of(BRAND, CUSTOMER)
    connection.rename(f"funnelscript:shard:{shard}:writes", f"funnelscript:shard:{(shard + 1) % SHARDS}:writes")
    assert run_worker(url, store, burst=True)
    assert state(store, [CUSTOMER])[CUSTOMER] == []
    [letter] = [json.loads(text) for text in connection.hvals("funnelscript:dead-letters")]
    assert letter["error"] == "WriteMalformed: 'brand' and 'reference' belong to another shard"


def test_dashboards_see_the_queue(connection: Any, queue: RedisQueue) -> None:
    queue.push([adding(CUSTOMER, 1)])
    found = Queue(QUEUE_NAME, connection=connection, serializer=JSONSerializer)
    assert [job.description for job in found.jobs] == [f"drain shard {shard_of(BRAND, CUSTOMER)}"]
