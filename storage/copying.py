"""One store into another, whatever their engines: row by row, in the order of the keys, with all ids kept.

What is copied can be told by what is there: a table of a brand is filled in the order of its primary key, each batch in
one transaction, so a copy that was broken off goes on behind the last key. Before, what the target has is compared with
the source, so that nothing is added to data that is another's; at the end both sides are read once more, and compared.
Neither store may be in use meanwhile.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol

from storage import jsontext
from storage.errors import SchemaMismatch
from storage.opening import postgres_parts, speaks_postgres, sqlite_path
from storage.schema import migrate_store, migration_status
from storage.transaction import Row

BATCH_ROWS = 500


@dataclass(frozen=True, slots=True)
class Table:
    """A table of brands' data: how many columns after the brand make the primary key, and all columns after it."""

    name: str
    key_length: int
    columns: tuple[str, ...]


_REFERENCE = ("reference_type", "reference_id", "entity_id")
_FIELD = ("entity_id", "key", "position", "label", "type", "ui_editable")
_FIELD_JSON = ("options_json", "reporting_config_json", "target_entity_id")
_ENTRY = ("title", "values_json", "size_bytes", "pipeline_id", "stage_id", "created_at_ms", "updated_at_ms")

TABLES = (
    Table("counters", 1, ("kind", "last_id")),
    Table("entities", 1, ("id", "slug", "name", "singular_name", "plural_name", "icon", "color", "mode", "revision")),
    Table("fields", 2, _FIELD + _FIELD_JSON),
    Table("pipelines", 1, ("id", "entity_id", "slug", "name", "position")),
    Table("stages", 1, ("id", "pipeline_id", "slug", "name", "color", "status", "position")),
    Table("customers", 1, ("id", "email", "email_folded", "name", "created_at_ms")),
    Table("reference_heads", 3, (*_REFERENCE, "last_sequence", "entry_count")),
    Table("entries", 1, ("id", "entity_id", "reference_type", "reference_id", "sequence", *_ENTRY)),
    Table("entry_keys", 5, (*_REFERENCE, "key", "sequence", "entry_id")),
    Table("relations", 3, ("entry_id", "key", "target_entry_id", "position")),
    Table("modules", 1, ("code", "source_json", "size_bytes", "updated_at_ms")),
    Table("tokens", 1, ("id", "name", "scopes_json", "secret_sha256", "created_at_ms", "revoked_at_ms")),
    Table("operations", 1, ("id", "arguments_digest", "outcome_json", "at_ms", "recorded_at_ms")),
)
"""In an order in which each row finds those that it refers to. Runs on record stay behind: they last for days only."""


class Rows(Protocol):
    """The rows of a store, past its semantics. Rows are without the brand, as the table's columns are."""

    def brands(self) -> list[str]:
        """Every brand that has any, in order."""

    def count(self, table: Table) -> int:
        """How many rows all brands have."""

    def last(self, brand: str, table: Table) -> Row | None:
        """The row with the highest key."""

    def after(self, brand: str, table: Table, key: Row | None, limit: int) -> list[Row]:
        """The next rows in the order of the key."""

    def add(self, brand: str, table: Table, rows: list[Row]) -> None:
        """Add rows, all or none."""


class CopyMismatch(Exception):
    """The target has what the source has not, or lacks something. ``differences`` names brand, table and counts.

    ``is_before``: it was so before anything was copied, and nothing was.
    """

    def __init__(self, differences: list[str], *, is_before: bool) -> None:
        super().__init__("; ".join(differences))
        self.differences = differences
        self.is_before = is_before


@dataclass
class CopyReport:
    """Rows now in both stores, rows that this call had to copy, and a checksum of all, the same for the same data."""

    copied: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    checksum: str = ""


