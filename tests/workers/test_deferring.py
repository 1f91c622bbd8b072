"""What a run puts off: handed in at its end, caught up with before what comes after it, done here when it must be."""

import itertools
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import bindings
from bindings.deferring import MAX_PENDING, hand_in
from bindings.queue import DeferredWrite, WriteQueue
from storage import Store
from storage.ids import new_uuid7
from storage.models import Reference
from storage.queries import Visitor
from tests.workers.writes import BRAND, adding
from workers import payload
from workers.connections import connect
from workers.keys import SHARDS, keys_of, shard_of
from workers.redis_queue import RedisQueue
from workers.server import EmbeddedServer
from workers.shards import Held, Shards

CUSTOMER = Reference("customer", "c_1")
ADA = Visitor("c_1")


class Run:
    """A run's calls; ``end`` is what the runtime does at its end."""

    def __init__(self, store: Store, queue: WriteQueue | None, visitor: Visitor = ADA) -> None:
        clock = itertools.count(1_774_951_200_000)
        self.context = bindings.RunContext(BRAND, visitor, store, lambda: next(clock), new_uuid7, queue=queue)

    def __call__(self, name: str, arguments: dict[str, Any], *, later: bool = False) -> Any:
        told = {**arguments, "async": True} if later else arguments
        return bindings.call(name, json.loads(json.dumps(told)), self.context)

    def set(self, value: Any, *, later: bool = False, **more: Any) -> Any:
        return self("setCrmField", {"slug": "deals", "fieldKey": "a", "value": value, **more}, later=later)

    def get(self, **more: Any) -> Any:
        return self("getCrmField", {"slug": "deals", "fieldKey": "a", **more})

    @property
    def warnings(self) -> list[str]:
        return [warning.code for warning in self.context.warnings]

    def end(self) -> int:
        hand_in(self.context)
        return self.context.deferred_writes


def waiting(connection: Any) -> list[DeferredWrite]:
    """What stands in the lists."""
    return [
        payload.decode(text, shard) for shard in range(SHARDS) for text in connection.lrange(keys_of(shard).list, 0, -1)
    ]


@pytest.fixture
def run(store: Store, queue: RedisQueue) -> Run:
    return Run(store, queue)


@pytest.fixture
def unreachable(store: Store) -> Iterator[RedisQueue]:
    """A queue on a port where nobody listens."""
    opened = RedisQueue("redis://127.0.0.1:1", store)
    yield opened
    opened.close()


def test_writes_wait_until_the_run_hands_them_in(run: Run, connection: Any, queue: RedisQueue) -> None:
    """Each with its place in the run, its time and an operation id; accepted in one step, then applied."""
    run.set(1, later=True)
    run.set(2, later=True, referenceType="order", referenceId="7")
    assert (waiting(connection), run.context.deferred_writes) == ([], 0)
    assert run.end() == 2
    found = sorted(waiting(connection), key=lambda one: one.place)
    assert [(one.place, one.reference, one.function) for one in found] == [
        (0, CUSTOMER, "setCrmField"),
        (1, Reference("order", "7"), "setCrmField"),
    ]
    assert len({one.write.operation_id for one in found}) == 2
    assert (run.get(), run.get(referenceType="order", referenceId="7")) == (None, None)
    queue.drain_all(5)
    assert (run.get(), run.get(referenceType="order", referenceId="7")) == (1, 2)


def test_a_run_that_put_nothing_off_asks_nothing_of_the_queue(store: Store, unreachable: RedisQueue) -> None:
    run = Run(store, unreachable)
    run.set(1)
    assert (run.end(), run.warnings) == (0, [])


def test_a_run_holds_back_only_so_many(run: Run, connection: Any) -> None:
    for number in range(MAX_PENDING + 1):
        run.set(number, later=True)
    assert len(waiting(connection)) == MAX_PENDING
    assert run.end() == MAX_PENDING + 1
    assert [one.place for one in waiting(connection)] == list(range(MAX_PENDING + 1))


def test_a_synchronous_write_comes_after_those_put_off(run: Run, connection: Any) -> None:
    """Of the same reference, whatever the entity; what is put off for others still waits."""
    run.set(1, later=True)
    run.set(1, later=True, referenceType="order", referenceId="7")
    run("addCrmFieldValue", {"slug": "leads", "fieldKey": "a", "value": 2})
    assert run.get() == 1
    assert [one.reference for one in waiting(connection)] == [Reference("order", "7")]
    run.set(3)
    assert (run.get(), run.end()) == (3, 2)


def test_a_synchronous_write_comes_after_what_other_runs_put_off_before(
    store: Store, queue: RedisQueue, connection: Any
) -> None:
    """The queue is first come, first served: what stands before the run's own writes is applied with them."""
    queue.push([adding(CUSTOMER, number, "deals") for number in range(100)])
    run = Run(store, queue)
    run.set("later", later=True)
    run.set("now")
    assert (run.get(), waiting(connection)) == ("now", [])
    assert len(run("getCrmEntries", {"slug": "deals", "limit": 200})) == 100


