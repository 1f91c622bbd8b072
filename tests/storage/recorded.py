"""Runs to put on record."""

from typing import Any

from storage.runs import KeepRun, RunFailure

START_MS = 1_700_000_000_000


def run_id(number: int, at_ms: int | None = None) -> str:
    """The id of the run of that number, begun so many milliseconds after the others' start."""
    digits = f"{START_MS + number if at_ms is None else at_ms:012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-8000-{number:012x}"


def keep_run(number: int, at_ms: int | None = None, **other: Any) -> KeepRun:
    """A run; every third is fine, the others failed."""
    fine = number % 3 == 0
    what: dict[str, Any] = {
        "status": "ok" if fine else "error",
        "file": f"page{number}.html",
        "wall_us": 1000 * number,
        "record": {"variables": {"n": number, "-0": -0.0}, "logs": ["\0", "ä"]},
        "customer_id": f"c_{number}",
        "error": None if fine else RunFailure("TypeError", "no\0", f"page{number}.html", number),
        "request": {"method": "GET", "path": "/ä"},
        "source": f"<p>{number % 2}\0",
        "tape": {"calls": [number]} if fine else None,
    }
    return KeepRun(run_id(number, at_ms), **what | other)
