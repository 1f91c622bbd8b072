"""The drain: each write once and in order, whatever ends or overtakes it; what cannot be applied is set aside."""

import json
import random
import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bindings.queue import DeferredWrite
from storage import StorageError, Store, open_store
from storage.commands import Applied, CreateEntry, SetFields, SetRelation, Write
from storage.errors import StoreUnavailable
from storage.models import Reference
from storage.queries import Query, Scope
from tests.workers.writes import (
    BRAND,
    adding,
    apply_in_order,
    deferred,
    prepare,
    setting,
    some_write,
    state,
)
from workers import payload
from workers.connections import connect
from workers.drain import Drainer, Outcome
from workers.keys import keys_of, shard_of
from workers.policy import MAX_ATTEMPTS
from workers.server import EmbeddedServer
from workers.shards import Held, Shards

CUSTOMER = Reference("customer", "c_1")
SHARD = shard_of(BRAND, CUSTOMER)
SAME_SHARD = [
    reference
    for reference in (Reference("customer", f"n_{number}") for number in range(1000))
    if shard_of(BRAND, reference) == SHARD
]
"""Other references whose writes wait in the same list."""


def push(shards: Shards, *writes: DeferredWrite) -> None:
    shards.push([(shard_of(one.brand, one.reference), payload.encode(one)) for one in writes])


class Patient(Drainer):
    """One that a busy machine has time for."""

    def drain(self, shard: int, *, end: int | None = None, seconds: float = 60.0) -> Outcome:
        """Apply what waits in a shard."""
        return super().drain(shard, end=end, seconds=seconds)


def drainer(connection: Any, store: Store, **options: Any) -> Drainer:
    return Patient(Shards(connection), store, lambda _shard, _job_id: None, **options)


def values(store: Store, reference: Reference = CUSTOMER) -> list[Any]:
    """The values of all entries, the oldest first."""
    return [entry.values for entry in reversed(state(store, [reference])[reference])]


class Faulty:
    """A store in which certain writes meet an error that is none of the store's refusals."""

    def __init__(self, store: Store, error: Callable[[Write[Any]], Exception | None]) -> None:
        self._store = store
        self._error = error
        self.batches: list[int] = []

    def query(self, brand: str, query: Query[Any]) -> Any:
        return self._store.query(brand, query)

    def apply(self, brand: str, write: Write[Any]) -> Any:
        return self._store.apply(brand, write)

    def apply_batch(self, writes: Sequence[tuple[str, Write[Any]]]) -> list[Applied[Any] | StorageError]:
        self.batches.append(len(writes))
        for _, write in writes:
            error = self._error(write)
            if error is not None:
                raise error
        return self._store.apply_batch(writes)

    def close(self) -> None:
        self._store.close()


def fails_for(value: Any) -> Callable[[Write[Any]], Exception | None]:
    return lambda write: ValueError("cannot be") if write.command.values == {"a": value} else None  # type: ignore[attr-defined]


def letters(connection: Any) -> list[dict[str, Any]]:
    return [json.loads(record) for record in connection.hvals("funnelscript:dead-letters")]


def test_writes_are_applied_in_order_and_taken_off_the_list(connection: Any, store: Store) -> None:
    """Over both entities, in batches that are smaller than what waits."""
    push(Shards(connection), *(adding(CUSTOMER, number) for number in range(7)))
    assert drainer(connection, store, batch=3).drain(SHARD) == "empty"
    assert values(store) == [{"a": number} for number in range(7)]
    assert connection.keys("funnelscript:*") == [keys_of(SHARD).settled.encode()]


def test_an_empty_shard_costs_nothing_and_stays_free(connection: Any, store: Store) -> None:
    assert drainer(connection, store).drain(SHARD) == "empty"
    assert connection.keys("*") == []


def test_a_shard_is_drained_by_one_at_a_time(connection: Any, store: Store) -> None:
    push(Shards(connection), adding(CUSTOMER, 1))
    assert isinstance(Shards(connection).begin(SHARD, 1), Held)
    assert drainer(connection, store).drain(SHARD) == "busy"
    assert values(store) == []


