"""The tutorial, done from top to bottom in an empty folder: every command prints what it shows."""

from pathlib import Path

import pytest

from tests.markdown import blocks, follow, matches

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"


@pytest.mark.long
def test_following_the_tutorial_gives_what_it_shows(tmp_path: Path) -> None:
    """Exactly, save for what is different each time: ids, times and figures, where the page has "…"."""
    printed = [*follow(PAGE, tmp_path)]
    wrong = [(came, shown) for came, shown in printed if shown is None or not matches(came, shown)]
    assert wrong == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "checkin.case.yaml",
        "checkin.js",
        "funnelscript.db",
        "report.xml",
    ]


def test_every_command_of_the_tutorial_shows_what_it_prints() -> None:
    """All but the installation, which would be that of the tests' own tree."""
    commands = [block for block in blocks(PAGE) if block.language == "sh"]
    assert [block.shows is None for block in commands] == [True] + [False] * (len(commands) - 1)
