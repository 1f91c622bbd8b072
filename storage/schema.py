"""The state of a store's schema, and bringing it up to date, without opening the store."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from storage.errors import StoreUnavailable
from storage.migrating import Landed, Migration, known_migrations, pending_migrations
from storage.opening import postgres_parts, speaks_postgres, sqlite_path


@dataclass(frozen=True, slots=True)
class MigrationState:
    """One migration of a store. ``known`` is False for one that only later code has."""

    number: int
    name: str
    applied_at_ms: int | None
    known: bool


def migration_status(url: str) -> list[MigrationState]:
    """Every migration that is known or that the store has had, in order. Changes and makes nothing.

    Raises ``StoreUrlError``, ``StoreUnavailable``, and ``SchemaMismatch`` where this code must not open the store.
    """
    known = known_migrations("postgres" if speaks_postgres(url) else "sqlite")
    landed = _landed_in_postgres(url) if speaks_postgres(url) else _landed_in_sqlite(url)
    pending = pending_migrations(known, landed)
    had = [
        MigrationState(one.number, one.name, one.applied_at_ms, known=number <= len(known))
        for number, one in enumerate(landed, 1)
    ]
    return [*had, *(MigrationState(one.number, one.name, None, known=True) for one in pending)]


def migrate_store(url: str) -> list[Migration]:
    """Apply what the store lacks, in one transaction; what that was, in order.

    Any number of processes may do so at once: one does it, the others wait and find nothing to do. Raises
    ``StoreUrlError``, ``StoreUnavailable``, ``SchemaMismatch``.
    """
    return list(_migrate_postgres(url) if speaks_postgres(url) else _migrate_sqlite(url))


def _landed_in_postgres(url: str) -> list[Landed]:
    from storage.postgres.direct import direct_connection
    from storage.postgres.migrating import landed

    with direct_connection(postgres_parts(url)[0]) as driver:
        return landed(driver)


def _migrate_postgres(url: str) -> list[Migration]:
    from storage.postgres.direct import direct_connection
    from storage.postgres.migrating import migrate

    with direct_connection(postgres_parts(url)[0]) as driver:
        return list(migrate(driver))


def _landed_in_sqlite(url: str) -> list[Landed]:
    from storage.sqlite.errors import unavailable
    from storage.sqlite.migrating import landed

    path = sqlite_path(url)
    if not path or not Path(path).exists():
        return []
    try:
        with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)) as driver:
            return landed(driver)
    except sqlite3.Error as error:
        raise unavailable(error) from error


def _migrate_sqlite(url: str) -> list[Migration]:
    from storage.ids import new_uuid7
    from storage.sqlite.connection import Shared, SqliteConnection
    from storage.sqlite.errors import unavailable
    from storage.sqlite.migrating import migrate

    path = sqlite_path(url)
    if not path:
        raise StoreUnavailable("a private store is made anew each time, there is nothing to migrate")
    try:
        with closing(SqliteConnection(Shared(path, new_uuid7, int))) as connection:
            return list(migrate(connection))
    except sqlite3.Error as error:
        raise unavailable(error) from error
