"""What PostgreSQL's errors mean: which may pass when tried again, and what the caller is told of the others."""

from typing import Literal, TypeAlias

from storage.errors import StoreUnavailable

Kind: TypeAlias = Literal["conflict", "lost", "stale", "violation", "other"]
"""conflict: another transaction was in the way and this one is undone. lost: the connection is gone, and with it the
knowledge whether a commit under way was made. stale: nothing was done, and a new session may do better. violation: the
write is at odds with a constraint. other: none of these.
"""

CONFLICTS = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock."""

LOST = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03"})
"""The server shuts down, crashed, starts up, or ended a session that it found idle."""

READ_ONLY = "25006"
STALE = frozenset({READ_ONLY, "26000"})
"""The session only reads, as its server or its database did when it began; it has forgotten its statements, since a
pooler in between reset it.
"""

REASONS = {
    "23": "at odds with the write",
    "42": "not usable",
    "53": "out of room: disk, memory or connections",
    "54": "not made for names that long",
    "55": "locked by other writers for too long",
    "57": "too slow or shutting down",
    "58": "failing to read or write",
    "XX": "damaged",
}
"""By class of SQLSTATE."""


class Failure(Exception):
    """What the driver or the server said. The text is for operators; it never reaches a script."""

    def __init__(self, message: str, sqlstate: str | None = None, *, lost: bool = False) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate
        self.lost = lost

    @property
    def kind(self) -> Kind:
        """What can be done about it."""
        state = self.sqlstate or ""
        if self.lost or state in LOST or state.startswith("08"):
            return "lost"
        if state in CONFLICTS:
            return "conflict"
        if state in STALE:
            return "stale"
        return "violation" if state.startswith("23") else "other"


def unavailable(failure: Failure) -> StoreUnavailable:
    """The error to raise in its place, ``from`` it."""
    if failure.kind == "lost":
        return StoreUnavailable("the store cannot be reached")
    if failure.kind == "conflict":
        return StoreUnavailable("the store is locked by other writers for too long")
    if failure.sqlstate == READ_ONLY:
        return StoreUnavailable("the store is not writable")
    return StoreUnavailable(f"the store is {REASONS.get((failure.sqlstate or '')[:2], 'not usable')}")
