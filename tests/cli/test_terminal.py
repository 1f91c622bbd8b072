"""What may be written to a person's terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.cli.terminal import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢字 🙂", "plain é 漢字 🙂"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("a\tb\nc\rd", "a\\tb\\nc\\rd"),
        ("\x00\x07\x7f", "\\x00\\x07\\x7f"),
        ("abc\u202edef", "abc\\u202edef"),
        ("line\u2028end", "line\\u2028end"),
        ("\ud800", "\\ud800"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_control_characters_become_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_characters_to_keep_stay() -> None:
    assert visible("a\nb\tc", keep="\n") == "a\nb\\tc"


@given(st.text(st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp", "L"]), max_size=50))
def test_nothing_that_drives_a_terminal_comes_through(text: str) -> None:
    left = {unicodedata.category(character) for character in visible(text) if character not in "\u200c\u200d"}
    assert left.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})
