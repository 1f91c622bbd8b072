"""Schemas of both engines: looking at them, bringing them up to date, and the last release's code on the next one."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from storage import MigrationState, Store, migrate_store, migration_status, open_store
from storage.errors import SchemaMismatch, StoreUnavailable
from storage.migrating import Migration, known_migrations
from storage.postgres import connection as postgres
from storage.postgres import migrating as migrating_postgres
from storage.postgres.direct import direct_connection
from storage.postgres.migrating import migrate as migrate_postgres
from storage.sqlite import connection as sqlite
from storage.sqlite.connection import Shared, SqliteConnection
from storage.sqlite.migrating import migrate as migrate_sqlite
from storage.statements import read_statements
from tests.storage.conftest import ENGINES
from tests.storage.postgres_server import PostgresServer
from tests.storage.rows import rows_of
from tests.storage.shop import Shop
from tests.storage.tour import take_tour

ROOT = Path(__file__).parent.parent.parent
RELEASED = Path(__file__).parent / "released"
"""The statements of the last code that knew so many migrations: ``0001.sqlite.sql`` of that which knew one."""

LATER = """{said}
ALTER TABLE entries ADD COLUMN colour TEXT DEFAULT 'red';
CREATE TABLE colours (brand TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (brand, name));
"""


def engine_of(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgres"


def migrated(url: str, *later: Migration) -> None:
    """Bring a store to what is known and to what later code has."""
    known = (*known_migrations(engine_of(url)), *later)
    if url.startswith("sqlite"):
        connection = SqliteConnection(Shared(url.removeprefix("sqlite:///"), str, int))
        migrate_sqlite(connection, known)
        connection.close()
    else:
        with direct_connection(url) as driver:
            migrate_postgres(driver, known)


def later_migration(url: str, said: str) -> Migration:
    return Migration(len(known_migrations(engine_of(url))) + 1, "later", LATER.format(said=said))


def test_looking_at_a_store_makes_nothing(bare_store_url: str) -> None:
    """All that is known is pending; the file or the schema is not there afterwards either."""
    known = known_migrations(engine_of(bare_store_url))
    pending = [MigrationState(one.number, one.name, None, known=True) for one in known]
    assert [migration_status(bare_store_url) for _ in range(2)] == [pending, pending]
    assert [(one.number, one.checksum) for one in migrate_store(bare_store_url)] == [
        (one.number, one.checksum) for one in known
    ]
    assert migrate_store(bare_store_url) == []
    had = migration_status(bare_store_url)
    assert [(one.number, one.name, one.known) for one in had] == [(one.number, one.name, True) for one in known]
    assert all(one.applied_at_ms for one in had)


def test_many_processes_migrate_at_once(bare_store_url: str) -> None:
    """One does it, the others find nothing to do, and none fails."""
    program = f"from storage import migrate_store; print(len(migrate_store({bare_store_url!r})))"
    command = [sys.executable, "-W", "error", "-c", program]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    counts = sorted(int(process.communicate()[0]) for process in started)
    assert [process.returncode for process in started] == [0] * 6
    assert counts == [0] * 5 + [len(known_migrations(engine_of(bare_store_url)))]


SLOW = {
    "sqlite": "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n;",
    "postgres": "SELECT pg_sleep(3600);",
}


def test_a_migration_that_was_killed_leaves_nothing_behind(bare_store_url: str) -> None:
    """Nor does it keep the next one waiting: the server sees that it is dead."""
    migrated(bare_store_url)
    engine, number = engine_of(bare_store_url), len(known_migrations(engine_of(bare_store_url))) + 1
    sql = f"CREATE TABLE half (brand TEXT);\n{SLOW[engine]}"
    program = f"""
from storage.migrating import Migration
from tests.storage.test_schema import migrated
migrated({bare_store_url!r}, Migration({number}, "slow", {sql!r}))
"""
    with subprocess.Popen([sys.executable, "-W", "error", "-c", program], cwd=ROOT) as process:
        await_migrating(bare_store_url)
        process.kill()
    migrated(bare_store_url, later_migration(bare_store_url, "-- oldest code: 0001"))
    assert [one.name for one in migration_status(bare_store_url)][number - 1 :] == ["later"]
    tables = {
        "sqlite": "SELECT name FROM sqlite_schema WHERE name = 'half'",
        "postgres": "SELECT relname FROM pg_class WHERE relname = 'half'",
    }
    assert rows_of(bare_store_url, tables[engine]) == []


def await_migrating(url: str) -> None:
    """Until another process is in the middle of it; raises after a minute."""
    deadline = time.monotonic() + 60
    while not is_migrating(url):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_migrating(url: str) -> bool:
    if engine_of(url) == "postgres":
        ask = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
        return bool(rows_of(url, ask))
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)) as driver:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False


def test_a_table_that_somebody_uses_is_waited_for_but_not_for_long(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Since whoever comes later waits behind the migration; nothing is changed, and the next try does it."""
    url = postgres_server.new_database()
    migrated(url)
    monkeypatch.setattr(migrating_postgres, "_WHEN_IN_THE_WAY", "SET LOCAL lock_timeout = '50ms'")
    later = later_migration(url, "-- oldest code: 0001")
    with psycopg.connect(url) as dump:
        dump.execute("SELECT count(*) FROM funnelscript.entries")
        with pytest.raises(StoreUnavailable, match=r"^the store is locked by other writers for too long$"):
            migrated(url, later)
    assert all(one.known for one in migration_status(url))
    migrated(url, later)
    assert migration_status(url)[-1].name == "later"


