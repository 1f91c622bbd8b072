"""JSON values beside each other: what counts as a difference, and where it is said to be."""

import pytest

from runtime.differing import NOTHING, Difference, differences, same


@pytest.mark.parametrize(
    ("expected", "came", "found"),
    [
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": True}, {"a": 1}, [Difference(("a",), True, 1)]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
        ([1], [1, None], [Difference((1,), NOTHING, None)]),
        ([1, None], [1], [Difference((1,), None, NOTHING)]),
        ({"a": {"b": [0]}}, {"a": {"b": ["0"]}, "c": 1}, [
            Difference(("a", "b", 0), 0, "0"), Difference(("c",), NOTHING, 1)]),
        (None, {}, [Difference((), None, {})]),
        ([], {}, [Difference((), [], {})]),
        ("$any", 1, [Difference((), "$any", 1)]),
    ],
)  # fmt: skip
def test_values_are_compared_by_path(expected: object, came: object, found: list[Difference]) -> None:
    assert [*differences(expected, came)] == found
    assert same(expected, came) is (found == [])


@pytest.mark.parametrize(
    ("expected", "came", "found"),
    [
        ("$any", None, []),
        ({"a": ["$any", 2]}, {"a": [{"b": 1}, 2]}, []),
        ({"a": "$any"}, {}, [Difference(("a",), "$any", NOTHING)]),
        ({}, {"a": "$any"}, [Difference(("a",), NOTHING, "$any")]),
    ],
)
def test_anything_may_come_where_that_is_expected(expected: object, came: object, found: list[Difference]) -> None:
    assert [*differences(expected, came, (), "$any")] == found
    assert same(expected, came, "$any") is (found == [])
