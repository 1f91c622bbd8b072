"""The SQL of copies, which is the same for every table and engine but for its names and how parameters are marked."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.copying import Table

BRANDS = """
WITH RECURSIVE
    c (brand) AS (SELECT min(brand) FROM counters UNION ALL
        SELECT (SELECT min(t.brand) FROM counters t WHERE t.brand > c.brand) FROM c WHERE c.brand IS NOT NULL),
    p (brand) AS (SELECT min(brand) FROM customers UNION ALL
        SELECT (SELECT min(t.brand) FROM customers t WHERE t.brand > p.brand) FROM p WHERE p.brand IS NOT NULL),
    o (brand) AS (SELECT min(brand) FROM operations UNION ALL
        SELECT (SELECT min(t.brand) FROM operations t WHERE t.brand > o.brand) FROM o WHERE o.brand IS NOT NULL),
    m (brand) AS (SELECT min(brand) FROM modules UNION ALL
        SELECT (SELECT min(t.brand) FROM modules t WHERE t.brand > m.brand) FROM m WHERE m.brand IS NOT NULL),
    k (brand) AS (SELECT min(brand) FROM tokens UNION ALL
        SELECT (SELECT min(t.brand) FROM tokens t WHERE t.brand > k.brand) FROM k WHERE k.brand IS NOT NULL),
    found (brand) AS (SELECT brand FROM c UNION SELECT brand FROM p UNION SELECT brand FROM o
        UNION SELECT brand FROM m UNION SELECT brand FROM k)
SELECT brand FROM found WHERE brand IS NOT NULL ORDER BY brand
"""
"""Whatever a brand has, it has a row in one of the five; one look-up a brand in each, however many rows there are."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How an engine's driver marks a parameter."""

    one: str

    def many(self, count: int) -> str:
        """So many of them."""
        return ", ".join([self.one] * count)


def count_text(table: "Table") -> str:
    """All rows of all brands."""
    return f"SELECT count(*) FROM {table.name}"  # noqa: S608 - names of our own, as in all of these


def last_text(table: "Table", marks: Marks) -> str:
    """The row with the highest key of a brand."""
    order = ", ".join(f"{column} DESC" for column in _key(table))
    return f"SELECT {_columns(table)} FROM {table.name} WHERE brand = {marks.one} ORDER BY {order} LIMIT 1"  # noqa: S608


def select_text(table: "Table", marks: Marks, *, first: bool) -> str:
    """The first rows of a brand, or those after a key."""
    key = ", ".join(_key(table))
    after = "" if first else f" AND ({key}) > ({marks.many(table.key_length)})"
    where = f"brand = {marks.one}{after}"
    return f"SELECT {_columns(table)} FROM {table.name} WHERE {where} ORDER BY {key} LIMIT {marks.one}"  # noqa: S608


def insert_text(table: "Table", marks: Marks) -> str:
    """One row."""
    values = marks.many(1 + len(table.columns))
    return f"INSERT INTO {table.name} (brand, {_columns(table)}) VALUES ({values})"  # noqa: S608


def _key(table: "Table") -> tuple[str, ...]:
    return table.columns[: table.key_length]


def _columns(table: "Table") -> str:
    return ", ".join(table.columns)
