"""When a transaction on PostgreSQL is tried again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.postgres.errors import CONFLICTS, LOST, REASONS, STALE, Failure, Kind, unavailable
from storage.postgres.retry import (
    LONGEST_PAUSE_SECONDS,
    PATIENCE_SECONDS,
    STALE_PATIENCE_SECONDS,
    pause_before_retry,
)

KINDS: list[Kind] = ["conflict", "lost", "stale", "violation", "other"]


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        *((state, "conflict") for state in sorted(CONFLICTS)),
        *((state, "lost") for state in (*sorted(LOST), "08006", "08001")),
        *((state, "stale") for state in sorted(STALE)),
        ("23505", "violation"),
        ("53100", "other"),
        ("57014", "other"),
        (None, "other"),
    ],
)
def test_a_failure_is_of_one_kind(sqlstate: str | None, kind: Kind) -> None:
    assert Failure("x", sqlstate).kind == kind
    assert Failure("x", sqlstate, lost=True).kind == "lost"


@pytest.mark.parametrize(("state_class", "reason"), REASONS.items())
def test_a_failure_that_stays_has_its_reason(state_class: str, reason: str) -> None:
    """The server's words are not in it."""
    assert str(unavailable(Failure("/var/lib/secret", state_class + "099"))) == f"the store is {reason}"
    assert str(unavailable(Failure("secret"))) == "the store is not usable"
    assert str(unavailable(Failure("secret", lost=True))) == "the store cannot be reached"
    assert str(unavailable(Failure("secret", "25006"))) == "the store is not writable"
    assert str(unavailable(Failure("secret", "26000"))) == "the store is not usable"
    assert str(unavailable(Failure("secret", "40001"))) == "the store is locked by other writers for too long"


@given(
    kind=st.sampled_from(KINDS),
    failures=st.integers(1, 10_000),
    elapsed=st.floats(0, 20),
    noise=st.floats(0, 1, exclude_max=True),
)
def test_retries_are_bounded(kind: Kind, failures: int, elapsed: float, noise: float) -> None:
    """Only what can help is tried again, never past the end of patience, and no pause is longer than the longest."""
    pause = pause_before_retry(kind, failures, elapsed, noise)
    patience = STALE_PATIENCE_SECONDS if kind == "stale" else PATIENCE_SECONDS
    if kind in ("violation", "other"):
        assert pause is None
    elif pause is None:
        assert elapsed + LONGEST_PAUSE_SECONDS >= patience
    else:
        assert 0 <= pause <= LONGEST_PAUSE_SECONDS
        assert elapsed + pause < patience


def test_pauses_grow_and_differ_by_the_noise() -> None:
    """The first connection that is lost, or session that is stale, is replaced without one."""
    assert [pause_before_retry("conflict", n, 0, 0) for n in (1, 2, 3, 20)] == [0.002, 0.004, 0.008, 0.25]
    for kind in ("lost", "stale"):
        assert [pause_before_retry(kind, n, 0, 0) for n in (1, 2, 3)] == [0.0, 0.04, 0.08]
    assert pause_before_retry("conflict", 1, 0, 0.5) == 0.003
