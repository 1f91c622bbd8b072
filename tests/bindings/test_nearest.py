"""Which known name was probably meant."""

import pytest

from bindings.nearest import hint, nearest

KNOWN = ("fieldKey", "field_key", "value", "referenceId", "weight-tracker", "won", "new")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("feildKey", "fieldKey"),
        ("FIELDKEY", "fieldKey"),
        ("field-key", "fieldKey"),
        ("weigt-tracker", "weight-tracker"),
        ("valeu", "value"),
        ("wno", "won"),
        ("nwe", "new"),
        ("reference", "referenceId"),
        ("zzz", None),
        ("", None),
        ("w" * 41, None),
    ],
)
def test_the_nearest_name_is_found(name: str, meant: str | None) -> None:
    assert nearest(name, KNOWN) == meant


def test_without_known_names_nothing_is_near() -> None:
    assert nearest("a", ()) is None


def test_of_more_names_than_are_compared_the_first_count() -> None:
    known = [f"x{number:04}" for number in range(200)]
    assert nearest("weight", [*known[:199], "weights"]) == "weights"
    assert nearest("weight", [*known, "weights"]) is None


@pytest.mark.parametrize(
    ("known", "ending"),
    [
        (("won", "new"), ", did you mean 'won'?"),
        (("aa", "bb"), " (known: aa, bb)"),
        (("aa", "bb", "cc", "dd", "ee", "ff"), " (known: aa, bb, cc, dd, ee, …)"),
        ((), " (none)"),
    ],
)
def test_a_message_ends_with_what_there_is(known: tuple[str, ...], ending: str) -> None:
    assert hint("wno", known, "none") == ending
