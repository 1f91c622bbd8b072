"""Asking a store's database directly, whatever the engine, as one whom no wall stops."""

import sqlite3
from contextlib import closing
from typing import Any

import psycopg


def rows_of(url: str, sql: str) -> list[tuple[Any, ...]]:
    """The rows that a statement gives."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as driver:
            return driver.execute(sql).fetchall()
    with psycopg.connect(url, options="-c search_path=funnelscript") as connection:
        return connection.execute(sql.encode()).fetchall()
