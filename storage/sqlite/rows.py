"""The rows of an SQLite store, for copies."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from storage.copying import Table
from storage.errors import StoreUnavailable
from storage.rowtext import BRANDS, Marks, count_text, insert_text, last_text, select_text
from storage.sqlite.errors import unavailable
from storage.transaction import Row

MARKS = Marks("?")


@contextmanager
def open_sqlite_rows(path: str) -> Iterator["SqliteRows"]:
    """Rows of a file that is there; what the driver says of it is a ``StorageError``."""
    if not Path(path).is_file():
        raise StoreUnavailable("the store is not to be opened: there is no such file")
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as driver:
            yield SqliteRows(driver)
    except sqlite3.Error as error:
        raise unavailable(error) from error


class SqliteRows:
    """``Rows`` over a file."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver = driver

    def brands(self) -> list[str]:
        """Every brand that has any, in order."""
        return [name for (name,) in self._driver.execute(BRANDS)]

    def count(self, table: Table) -> int:
        """How many rows all brands have."""
        return int(self._driver.execute(count_text(table)).fetchone()[0])

    def last(self, brand: str, table: Table) -> Row | None:
        """The row with the highest key."""
        found: Row | None = self._driver.execute(last_text(table, MARKS), (brand,)).fetchone()
        return found

    def after(self, brand: str, table: Table, key: Row | None, limit: int) -> list[Row]:
        """The next rows in the order of the key."""
        return self._driver.execute(
            select_text(table, MARKS, first=key is None), (brand, *(key or ()), limit)
        ).fetchall()

    def add(self, brand: str, table: Table, rows: list[Row]) -> None:
        """Add rows, all or none."""
        self._driver.execute("BEGIN IMMEDIATE")
        try:
            self._driver.executemany(insert_text(table, MARKS), [(brand, *row) for row in rows])
            self._driver.execute("COMMIT")
        except BaseException:  # raised again; also where Ctrl-C comes, nothing stays open
            self._driver.execute("ROLLBACK")
            raise