def test_a_drain_whose_time_is_up_has_another_job_go_on(connection: Any, store: Store) -> None:
    woken: list[tuple[int, str]] = []
    push(Shards(connection), *(adding(CUSTOMER, number) for number in range(3)))
    ended = Drainer(Shards(connection), store, lambda *wake: woken.append(wake), batch=1).drain(SHARD, seconds=0)
    assert ended == "more"
    [(shard, job_id)] = woken
    assert connection.hgetall("funnelscript:wakes") == {str(shard).encode(): job_id.encode()}
    assert values(store) == [{"a": 0}]


def test_a_drain_ends_where_it_was_asked_to(connection: Any, store: Store) -> None:
    shards = Shards(connection)
    push(shards, adding(CUSTOMER, 1))
    end = shards.end(SHARD)
    push(shards, adding(CUSTOMER, 2))
    assert drainer(connection, store, batch=1).drain(SHARD, end=end) == "reached"
    assert values(store) == [{"a": 1}]
    assert shards.has_reached(SHARD, end)


def test_one_that_was_overtaken_changes_nothing(connection: Any, store: Store) -> None:
    """Its lock has expired, another one has done its writes and a later one; both its writes and its cut are void."""
    shards, drain = Shards(connection), drainer(connection, store)
    push(shards, setting(CUSTOMER, "early"))
    slow = shards.begin(SHARD, 10)
    assert isinstance(slow, Held)
    connection.delete(keys_of(SHARD).lock)
    push(shards, setting(CUSTOMER, "late"))
    assert drain.drain(SHARD) == "empty"
    push(shards, setting(CUSTOMER, "last"))
    assert drain.apply(slow) == []
    assert shards.settle(slow, 1, count=10) == "lost"
    assert values(store) == [{"a": "late"}]
    assert drain.drain(SHARD) == "empty"
    assert values(store) == [{"a": "last"}]


def test_one_that_was_overtaken_leaves_the_list_to_the_other(connection: Any, store: Store) -> None:
    """Though what it read still stands there, and it has applied it."""
    shards, drain = Shards(connection), drainer(connection, store)
    push(shards, adding(CUSTOMER, 1))
    slow = shards.begin(SHARD, 10)
    connection.delete(keys_of(SHARD).lock)
    fast = shards.begin(SHARD, 10)
    assert isinstance(slow, Held)
    assert isinstance(fast, Held)
    drain.apply(slow)
    assert (shards.settle(slow, 1, count=10), connection.llen(keys_of(SHARD).list)) == ("lost", 1)
    assert shards.renew(fast)
    assert shards.settle(fast, 1, drain.apply(fast), count=10) == "empty"
    assert values(store) == [{"a": 1}]


def test_one_that_was_overtaken_does_not_do_what_was_missed(connection: Any, store: Store) -> None:
    """The entry that a relation lacked when its turn came is there by now; it stays without the relation."""
    shards, drain = Shards(connection), drainer(connection, store)
    relation = deferred(SetRelation("deals", Scope(reference=CUSTOMER), "link", "target-1"), CUSTOMER)
    push(shards, relation)
    slow = shards.begin(SHARD, 10)
    assert isinstance(slow, Held)
    connection.delete(keys_of(SHARD).lock)
    push(shards, setting(CUSTOMER, 1))
    drain.drain(SHARD)
    drain.apply(slow)
    assert [entry.relations for entry in state(store, [CUSTOMER])[CUSTOMER]] == [{}]


def test_a_list_that_came_back_older_is_not_cut_short(connection: Any, store: Store) -> None:
    """A server that lost its last moments may know a lock and not the writes: newer ones must not be cut instead."""
    shards, drain = Shards(connection), drainer(connection, store)
    push(shards, adding(CUSTOMER, 1))
    held = shards.begin(SHARD, 10)
    assert isinstance(held, Held)
    drain.apply(held)
    connection.delete(keys_of(SHARD).list)
    push(shards, adding(CUSTOMER, 2))
    assert shards.settle(held, 1, count=10) == "lost"
    assert drain.drain(SHARD) == "empty"
    assert values(store) == [{"a": 1}, {"a": 2}]


