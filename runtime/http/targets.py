"""Addresses of the web (URLs) as scripts and servers write them, read once and by one parser."""

import re
from ipaddress import IPv6Address
from urllib.parse import urljoin

import httpx

from runtime.http.addresses import literal

MAX_URL_CHARACTERS = 8_192
PORTS = {"http": 80, "https": 443}
SPECIAL_NAMES = ("internal", "local", "localhost", "home.arpa", "onion", "test", "invalid")
"""Names under these are of no public host; ``metadata.google.internal`` is one of them."""

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_BLANK = re.compile(r"[\s\\]")


class BadUrl(ValueError):
    """What is wrong with a URL, to follow the words ``'url'``."""


def read_url(text: str) -> httpx.URL:
    """The URL, its host in ASCII and lower case and without a last dot. Raises ``BadUrl``."""
    if len(text) > MAX_URL_CHARACTERS:
        raise BadUrl(f"has {len(text)} characters, the limit is {MAX_URL_CHARACTERS}")
    if _BLANK.search(text) or not text.isprintable():
        raise BadUrl("has blanks, control characters or a backslash in it")
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise BadUrl("is not the address of a page") from error
    return _checked(url)


def follow(url: httpx.URL, location: str) -> httpx.URL:
    """Where a page at one URL sends whoever asks for it. Raises ``BadUrl``."""
    try:
        target = urljoin(str(url), location)
    except ValueError as error:
        raise BadUrl("is not the address of a page") from error
    return read_url(target)


def port_of(url: httpx.URL) -> int:
    """The port, that of the scheme where none is said."""
    return url.port or PORTS[url.scheme]


def is_public_name(host: str) -> bool:
    """Whether a name can be that of a public host: it has a dot, and is under no name for local use."""
    return "." in host and not any(host == name or host.endswith("." + name) for name in SPECIAL_NAMES)


def _checked(url: httpx.URL) -> httpx.URL:
    if url.scheme not in PORTS:
        raise BadUrl("must begin with http:// or https://")
    if url.userinfo:
        raise BadUrl("has a user name in it; send the header 'authorization'")
    host = url.raw_host.decode("ascii").lower().removesuffix(".")
    if not _is_host(host):
        raise BadUrl("names no host")
    if url.port is not None and not 0 < url.port <= 65_535:  # noqa: PLR2004 - what a port can be
        raise BadUrl("has a port that is none")
    return url.copy_with(host=host, fragment=None)


def _is_host(host: str) -> bool:
    """A name, or an address. What ends in a number and is no address is neither."""
    if ":" in host:
        return _is_ipv6(host)
    if literal(host) is not None:
        return True
    return len(host) <= 253 and _NAME.fullmatch(host) is not None and not _is_number(host.rpartition(".")[2])  # noqa: PLR2004 - what DNS allows


def _is_ipv6(host: str) -> bool:
    """One without a zone, which only means something on this machine."""
    try:
        return IPv6Address(host).scope_id is None
    except ValueError:
        return False


def _is_number(label: str) -> bool:
    return label.isdigit() or re.fullmatch(r"0x[0-9a-f]*", label) is not None
