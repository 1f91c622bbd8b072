"""Looking behind the port: whether what an engine has stored hangs together."""

import json
import sqlite3
from contextlib import closing


def assert_whole(url: str) -> None:
    """Every row that follows from another is there, and none besides."""
    scheme, _, path = url.partition(":///")
    CHECKS[scheme](path)


def _assert_sqlite_whole(path: str) -> None:
    with closing(sqlite3.connect(path)) as driver:
        assert driver.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        _assert_keys_and_counts_agree(driver)
        orphans = """
            SELECT * FROM relations r
            WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE (e.brand, e.id) = (r.brand, r.entry_id))
            OR NOT EXISTS (SELECT 1 FROM entries e WHERE (e.brand, e.id) = (r.brand, r.target_entry_id))
        """
        assert driver.execute(orphans).fetchall() == []


def _assert_keys_and_counts_agree(driver: sqlite3.Connection) -> None:
    place = "brand, reference_type, reference_id, entity_id"
    entries = driver.execute(f"SELECT {place}, sequence, id, values_json, size_bytes FROM entries").fetchall()
    expected = {(*row[:4], key, row[4], row[5]) for row in entries for key in json.loads(row[6])}
    stored = driver.execute(f"SELECT {place}, key, sequence, entry_id FROM entry_keys").fetchall()
    assert (set(stored), len(stored)) == (expected, len(expected))
    assert [row for row in entries if len(row[6].encode()) != row[7]] == []
    counts: dict[tuple[object, ...], int] = {}
    for row in entries:
        counts[row[:4]] = counts.get(row[:4], 0) + 1
    heads = driver.execute(f"SELECT {place}, entry_count FROM reference_heads WHERE entry_count <> 0").fetchall()
    assert {row[:4]: row[4] for row in heads} == counts
    behind = f"""
        SELECT * FROM reference_heads h NATURAL JOIN
        (SELECT {place}, max(sequence) AS newest FROM entries GROUP BY {place}) WHERE newest > last_sequence
    """
    assert driver.execute(behind).fetchall() == []


CHECKS = {"sqlite": _assert_sqlite_whole}
