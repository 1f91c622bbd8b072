"""The short form of ``python -m tests.soak``."""

import pytest

from tests import soak


@pytest.mark.long
def test_mixed_runs_see_their_own_and_leave_nothing_behind() -> None:
    """Three hundred runs of six brands, a tenth of them hostile; each looks for what is not its own."""
    samples = soak.soak(300, lambda _: None)
    assert [figures.runs for figures in samples] == [30 * tenth for tenth in range(1, 11)]
    assert soak.growth(samples) == []
