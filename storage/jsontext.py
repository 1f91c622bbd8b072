"""JSON as it is stored: the one pair of functions between values and text.

The text is compact UTF-8 with keys in the order given, so a value reads back as it was written: integers of any size,
-0.0, floats, the order of keys. NaN, infinities and lone surrogates are no JSON and raise ``ValueError``.
"""

import json

from storage.errors import EntryTooLarge
from storage.models import Json

ENTRY_LIMIT_BYTES = 256 * 1024

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_DECODER = json.JSONDecoder()

encode = _ENCODER.encode
"""Value to text."""


def decode(text: str) -> Json:
    """Text to value; the text is one that ``encode`` made."""
    return _DECODER.raw_decode(text)[0]


def encode_values(values: dict[str, Json]) -> tuple[str, int]:
    """An entry's values as text, and its size in bytes of UTF-8. Raises ``EntryTooLarge`` over 256 KiB."""
    text = encode(values)
    size_bytes = len(text) if text.isascii() else len(text.encode())
    if size_bytes > ENTRY_LIMIT_BYTES:
        raise EntryTooLarge(size_bytes, ENTRY_LIMIT_BYTES)
    return text, size_bytes
