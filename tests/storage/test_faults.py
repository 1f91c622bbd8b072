"""The scenarios of ``tests.storage.faults``, each for a moment: no promise is broken, whatever breaks."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.storage.faults import SLOWEST_REFUSAL_SECONDS, Outcome, scenarios, writers_killed

SECONDS = 0.4


@pytest.mark.long
@pytest.mark.parametrize("scenario", scenarios())
def test_no_acknowledged_write_is_lost_and_none_is_done_twice(scenario: Callable[[float], Outcome]) -> None:
    """And those who have been there all along go on when it is mended."""
    assert_kept(scenario(SECONDS))


def test_callers_of_a_file_may_be_killed_too(tmp_path: Path) -> None:
    """Each write comes again with its operation id."""
    assert_kept(writers_killed(SECONDS, f"sqlite:///{tmp_path / 'store.db'}"))


def assert_kept(outcome: Outcome) -> None:
    assert (outcome.lost, outcome.doubled, outcome.wrong) == ([], [], [])
    assert outcome.breaks > 0
    assert outcome.acknowledged > 0
    assert outcome.slowest_ms < SLOWEST_REFUSAL_SECONDS * 1000
