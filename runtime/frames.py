"""What a worker says, read as if an enemy had written it.

Every frame is length-capped before it is read, strict UTF-8 and strict JSON: no NaN or infinity, no number out of a
double's range, no key twice, no lone surrogate, no nesting that the parser cannot take. What breaks a rule raises
``ProtocolViolation``; there is no partial reading.
"""

import json
import math
from typing import Any, NoReturn

from pydantic_core import to_json

from runtime.child.wire import HEADER_BYTES

MAX_INTEGER_DIGITS = 22
"""JavaScript prints whole numbers in full up to 21 digits, and a sign."""


class ProtocolViolation(Exception):
    """A worker said what no worker says. It is killed, and its run recorded as crashed."""


class FrameTooLarge(Exception):
    """A frame is longer than the run's limit on messages."""


class FrameBuffer:
    """Cuts a worker's bytes into frames."""

    def __init__(self, max_frame_bytes: int) -> None:
        self.max_frame_bytes = max_frame_bytes
        self._data = b""

    @property
    def empty(self) -> bool:
        """Whether all that came has been taken."""
        return not self._data

    def feed(self, data: bytes) -> None:
        """Add what came from the socket."""
        self._data = self._data + data if self._data else data

    def next(self) -> str | None:
        """The next whole frame's text, or None while it is not all there."""
        data = self._data
        if len(data) < HEADER_BYTES:
            return None
        end = HEADER_BYTES + int.from_bytes(data[:HEADER_BYTES], "little")
        if end - HEADER_BYTES > self.max_frame_bytes:
            raise FrameTooLarge
        if len(data) < end:
            return None
        self._data = data[end:]
        try:
            return data[HEADER_BYTES:end].decode("utf-8")
        except UnicodeDecodeError as error:
            raise ProtocolViolation("not UTF-8") from error


def decode(text: str) -> Any:
    """Strict JSON to Python. About 2 µs for a call's arguments. Raises ``ProtocolViolation``."""
    try:
        value = _value_of(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolViolation("not strict JSON") from error
    if "\\ud" in text or "\\uD" in text:
        _refuse_lone_surrogates(value)
    return value


def encode(value: Any) -> str:
    """JSON text of what goes to a worker, on one line. A NaN that a host left in becomes null. About 0.3 µs."""
    return to_json(value, inf_nan_mode="null").decode("utf-8")


def decode_pair(text: str, what: str) -> tuple[str, Any]:
    """A frame's list of a string and any value, as calls, variables and log lines are."""
    pair = decode(text)
    match pair:
        case [str(first), second]:
            return first, second
    raise ProtocolViolation(f"not {what}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key twice")
    return result


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("out of range")
    return number


def _int(text: str) -> int:
    if len(text) > MAX_INTEGER_DIGITS:
        raise ValueError("out of range")
    return int(text)


def _constant(text: str) -> NoReturn:
    raise ValueError(text)


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_int=_int, parse_constant=_constant)
_scan = _decoder.scan_once  # type: ignore[attr-defined]  # which typeshed leaves out


def _value_of(text: str) -> Any:
    """As the decoder, which looks for blanks around each value first, by two regular expressions: 1 µs a frame."""
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        end = -1
    return value if end == len(text) else _decoder.decode(text)


def _refuse_lone_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ProtocolViolation("a lone surrogate") from error