def test_a_synchronous_write_waits_for_a_worker_that_died(store: Store, queue: RedisQueue, connection: Any) -> None:
    """Its lock expires; until then nobody may touch the shard."""
    run = Run(store, queue)
    run.set("later", later=True)
    queue.push([adding(CUSTOMER, 1)])
    shard = shard_of(BRAND, CUSTOMER)
    assert isinstance(Shards(connection).begin(shard, 1), Held)
    connection.pexpire(keys_of(shard).lock, 200)
    run.set("now")
    assert run.get() == "now"


def test_a_synchronous_write_that_waits_too_long_is_refused(
    store: Store, queue: RedisQueue, connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of turn it would be overwritten by what it should overwrite."""
    monkeypatch.setattr("bindings.deferring.DRAIN_SECONDS", 0.1)
    run = Run(store, queue)
    run.set("later", later=True)
    queue.push([adding(CUSTOMER, 1)])
    connection.set(keys_of(shard_of(BRAND, CUSTOMER)).lock, "a worker that lives")
    with pytest.raises(bindings.ScriptCrmError) as refused:
        run.set("now")
    assert refused.value.code == "unavailable"


def test_a_customer_known_by_e_mail_has_one_order(store: Store, queue: RedisQueue) -> None:
    """The first write that is put off finds or makes the customer, so that the record names whose it is."""
    known = Run(store, queue, Visitor("c_9", "ada@example.com"))
    known.set(1)
    run = Run(store, queue, Visitor(email="Ada@example.com"))
    run.set(2, later=True)
    assert run.context.customer_id == "c_9"
    run.set(3)
    assert (run.get(), run.end()) == (3, 1)
    new = Run(store, queue, Visitor(email="bob@example.com"))
    new.set(1, later=True)
    new.end()
    queue.drain_all(5)
    assert new.get(referenceId=new.context.customer_id) == 1


def test_an_entry_stands_in_the_order_of_its_reference(run: Run, connection: Any) -> None:
    """Stored, made by the run, or not known at all."""
    stored = run("CreateCrmEntry", {"slug": "deals", "referenceType": "order", "referenceId": "7"})["id"]
    made = run("CreateCrmEntry", {"slug": "deals", "referenceType": "order", "referenceId": "8"}, later=True)["id"]
    for entry_id in (stored, made, "unknown"):
        run.set(1, later=True, entryId=entry_id)
    run.end()
    references = [one.reference for one in sorted(waiting(connection), key=lambda one: one.place)]
    assert references == [
        Reference("order", "8"),
        Reference("order", "7"),
        Reference("order", "8"),
        Reference("entry", "unknown"),
    ]


def test_a_write_to_a_named_entry_comes_after_all_that_was_put_off(run: Run, connection: Any) -> None:
    """The entry may be of any reference."""
    made = run("CreateCrmEntry", {"slug": "deals", "referenceType": "order", "referenceId": "8"}, later=True)["id"]
    run.set(1, later=True)
    assert run.set(2, entryId=made) == {"ok": True, "id": made, "created": False}
    assert waiting(connection) == []


def test_handing_entries_over_comes_after_all_that_was_put_off(run: Run) -> None:
    run.set(1, later=True, referenceType="visitor", referenceId="v_1")
    call = {"slug": "deals", "fromReferenceType": "visitor", "fromReferenceId": "v_1"}
    assert run("reassignCrmReference", call) == {"ok": True, "migrated": 1, "merged": False}


def test_a_relation_finds_the_entry_that_the_run_put_off(run: Run, queue: RedisQueue) -> None:
    """Though both wait in lists of their own."""
    target = run("CreateCrmEntry", {"slug": "deals", "referenceType": "order", "referenceId": "8"}, later=True)["id"]
    run.set(1, later=True)
    run("SetCrmRelation", {"slug": "deals", "relationKey": "link", "targetEntryId": target}, later=True)
    run.end()
    queue.drain_all(5)
    assert run("getCrmEntries", {"slug": "deals"})[0]["relations"] == {"link": [target]}


def test_a_key_used_twice_does_once_and_conflicts_end_as_dead_letters(
    run: Run, queue: RedisQueue, connection: Any
) -> None:
    for value in (1, 1, 2):
        run.set(value, later=True, idempotencyKey="k")
    run.end()
    queue.drain_all(5)
    assert run.get() == 1
    [letter] = [json.loads(text) for text in connection.hvals("funnelscript:dead-letters")]
    assert letter["error"] == "IdempotencyConflict: k"


@contextmanager
def deaf() -> Iterator[str]:
    """The URL of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def gone() -> Iterator[str]:
    """The URL of a port where nobody listens, and nobody else can begin to."""
    with socket.socket() as holding:
        holding.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{holding.getsockname()[1]}"


@contextmanager
def full() -> Iterator[str]:
    """The URL of a server whose queue of connections is full: packets to it go into the dark."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        held = []
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(listening.getsockname())
            held.append(one)
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}"
        for one in held:
            one.close()


@pytest.mark.parametrize("server", [deaf, gone, full])
def test_without_a_queue_the_writes_are_done_here(server: Any, store: Store, events: list[dict[str, Any]]) -> None:
    """In order, at the run's end; the first such run finds out, the next ones don't ask."""
    with server() as url:
        queue = RedisQueue(url, store)
        for number in range(3):
            run = Run(store, queue)
            run.set(number, later=True)
            run.set(f"{number} again", later=True)
            assert run.end() == 2
            assert run.get() == f"{number} again"
        queue.close()
    told = [event["event"] for event in events]
    assert (told.count("deferred_write_fallback"), told.count("queue_unreachable")) == (3, 1)


@pytest.mark.parametrize("server", [deaf, gone, full])
def test_a_queue_that_is_gone_costs_one_request_less_than_50_ms(server: Any, store: Store) -> None:
    """What is waited for is bounded by the sockets' own timeouts, which a busy machine does not stretch."""
    with server() as url:
        queue = RedisQueue(url, store)
        timeouts = queue._connection.connection_pool.connection_kwargs
        assert timeouts["socket_timeout"] == timeouts["socket_connect_timeout"] == 0.035
        assert timeouts["retry"].get_retries() == 0
        asked: list[object] = []
        push = queue._shards.push

        def counted(*arguments: Any) -> None:
            asked.append(arguments)
            push(*arguments)

        queue._shards.push = counted  # type: ignore[method-assign, assignment]
        for _ in range(3):
            with pytest.raises(bindings.queue.QueueUnavailable):
                queue.push([adding(CUSTOMER, 1)])
        assert len(asked) == 1
        queue.close()


def test_a_push_that_may_have_arrived_happens_once(store: Store, queue: RedisQueue, connection: Any) -> None:
    """The answer is lost: the run does the writes here, and the worker finds them done."""

    class Lossy(RedisQueue):
        def push(self, writes: Any) -> None:
            super().push(writes)
            raise bindings.queue.QueueUnavailable("the answer was lost")

    lossy = Lossy(str(connect_url(queue)), store, seconds=5.0)
    run = Run(store, lossy)
    run("addCrmFieldValue", {"slug": "deals", "fieldKey": "a", "value": 1}, later=True)
    assert run.end() == 1
    assert len(waiting(connection)) == 1
    queue.drain_all(5)
    assert run("getCrmFieldValues", {"slug": "deals", "fieldKey": "a"}) == [1]
    lossy.close()


def connect_url(queue: RedisQueue) -> str:
    return f"unix://{queue._connection.connection_pool.connection_kwargs['path']}"


def test_a_synchronous_write_comes_after_those_put_off_though_the_queue_is_gone(store: Store, tmp_path: Any) -> None:
    """Handed in, then the server died: the run does its own writes itself, in order."""
    server = EmbeddedServer(tmp_path / "q")
    queue = RedisQueue(server.url, store)
    run = Run(store, queue)
    run.set("later", later=True)
    hand_in(run.context)
    server.close()
    run.set("now")
    assert run.get() == "now"
    queue.close()


def test_with_neither_queue_nor_store_the_record_says_so(
    store: Store, unreachable: RedisQueue, events: list[dict[str, Any]]
) -> None:
    run = Run(store, unreachable)
    run.set(1, later=True)
    store.close()
    assert run.end() == 0
    assert run.warnings == ["deferred_writes_lost"]
    assert events[-1]["event"] == "deferred_writes_lost"


def test_misses_of_writes_done_here_are_warnings_of_the_run(store: Store, unreachable: RedisQueue) -> None:
    run = Run(store, unreachable)
    run("moveCrmToStage", {"slug": "deals", "stageSlug": "won"}, later=True)
    run.set(1, later=True, entryId="unknown")
    assert run.end() == 2
    assert run.warnings == ["no_entries", "entry_not_found"]


def test_a_queue_that_comes_back_is_used_again(store: Store, tmp_path: Any) -> None:
    server = EmbeddedServer(tmp_path / "q")
    queue = RedisQueue(server.url, store, seconds=5.0)
    queue.push([adding(CUSTOMER, 1)])
    server.close()
    with pytest.raises(bindings.queue.QueueUnavailable):
        queue.push([adding(CUSTOMER, 2)])
    with EmbeddedServer(tmp_path / "q") as again:
        deadline = time.monotonic() + 30
        while queue._breaker.is_open and time.monotonic() < deadline:
            time.sleep(0.01)
        queue.push([adding(CUSTOMER, 3)])
        client = connect(again.url)
        assert [one.write.command.values for one in waiting(client)] == [{"a": 1}, {"a": 3}]  # type: ignore[attr-defined]
        client.close()
    queue.close()
