"""Stand-ins for what is not to be told: the same one for the same value, wherever in a whole it stands.

A value is found by what it is called or looks like, in one place; then it is replaced in all, also inside of longer
texts. What a script made of one (its letters in another case, a half of it) is another value, and not found.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TypeAlias

from storage.models import Json

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w.-])(?:\+|\(|0)\d[\d ()/.-]{5,18}\d(?![\w-])")
"""With what phone numbers begin with: dates, ids and sums are none."""
SHORTEST_PART = 3
"""Shorter texts are replaced where they stand alone, not inside of others."""
SHORTEST_NUMBER = 1_000_000
"""Smaller numbers are replaced where they were found, not wherever the same number stands."""

Named: TypeAlias = Callable[[int], str]
"""The stand-in of a kind with a number."""


class StandIns:
    """From values to what stands for them. ``keep`` is a text (the script's) whose own words are left as they are."""

    def __init__(self, keep: str = "") -> None:
        self._keep = keep
        self._texts: dict[str, str] = {}
        self._numbers: dict[int | float, int] = {}
        self._counts: dict[str, int] = {}

    def add(self, value: Json, kind: str, named: Named) -> None:
        """Find a stand-in for a text or a number, unless it has one; other values tell too little to need one."""
        if isinstance(value, str):
            if value.strip() and value not in self._texts and not self._is_kept(value):
                self._texts[value] = named(self._next(kind))
                self.__dict__.pop("_pattern", None)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            self._numbers.setdefault(value, SHORTEST_NUMBER + self._next("number"))

    def add_all(self, value: Json, kind: str, named: Named) -> None:
        """Each text and number in a value."""
        if isinstance(value, (dict, list)):
            for part in value.values() if isinstance(value, dict) else value:
                self.add_all(part, kind, named)
        else:
            self.add(value, kind, named)

    def in_text(self, text: str) -> str:
        """A text with stand-ins in the place of what they stand for."""
        whole = self._texts.get(text)
        if whole is not None:
            return whole
        return self._pattern.sub(lambda found: self._texts[found[0]], text) if self._pattern else text

    def in_value(self, value: Json) -> Json:
        """A JSON value, likewise; its keys too."""
        if isinstance(value, str):
            return self.in_text(value)
        if isinstance(value, list):
            return [self.in_value(part) for part in value]
        if isinstance(value, dict):
            return {self.in_text(key): self.in_value(part) for key, part in value.items()}
        if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= SHORTEST_NUMBER:
            return self._numbers.get(value, value)
        return value

    def of(self, value: Json) -> Json:
        """What stands for a value that is not to be told, small numbers included."""
        if isinstance(value, (dict, list)):
            parts = value.items() if isinstance(value, dict) else enumerate(value)
            made = [(key, self.of(part)) for key, part in parts]
            return dict(made) if isinstance(value, dict) else [part for _, part in made]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self._numbers.get(value, value)
        return self.in_value(value)

    def _next(self, kind: str) -> int:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return self._counts[kind]

    def _is_kept(self, value: str) -> bool:
        return bool(self._keep) and re.search(_as_word(value), self._keep) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        """Finds what is to be replaced inside of texts, the longest first."""
        parts = sorted((text for text in self._texts if len(text) >= SHORTEST_PART), key=len, reverse=True)
        return re.compile("|".join(map(_as_word, parts))) if parts else None


def _as_word(text: str) -> str:
    """Finds a text that is not a part of a longer word."""
    return rf"(?<!\w){re.escape(text)}(?!\w)"


def shaped(value: Json, word: str) -> tuple[str, Named]:
    """The kind of a value by what it looks like, and stand-ins that look so too."""
    if isinstance(value, str) and EMAIL.fullmatch(value):
        return f"{word} e-mail", lambda number: f"{word}-{number}@example.com"
    if isinstance(value, str) and PHONE.fullmatch(value):
        return f"{word} phone", lambda number: f"+1555{number:07d}"
    return word, lambda number: f"{word}-{number}"


def found_in(texts: Iterable[str], pattern: re.Pattern[str]) -> Iterable[str]:
    """Everything in texts that looks so."""
    return (found[0] for text in texts for found in pattern.finditer(text))


def texts_of(value: Json) -> Iterable[str]:
    """Every text in a JSON value, keys aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from texts_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_of(part)
