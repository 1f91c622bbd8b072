"""Looking behind the port: whether what an engine has stored hangs together."""

import json

from tests.storage.rows import rows_of

PLACE = "brand, reference_type, reference_id, entity_id"


def assert_whole(url: str) -> None:
    """Every row that follows from another is there, and none besides."""
    if url.startswith("sqlite"):
        assert rows_of(url, "PRAGMA integrity_check") == [("ok",)]
    _assert_keys_and_counts_agree(url)
    orphans = """
        SELECT * FROM relations r
        WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE (e.brand, e.id) = (r.brand, r.entry_id))
        OR NOT EXISTS (SELECT 1 FROM entries e WHERE (e.brand, e.id) = (r.brand, r.target_entry_id))
    """
    assert rows_of(url, orphans) == []


def _assert_keys_and_counts_agree(url: str) -> None:
    entries = rows_of(url, f"SELECT {PLACE}, sequence, id, CAST(values_json AS TEXT), size_bytes FROM entries")
    expected = {(*row[:4], key, row[4], row[5]) for row in entries for key in json.loads(row[6])}
    stored = rows_of(url, f"SELECT {PLACE}, key, sequence, entry_id FROM entry_keys")
    assert (set(stored), len(stored)) == (expected, len(expected))
    assert [row for row in entries if len(row[6].encode()) != row[7]] == []
    counts: dict[tuple[object, ...], int] = {}
    for row in entries:
        counts[row[:4]] = counts.get(row[:4], 0) + 1
    heads = rows_of(url, f"SELECT {PLACE}, entry_count FROM reference_heads WHERE entry_count <> 0")
    assert {row[:4]: row[4] for row in heads} == counts
    behind = f"""
        SELECT * FROM reference_heads h NATURAL JOIN
        (SELECT {PLACE}, max(sequence) AS newest FROM entries GROUP BY {PLACE}) AS found WHERE newest > last_sequence
    """
    assert rows_of(url, behind) == []
