"""One connection to a database file, and the transaction that it is in."""

import random
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from storage.definition_cache import DefinitionCache
from storage.errors import StoreUnavailable
from storage.ids import IdSource
from storage.sqlite.errors import is_busy
from storage.statements import load_statements
from storage.transaction import Parameters, Row, StatementName

T = TypeVar("T")

STATEMENTS = load_statements(Path(__file__).parent)

OLDEST_SQLITE = (3, 37)
"""The first with STRICT tables."""

BUSY_SECONDS = 10.0
"""How long a write waits for other processes before the store counts as unavailable."""

ENGINE_BUSY_MS = 5
"""How long SQLite itself waits: its pauses grow to 100 ms, which starves whoever has waited longest. Ours don't."""

PAUSE_SECONDS = 0.001

PAGE_CACHE_KIB = 16 * 1024
"""The most memory of each connection for pages: the upper ones of the indexes of some million entries stay in it."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all connections of one store have in common."""

    path: str
    ids: IdSource
    clock_ms: Callable[[], int]
    definitions: DefinitionCache = field(default_factory=DefinitionCache)


class SqliteConnection:
    """A connection and its one transaction at a time: the ``Transaction`` of this engine. For one thread at a time."""

    def __init__(self, shared: Shared) -> None:
        self.ids = shared.ids
        self.clock_ms = shared.clock_ms
        self.definitions = shared.definitions
        self.redefined: set[tuple[str, int]] = set()
        self.driver = _connect(shared.path)
        self.broken = False
        """Something went wrong in it that may come again: not to be used any more."""
        self._execute = self.driver.execute

    def row(self, statement: StatementName, parameters: Parameters) -> Row | None:
        """The first row, or None."""
        found: Row | None = self._execute(STATEMENTS[statement], parameters).fetchone()
        return found

    def rows(self, statement: StatementName, parameters: Parameters) -> list[Row]:
        """All rows, in order."""
        return self._execute(STATEMENTS[statement], parameters).fetchall()

    def run(self, statement: StatementName, parameters: Parameters) -> int:
        """Change something; how many rows were."""
        return self._execute(STATEMENTS[statement], parameters).rowcount

    def send(self, statement: StatementName, parameters: Parameters) -> None:
        """Change something."""
        self._execute(STATEMENTS[statement], parameters)

    def send_many(self, statement: StatementName, parameters: Sequence[Parameters]) -> None:
        """The same change for each of many parameters."""
        self.driver.executemany(STATEMENTS[statement], parameters)

    def lock(self, brand: str, *what: str | int) -> bool:  # noqa: ARG002 - the port's
        """Nothing to do: a transaction that writes has the whole file to itself."""
        return False

    def reading(self, action: Callable[..., T], *arguments: Any) -> T:
        """``action(self, *arguments)`` in a transaction that sees one state."""
        try:
            return self._transaction("BEGIN", action, arguments)
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
        return patiently(lambda: self._transaction("BEGIN", action, arguments))

    def writing(self, action: Callable[..., T], *arguments: Any) -> T:
        """``action(self, *arguments)`` in the only transaction that writes, in any process; waits its turn."""
        self.redefined.clear()
        try:
            return self._transaction("BEGIN IMMEDIATE", action, arguments)
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
        return patiently(lambda: self._transaction("BEGIN IMMEDIATE", action, arguments))

    def savepoint(self) -> None:
        """Start a part of the transaction that can be undone alone."""
        self._execute("SAVEPOINT one_write")

    def release_savepoint(self) -> None:
        """Keep the part."""
        self._execute("RELEASE one_write")

    def undo_savepoint(self) -> None:
        """Undo the part."""
        self._execute("ROLLBACK TO one_write")
        self._execute("RELEASE one_write")

    def close(self) -> None:
        """Give the connection back to the system."""
        self.driver.close()

    def _transaction(self, begin: str, action: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        execute = self._execute
        execute(begin)
        try:
            result = action(self, *arguments)
            execute("COMMIT")
        except BaseException:  # raised again; also where Ctrl-C comes, nothing stays open
            self._rollback()
            raise
        return result

    def _rollback(self) -> None:
        """Undo what is open; whatever goes wrong here, the error that led here is the one to tell of."""
        try:
            if self.driver.in_transaction:
                self._execute("ROLLBACK")
        except sqlite3.Error:
            self.broken = True


def patiently(action: Callable[[], T]) -> T:
    """Do what another process may be in the way of, again and again for ``BUSY_SECONDS``, with short random pauses."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return action()
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
        time.sleep(random.uniform(0, PAUSE_SECONDS))  # noqa: S311 - spreads the waiters, guards nothing


def _connect(path: str) -> sqlite3.Connection:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreUnavailable(
            f"SQLite {OLDEST_SQLITE[0]}.{OLDEST_SQLITE[1]} is needed, {sqlite3.sqlite_version} is here"
        )
    driver = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    try:
        driver.execute(f"PRAGMA busy_timeout = {ENGINE_BUSY_MS}")
        patiently(lambda: driver.execute("PRAGMA journal_mode = WAL").fetchone())
        driver.execute("PRAGMA synchronous = NORMAL")
        driver.execute(f"PRAGMA cache_size = -{PAGE_CACHE_KIB}")
    except BaseException:  # raised again; also where Ctrl-C comes, the file is closed
        driver.close()
        raise
    return driver
