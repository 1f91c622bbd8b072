"""The rows of a PostgreSQL store, for copies. Behind the second wall once the brands are known."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from storage.copying import Table
from storage.postgres.direct import direct_connection
from storage.rowtext import BRANDS, Marks, count_text, insert_text, last_text, select_text
from storage.transaction import Row

MARKS = Marks("%s")
_FLAG = "ui_editable"
"""The one column that is a boolean here and 0 or 1 elsewhere."""


@contextmanager
def open_postgres_rows(conninfo: str) -> Iterator["PostgresRows"]:
    """Rows of a database that has the schema; what the driver says of it is a ``StorageError``."""
    with direct_connection(conninfo) as driver:
        driver.execute("SET search_path = funnelscript")
        yield PostgresRows(driver)


class PostgresRows:
    """``Rows`` over a database. Which brands there are, and how much all have, only the schema's owner may see."""

    def __init__(self, driver: psycopg.Connection) -> None:
        self._driver = driver

    def brands(self) -> list[str]:
        """Every brand that has any, in order."""
        return [name for (name,) in self._driver.execute(BRANDS)]

    def count(self, table: Table) -> int:
        """How many rows all brands have."""
        row = self._driver.execute(count_text(table).encode()).fetchone()
        return 0 if row is None else int(row[0])

    def last(self, brand: str, table: Table) -> Row | None:
        """The row with the highest key."""
        found = self._read(brand, table, last_text(table, MARKS), (brand,))
        return found[0] if found else None

    def after(self, brand: str, table: Table, key: Row | None, limit: int) -> list[Row]:
        """The next rows in the order of the key."""
        return self._read(brand, table, select_text(table, MARKS, first=key is None), (brand, *(key or ()), limit))

    def add(self, brand: str, table: Table, rows: list[Row]) -> None:
        """Add rows, all or none."""
        flag = table.columns.index(_FLAG) if _FLAG in table.columns else None
        values = [(brand, *_with(row, flag, bool)) for row in rows]
        with self._walled(brand):
            self._driver.cursor().executemany(insert_text(table, MARKS).encode(), values)

    def _read(self, brand: str, table: Table, sql: str, parameters: Row) -> list[Row]:
        flag = table.columns.index(_FLAG) if _FLAG in table.columns else None
        with self._walled(brand):
            return [_with(row, flag, int) for row in self._driver.execute(sql.encode(), parameters)]

    @contextmanager
    def _walled(self, brand: str) -> Iterator[None]:
        with self._driver.transaction():
            self._driver.execute("SET LOCAL ROLE funnelscript_app")
            self._driver.execute("SELECT set_config('funnelscript.brand', %s, true)", (brand,))
            yield


def _with(row: Row, place: int | None, kind: type) -> Row:
    return row if place is None else (*row[:place], kind(row[place]), *row[place + 1 :])
