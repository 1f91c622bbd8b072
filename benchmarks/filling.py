"""Stores with many entries in them, made fast."""

import sqlite3
from pathlib import Path

from benchmarks.in_funnelscript import ENTITY
from runtime import Runtime, Session

BRAND = "acme"
ENTRIES_A_CUSTOMER = 10
COUNTING = "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count - 1)"
ENTRY_ID = "printf('%08x-0000-7000-8000-%012x', n, n)"
VALUES = """'{"current_weight":' || (150 + n % 50) || ',"goal_weight":165,"last_checkin":"2026-03-15"}'"""


def customer(number: int) -> str:
    """The id of one of the customers of a store that was filled."""
    return f"x_{number:07}"


def make_store(path: Path) -> None:
    """A store with the weight tracker's entity and nothing else."""
    with Runtime.open(f"sqlite:///{path}", allow_weaker_sandbox=True) as runtime:
        result = runtime.run(ENTITY, session=Session(brand=BRAND))
        if result.status != "ok":
            raise SystemExit(f"the entity is not made: {result.error}")


def fill(path: Path, *, count: int, entries_a_customer: int = ENTRIES_A_CUSTOMER) -> None:
    """Add so many entries to a store, ten a customer, as the store itself would have. 15 s a million."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -262144")
        connection.execute("BEGIN")
        for statement in _statements():
            parameters = {"brand": BRAND, "count": count, "each": entries_a_customer}
            connection.execute(COUNTING + statement, parameters)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()


def _statements() -> list[str]:
    customer = "printf('x_%07d', n / :each)"
    entity = "(SELECT id FROM entities WHERE brand = :brand AND slug = 'weight-tracker')"
    reference = f":brand, 'customer', {customer}, {entity}"
    keys = "(SELECT 'current_weight' AS key UNION ALL SELECT 'goal_weight' UNION ALL SELECT 'last_checkin')"
    insert_customers = f"""
        INSERT INTO customers (brand, id, email, email_folded, name, created_at_ms)
        SELECT :brand, {customer}, NULL, NULL, NULL, 0 FROM numbers WHERE n % :each = 0"""
    insert_heads = f"""
        INSERT INTO reference_heads (brand, reference_type, reference_id, entity_id, last_sequence, entry_count)
        SELECT {reference}, :each, :each FROM numbers WHERE n % :each = 0"""
    insert_entries = f"""
        INSERT INTO entries (
            brand, id, entity_id, reference_type, reference_id, sequence, title, values_json, size_bytes,
            pipeline_id, stage_id, created_at_ms, updated_at_ms
        )
        SELECT :brand, {ENTRY_ID}, {entity}, 'customer', {customer}, n % :each + 1, NULL, {VALUES}, length({VALUES}),
            1, 1, 0, 0
        FROM numbers"""
    insert_keys = f"""
        INSERT INTO entry_keys (brand, reference_type, reference_id, entity_id, key, sequence, entry_id)
        SELECT {reference}, key, n % :each + 1, {ENTRY_ID} FROM numbers CROSS JOIN {keys}"""
    return [insert_customers, insert_heads, insert_entries, insert_keys]
