"""Bringing a database file to this version's schema, whoever else is opening it at the same time."""

import sqlite3
import time
from collections.abc import Iterator, Sequence

from storage.migrating import Landed, Migration, known_migrations, pending_migrations
from storage.sqlite.connection import SqliteConnection

ENGINE = "sqlite"

_TABLE = """
CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at_ms INTEGER NOT NULL
) STRICT
"""


def migrate(connection: SqliteConnection, known: Sequence[Migration] | None = None) -> None:
    """Apply what is missing, all in one transaction that keeps other writers out. Raises ``SchemaMismatch``."""
    known = known_migrations(ENGINE) if known is None else known
    if not pending_migrations(known, _landed(connection.driver)):
        return
    connection.writing(_apply_missing, known)


def _apply_missing(connection: SqliteConnection, known: Sequence[Migration]) -> None:
    connection.driver.execute(_TABLE)
    for migration in pending_migrations(known, _landed(connection.driver)):
        _apply(connection.driver, migration)


def _landed(driver: sqlite3.Connection) -> list[Landed]:
    if driver.execute("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").fetchone() is None:
        return []
    return [Landed(*row) for row in driver.execute("SELECT number, name, checksum FROM migrations ORDER BY number")]


def _apply(driver: sqlite3.Connection, migration: Migration) -> None:
    for statement in _statements(migration.sql):
        driver.execute(statement)
    row = (migration.number, migration.name, migration.checksum, time.time_ns() // 1_000_000)
    driver.execute("INSERT INTO migrations (number, name, checksum, applied_at_ms) VALUES (?, ?, ?, ?)", row)


def _statements(sql: str) -> Iterator[str]:
    """The single statements of a script: the driver's own ``executescript`` would commit before it starts."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
