"""What a script may say of the answer to its visitor: headers, cookies, addresses. Pure checks of single values.

Each one refuses with a ``TypeError`` or ``RangeError`` of the script's that names what came and what is allowed.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from bindings.errors import ScriptRangeError, ScriptTypeError
from bindings.problems import describe, printable, string_text
from storage.models import Json

MAX_HEADERS, MAX_COOKIES = 64, 50
MAX_HEADER_CHARACTERS, MAX_COOKIE_CHARACTERS, MAX_ADDRESS_CHARACTERS = 4_096, 4_096, 2_048
MAX_COOKIE_AGE_SECONDS = 400 * 24 * 60 * 60
"""Browsers keep none longer."""
REDIRECT_STATUSES = (301, 302, 303, 307, 308)
RESERVED_COOKIES = ("__", "funnelscript")
"""How the names begin of cookies that are the host's."""
RESERVED_SESSION_KEYS = frozenset({"brand", "customer", "customer_id", "email", "name", "attributes", "csrf_token"})
"""The host's own keys of a session, and all that begin with an underscore."""
REFUSED_HEADERS = {
    "cookies": ("cookie", "cookie2", "set-cookie", "set-cookie2"),
    "CORS": ("access-control-*", "cross-origin-*", "origin", "timing-allow-origin"),
    "the connection": (
        *("connection", "keep-alive", "proxy-*", "te", "trailer", "upgrade", "http2-settings", "alt-svc"),
        *("host", "date", "server", "via", "www-authenticate", "strict-transport-security", "expect-ct"),
    ),
    "framing": (
        *("content-length", "transfer-encoding", "content-encoding", "content-range", "content-security-policy*"),
        "x-frame-options",
    ),
    "where the visitor goes": ("location", "refresh", "content-location"),
    "the server behind": ("x-accel-*", "x-sendfile", "x-lighttpd-*", "x-reproxy-*", "x-forwarded-*", "status"),
    "what the browser keeps of a whole site": (
        *("clear-site-data", "service-worker-allowed", "sec-*", "nel", "report-to", "reporting-endpoints"),
        *("public-key-pins*", "set-login", "use-as-dictionary"),
    ),
}
"""Headers that are the host's, by what they are about; ``*`` stands for any ending."""

TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}")
"""What the name of a header or cookie can be."""

