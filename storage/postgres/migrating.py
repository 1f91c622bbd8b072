"""Bringing a database to this version's schema, whoever else is doing so at the same time."""

import time
from collections.abc import Sequence

import psycopg
from psycopg.rows import dict_row

from storage.errors import SchemaMismatch
from storage.migrating import Landed, Migration, known_migrations, landed_from, pending_migrations
from storage.postgres.connection import LOCK_SECONDS

ENGINE = "postgres"

_LOCK = 0x66756E6E656C  # any number of our own
_WHEN_KILLED = "SET LOCAL client_connection_check_interval = '1s'"
"""The server looks whether whoever migrates still lives, also in the middle of a long statement."""

_WHEN_IN_THE_WAY = f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"
"""A change of a table waits for who uses it, and all who come later wait behind it: not for long."""

_TABLE = """
CREATE TABLE IF NOT EXISTS migrations (
    number BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    oldest_code BIGINT NOT NULL,
    applied_at_ms BIGINT NOT NULL
)
"""


def migrate(driver: psycopg.Connection, known: Sequence[Migration] | None = None) -> Sequence[Migration]:
    """Apply what is missing, all in one transaction that keeps others who migrate out; what that was.

    Waits for others who migrate, and 5 s at most for a table that a long transaction uses: then nothing is changed.
    Needs a role that may make schemas and, the first time, roles; nothing but reading where nothing is missing.
    Raises ``SchemaMismatch``.
    """
    known = known_migrations(ENGINE) if known is None else known
    if not pending_migrations(known, landed(driver)):
        return ()
    _check_encoding(driver)
    with driver.transaction():
        driver.execute(_WHEN_KILLED)
        driver.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        driver.execute(_WHEN_IN_THE_WAY)
        driver.execute("CREATE SCHEMA IF NOT EXISTS funnelscript")
        driver.execute("SET LOCAL search_path = funnelscript")
        driver.execute(_TABLE)
        pending = pending_migrations(known, landed(driver))
        for migration in pending:
            _apply(driver, migration)
    return pending


def landed(driver: psycopg.Connection) -> list[Landed]:
    """What the database has had, in order."""
    if driver.execute("SELECT to_regclass(%s)", ("funnelscript.migrations",)).fetchone() == (None,):
        return []
    reading = driver.cursor(row_factory=dict_row)
    return landed_from(reading.execute("SELECT * FROM funnelscript.migrations ORDER BY number").fetchall())


def _apply(driver: psycopg.Connection, migration: Migration) -> None:
    driver.execute(migration.sql.encode(), prepare=False)
    row = (migration.number, migration.name, migration.checksum, migration.oldest_code, time.time_ns() // 1_000_000)
    columns = b"number, name, checksum, oldest_code, applied_at_ms"
    driver.execute(b"INSERT INTO migrations (" + columns + b") VALUES (%s, %s, %s, %s, %s)", row)


def _check_encoding(driver: psycopg.Connection) -> None:
    encoding = driver.execute("SHOW server_encoding").fetchone()
    if encoding != ("UTF8",):
        raise SchemaMismatch(f"the database must be in UTF8, it is in {encoding and encoding[0]}")
