"""Writes under fire, small: ``python -m tests.workers.faults`` runs the same in full."""

from pathlib import Path

from tests.workers.faults import exactly_once, in_order


def test_each_write_happens_once_whoever_is_killed(tmp_path: Path) -> None:
    """Workers at any instant, also between commit and cut; the server in the middle, with its file."""
    report = exactly_once(tmp_path, writes=600, producers=3, workers=3, kills=12, server_kills=1, seed=1)
    assert (report.differing, report.dead_letters, report.writes) == ([], 0, 600)
    assert report.server_deaths == 1


def test_writes_of_a_reference_take_effect_in_the_order_of_acceptance(tmp_path: Path) -> None:
    report = in_order(tmp_path, references=40, writes_each=25, producers=4, workers=4, kills=4, seed=2)
    assert (report.differing, report.dead_letters) == ([], 0)