def test_a_database_of_another_encoding_is_refused(postgres_server: PostgresServer) -> None:
    """Before anything is made in it: there is text that it could not hold."""
    postgres_server.execute("postgres", "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'")
    url = postgres_server.url("latin")
    with pytest.raises(SchemaMismatch, match=r"^the database must be in UTF8, it is in LATIN1$"):
        open_store(url)
    assert rows_of(url, "SELECT nspname FROM pg_namespace WHERE nspname = 'funnelscript'") == []


def test_a_private_store_has_nothing_to_migrate() -> None:
    """It is made anew each time."""
    assert {one.applied_at_ms for one in migration_status("sqlite://")} == {None}
    with pytest.raises(StoreUnavailable):
        migrate_store("sqlite://")


def test_code_that_still_works_on_a_later_schema_opens_it(bare_store_url: str) -> None:
    """It knows from what the later migration said of it, and goes through all that it can do."""
    number = len(known_migrations(engine_of(bare_store_url)))
    migrated(bare_store_url, later_migration(bare_store_url, f"-- oldest code: {number:04}"))
    *_, last = migration_status(bare_store_url)
    assert (last.number, last.name, last.known) == (number + 1, "later", False)
    store = open_store(bare_store_url)
    assert take_tour(store) == expected_tour()
    store.close()
    assert migrate_store(bare_store_url) == []


@pytest.mark.parametrize("said", ["", "-- oldest code: 9999\n"])
def test_code_that_does_not_work_on_a_later_schema_refuses_it(bare_store_url: str, said: str) -> None:
    """Also where the migration says nothing."""
    migrated(bare_store_url, later_migration(bare_store_url, said))
    known = len(known_migrations(engine_of(bare_store_url)))
    for call in (open_store, migrate_store, migration_status):
        with pytest.raises(SchemaMismatch) as refused:
            call(bare_store_url)
        message = f"the store has had {known + 1} migrations, this version knows {known}: update it"
        assert str(refused.value) == message


@pytest.mark.parametrize("engine", ENGINES)
def test_every_migration_leaves_the_code_before_it_working(engine: str) -> None:
    """Each after the first says so, and the statements of that code are kept for the test below."""
    for migration in known_migrations(engine)[1:]:
        assert migration.oldest_code < migration.number, migration.name
        assert (RELEASED / f"{migration.number - 1:04}.{engine}.sql").is_file()


def old_codes(url: str) -> Iterator[Path]:
    """The statements that this version's schema must serve: its own, and those of code before that may still run."""
    engine = engine_of(url)
    yield ROOT / "storage" / engine / "statements.sql"
    known = known_migrations(engine)
    oldest = min((one.oldest_code for one in known[1:]), default=len(known))
    yield from (RELEASED / f"{number:04}.{engine}.sql" for number in range(oldest, len(known)))


def test_the_code_of_the_last_release_works_on_this_schema(
    bare_store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that it can do comes out the same, in the same store."""
    own = postgres if engine_of(bare_store_url) == "postgres" else sqlite
    for number, path in enumerate(old_codes(bare_store_url)):
        monkeypatch.setattr(own, "STATEMENTS", {**own.STATEMENTS, **dict(read_statements(path))})
        store = open_store(bare_store_url)
        assert take_tour(store, f"brand{number}") == expected_tour()
        store.close()


def test_both_engines_answer_alike(store: Store) -> None:
    """Everything that can be asked, after everything that can be done."""
    assert take_tour(store) == expected_tour()


def test_a_table_of_migrations_from_before_is_completed(tmp_path: Path) -> None:
    """One that did not remember which code works on it."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    open_store(url).close()
    driver = SqliteConnection(Shared(str(tmp_path / "store.db"), str, int)).driver
    driver.execute("ALTER TABLE migrations DROP COLUMN oldest_code")
    driver.close()
    migrated(url, later_migration(url, "-- oldest code: 0001"))
    assert rows_of(url, "SELECT number, oldest_code FROM migrations") == [(1, 1), (2, 1), (3, 1)]
    store = open_store(url)
    assert Shop(store).entity("deals") == 1
    store.close()


def expected_tour() -> list[object]:
    """That of a store which nothing is special about."""
    store = open_store("sqlite://")
    try:
        return take_tour(store)
    finally:
        store.close()
