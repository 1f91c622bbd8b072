"""Migrations: numbered SQL files, one variant an engine, applied in order and never edited once landed.

``storage/migrations/0001_schema.sqlite.sql`` is number 1, named ``schema``, for the engine ``sqlite``. A store
remembers number, name and checksum of each that it has had.

Machines are updated one after another, so for a while the last release's code works on the new schema. Every migration
after the first begins with a line ``-- oldest code: 0001``: code that knows the migrations up to that number works on
the schema after this one. A store remembers it, and code that knows fewer refuses to open it.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.errors import SchemaMismatch

DIRECTORY = Path(__file__).with_name("migrations")
_OLDEST_CODE = re.compile(r"-- oldest code: (\d{4})\n")
_FILE_NAME = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z0-9_]+)\.(?P<engine>[a-z]+)\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema. ``checksum`` is the SHA-256 of the file's text, in hexadecimal."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """What tells an edited migration from the one that landed."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def oldest_code(self) -> int:
        """How many migrations code must know at least to work on the schema after this one."""
        said = _OLDEST_CODE.match(self.sql)
        return int(said[1]) if said else self.number


@dataclass(frozen=True, slots=True)
class Landed:
    """A migration that a store has had."""

    number: int
    name: str
    checksum: str
    oldest_code: int
    applied_at_ms: int


def landed_from(rows: Iterable[Mapping[str, Any]]) -> list[Landed]:
    """What a store's table of migrations says, by the names of its columns."""
    return [
        Landed(row["number"], row["name"], row["checksum"], row.get("oldest_code", row["number"]), row["applied_at_ms"])
        for row in rows
    ]


def known_migrations(engine: str, directory: Path = DIRECTORY) -> tuple[Migration, ...]:
    """The migrations of an engine in order. Raises ``SchemaMismatch`` where numbers are missing or used twice."""
    found = [match for path in directory.iterdir() if (match := _FILE_NAME.fullmatch(path.name))]
    migrations = sorted(
        (
            Migration(int(match["number"]), match["name"], (directory / match.string).read_text(encoding="utf-8"))
            for match in found
            if match["engine"] == engine
        ),
        key=lambda migration: migration.number,
    )
    numbers = [migration.number for migration in migrations]
    if numbers != list(range(1, len(numbers) + 1)):
        raise SchemaMismatch(f"the migrations for {engine} are not numbered 1, 2, 3, …: {numbers}")
    return tuple(migrations)


def pending_migrations(known: Sequence[Migration], landed: Sequence[Landed]) -> tuple[Migration, ...]:
    """What a store still needs. Raises ``SchemaMismatch`` where what it has had is not what is known.

    Later migrations than are known are no matter where this code works on the schema after them.
    """
    if any(later.oldest_code > len(known) for later in landed[len(known) :]):
        raise SchemaMismatch(f"the store has had {len(landed)} migrations, this version knows {len(known)}: update it")
    for migration, had in zip(known, landed, strict=False):  # either may be ahead
        if (migration.number, migration.name, migration.checksum) != (had.number, had.name, had.checksum):
            what = f"migration {migration.number} ({migration.name})"
            raise SchemaMismatch(f"{what} is not the one that the store has had ({had.number}, {had.name})")
    return tuple(known[len(landed) :])