def copy_store(source_url: str, target_url: str, tell: Callable[[str, int, int], None]) -> CopyReport:
    """Copy all that the source has and the target lacks, and compare both.

    ``tell`` hears, after each batch, what is being done and how many rows of how many are through: first copying, then
    comparing. The target's schema is made where need be. Raises ``CopyMismatch``, ``StoreUrlError``,
    ``SchemaMismatch``, ``StoreUnavailable``.
    """
    if any(one.applied_at_ms is None for one in migration_status(source_url)):
        raise SchemaMismatch("the store to copy lacks migrations: `funnelscript migrate up` first")
    migrate_store(target_url)
    with open_rows(source_url) as source, open_rows(target_url) as target:
        total = sum(source.count(table) for table in TABLES)
        report = CopyReport()
        brands = source.brands()
        done = _check_target(source, target, brands)
        for brand in brands:
            for table in TABLES:
                for copied in _copied(source, target, brand, table):
                    report.copied += copied
                    tell("copying", min(done + report.copied, total), total)
        _compare(source, target, brands, report, lambda through: tell("comparing", through, total))
    return report


def open_rows(url: str) -> AbstractContextManager[Rows]:
    """The rows of the store of that URL."""
    if speaks_postgres(url):
        from storage.postgres.rows import open_postgres_rows

        return open_postgres_rows(postgres_parts(url)[0])
    from storage.sqlite.rows import open_sqlite_rows

    return open_sqlite_rows(sqlite_path(url))


def _check_target(source: Rows, target: Rows, brands: list[str]) -> int:
    """How many rows the target has already. Raises ``CopyMismatch`` where they are not the first of the source's."""
    there = 0
    differences = _strangers(target, brands)
    for brand in brands:
        for table in TABLES:
            last = target.last(brand, table)
            if last is not None:
                ours = _digest(source, brand, table, last[: table.key_length])
                theirs = _digest(target, brand, table)
                there += theirs[0]
                differences += _difference(brand, table, ours, theirs)
    if differences:
        raise CopyMismatch(differences, is_before=True)
    return there


def _copied(source: Rows, target: Rows, brand: str, table: Table) -> Iterator[int]:
    """How many rows were copied, batch by batch."""
    last = target.last(brand, table)
    key = None if last is None else last[: table.key_length]
    while rows := source.after(brand, table, key, BATCH_ROWS):
        target.add(brand, table, rows)
        key = rows[-1][: table.key_length]
        yield len(rows)


def _compare(source: Rows, target: Rows, brands: list[str], report: CopyReport, tell: Callable[[int], None]) -> None:
    differences = _strangers(target, brands)
    checksum = blake2b(digest_size=16)
    through = 0
    for brand in brands:
        for table in TABLES:
            ours, theirs = _digest(source, brand, table), _digest(target, brand, table)
            differences += _difference(brand, table, ours, theirs)
            checksum.update(ours[1])
            report.rows[table.name] = report.rows.get(table.name, 0) + ours[0]
            through += ours[0]
            tell(through)
    if differences:
        raise CopyMismatch(differences, is_before=False)
    report.checksum = checksum.hexdigest()


def _strangers(target: Rows, brands: list[str]) -> list[str]:
    known = set(brands)
    return [f"brand {brand} is in the target alone" for brand in target.brands() if brand not in known]


def _difference(brand: str, table: Table, ours: tuple[int, bytes], theirs: tuple[int, bytes]) -> list[str]:
    same = ours == theirs
    return [] if same else [f"brand {brand}, {table.name}: {ours[0]} rows, {theirs[0]} in the target"]


def _digest(side: Rows, brand: str, table: Table, last: Row | None = None) -> tuple[int, bytes]:
    """How many rows, and a checksum of them in their order; ``last`` is the key after which none count."""
    count, digest = 0, blake2b(jsontext.encode([brand, table.name]).encode(), digest_size=16)
    key: Row | None = None
    while rows := side.after(brand, table, key, BATCH_ROWS):
        key = rows[-1][: table.key_length]
        if last is not None and key > last:
            rows = [row for row in rows if row[: table.key_length] <= last]
        if rows:
            digest.update("\n".join(jsontext.encode(row) for row in rows).encode())
            digest.update(b"\n")
        count += len(rows)
        if last is not None and key >= last:
            break
    return count, digest.digest()
