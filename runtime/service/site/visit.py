"""A browser's request as a script sees it."""

import re
from urllib.parse import unquote

from starlette.requests import Request as HttpRequest
from starlette.requests import cookie_parser

from runtime.answering import RESERVED_COOKIES
from runtime.request import SHOWN_HEADERS, Request, form_fields
from runtime.service.refusals import Refused

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?")
_KEPT_HEADERS = (*SHOWN_HEADERS, "content-type")


def request_of(http: HttpRequest, body: bytes, route_params: dict[str, str]) -> Request:
    """The request. A HEAD runs as a GET does.

    It holds neither credentials nor the host's own cookies: scripts do not see them, and records do not keep them.
    """
    try:
        query = form_fields(http.scope["query_string"])
    except ValueError as error:
        raise Refused("bad_request", "the query cannot be read") from error
    address = http.client.host if http.client else None
    return Request(
        method="GET" if http.method == "HEAD" else http.method,
        path=http.scope["path"],
        query=query,
        body=body or None,
        headers={name: ", ".join(http.headers.getlist(name)) for name in _KEPT_HEADERS if name in http.headers},
        cookies={
            name: unquote(value)
            for name, value in cookies_of(http).items()
            if not name.lower().startswith(RESERVED_COOKIES)
        },
        ip=None if address is None or ":" in address else address,
        ip6=address if address is not None and ":" in address else None,
        route_params=route_params,
    )


def cookies_of(http: HttpRequest) -> dict[str, str]:
    """All cookies of a request, as they came."""
    return cookie_parser("; ".join(http.headers.getlist("cookie")))


def host_name(http: HttpRequest) -> str:
    """The host that the browser asked for, without its port, in lower case; "" where that is no name or address."""
    found = _HOST.fullmatch(http.headers.get("host", "").lower())
    return found[1] if found else ""


def is_local(name: str) -> bool:
    """Whether a host's name means this machine, whatever any name server says."""
    return name in {"localhost", "127.0.0.1", "[::1]"} or name.endswith(".localhost")
