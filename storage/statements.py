"""Reading an engine's statements: blocks of SQL, each under a line ``-- name: statement (parameters)``.

They stand in its ``statements.sql`` (entities, entries, customers, operations), ``definition_statements.sql`` (what
administrators change) and ``record_statements.sql`` (modules, tokens, runs on record).
"""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import cast, get_args

from storage.transaction import StatementName

FILES = ("statements.sql", "definition_statements.sql", "record_statements.sql")

_HEADING = re.compile(r"^-- name: (?P<name>\w+) \((?P<parameters>[\w, ]*)\)$", re.MULTILINE)


def load_statements(directory: Path) -> dict[StatementName, str]:
    """SQL by name. Raises ``ValueError`` unless its files have every ``StatementName`` once and nothing else."""
    blocks = list(chain.from_iterable(read_statements(directory / name) for name in FILES))
    names = [name for name, _ in blocks]
    if sorted(names) != sorted(get_args(StatementName)):
        odd = sorted(set(names) ^ set(get_args(StatementName)))
        files = ", ".join(FILES)
        raise ValueError(f"{files} differ from StatementName in {odd or 'a name that stands twice'}")
    return cast(dict[StatementName, str], dict(blocks))


def read_statements(path: Path) -> Iterator[tuple[str, str]]:
    """Name and SQL of each block of one file, in order."""
    parts = _HEADING.split(path.read_text(encoding="utf-8"))
    yield from zip(parts[1::3], map(_without_comments, parts[3::3]), strict=True)


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("--")).strip()
