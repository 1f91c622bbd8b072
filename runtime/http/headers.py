"""Headers of calls: what a script may send, what goes along to another host, and what it gets to see."""

from collections.abc import Iterable

from bindings.errors import ScriptRangeError, ScriptTypeError
from bindings.problems import describe, printable
from runtime.answering import MAX_HEADERS, TOKEN, header_value, is_among
from runtime.http.failures import CallFailed
from runtime.http.fetching import Headers
from storage.models import Json

MAX_ANSWER_HEADERS, MAX_ANSWER_HEADER_BYTES = 200, 32 * 1024
REFUSED = (
    *("host", "content-length", "transfer-encoding", "content-encoding", "accept-encoding", "expect", "range"),
    *("connection", "keep-alive", "te", "trailer", "upgrade", "http2-settings", "proxy-*"),
)
"""Those that say where a call goes and how it is framed; ``*`` stands for any ending."""
FOR_ANY_HOST = frozenset({"accept", "accept-language", "content-language", "content-type", "user-agent"})
"""What goes along when a redirect leads to another host: any other header of a script may be a secret."""


def request_headers(call: str, given: Json) -> dict[str, str]:
    """The headers that a script gave, names in lower case. Raises the script's error."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise ScriptTypeError(f"{call}: 'headers' must be an object (got {describe(given)})")
    if len(given) > MAX_HEADERS:
        raise ScriptRangeError(f"{call}: at most {MAX_HEADERS} headers (got {len(given)})")
    headers: dict[str, str] = {}
    for name, value in given.items():
        lower = name.lower()
        if not TOKEN.fullmatch(name):
            raise ScriptTypeError(f"{call}: names in 'headers' must be letters, digits and '-' (got {describe(name)})")
        if is_among(lower, REFUSED):
            raise ScriptTypeError(f"{call}: the header '{printable(name)}' is the host's own")
        if lower in headers:
            raise ScriptTypeError(f"{call}: the header '{lower}' is there twice, in different letter case")
        headers[lower] = header_value(call, value, f"headers.{lower[:40]}")
    return headers


def for_another_host(headers: Headers) -> dict[str, str]:
    """Those that go along to a host that the script did not name."""
    return {name: value for name, value in headers.items() if name in FOR_ANY_HOST}


def shown_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str | list[str]]:
    """Those of an answer as a script finds them: several of a name are one, parted by commas; cookies are a list."""
    headers: dict[str, str | list[str]] = {}
    pairs = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw]
    size_bytes = sum(len(name) + len(value) for name, value in pairs)
    if len(pairs) > MAX_ANSWER_HEADERS or size_bytes > MAX_ANSWER_HEADER_BYTES:
        raise CallFailed(
            f"its headers are more than {MAX_ANSWER_HEADERS} or larger than {MAX_ANSWER_HEADER_BYTES} bytes"
        )
    for name, value in pairs:
        before = headers.get(name, [] if name == "set-cookie" else None)
        if isinstance(before, list):
            headers[name] = [*before, value]
        else:
            headers[name] = value if before is None else f"{before}, {value}"
    return headers
