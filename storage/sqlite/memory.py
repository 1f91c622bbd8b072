"""Stores that are gone when closed, each made in a fraction of a millisecond: for what needs a store of its own."""

import sqlite3
import threading
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from storage.ids import IdSource, new_uuid7
from storage.sqlite.connection import Shared, SqliteConnection
from storage.sqlite.store import SqliteStore

T = TypeVar("T")

_PATH = ":memory:"


class MemoryStore(SqliteStore):
    """As ``SqliteStore``, on one connection to a database in memory: calls take turns, reads too."""

    def __init__(self, ids: IdSource, clock_ms: Callable[[], int]) -> None:
        """``ids`` and ``clock_ms`` as for ``open_store``; the schema is a copy of one that was made before."""
        self._alone = threading.Lock()
        self._image = _image()
        super().__init__(Shared(_PATH, ids, clock_ms))

    def fill(self, action: Callable[[SqliteConnection], None]) -> None:
        """Add rows as they are, all or none, past the store's semantics."""
        self._with_connection(SqliteConnection.writing, action)

    def _with_connection(self, action: Callable[..., T], *arguments: Any) -> T:
        with self._alone:
            return super()._with_connection(action, *arguments)

    def _connect(self) -> SqliteConnection:
        connection = super()._connect()
        connection.driver.deserialize(self._image)
        return connection


@cache
def _image() -> bytes:
    """An empty store of this version, as the bytes of its database; 8 ms, once."""
    template = SqliteStore(Shared(_PATH, new_uuid7, lambda: 0))
    try:
        return template._with_connection(_serialized)  # noqa: SLF001 - of the class that this one extends
    finally:
        template.close()


def _serialized(connection: SqliteConnection) -> bytes:
    driver: sqlite3.Connection = connection.driver
    return driver.serialize()
