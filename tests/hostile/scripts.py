"""The hostile scripts: data files, each saying in its first comment lines what must come of it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIRECTORY = Path(__file__).parent / "corpus"
STATUSES = frozenset({"ok", "error", "time_limit", "memory_limit", "limit", "crashed"})
HEAD_LINE = re.compile(r"// (status|error|reason|variables): (.+)")


@dataclass(frozen=True)
class HostileScript:
    """One script. ``statuses`` it may end in, ``errors`` it may be told of then (by name; empty: not looked at).

    ``reason`` says why there is more than one status. ``variables`` is all that it must have set, None: not looked at.
    """

    name: str
    source: str
    statuses: frozenset[str]
    errors: frozenset[str]
    reason: str | None
    variables: dict[str, Any] | None


def load_corpus() -> list[HostileScript]:
    """Every script of the directory, by name. Raises ``ValueError`` for a file whose head is not understood."""
    return [_load(path) for path in sorted(DIRECTORY.glob("*.js"))]


def _load(path: Path) -> HostileScript:
    source = path.read_text(encoding="utf-8")
    head = _head(source)
    statuses = _names(head.get("status", ""))
    if not statuses or not statuses <= STATUSES or (len(statuses) > 1 and "reason" not in head):
        raise ValueError(f"{path.name}: its head must name known statuses, and a reason for more than one")
    variables = json.loads(head["variables"]) if "variables" in head else None
    return HostileScript(path.stem, source, statuses, _names(head.get("error", "")), head.get("reason"), variables)


def _head(source: str) -> dict[str, str]:
    head: dict[str, str] = {}
    for line in source.splitlines():
        match = HEAD_LINE.fullmatch(line)
        if match is None:
            break
        head[match[1]] = match[2]
    return head


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",") if name.strip())
