"""What is the PostgreSQL engine's own: connections, waiting, plans, errors."""

import os
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from storage import Store, copy_store, open_store
from storage.commands import ClearEntries, CreateEntry, EntryStored, SetFields
from storage.errors import StoreUnavailable
from storage.models import Reference
from storage.opening import postgres_parts
from storage.postgres import connection
from storage.postgres import store as engine
from storage.postgres.connection import STATEMENTS, PostgresConnection
from storage.queries import Scope
from storage.transaction import StatementName
from tests.storage.postgres_server import PostgresServer
from tests.storage.relay import CuttingProxy, When
from tests.storage.rows import rows_of
from tests.storage.shop import ORDER_2, Shop, fields

ONE = "'1'"
OWN_SETTINGS = connection.SETTINGS
"""What stores send, before the tests' patience takes its place."""

END_SESSIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'funnelscript' AND datname = current_database()
"""


@pytest.fixture
def url(wiping: Callable[[], str]) -> str:
    """A database with an entity, an entry and nobody using it."""
    url = wiping()
    with closing(open_store(url)) as store:
        Shop(store).entity("deals", *fields("a"))
        Shop(store).create("deals", a=1)
    return url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """That store, open."""
    with closing(open_store(url)) as opened:
        yield opened


@pytest.fixture
def proxy(url: str) -> Iterator[CuttingProxy]:
    """A way to that database which can be cut."""
    between = CuttingProxy(url)
    yield between
    between.close()


def sessions(url: str) -> list[int]:
    """The server's processes that serve stores' sessions here."""
    ask = "SELECT pid FROM pg_stat_activity WHERE application_name = 'funnelscript' AND datname = current_database()"
    return [pid for (pid,) in rows_of(url, ask)]


@contextmanager
def session_of(store: Store) -> Iterator[psycopg.Connection]:
    """The driver's side of a session that the store will use again."""
    assert isinstance(store, engine.PostgresStore)
    with store._pool.connection() as session:
        yield session


def asked(session: psycopg.Connection, sql: str) -> object:
    """The one value of the answer."""
    [row] = session.execute(sql.encode()).fetchall()
    return row[0]


@pytest.mark.parametrize("cuts", [("before",), ("after",), ("after", "before", "after")])
def test_a_write_whose_answer_is_lost_is_done_once(proxy: CuttingProxy, url: str, cuts: tuple[When, ...]) -> None:
    """Whether the server had done it or not: the caller is told what the first one that was done did."""
    with closing(open_store(proxy.url)) as store:
        shop = Shop(store)
        proxy.cut(*cuts)
        assert shop.do(CreateEntry("deals", ORDER_2, "n1", {"a": 1})) == EntryStored("n1", created=True)
        assert proxy.cuts_left == 0
        proxy.cut(*cuts)
        assert shop.apply(SetFields("deals", Scope(Reference("order", "3")), "n2", {"a": 1})).repeated is False
        proxy.cut(*cuts)
        assert shop.do(ClearEntries("deals", ORDER_2)).deleted == 1
        assert proxy.cuts_left == 0
    assert rows_of(url, "SELECT id FROM entries ORDER BY id") == [("e0001",), ("n2",)]


def test_a_write_that_the_server_is_late_with_is_done_once(proxy: CuttingProxy, url: str) -> None:
    """The next attempt waits for what becomes of the first, whose connection is lost, and finds it done."""
    with closing(open_store(proxy.url)) as store, ThreadPoolExecutor(1) as thread:
        proxy.cut("late")
        write = CreateEntry("deals", ORDER_2, "n1", {"a": 1})
        told = thread.submit(Shop(store).do, write)
        await_blocked(url)
        proxy.let_go()
        assert told.result() == EntryStored("n1", created=True)
    assert rows_of(url, "SELECT id FROM entries ORDER BY id") == [("e0001",), ("n1",)]


