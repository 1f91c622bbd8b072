"""Times as scripts and people read them."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso_time(at_ms: int) -> str:
    """Milliseconds since 1970 as a script's ``toISOString`` writes them: ``2026-03-15T10:00:00.000Z``."""
    return (_EPOCH + timedelta(milliseconds=at_ms)).isoformat(timespec="milliseconds")[:-6] + "Z"
