"""Bringing a database file to this version's schema, whoever else is opening it at the same time."""

import sqlite3
import time
from collections.abc import Iterator, Sequence

from storage.migrating import Landed, Migration, known_migrations, landed_from, pending_migrations
from storage.sqlite.connection import SqliteConnection

ENGINE = "sqlite"

_TABLE = """
CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at_ms INTEGER NOT NULL,
    oldest_code INTEGER NOT NULL DEFAULT 1
) STRICT
"""


def migrate(connection: SqliteConnection, known: Sequence[Migration] | None = None) -> Sequence[Migration]:
    """Apply what is missing, all in one transaction that keeps other writers out; what that was.

    Raises ``SchemaMismatch``.
    """
    known = known_migrations(ENGINE) if known is None else known
    if not pending_migrations(known, landed(connection.driver)):
        return ()
    return connection.writing(_apply_missing, known)


def landed(driver: sqlite3.Connection) -> list[Landed]:
    """What the file has had, in order."""
    if driver.execute("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").fetchone() is None:
        return []
    found = driver.execute("SELECT * FROM migrations ORDER BY number")
    names = [column[0] for column in found.description]
    return landed_from(dict(zip(names, row, strict=True)) for row in found)


def _apply_missing(connection: SqliteConnection, known: Sequence[Migration]) -> Sequence[Migration]:
    driver = connection.driver
    driver.execute(_TABLE)
    if not any(column[1] == "oldest_code" for column in driver.execute("PRAGMA table_info(migrations)")):
        driver.execute("ALTER TABLE migrations ADD COLUMN oldest_code INTEGER NOT NULL DEFAULT 1")
    pending = pending_migrations(known, landed(driver))
    for migration in pending:
        _apply(driver, migration)
    return pending


def _apply(driver: sqlite3.Connection, migration: Migration) -> None:
    for statement in _statements(migration.sql):
        driver.execute(statement)
    row = (migration.number, migration.name, migration.checksum, migration.oldest_code, time.time_ns() // 1_000_000)
    columns = "number, name, checksum, oldest_code, applied_at_ms"
    driver.execute(f"INSERT INTO migrations ({columns}) VALUES (?, ?, ?, ?, ?)", row)  # noqa: S608 - fixed names


def _statements(sql: str) -> Iterator[str]:
    """The single statements of a script: the driver's own ``executescript`` would commit before it starts."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