_HEADER_VALUE = re.compile(r"[ -~\t]*")
_CONTROL = re.compile(r"[\0-\x1f\x7f-\x9f\u2028\u2029]")
_COOKIE_PATH = re.compile(r"/[!-:<-~]*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_AUTHORITY = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_KEPT_IN_ADDRESSES = "!#$%&'()*+,-./:;=?@[]_~"


def header_name(call: str, name: Json) -> str:
    """The name in lower case."""
    text = _string(call, "name", name)
    if not TOKEN.fullmatch(text):
        raise ScriptTypeError(f"{call}: 'name' must be letters, digits and '-' (got {describe(text)})")
    lower = text.lower()
    for about, refused in REFUSED_HEADERS.items():
        if is_among(lower, refused):
            raise ScriptTypeError(f"{call}: the header '{printable(text)}' is the host's own ({about})")
    return lower


def is_among(name: str, refused: Iterable[str]) -> bool:
    """Whether a header is one of those, where ``*`` stands for any ending."""
    return any(name.startswith(one[:-1]) if one.endswith("*") else name == one for one in refused)


def header_value(call: str, value: Json, key: str = "value") -> str:
    """The value as text; a number is taken, too."""
    text = _text(call, value, key)
    if not _HEADER_VALUE.fullmatch(text):
        raise ScriptTypeError(f"{call}: '{key}' must be printable ASCII on one line (got {describe(text)})")
    return _at_most(call, key, text, MAX_HEADER_CHARACTERS).strip()


def cookie_name(call: str, name: Json) -> str:
    """The name as it is."""
    text = _string(call, "name", name)
    if not TOKEN.fullmatch(text):
        raise ScriptTypeError(f"{call}: 'name' must be letters, digits, '-' and '_' (got {describe(text)})")
    if text.lower().startswith(RESERVED_COOKIES):
        raise ScriptTypeError(
            f"{call}: cookies that begin with '__' or 'funnelscript' are the host's own (got '{text}')"
        )
    return text


def cookie_value(call: str, value: Json) -> str:
    """The value as text; a number or boolean is taken, too."""
    text = ("true" if value else "false") if isinstance(value, bool) else _text(call, value)
    if _CONTROL.search(text):
        raise ScriptTypeError(f"{call}: 'value' must have no control characters (got {describe(text)})")
    _at_most(call, "value", quote(text), MAX_COOKIE_CHARACTERS)
    return text


def cookie_path(call: str, path: Json) -> str:
    """The path, ``/`` where none is given."""
    if path is None:
        return "/"
    text = _string(call, "options.path", path)
    if not _COOKIE_PATH.fullmatch(text) or len(text) > MAX_ADDRESS_CHARACTERS:
        raise ScriptTypeError(
            f"{call}: 'options.path' must begin with '/' and be ASCII without ';' (got {describe(text)})"
        )
    return text


def cookie_age(call: str, seconds: Json) -> int | None:
    """The age in seconds; None for a cookie that goes with the browser's session."""
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds != int(seconds):
        raise ScriptTypeError(f"{call}: 'options.maxAge' must be a whole number of seconds (got {describe(seconds)})")
    if not 0 <= seconds <= MAX_COOKIE_AGE_SECONDS:
        raise ScriptRangeError(
            f"{call}: 'options.maxAge' must be 0 to {MAX_COOKIE_AGE_SECONDS} seconds (got {describe(seconds)})"
        )
    return int(seconds)


def session_key(call: str, key: Json) -> str:
    """A key of the visitor's session that is not the host's."""
    text = _at_most(call, "key", _string(call, "key", key), 128)
    if not text:
        raise ScriptTypeError(f"{call}: 'key' must not be empty")
    if text in RESERVED_SESSION_KEYS or text.startswith("_"):
        more = "; use session.setCustomer" if text in {"customer", "customer_id", "email", "name"} else ""
        raise ScriptTypeError(f"{call}: the key '{printable(text)}' is the host's own{more}")
    return text


def status_code(call: str, status: Json) -> int:
    """A status that an answer with a body may have."""
    return _whole(call, status, range(200, 600), "200 to 599")


def redirect_status(call: str, status: Json) -> int:
    """A status that sends the visitor on; 302 where none is given."""
    return 302 if status is None else _whole(call, status, REDIRECT_STATUSES, "301, 302, 303, 307 or 308")


def address(call: str, url: Json) -> str:
    """A relative path, or an ``http:`` or ``https:`` address with a host; in ASCII."""
    text = _at_most(call, "url", _string(call, "url", url), MAX_ADDRESS_CHARACTERS)
    problem = _address_problem(text)
    if problem is not None:
        raise ScriptTypeError(
            f"{call}: 'url' {problem} (got {string_text(text)});"
            " allowed are paths of this site and addresses with http: or https:"
        )
    return quote(text, safe=_KEPT_IN_ADDRESSES)


def _address_problem(text: str) -> str | None:
    """What is wrong with an address. Browsers take a backslash for a slash and skip blanks in one."""
    problems = {
        "is empty": not text,
        "has blanks or control characters in it": " " in text or bool(_CONTROL.search(text)) or text != text.strip(),
        "has a backslash in it": "\\" in text,
        "begins with '//', which is another site": text.startswith("//"),
    }
    found = next((problem for problem, is_so in problems.items() if is_so), None)
    scheme = _SCHEME.match(text)
    if found is not None or scheme is None:
        return found
    if scheme[1].lower() not in {"http", "https"}:
        return f"has the scheme '{printable(scheme[1])}:'"
    return _authority_problem(text)


def _authority_problem(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return "names no host"
    if "@" in parts.netloc:
        return "has a user name in it"
    if not text[text.index(":") + 1 :].startswith("//") or not port_is_right or not _AUTHORITY.fullmatch(parts.netloc):
        return "names no host"
    return None


def _string(call: str, key: str, value: Json) -> str:
    if not isinstance(value, str):
        raise ScriptTypeError(f"{call}: '{key}' {_got(value)}")
    return value


def _text(call: str, value: Json, key: str = "value") -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return describe(value).removeprefix("number ")
    return _string(call, key, value)


def _got(value: Json) -> str:
    return "is missing" if value is None else f"must be a string (got {describe(value)})"


def _at_most(call: str, key: str, text: str, characters: int) -> str:
    if len(text) > characters:
        raise ScriptRangeError(f"{call}: '{key}' has {len(text)} characters, the limit is {characters}")
    return text


def _whole(call: str, status: Json, allowed: "range | tuple[int, ...]", words: str) -> int:
    if isinstance(status, bool) or not isinstance(status, int | float):
        raise ScriptTypeError(
            f"{call}: 'status' {'is missing' if status is None else f'must be a number (got {describe(status)})'}"
        )
    if status not in allowed:
        raise ScriptRangeError(f"{call}: 'status' must be {words} (got {describe(status)})")
    return int(status)
