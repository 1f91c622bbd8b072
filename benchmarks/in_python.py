"""The weight tracker in one Python process: a fresh context of the engine a run, no isolation, no validation.

python -m benchmarks.in_python sqlite|dict DATABASE SCRIPT BRAND…
"""

import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import quickjs

from benchmarks.serving import serve, timed

PRELUDE = """(() => {
const set = __set, get = __get, variable = __variable;
delete globalThis.__set; delete globalThis.__get; delete globalThis.__variable;
globalThis.setCrmFields = (options) => JSON.parse(set(JSON.stringify(options)));
globalThis.getCrmField = (options) => JSON.parse(get(JSON.stringify(options)));
globalThis.setVariable = (key, value) => { variable(JSON.stringify([key, value])); };
})();""".replace("\n", " ")
MEMORY_BYTES, STACK_BYTES = 8 << 20, 512 << 10
Doc = dict[str, Any]


class Docs(Protocol):
    """Keeps one document for each (brand, slug, reference)."""

    def get(self, place: tuple[str, str, str]) -> Doc:
        """The document; empty where there is none."""

    def merge(self, place: tuple[str, str, str], values: Doc) -> None:
        """Set these keys of it."""


class InDict:
    """In a dict."""

    def __init__(self, path: str) -> None:
        del path
        self._docs: dict[tuple[str, str, str], Doc] = {}

    def get(self, place: tuple[str, str, str]) -> Doc:
        """The document; empty where there is none."""
        return self._docs.get(place, {})

    def merge(self, place: tuple[str, str, str], values: Doc) -> None:
        """Set these keys of it."""
        self._docs.setdefault(place, {}).update(values)


class InSqlite:
    """In SQLite, as durable as the product's store."""

    def __init__(self, path: str) -> None:
        self._execute = sqlite3.connect(path, isolation_level=None).execute
        self._execute("PRAGMA journal_mode = WAL").fetchone()
        self._execute("PRAGMA synchronous = NORMAL")
        self._execute(
            "CREATE TABLE IF NOT EXISTS docs (brand TEXT, slug TEXT, reference TEXT, doc TEXT,"
            " PRIMARY KEY (brand, slug, reference)) WITHOUT ROWID"
        )

    def get(self, place: tuple[str, str, str]) -> Doc:
        """The document; empty where there is none."""
        row = self._execute("SELECT doc FROM docs WHERE brand = ? AND slug = ? AND reference = ?", place).fetchone()
        return json.loads(row[0]) if row else {}

    def merge(self, place: tuple[str, str, str], values: Doc) -> None:
        """Set these keys of it."""
        self._execute("BEGIN IMMEDIATE")
        text = json.dumps(self.get(place) | values)
        self._execute("INSERT OR REPLACE INTO docs VALUES (?, ?, ?, ?)", (*place, text))
        self._execute("COMMIT")


def run_once(docs: Docs, brand: str, source: str) -> Doc:
    """One run of the script for customer c_1 of the brand; its variables."""
    variables: Doc = {}

    def set_fields(text: str) -> str:
        options = json.loads(text)
        values = {one["fieldKey"]: one["value"] for one in options["fields"]}
        docs.merge((brand, options["slug"], "c_1"), values)
        return '{"ok":true,"id":"1","created":false}'

    def get_field(text: str) -> str:
        options = json.loads(text)
        return json.dumps(docs.get((brand, options["slug"], "c_1")).get(options["fieldKey"]))

    def set_variable(text: str) -> None:
        key, value = json.loads(text)
        variables[key] = value

    hosts: dict[str, Callable[[str], Any]] = {"__set": set_fields, "__get": get_field, "__variable": set_variable}
    context = quickjs.Context()
    context.set_memory_limit(MEMORY_BYTES)
    context.set_max_stack_size(STACK_BYTES)
    for name, host in hosts.items():
        context.add_callable(name, host)
    context.eval(source)
    while context.execute_pending_job():
        pass
    return variables


def main() -> None:
    """Serve batches of runs."""
    kind, database, script, *brands = sys.argv[1:]
    docs: Docs = InSqlite(database) if kind == "sqlite" else InDict(database)
    source = PRELUDE + Path(script).read_text(encoding="utf-8")
    serve(lambda count: timed(count, lambda number: run_once(docs, brands[number % len(brands)], source)))


if __name__ == "__main__":
    main()
