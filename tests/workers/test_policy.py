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


class Driver(Exception):
    """As a driver or server says it."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    "cause", [None, sqlite3.OperationalError(), Driver(None), Driver("57P01"), Driver("53100"), Driver("42501")]
)
def test_an_outage_says_nothing_of_the_write(cause: Exception | None) -> None:
    assert is_outage(outage(cause))


@pytest.mark.parametrize("cause", [sqlite3.IntegrityError(), sqlite3.DataError(), Driver("22003"), Driver("23505")])
def test_what_lies_in_the_write_is_no_outage(cause: Exception) -> None:
    assert not is_outage(outage(cause))


def test_an_error_of_another_kind_is_no_outage() -> None:
    assert not is_outage(RuntimeError())
