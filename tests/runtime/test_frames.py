"""Strict JSON: what it reads, with blanks around it or without, and what it refuses."""

from typing import Any

import pytest

from runtime.frames import ProtocolViolation, decode


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('["a",{"b":[1,2.5,null,true]}]', ["a", {"b": [1, 2.5, None, True]}]),
        (' \t\r\n{"a" : 1}\n ', {"a": 1}),
        ("{}", {}),
        ("0 ", 0),
        ('"\\ud83d\\ude00"', "\U0001f600"),
    ],
)
def test_strict_json_is_read_with_blanks_around_it_or_without(text: str, value: Any) -> None:
    assert decode(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "\n", "{", "x", "[1,]", '{"a":1}{}', "{}x", "1 2", "{},", "\ufeff{}", "\x0c1", "'a'", '"a\n"'),
        *('{"a":1,"a":1}', "NaN", "-Infinity", "1e999", "1" * 23, '"\\ud800"', '{"\\udc00":1}', "[" * 100_000),
    ],
)
def test_what_is_no_strict_json_is_refused(text: str) -> None:
    with pytest.raises(ProtocolViolation):
        decode(text)
