"""``-k``: which cases are meant, by words of their names."""

import re
from collections.abc import Callable
from typing import TypeAlias

Choice: TypeAlias = Callable[[str], bool]
"""Whether a case of this name is meant."""

_TOKEN = re.compile(r"\s*(?:(\()|(\))|\"([^\"]*)\"|'([^']*)'|([^\s()\"']+))")
_OPERATORS = ("and", "or", "not")


class ExpressionWrong(ValueError):
    """The text is no expression. The message says what came and what is allowed."""


def choice(expression: str) -> Choice:
    """The choice that an expression makes: words (in quotes where they have blanks), ``and``, ``or``, ``not``, ``( )``.

    A word means the names that it stands in, whatever its letter case. Raises ``ExpressionWrong``.
    """
    parser = _Parser(expression)
    chosen = parser.either()
    if not parser.at_end:
        raise parser.wrong("'and' or 'or'")
    return chosen


class _Parser:
    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens = self._split()
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at == len(self._tokens)

    def either(self) -> Choice:
        left = self._both()
        while self._take("or"):
            left = _or(left, self._both())
        return left

    def wrong(self, expected: str) -> ExpressionWrong:
        came = "its end" if self.at_end else f"'{self._tokens[self._at][1]}'"
        return ExpressionWrong(f"{expected} is expected in {self._expression!r} (got {came})")

    def _both(self) -> Choice:
        left = self._one()
        while self._take("and"):
            left = _and(left, self._one())
        return left

    def _one(self) -> Choice:
        if self._take("not"):
            inner = self._one()
            return lambda name: not inner(name)
        if self._take("("):
            inside = self.either()
            if not self._take(")"):
                raise self.wrong("')'")
            return inside
        if self.at_end or self._tokens[self._at][0]:
            raise self.wrong("a word")
        word = self._tokens[self._at][1].casefold()
        self._at += 1
        return lambda name: word in name.casefold()

    def _take(self, sign: str) -> bool:
        if self.at_end or self._tokens[self._at] != (True, sign):
            return False
        self._at += 1
        return True

    def _split(self) -> list[tuple[bool, str]]:
        """The tokens, each with whether it is a sign or an operator."""
        tokens, at = [], 0
        while self._expression[at:].strip():
            found = _TOKEN.match(self._expression, at)
            if found is None:
                raise ExpressionWrong(f"a quote is not closed in {self._expression!r}")
            opened, closed, _, _, word = found.groups()
            text = next(part for part in found.groups() if part is not None)
            tokens.append((bool(opened or closed or word in _OPERATORS), text))
            at = found.end()
        return tokens


def _or(one: Choice, other: Choice) -> Choice:
    return lambda name: one(name) or other(name)


def _and(one: Choice, other: Choice) -> Choice:
    return lambda name: one(name) and other(name)
