"""Bodies of answers: bounded while they are unpacked, and read as the text that they say they are."""

import re
import zlib
from collections.abc import Iterable
from encodings.aliases import aliases
from typing import Protocol

from runtime.http.failures import CallFailed

GZIP = zlib.MAX_WBITS | 16
MAX_PIECES = 20_000
"""In which a body may come: each costs the host some 20 µs, however small it is."""
CHARSETS = frozenset(
    {
        *("ascii", "utf_8", "utf_16", "utf_16_le", "utf_16_be", "latin_1", "koi8_r", "koi8_u", "mac_roman"),
        *(f"iso8859_{part}" for part in (*range(2, 9), 10, 13, 14, 15, 16)),
        *(f"cp{page}" for page in (866, 874, 932, *range(1250, 1259))),
        *("gbk", "gb2312", "gb18030", "big5", "big5hkscs", "euc_jp", "iso2022_jp", "shift_jis", "euc_kr"),
    }
)
"""Those of the web, as Python names their modules. Others of Python's are no charsets, or take time with the square."""

_CHARSET = re.compile(r';\s*charset\s*=\s*"?([\w.:-]{1,40})', re.IGNORECASE)
_TEXTUAL = re.compile(r"text/.*|.*[/+](json|xml|javascript|ecmascript|yaml|csv|x-ndjson|x-www-form-urlencoded)|")


class _Unpacking(Protocol):
    def feed(self, data: bytes, most_bytes: int) -> bytes: ...
    def finish(self) -> None: ...


def collect(pieces: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """The whole body, unpacked. No more than the limit is ever unpacked, whatever it is packed in."""
    unpacking: _Unpacking = _unpacking(encoding.strip().lower())
    body = bytearray()
    for count, piece in enumerate(pieces):
        if count == MAX_PIECES:
            raise CallFailed(f"its body comes in more than {MAX_PIECES} pieces")
        body += unpacking.feed(piece, max_bytes + 1 - len(body))
        if len(body) > max_bytes:
            raise CallFailed(f"its body is larger than {max_bytes} bytes")
    unpacking.finish()
    return bytes(body)


def text_of(body: bytes, content_type: str) -> tuple[str | None, str | None]:
    """The text of a body, None where it is none; and what the author should know of it, if anything."""
    said = _CHARSET.search(content_type)
    label = "utf-8" if said is None else said[1]
    codec = _codec(label)
    if codec is None:
        return None, f"is in an unknown charset, '{label}'"
    try:
        return body.decode(codec), None
    except UnicodeDecodeError:
        kind = content_type.partition(";")[0].strip().lower()
    if not _TEXTUAL.fullmatch(kind):
        return None, f"is of the type '{kind[:100]}' and no text"
    return body.decode(codec, "replace"), f"is not all {label}: what could not be read stands as U+FFFD"


def _codec(label: str) -> str | None:
    """Looked up here, since Python keeps every label that it is ever asked for."""
    name = label.lower().replace("-", "_")
    name = aliases.get(name, name)
    if name not in CHARSETS:
        return None
    return "utf_8_sig" if name == "utf_8" else name


def _unpacking(encoding: str) -> _Unpacking:
    if encoding in {"gzip", "x-gzip"}:
        return _Gunzip()
    if encoding in {"", "identity"}:
        return _Plain()
    raise CallFailed("its body is packed in a way that was not asked for", cause=f"content-encoding {encoding[:100]}")


class _Plain:
    def feed(self, data: bytes, most_bytes: int) -> bytes:
        return data[:most_bytes]

    def finish(self) -> None:
        pass


class _Gunzip:
    """One or more members of gzip, behind each other."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(GZIP)
        self._fed = False

    def feed(self, data: bytes, most_bytes: int) -> bytes:
        """At most so many bytes; what is left over then is lost, since the body is too large."""
        self._fed = self._fed or bool(data)
        unpacked = bytearray()
        try:
            while data and len(unpacked) < most_bytes:
                if self._member.eof:
                    self._member = zlib.decompressobj(GZIP)
                unpacked += self._member.decompress(data, most_bytes - len(unpacked))
                data = self._member.unused_data or self._member.unconsumed_tail
        except zlib.error as error:
            raise CallFailed("its body is no gzip, as it says") from error
        return bytes(unpacked)

    def finish(self) -> None:
        if self._fed and not self._member.eof:
            raise CallFailed("its body breaks off")
