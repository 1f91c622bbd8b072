"""A PostgreSQL server for measurements, and stores in it with many entries, made fast."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.filling import BRAND, ENTRIES_A_CUSTOMER
from tests.storage.postgres_server import PostgresServer

BUFFERS_MIB = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4 >> 20
SERVER = {"shared_buffers": f"{BUFFERS_MIB}MB", "max_wal_size": "16GB"}
"""A quarter of the memory, which is where its manual says to begin, and no checkpoint in the middle of a table."""

SQLITE, POSTGRES, DURABLE = "SQLite", "PostgreSQL", "PostgreSQL, on disk"
PROMISES = (
    "SQLite in WAL mode with `synchronous = NORMAL` and PostgreSQL with `synchronous_commit = off`: what was returned"
    " outlives the process, a power cut can cost the last. “On disk” is PostgreSQL's default: it waits for the disk."
)

Urls = Mapping[str, str]
"""A store of each engine, PostgreSQL's twice: for who waits for its disk and for who does not."""

RELAXED = "options=-c%20synchronous_commit%3Doff"

ENTRY_ID = "format('%s-0000-7000-8000-%s', lpad(to_hex(n), 8, '0'), lpad(to_hex(n), 12, '0'))"
FILL = f"""
SET search_path = funnelscript;
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';
UPDATE pg_index SET indisready = false WHERE indrelid IN ('entries'::regclass, 'entry_keys'::regclass);
INSERT INTO customers (brand, id, created_at_ms)
SELECT '{BRAND}', 'x_' || lpad(n::text, 7, '0'), 0 FROM generate_series(0, {{customers}} - 1) n;
INSERT INTO reference_heads (brand, reference_type, reference_id, entity_id, last_sequence, entry_count)
SELECT '{BRAND}', 'customer', 'x_' || lpad(n::text, 7, '0'), 1, {ENTRIES_A_CUSTOMER}, {ENTRIES_A_CUSTOMER}
FROM generate_series(0, {{customers}} - 1) n;
INSERT INTO entries (
    brand, id, entity_id, reference_type, reference_id, sequence, values_json, size_bytes, pipeline_id, stage_id,
    created_at_ms, updated_at_ms
)
SELECT '{BRAND}', {ENTRY_ID}, 1, 'customer', 'x_' || lpad((n / {ENTRIES_A_CUSTOMER})::text, 7, '0'),
    n % {ENTRIES_A_CUSTOMER} + 1, v::json, length(v), 1, 1, 0, 0
FROM generate_series(0, {{count}} - 1) n, LATERAL (
    SELECT '{{{{"current_weight":' || 150 + n % 50 || ',"goal_weight":165,"last_checkin":"2026-03-15"}}}}' AS v
) t;
INSERT INTO entry_keys (brand, reference_type, reference_id, entity_id, key, sequence, entry_id)
SELECT '{BRAND}', 'customer', 'x_' || lpad((n / {ENTRIES_A_CUSTOMER})::text, 7, '0'), 1, k,
    n % {ENTRIES_A_CUSTOMER} + 1, {ENTRY_ID}
FROM generate_series(0, {{count}} - 1) n, unnest(ARRAY['current_weight', 'goal_weight', 'last_checkin']) k;
REINDEX TABLE entries;
REINDEX TABLE entry_keys;
VACUUM ANALYZE;
CHECKPOINT
"""
"""The indexes of the two large tables are made when all is in them, which takes half as long."""


@contextmanager
def server() -> Iterator[PostgresServer]:
    """A server that keeps its promises."""
    postgres = PostgresServer(durable=True, settings=SERVER)
    try:
        yield postgres
    finally:
        postgres.close()


def urls(server: PostgresServer, path: Path) -> Urls:
    """Empty stores, that of SQLite in a file."""
    database = server.new_database()
    return {SQLITE: f"sqlite:///{path}", POSTGRES: f"{database}&{RELAXED}", DURABLE: database}


def fill(url: str, *, count: int) -> None:
    """Add so many entries to a store that has its entity, as the store itself would have. A minute a million."""
    with psycopg.connect(url, autocommit=True) as driver:
        for statement in FILL.format(count=count, customers=count // ENTRIES_A_CUSTOMER).split(";"):
            driver.execute(statement.encode())
