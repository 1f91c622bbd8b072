"""Differences in words: the path of each value, what was expected, and what came."""

import difflib
import json
from typing import Any

from runtime.differing import NOTHING, Difference
from runtime.placed_yaml import shown_path

MAX_CHARACTERS = 400
"""Of a value so much is shown."""


def difference_lines(one: Difference, width: int) -> list[str]:
    """One difference: on one line where it fits; else each side on its own; texts of many lines as a diff."""
    path = shown_path(one.path)
    if isinstance(one.expected, str) and isinstance(one.came, str) and "\n" in one.expected + one.came:
        return [f"{path}:", *_text_diff(one.expected, one.came)]
    expected, came = value_text(one.expected), value_text(one.came)
    line = f"{path}: expected {expected}, got {came}"
    if len(line) <= width:
        return [line]
    return [f"{path}:", f"  expected {expected}", f"  got      {came}"]


def value_text(value: Any) -> str:
    """A value as JSON on one line, cut where it is long."""
    if value is NOTHING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}… ({len(text):,} characters in all)"


def _text_diff(expected: str, came: str) -> list[str]:
    """The lines that differ, with one around them; - is what was expected, + what came."""
    lines = difflib.unified_diff(expected.split("\n"), came.split("\n"), lineterm="", n=1)
    return [f"  {line[:1]} {line[1:]}" if line[:2] != "@@" else "  …" for line in list(lines)[2:]]
