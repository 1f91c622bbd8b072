"""What SQLite's errors mean to the caller: always that the store is unavailable; the table says why to an operator."""

import sqlite3

from storage.errors import StoreUnavailable

REASONS = {
    sqlite3.SQLITE_BUSY: "locked by another process for too long",
    sqlite3.SQLITE_LOCKED: "locked by another process for too long",
    sqlite3.SQLITE_READONLY: "not writable",
    sqlite3.SQLITE_IOERR: "failing to read or write",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "not an SQLite database",
    sqlite3.SQLITE_FULL: "out of disk space",
    sqlite3.SQLITE_CANTOPEN: "not to be opened",
    sqlite3.SQLITE_CONSTRAINT: "at odds with the write",
}
"""By primary result code."""


def unavailable(error: sqlite3.Error) -> StoreUnavailable:
    """The error to raise in its place, ``from`` it."""
    return StoreUnavailable(f"the store is {REASONS.get(primary_code(error), 'not usable')}")


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection is in the way, so that it can work in a moment."""
    return primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without what extends it; -1 for an error of the driver's own."""
    code = getattr(error, "sqlite_errorcode", None)
    return -1 if code is None else code & 0xFF
