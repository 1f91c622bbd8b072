"""The store on SQLite: a pool of connections, and writers that take turns."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from storage import operations, semantics
from storage.commands import Applied, Write
from storage.errors import StorageError, StoreUnavailable
from storage.queries import Query
from storage.sqlite.connection import BUSY_SECONDS, Shared, SqliteConnection
from storage.sqlite.errors import unavailable
from storage.sqlite.migrating import migrate

T = TypeVar("T")


class SqliteStore:
    """Keeps brands' data in one SQLite file, in WAL mode with ``synchronous = NORMAL``.

    What ``apply`` returned outlives the death of the process; a power cut can cost the last commits, never the file's
    wholeness. Reads never wait for writes. Writes take turns: within the process by a lock, between processes by
    SQLite's own; one that waits 10 s is ``StoreUnavailable``.
    """

    def __init__(self, shared: Shared, on_close: Callable[[], object] | None = None) -> None:
        self._shared = shared
        self._on_close = on_close
        self._idle: list[SqliteConnection] = []
        self._turn = threading.Lock()
        self._closed = False
        try:
            self._with_connection(migrate)
        except BaseException:  # raised again; also where Ctrl-C comes, the file is closed
            self.close()
            raise

    def query(self, brand: str, query: Query[T]) -> T:
        """Answer from one consistent state."""
        found: T = self._with_connection(SqliteConnection.reading, semantics.answer, brand, query)
        return found

    def apply(self, brand: str, write: Write[T]) -> Applied[T]:
        """Do one write in a transaction of its own."""
        if semantics.may_be_unchanged(write):
            reading = SqliteConnection.reading
            unchanged: Applied[T] | None = self._with_connection(reading, semantics.unchanged, brand, write)
            if unchanged is not None:
                return unchanged
        applied: Applied[T] = self._in_turn(semantics.perform, brand, write)
        return applied

    def apply_batch(self, writes: Sequence[tuple[str, Write[Any]]]) -> list[Applied[Any] | StorageError]:
        """Do many writes in one transaction, a savepoint each."""
        return self._in_turn(_each_apart, writes)

    def close(self) -> None:
        """Close idle connections now, and those in use when they come back."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()
        if self._on_close is not None:
            self._on_close()

    def _in_turn(self, action: Callable[..., T], *arguments: Any) -> T:
        """``action(connection, *arguments)`` in a transaction that writes, when this thread's turn comes."""
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise StoreUnavailable("the store is locked by other threads for too long")
        try:
            result: T = self._with_connection(SqliteConnection.writing, action, *arguments)
            return result
        finally:
            self._turn.release()

    def _with_connection(self, action: Callable[..., T], *arguments: Any) -> T:
        """``action(connection, *arguments)`` with the connection used last: its cache of pages is the warmest."""
        if self._closed:
            raise StoreUnavailable("the store is closed")
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            return action(connection, *arguments)
        except sqlite3.Error as error:
            connection.broken = True
            raise unavailable(error) from error
        finally:
            self._give_back(connection)

    def _connect(self) -> SqliteConnection:
        try:
            return SqliteConnection(self._shared)
        except sqlite3.Error as error:
            raise unavailable(error) from error

    def _give_back(self, connection: SqliteConnection) -> None:
        if connection.broken:
            connection.close()
            return
        self._idle.append(connection)
        if self._closed:
            self.close()


def _each_apart(connection: SqliteConnection, writes: Sequence[tuple[str, Write[Any]]]) -> list[Any]:
    return [_part(connection, brand, write) for brand, write in writes]


def _part(connection: SqliteConnection, brand: str, write: Write[Any]) -> Applied[Any] | StorageError:
    """One write of a batch. What lies in the write is its own outcome; what lies in the store ends the batch."""
    connection.savepoint()
    try:
        applied = semantics.perform(connection, brand, write)
    except StorageError as error:
        refusal = error
    except sqlite3.IntegrityError as error:
        refusal = unavailable(error)
        refusal.__cause__ = error
    else:
        connection.release_savepoint()
        return applied
    connection.undo_savepoint()
    operations.refuse(connection, brand, write, refusal)
    return refusal