def test_a_write_that_cannot_be_is_set_aside_with_its_payload(connection: Any, store: Store) -> None:
    """Its companions in the batch are applied, before and behind it, and of its own reference too."""
    poison = deferred(CreateEntry("gone", Scope(reference=CUSTOMER), "e"), CUSTOMER)
    push(Shards(connection), adding(CUSTOMER, 1), poison, adding(CUSTOMER, 2), adding(SAME_SHARD[0], 3))
    assert drainer(connection, store).drain(SHARD) == "empty"
    assert values(store) == [{"a": 1}, {"a": 2}]
    assert values(store, SAME_SHARD[0]) == [{"a": 3}]
    [letter] = letters(connection)
    assert letter["payload"] == payload.encode(poison).decode()
    assert (letter["kind"], letter["error"], letter["attempts"]) == ("write", "EntityNotFound: gone", 1)
    assert (letter["brand"], letter["reference"], letter["shard"]) == (BRAND, ["customer", "c_1"], SHARD)


@pytest.mark.usefixtures("events")
def test_a_write_that_fails_is_tried_again_and_then_set_aside(
    connection: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone, so that it takes none with it; what stands behind it waits until it is given up."""
    monkeypatch.setattr("workers.policy.PAUSES_SECONDS", (0.0,) * (MAX_ATTEMPTS - 1))
    faulty = Faulty(store, fails_for("poison"))
    push(Shards(connection), adding(CUSTOMER, 1), adding(CUSTOMER, "poison"), adding(CUSTOMER, 2))
    assert drainer(connection, faulty, batch=3).drain(SHARD) == "empty"
    assert values(store) == [{"a": 1}, {"a": 2}]
    assert faulty.batches == [3, 1, *[1] * MAX_ATTEMPTS, 1]
    [letter] = letters(connection)
    assert (letter["error"], letter["attempts"]) == ("ValueError: cannot be", MAX_ATTEMPTS)


@pytest.mark.usefixtures("events")
def test_a_failure_that_passes_costs_neither_the_write_nor_the_order(connection: Any, store: Store) -> None:
    failures = [ValueError("once"), ValueError("twice")]
    faulty = Faulty(store, lambda _: failures.pop() if failures else None)
    push(Shards(connection), *(adding(CUSTOMER, number) for number in range(3)))
    assert drainer(connection, faulty).drain(SHARD) == "empty"
    assert values(store) == [{"a": 0}, {"a": 1}, {"a": 2}]
    assert letters(connection) == []


def test_a_write_that_ends_every_worker_is_set_aside(connection: Any, store: Store) -> None:
    """Whoever begins counts; no one is there to tell what went wrong."""
    shards = Shards(connection)
    push(shards, adding(CUSTOMER, "poison"), adding(CUSTOMER, 1))
    for _ in range(MAX_ATTEMPTS):
        assert isinstance(shards.begin(SHARD, 10), Held)
        connection.delete(keys_of(SHARD).lock)
    assert drainer(connection, store).drain(SHARD) == "empty"
    assert values(store) == [{"a": 1}]
    assert [letter["error"] for letter in letters(connection)] == ["RuntimeError: the worker ended each time"]


def test_a_store_that_is_down_costs_no_write(connection: Any, store: Store) -> None:
    """It says nothing of the writes: they wait, uncounted, for better times."""
    failure = StoreUnavailable("locked")
    failure.__cause__ = sqlite3.OperationalError("database is locked")
    faulty = Faulty(store, lambda _: failure)
    push(Shards(connection), adding(CUSTOMER, 1))
    for _ in range(2 * MAX_ATTEMPTS):
        assert drainer(connection, faulty).drain(SHARD) == "unavailable"
    assert drainer(connection, store).drain(SHARD) == "empty"
    assert values(store) == [{"a": 1}]
    assert letters(connection) == []


def test_what_entries_lack_is_logged_and_done_with(connection: Any, store: Store, events: list[dict[str, Any]]) -> None:
    missing = deferred(SetFields("deals", Scope(entry_id="none"), "e", {"a": 1}), CUSTOMER)
    push(Shards(connection), missing)
    drainer(connection, store).drain(SHARD)
    [event] = [event for event in events if event["event"] == "deferred_write_missed"]
    assert (event["error"], event["function"], event["brand"]) == ("EntryNotFound: none", "setCrmFields", BRAND)
    assert letters(connection) == []


def test_what_a_script_wrote_cannot_drive_the_operator_s_terminal(
    connection: Any, store: Store, events: list[dict[str, Any]]
) -> None:
    push(Shards(connection), deferred(SetFields("deals", Scope(entry_id="\x1b[2J\n\u202e"), "e", {"a": 1}), CUSTOMER))
    drainer(connection, store).drain(SHARD)
    [event] = [event for event in events if event["event"] == "deferred_write_missed"]
    assert event["error"] == "EntryNotFound: \\x1b[2J\\n\\u202e"


@pytest.mark.parametrize("text", [b"", b"\xff", b"[]", b"null", b"{}", b'{"version":1}', b"\x80\x04\x95cos\nsystem"])
def test_what_is_no_write_is_set_aside_as_it_is(connection: Any, store: Store, text: bytes) -> None:
    push(Shards(connection), adding(CUSTOMER, 1))
    connection.lpush(keys_of(SHARD).list, text)
    assert drainer(connection, store).drain(SHARD) == "empty"
    assert values(store) == [{"a": 1}]
    [letter] = letters(connection)
    assert (letter["kind"], letter["payload"]) == ("malformed", text.decode("utf-8", "backslashreplace"))


def test_a_lock_is_kept_as_long_as_the_store_takes(
    connection: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However slow a batch is, nobody else gets the shard meanwhile: the lock gets back what it lost of its time."""
    monkeypatch.setattr("workers.drain.LOCK_MS", 60)
    monkeypatch.setattr("workers.shards.LOCK_MS", 60_000)
    shards, lock = Shards(connection), keys_of(SHARD).lock
    seen: list[Any] = []

    def slow(_: Write[Any]) -> None:
        for _turn in range(5):
            connection.pexpire(lock, 30_000)
            while connection.pttl(lock) <= 30_000:  # the test's own time limit ends it
                time.sleep(0.001)
            seen.append(shards.begin(SHARD, 1))

    push(shards, adding(CUSTOMER, 1))
    assert drainer(connection, Faulty(store, slow)).drain(SHARD) == "empty"
    assert seen == ["busy"] * 5


@pytest.fixture(scope="module")
def model_server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with EmbeddedServer(tmp_path_factory.mktemp("model")) as started:
        yield started


steps = st.lists(
    st.tuples(st.sampled_from(["push", "begin", "apply", "settle", "die", "expire"]), st.integers(0, 2)), max_size=40
)


@settings(max_examples=40)
@given(steps=steps, seed=st.integers(0, 2**32))
def test_no_schedule_loses_doubles_or_reorders(
    model_server: EmbeddedServer, steps: list[tuple[str, int]], seed: int
) -> None:
    """Three drains take any steps in any order, die and are overtaken at any point, over the writes of one shard."""
    connection = connect(model_server.url)
    connection.flushall()
    store, model = open_store("sqlite://"), open_store("sqlite://")
    for one in (store, model):
        prepare(one)
    shards, drain, dice = Shards(connection), drainer(connection, store), random.Random(seed)
    references = [CUSTOMER, SAME_SHARD[0]]
    accepted: list[DeferredWrite] = []
    holding: dict[int, Any] = {}
    for step, who in steps:
        held = holding.get(who)
        if step == "push":
            writes = [some_write(dice, dice.choice(references), len(accepted)) for _ in range(dice.randint(1, 4))]
            push(shards, *writes)
            accepted += writes
        elif step == "begin" and held is None:
            holding[who] = shards.begin(SHARD, 3)
        elif step == "apply" and isinstance(held, Held):
            drain.apply(held)
        elif step == "settle" and isinstance(held, Held):
            holding[who] = shards.settle(held, len(held.payloads), drain.apply(held), count=3)
        elif step == "die":
            holding.pop(who, None)
        elif step == "expire":
            connection.delete(keys_of(SHARD).lock)
        if not isinstance(holding.get(who), Held):
            holding.pop(who, None)
    connection.delete(keys_of(SHARD).lock, keys_of(SHARD).tries)
    assert drain.drain(SHARD) == "empty"
    apply_in_order(model, accepted)
    assert state(store, references) == state(model, references)
    assert letters(connection) == []
    connection.close()
    store.close()
    model.close()
