"""Migrations of the SQLite engine: numbered, recorded, whole or not at all, never edited."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage import open_store
from storage.errors import SchemaMismatch, StoreUnavailable
from storage.migrating import DIRECTORY, Migration, known_migrations
from storage.sqlite import store as engine
from storage.sqlite.connection import Shared, SqliteConnection
from storage.sqlite.migrating import migrate
from tests.storage.shop import Shop

SCHEMA = Path(engine.__file__).parent / "schema.sql"
KNOWN = known_migrations("sqlite")
FIRST = Migration(1, "first", "CREATE TABLE one (a TEXT) STRICT;\nINSERT INTO one VALUES ('x;\ny');\n")
SECOND = Migration(2, "second", "-- two; things\nALTER TABLE one ADD COLUMN b TEXT;\nCREATE INDEX one_b ON one (b);\n")


def migrated(path: Path, *migrations: Migration) -> None:
    """Open a file and bring it to those migrations."""
    connection = SqliteConnection(Shared(str(path), str, int))
    try:
        migrate(connection, migrations)
    finally:
        connection.close()


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    """Ask a file directly."""
    with closing(sqlite3.connect(path)) as driver:
        return driver.execute(sql).fetchall()


def test_the_migrations_together_make_the_schema_that_is_written_down(tmp_path: Path) -> None:
    """Every table, index and column, as SQLite itself describes them."""
    migrated(tmp_path / "migrated.db", *KNOWN)
    with closing(sqlite3.connect(tmp_path / "fresh.db")) as driver:
        driver.executescript(SCHEMA.read_text(encoding="utf-8"))
    ask = """
        SELECT s.type, s.name, c.name, c.type, c."notnull", c.dflt_value, c.pk
        FROM sqlite_schema s JOIN pragma_table_xinfo(s.name) c WHERE s.tbl_name <> 'migrations' ORDER BY s.name, c.cid
    """
    fresh, made = rows(tmp_path / "fresh.db", ask), rows(tmp_path / "migrated.db", ask)
    assert len(fresh) > 70
    assert made == fresh
    ask = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name <> 'migrations' ORDER BY name"
    assert rows(tmp_path / "migrated.db", ask) == rows(tmp_path / "fresh.db", ask)


def test_every_key_and_index_begins_with_the_brand(tmp_path: Path) -> None:
    """As on PostgreSQL, so that a walk along one stays within a brand."""
    migrated(tmp_path / "migrated.db", *KNOWN)
    ask = """
        SELECT t.name, i.name, c.name
        FROM sqlite_schema t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c
        WHERE t.type = 'table' AND t.name <> 'migrations' AND c.seqno = 0
    """
    found = rows(tmp_path / "migrated.db", ask)
    assert len(found) > 20
    assert [row for row in found if row[2] != "brand"] == []


def test_each_migration_is_recorded_with_its_checksum(tmp_path: Path) -> None:
    """And applied once, in order, however often the store is opened."""
    path = tmp_path / "store.db"
    for migrations in ((FIRST,), (FIRST, SECOND), (FIRST, SECOND)):
        migrated(path, *migrations)
    assert rows(path, "SELECT number, name, checksum FROM migrations ORDER BY number") == [
        (1, "first", FIRST.checksum),
        (2, "second", SECOND.checksum),
    ]
    assert rows(path, "SELECT a, b FROM one") == [("x;\ny", None)]


def test_an_edited_migration_is_an_error(tmp_path: Path) -> None:
    """Its text or its name; the store stays as it was."""
    path = tmp_path / "store.db"
    migrated(path, FIRST)
    for edited in (Migration(1, "first", FIRST.sql + "\n"), Migration(1, "renamed", FIRST.sql)):
        with pytest.raises(SchemaMismatch) as refused:
            migrated(path, edited, SECOND)
        expected = f"migration 1 ({edited.name}) is not the one that the store has had (1, first)"
        assert str(refused.value) == expected
    assert rows(path, "SELECT count(*) FROM migrations") == [(1,)]


def test_a_store_of_a_later_version_is_an_error(tmp_path: Path) -> None:
    """It is not opened by older code."""
    path = tmp_path / "store.db"
    migrated(path, *KNOWN, Migration(len(KNOWN) + 1, "later", "CREATE TABLE later (a TEXT) STRICT;"))
    with pytest.raises(SchemaMismatch) as refused:
        open_store(f"sqlite:///{path}")
    had = len(KNOWN) + 1
    assert str(refused.value) == f"the store has had {had} migrations, this version knows {len(KNOWN)}: update it"


def test_migrations_that_fail_leave_nothing_behind(tmp_path: Path) -> None:
    """Not even those before it: they are one transaction."""
    path = tmp_path / "store.db"
    spoiled = Migration(2, "spoiled", "CREATE TABLE two (a TEXT) STRICT;\nCREATE TABLE one (a TEXT) STRICT;\n")
    with pytest.raises(sqlite3.OperationalError):
        migrated(path, FIRST, spoiled)
    assert rows(path, "SELECT name FROM sqlite_schema") == []
    migrated(path, FIRST, SECOND)
    assert rows(path, "SELECT count(*) FROM migrations") == [(2,)]


def test_a_store_that_cannot_be_migrated_is_unavailable(tmp_path: Path) -> None:
    """Something else's database is not taken over."""
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as driver:
        driver.execute("CREATE TABLE entities (theirs TEXT)")
    with pytest.raises(StoreUnavailable):
        open_store(f"sqlite:///{path}")
    assert rows(path, "SELECT name FROM sqlite_schema") == [("entities",)]


def test_the_files_are_numbered_without_gaps(tmp_path: Path) -> None:
    """For each engine apart; other files are not looked at."""
    for name in ("0001_a.sqlite.sql", "0001_a.other.sql", "0002_b.sqlite.sql", "0002_b.sqlite.sql.bak", "notes.md"):
        (tmp_path / name).write_text(name)
    found = known_migrations("sqlite", tmp_path)
    assert found == (Migration(1, "a", "0001_a.sqlite.sql"), Migration(2, "b", "0002_b.sqlite.sql"))
    for extra in ("0002_c.sqlite.sql", "0004_d.sqlite.sql"):
        (tmp_path / extra).write_text("")
        with pytest.raises(SchemaMismatch):
            known_migrations("sqlite", tmp_path)
        (tmp_path / extra).unlink()


def test_the_engine_s_migrations_are_in_the_package() -> None:
    """Beside the code that applies them, and they make a store that works."""
    assert [migration.number for migration in KNOWN] == list(range(1, len(KNOWN) + 1))
    assert (DIRECTORY / f"0001_{KNOWN[0].name}.sqlite.sql").read_text(encoding="utf-8") == KNOWN[0].sql
    with closing(open_store("sqlite://")) as store:
        assert Shop(store).entity("deals") == 1
