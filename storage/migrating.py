"""Migrations: numbered SQL files, one variant an engine, applied in order and never edited once landed.

``storage/migrations/0001_schema.sqlite.sql`` is number 1, named ``schema``, for the engine ``sqlite``. A store
remembers number, name and checksum of each that it has had.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from storage.errors import SchemaMismatch

DIRECTORY = Path(__file__).with_name("migrations")
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


@dataclass(frozen=True, slots=True)
class Landed:
    """A migration that a store has had."""

    number: int
    name: str
    checksum: str


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
    """What a store still needs. Raises ``SchemaMismatch`` where what it has had is not what is known."""
    if len(landed) > len(known):
        raise SchemaMismatch(f"the store has had {len(landed)} migrations, this version knows {len(known)}: update it")
    for migration, had in zip(known, landed, strict=False):
        if (migration.number, migration.name, migration.checksum) != (had.number, had.name, had.checksum):
            what = f"migration {migration.number} ({migration.name})"
            raise SchemaMismatch(f"{what} is not the one that the store has had ({had.number}, {had.name})")
    return tuple(known[len(landed) :])
