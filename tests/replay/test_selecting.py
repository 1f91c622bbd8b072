"""``-k``: words of names, and what joins them."""

import pytest

from runtime.replay.selecting import ExpressionWrong, choice

NAMES = ["first check-in", "second check-in", "First page", "a (page)"]


@pytest.mark.parametrize(
    ("expression", "chosen"),
    [
        ("first", [0, 2]),
        ("FIRST and page", [2]),
        ("first or second", [0, 1, 2]),
        ("not first", [1, 3]),
        ("not (first or second) ", [3]),
        ("first and not page or second", [0, 1]),
        ("'first page'", [2]),
        ('"check-in" and not "second check"', [0]),
        ("not not page", [2, 3]),
        ("'(page)'", [3]),
        ("'and'", []),
    ],
)
def test_expression_means_the_names_that_fit(expression: str, chosen: list[int]) -> None:
    is_meant = choice(expression)
    assert [number for number, name in enumerate(NAMES) if is_meant(name)] == chosen


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "a word is expected in '' (got its end)"),
        ("a b", "'and' or 'or' is expected in 'a b' (got 'b')"),
        ("a and", "a word is expected in 'a and' (got its end)"),
        ("or a", "a word is expected in 'or a' (got 'or')"),
        ("(a", "')' is expected in '(a' (got its end)"),
        ("a)", "'and' or 'or' is expected in 'a)' (got ')')"),
        ("'a", 'a quote is not closed in "\'a"'),
    ],
)
def test_what_is_no_expression_is_told_with_what_is_allowed(expression: str, message: str) -> None:
    with pytest.raises(ExpressionWrong) as problem:
        choice(expression)
    assert str(problem.value) == message
