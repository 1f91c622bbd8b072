"""The page for operators has a row for whatever a service says that something is wrong."""

import re

from runtime.service.health import Readiness
from storage.postgres import errors as postgres_errors
from storage.sqlite import errors as sqlite_errors
from tests.logged import BY_NUMBER, LEVELS, ROOT, logged_events

PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_event_has_a_row_with_its_levels() -> None:
    """And no row is of an event that nothing logs; each says what it means and what to do."""
    documented = {name: set(row[1].split(", ")) for row in rows("Events") for name in names(row[0])}
    logged = logged_events()
    assert sorted(documented) == sorted(logged)
    for event, levels in documented.items():
        may_be = {*LEVELS, "any"} if logged[event] == {BY_NUMBER} else logged[event]
        assert levels <= may_be, event
    assert {len(row) for row in rows("Events")} == {4}


def test_every_part_of_readiness_has_a_row() -> None:
    parts = [name for name in Readiness.model_fields if name != "status"]
    assert [names(row[0]) for row in rows("What `/readyz` says")] == [[name] for name in parts]


def test_every_reason_why_a_store_is_unavailable_has_a_row() -> None:
    """Those of both engines, in their tables and texts, and those of waiting for a run's own writes."""
    reasons = {f"is {reason}" for module in (postgres_errors, sqlite_errors) for reason in module.REASONS.values()}
    for folder in ("storage/postgres", "storage/sqlite", "bindings", "workers"):
        for path in (ROOT / folder).glob("*.py"):
            said = re.findall(r'StoreUnavailable\("([^"]+)"', path.read_text(encoding="utf-8"))
            reasons |= {reason.removeprefix("the store ") for reason in said if ": " not in reason}
    assert sorted(name for row in rows("Why the store is unavailable") for name in names(row[0])) == sorted(reasons)
