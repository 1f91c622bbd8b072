"""What becomes of a write that could not be applied."""

import sqlite3

import pytest

from storage import errors
from storage.errors import OperationRefused, StorageError, StoreUnavailable
from workers.policy import MAX_ATTEMPTS, PAUSES_SECONDS, Decision, decide, is_outage


def outage(cause: BaseException | None) -> StoreUnavailable:
    error = StoreUnavailable("reason")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (errors.EntityNotFound("gone", ()), "dead"),
        (errors.TargetEntityNotFound("gone", ()), "dead"),
        (errors.EntryNotFound("e"), "missed"),
        (errors.NotARelation("k", None, ()), "dead"),
        (errors.TargetNotFound("e"), "missed"),
        (errors.WrongTargetEntity("a", "b"), "missed"),
        (errors.NoCustomer(), "dead"),
        (errors.MoveRefused("no_entries", 0), "missed"),
        (errors.EntryTooLarge(2, 1), "dead"),
        (errors.IdempotencyConflict("k"), "dead"),
        (outage(sqlite3.IntegrityError()), "dead"),
        (errors.SchemaMismatch(), "dead"),
        (OperationRefused("EntryNotFound"), "missed"),
        (OperationRefused("StoreUnavailable"), "dead"),
    ],
)
def test_a_refusal_is_decided_at_once(refusal: StorageError, kind: str) -> None:
    """No time can change it: what lies in entries is missed, the rest is for people to see."""
    assert [decide(refusal, attempts).kind for attempts in (1, MAX_ATTEMPTS)] == [kind, kind]


def test_a_failure_is_tried_again_ever_later_and_then_given_up() -> None:
    decisions = [decide(RuntimeError(), attempts) for attempts in range(1, MAX_ATTEMPTS + 1)]
    assert decisions == [*(Decision("retry", pause) for pause in PAUSES_SECONDS), Decision("dead")]
    assert sorted(PAUSES_SECONDS) == list(PAUSES_SECONDS)


def test_an_outage_is_told_from_a_write_that_is_at_odds() -> None:
    found = [sqlite3.OperationalError(), None, sqlite3.IntegrityError(), sqlite3.DataError()]
    assert [is_outage(outage(cause)) for cause in found] == [True, True, False, False]
    assert not is_outage(RuntimeError())
