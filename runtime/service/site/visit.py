"""A browser's request as a script sees it."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import unquote

from starlette.requests import Request as HttpRequest

from runtime.answering import RESERVED_COOKIES
from runtime.request import SHOWN_HEADERS, Request, form_fields
from runtime.service.refusals import Refused

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?")
_KEPT_HEADERS = {name.encode(): name for name in (*SHOWN_HEADERS, "content-type")}


def request_of(http: HttpRequest, body: bytes, route_params: dict[str, str]) -> Request:
    """The request. A HEAD runs as a GET does.

    It holds neither credentials nor the host's own cookies: scripts do not see them, and records do not keep them.
    """
    try:
        query = form_fields(http.scope["query_string"])
    except ValueError as error:
        raise Refused("bad_request", "the query cannot be read") from error
    address = address_of(http)
    return Request(
        method="GET" if http.method == "HEAD" else http.method,
        path=http.scope["path"],
        query=query,
        body=body or None,
        headers=_kept_headers(http.scope["headers"]),
        cookies={
            name: unquote(value)
            for name, value in cookies_of(http).items()
            if not name.lower().startswith(RESERVED_COOKIES)
        },
        ip=str(address) if isinstance(address, IPv4Address) else None,
        ip6=str(address) if isinstance(address, IPv6Address) else None,
        route_params=route_params,
    )


def address_of(http: HttpRequest) -> IPv4Address | IPv6Address | None:
    """Who asks, by the connection alone; who comes by IPv4 to a socket of IPv6 as the IPv4 address that they have."""
    try:
        address = ip_address(http.client.host.partition("%")[0] if http.client else "")
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped


def _kept_headers(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """In one way through: to ask Starlette for each name goes through all headers again."""
    kept: dict[str, list[str]] = {}
    for name, value in headers:
        if (known := _KEPT_HEADERS.get(name)) is not None:
            kept.setdefault(known, []).append(value.decode("latin-1"))
    return {name: ", ".join(values) for name, values in kept.items()}


def cookies_of(http: HttpRequest) -> dict[str, str]:
    """All cookies of a request, as they came: of one name the last, which browsers send for the shortest path.

    Not by Python's own parser: it also undoes escapes, which no browser makes, in time with the square of their number.
    """
    pairs = (part.partition("=") for header in http.headers.getlist("cookie") for part in header.split(";"))
    return {name.strip(): _without_quotes(value.strip()) for name, equals, value in pairs if equals and name.strip()}


def _without_quotes(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def host_name(http: HttpRequest) -> str:
    """The host that the browser asked for, without its port, in lower case; "" where that is no name or address."""
    found = _HOST.fullmatch(http.headers.get("host", "").lower())
    return found[1] if found else ""


def is_local(name: str) -> bool:
    """Whether a host's name means this machine, whatever any name server says."""
    return name in {"localhost", "127.0.0.1", "[::1]"} or name.endswith(".localhost")