def test_a_read_sees_one_state_however_many_statements_it_takes(store: Store, url: str) -> None:
    """What others commit between them is not seen."""
    with closing(open_store(url)) as other:
        assert isinstance(store, engine.PostgresStore)

        def look(session: PostgresConnection) -> tuple[object, object]:
            before = session.rows("entries_of_brand", ("acme", "~", 9, 0))
            Shop(other).set("deals", a=2)
            Shop(other).do(CreateEntry("deals", ORDER_2, "n1"))
            return before, session.rows("entries_of_brand", ("acme", "~", 9, 0))

        before, after = store._patiently("reading", look)
        assert before == after
    assert Shop(store).ids("deals", ORDER_2) == ["n1"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_batch_whose_answer_is_lost_is_done_once(proxy: CuttingProxy, url: str, when: When) -> None:
    """With operation ids of the caller's and without."""
    with closing(open_store(proxy.url)) as store:
        shop = Shop(store)
        writes = [shop.write(CreateEntry("deals", ORDER_2, f"n{n}"), operation_id=(None, f"o{n}")[n]) for n in (0, 1)]
        proxy.cut(when)
        outcomes = store.apply_batch([("acme", write) for write in writes])
        assert [getattr(outcome, "outcome", outcome) for outcome in outcomes] == [
            EntryStored("n0", created=True),
            EntryStored("n1", created=True),
        ]
        assert proxy.cuts_left == 0
    assert rows_of(url, "SELECT id FROM entries ORDER BY id") == [("e0001",), ("n0",), ("n1",)]


def test_a_store_goes_on_when_the_server_has_ended_its_sessions(store: Store, url: str) -> None:
    """All of them, at once, again and again: reads and writes notice nothing."""
    shop = Shop(store)
    for turn in range(3):
        shop.set("deals", a=turn)
        rows_of(url, END_SESSIONS)
        assert shop.read("deals", "a") == {"a": turn}
        rows_of(url, END_SESSIONS)
        shop.set("deals", a=turn + 1)


def test_a_server_that_is_away_is_unavailable_and_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the store that was open all the time, and that waits for it as long as ever."""
    server = PostgresServer()
    store = open_store(server.new_database())
    shop = Shop(store)
    shop.entity("deals")
    monkeypatch.setattr(engine, "CONNECT_SECONDS", 0.2)
    server.kill()
    for call in (lambda: shop.read("deals", "a"), lambda: shop.set("deals", a=1)):
        with pytest.raises(StoreUnavailable, match=r"^the store cannot be reached$"):
            call()
    assert "connection to server on socket" in await_reason(shop)
    server.start()
    monkeypatch.undo()
    shop.set("deals", a=2)
    assert shop.values("deals", "a") == [2]
    store.close()
    server.close()


def await_reason(shop: Shop) -> str:
    """What the driver says of new connections, once one was tried in vain: that is for operators."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with pytest.raises(StoreUnavailable, match=r"^the store cannot be reached$") as refused:
            shop.read("deals", "a")
        if isinstance(refused.value.__cause__, psycopg.OperationalError):
            return str(refused.value.__cause__)
    raise AssertionError("the reason is never told")


def test_a_server_that_does_not_answer_is_unavailable(store: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that hangs cannot hold up a script; the next call has another connection."""
    shop = Shop(store)
    shop.read("deals", "a")
    monkeypatch.setattr(engine, "PATIENCE_SECONDS", 0.3)
    hanging = sessions(url)
    for pid in hanging:
        os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(StoreUnavailable, match=r"^the store cannot be reached$"):
            shop.set("deals", a=2)
    finally:
        for pid in hanging:
            os.kill(pid, signal.SIGCONT)
    monkeypatch.undo()
    assert shop.set("deals", a=3) == "e0001"


def test_a_pool_whose_connections_are_all_at_work_says_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the wait for one; who has it is served, and then the next."""
    with (
        closing(open_store(f"{url}&pool_size=1")) as store,
        psycopg.connect(url) as other,
        ThreadPoolExecutor(1) as thread,
    ):
        shop = Shop(store)
        shop.read("deals", "a")
        other.execute("LOCK TABLE funnelscript.entries")
        first = thread.submit(shop.read, "deals", "a")
        await_blocked(url)
        monkeypatch.setattr(engine, "CONNECT_SECONDS", 0.2)
        with pytest.raises(StoreUnavailable, match=r"^the store has no connection free in time$"):
            shop.read("deals", "a")
        monkeypatch.undo()
        other.rollback()
        assert first.result() == shop.read("deals", "a") == {"a": 1}


def await_blocked(url: str) -> None:
    """Until a session waits for another's lock; raises after a minute."""
    ask = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    deadline = time.monotonic() + 60
    while not rows_of(url, ask):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_sessions_are_what_the_engine_rests_on_whatever_surrounds_them(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every wait ends at the server too, plans are made once, text is UTF-8, no temporary table hides one of ours."""
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    monkeypatch.setenv("PGTZ", "Asia/Kolkata")
    monkeypatch.setenv("PGDATESTYLE", "SQL, DMY")
    monkeypatch.setenv("PGOPTIONS", "-c standard_conforming_strings=off -c statement_timeout=0 -c lock_timeout=0")
    monkeypatch.setattr(connection, "SETTINGS", OWN_SETTINGS)
    with closing(open_store(url)) as store:
        expected = {
            "client_encoding": "UTF8",
            "search_path": "funnelscript, pg_temp",
            "statement_timeout": "8s",
            "lock_timeout": "5s",
            "idle_in_transaction_session_timeout": "8s",
            "client_connection_check_interval": "1s",
            "plan_cache_mode": "force_generic_plan",
            "enable_seqscan": "off",
            "enable_bitmapscan": "off",
            "jit": "off",
        }
        with session_of(store) as session:
            assert {name: asked(session, f"SHOW {name}") for name in expected} == expected
            session.execute("CREATE TEMP TABLE entries (LIKE funnelscript.entries)")
            assert asked(session, "SELECT 'entries'::regclass = 'funnelscript.entries'::regclass") is True
        text = "ä\U0001f600 \\' \\\\"
        Shop(store).set("deals", a=text)
        assert Shop(store).read("deals", "a") == {"a": text}
    monkeypatch.undo()
    with closing(open_store(url)) as store:
        assert Shop(store).read("deals", "a") == {"a": text}


def test_a_copy_does_not_care_for_the_encoding_of_its_surroundings(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    with closing(open_store(url)) as store:
        Shop(store).set("deals", a="\U0001f600")
    copied = f"sqlite:///{tmp_path / 'copy.db'}"
    copy_store(url, copied, lambda *_: None)
    with closing(open_store(copied)) as store:
        assert Shop(store).read("deals", "a") == {"a": "\U0001f600"}


def test_sessions_that_only_read_are_replaced_when_the_database_is_writable_again(
    url: str, postgres_server: PostgresServer
) -> None:
    """A database may be made so for a while by whoever keeps it; its sessions stay so until they end."""
    name = rows_of(url, "SELECT current_database()")[0][0]
    postgres_server.execute("postgres", f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    try:
        with closing(open_store(f"{url}&pool_size=1")) as store:
            with pytest.raises(StoreUnavailable, match=r"^the store is not writable$"):
                Shop(store).set("deals", a=2)
            assert Shop(store).read("deals", "a") == {"a": 1}
            postgres_server.execute("postgres", f"ALTER DATABASE {name} RESET ALL")
            Shop(store).set("deals", a=3)
            assert Shop(store).read("deals", "a") == {"a": 3}
    finally:
        postgres_server.execute("postgres", f"ALTER DATABASE {name} RESET ALL")


def test_of_several_hosts_the_one_that_may_write_is_used(url: str, postgres_server: PostgresServer) -> None:
    """Whichever of them is away, or only reads: as a standby does, until it is made the first."""
    standby = PostgresServer(settings={"default_transaction_read_only": "on"})
    name = str(rows_of(url, "SELECT current_database()")[0][0])
    with psycopg.connect(standby.url("postgres"), options="-c default_transaction_read_only=off") as driver:
        driver.autocommit = True
        driver.execute(f"CREATE DATABASE {name}".encode())
    hosts = f"host=/nowhere,{standby.host},{postgres_server.host}"
    try:
        with closing(open_store(f"postgresql://postgres@/{name}?{hosts}&target_session_attrs=read-write")) as store:
            Shop(store).set("deals", a=2)
            rows_of(url, END_SESSIONS)
            standby.kill()
            Shop(store).set("deals", a=3)
    finally:
        standby.close()
    assert rows_of(url, "SELECT values_json::text FROM entries") == [('{"a":3}',)]


def test_a_session_that_was_reset_is_replaced(url: str) -> None:
    """As poolers do between transactions: nobody hears of it."""
    with closing(open_store(f"{url}&pool_size=1")) as store:
        for call in (lambda: Shop(store).read("deals", "a"), lambda: Shop(store).set("deals", a=1)):
            with session_of(store) as session:
                session.execute("DISCARD ALL")
            call()


def test_a_writer_that_waits_too_long_is_told_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And can write when the other is done; reads do not wait."""
    monkeypatch.setattr(connection, "SETTINGS", connection.SETTINGS + "SET lock_timeout = '20ms';")
    with closing(open_store(url)) as store, psycopg.connect(url) as other:
        shop = Shop(store)
        other.execute("UPDATE funnelscript.entries SET title = 'x'")
        assert shop.read("deals", "a") == {"a": 1}
        with pytest.raises(StoreUnavailable, match=r"^the store is locked by other writers for too long$"):
            shop.set("deals", a=2)
        other.rollback()
        assert shop.set("deals", a=2) == "e0001"


def test_a_slow_statement_is_ended(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the server, which tells; the session can be used again."""
    monkeypatch.setattr(connection, "SETTINGS", connection.SETTINGS + "SET statement_timeout = '1s';")
    with closing(open_store(url)) as store, psycopg.connect(url) as other:
        Shop(store).read("deals", "a")
        other.execute("LOCK TABLE funnelscript.entries")
        with pytest.raises(StoreUnavailable, match=r"^the store is too slow or shutting down$"):
            Shop(store).read("deals", "a")
        other.rollback()
        assert Shop(store).read("deals", "a") == {"a": 1}


def test_writers_in_each_other_s_way_are_tried_again(store: Store) -> None:
    """Batches that take the same references in opposite orders: deadlocks, of which nobody hears."""
    shop = Shop(store)
    orders = [Scope(Reference("order", f"x{number}")) for number in range(4)]

    def batch(number: int) -> list[object]:
        scopes = orders if number % 2 else orders[::-1]
        commands = [SetFields("deals", scope, f"{number} {scope.reference}", {f"k{number}": 1}) for scope in scopes]
        return list(store.apply_batch([("acme", shop.write(command)) for command in commands]))

    with ThreadPoolExecutor(4) as threads:
        for outcomes in threads.map(batch, range(40)):
            assert [isinstance(outcome, Exception) for outcome in outcomes] == [False] * 4
    for scope in orders:
        assert shop.read("deals", *(f"k{n}" for n in range(40)), scope=scope) == {f"k{n}": 1 for n in range(40)}


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("postgresql:///shop", ("postgresql:///shop", None)),
        ("postgres://u:p+%20@h:1,i:2/shop?pool_size=3", ("postgres://u:p+%20@h:1,i:2/shop", 3)),
        (
            "postgresql://h/d?options=-c%20jit%3Doff&pool_size=4&sslmode=require",
            ("postgresql://h/d?options=-c%20jit%3Doff&sslmode=require", 4),
        ),
    ],
)
def test_what_a_url_says_beside_the_pool_is_libpq_s(url: str, parts: tuple[str, int | None]) -> None:
    """To the letter."""
    assert postgres_parts(url) == parts


def test_a_pool_has_no_more_connections_than_its_url_says(url: str) -> None:
    """However many threads there are; they take turns."""
    with closing(open_store(f"{url}&pool_size=2")) as store, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: Shop(store).set("deals", **{f"k{n}": n}), range(40)))
        assert len(sessions(url)) <= 2
        assert len(Shop(store).entry("deals", "e0001").values) == 41


@pytest.mark.parametrize(
    "change", [("@/test", "@/nosuch"), ("host=/", "host=/nowhere/"), ("postgres@", "nobody-knows@")]
)
def test_a_database_that_cannot_be_opened_is_unavailable(url: str, change: tuple[str, str]) -> None:
    """The driver's words are chained, for operators."""
    with pytest.raises(StoreUnavailable, match=r"^the store cannot be reached$") as refused:
        open_store(url.replace(*change))
    assert isinstance(refused.value.__cause__, psycopg.OperationalError)


def test_a_url_that_demands_tls_is_not_served_without_it() -> None:
    """By a server that has none: nothing is sent to it but the question."""
    asked: list[bytes] = []

    def have_none(listener: socket.socket) -> None:
        client, _ = listener.accept()
        with client:
            asked.append(client.recv(8))
            client.sendall(b"N")
            asked.append(client.recv(8))

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as threads:
        done = threads.submit(have_none, listener)
        port = listener.getsockname()[1]
        with pytest.raises(StoreUnavailable):
            open_store(f"postgresql://user:secret@127.0.0.1:{port}/shop?sslmode=require")
        done.result()
    assert asked == [(8).to_bytes(4) + (80877103).to_bytes(4), b""]


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_every_statement_goes_by_an_index_that_begins_with_the_brand(url: str, name: StatementName) -> None:
    """Also on empty tables; the policy's brand is in the condition of the index, so that an unset one is an error."""
    count = max(int(number) for number in re.findall(r"\$(\d+)", STATEMENTS[name]))
    with psycopg.connect(url, autocommit=True) as driver:
        driver.execute(connection.SETTINGS.encode())
        driver.execute(f"PREPARE one AS {STATEMENTS[name]}".encode())
        with driver.transaction():
            driver.execute("SELECT set_config('funnelscript.brand', 'acme', true)")
            explain = f"EXPLAIN (COSTS OFF) EXECUTE one ({', '.join(count * (ONE,))})"
            plan = [row[0].strip() for row in driver.execute(explain.encode())]
    assert not [step for step in plan if "Seq Scan" in step]
    for step in plan:
        if step.startswith("Index Cond"):
            assert "brand" in step


def test_u_0000_in_a_name_is_refused(store: Store) -> None:
    """No text of PostgreSQL holds it; in a value it is written as JSON writes it."""
    shop = Shop(store)
    with pytest.raises(ValueError, match=r"^U\+0000 in a parameter$"):
        shop.create("deals", Scope(Reference("order", "\0")))
    shop.set("deals", a="\0")
    assert shop.read("deals", "a") == {"a": "\0"}


def test_large_entries_go_through_in_both_directions(store: Store) -> None:
    """More than the buffers between client and server hold."""
    shop = Shop(store)
    writes = [shop.write(CreateEntry("deals", ORDER_2, f"n{n:02}", {"a": chr(97 + n) * 60_000})) for n in range(20)]
    store.apply_batch([("acme", write) for write in writes])
    assert [value[0] * 60_000 == value for value in shop.values("deals", "a", ORDER_2)] == [True] * 20


def test_a_closed_store_is_unavailable(store: Store) -> None:
    """To reads, writes and batches; closing twice is fine."""
    store.close()
    store.close()
    shop = Shop(store)
    calls: list[Callable[[], object]] = [
        lambda: shop.read("deals", "a"),
        lambda: shop.create("deals"),
        lambda: store.apply_batch([]),
    ]
    for call in calls:
        with pytest.raises(StoreUnavailable, match=r"^the store is closed$"):
            call()
