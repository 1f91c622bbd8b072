"""Reading an engine's ``statements.sql``: blocks of SQL, each under a line ``-- name: statement (parameters)``."""

import re
from pathlib import Path
from typing import cast, get_args

from storage.transaction import StatementName

_HEADING = re.compile(r"^-- name: (?P<name>\w+) \((?P<parameters>[\w, ]*)\)$", re.MULTILINE)


def load_statements(path: Path) -> dict[StatementName, str]:
    """SQL by name. Raises ``ValueError`` unless the file has every ``StatementName`` once and nothing else."""
    parts = _HEADING.split(path.read_text(encoding="utf-8"))
    names, texts = parts[1::3], parts[3::3]
    if sorted(names) != sorted(get_args(StatementName)):
        odd = sorted(set(names) ^ set(get_args(StatementName)))
        raise ValueError(f"{path.name} and StatementName differ in {odd or 'a name that stands twice'}")
    return cast(dict[StatementName, str], dict(zip(names, map(_without_comments, texts), strict=True)))


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("--")).strip()
