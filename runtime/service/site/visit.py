"""A browser's request as a script sees it."""

from urllib.parse import unquote

from starlette.requests import Request as HttpRequest
from starlette.requests import cookie_parser

from runtime.answering import RESERVED_COOKIES
from runtime.request import Request, form_fields
from runtime.service.refusals import Refused


def request_of(http: HttpRequest, body: bytes, route_params: dict[str, str]) -> Request:
    """The request. A HEAD runs as a GET does; the host's own cookies are not among those that a script sees."""
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
        headers={name: ", ".join(http.headers.getlist(name)) for name in set(http.headers)},
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
    """The host that the browser asked for, without its port, in lower case."""
    host = http.headers.get("host", "").lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.rpartition(":")[0] if ":" in host else host


def is_local(name: str) -> bool:
    """Whether a host's name means this machine, whatever any name server says."""
    return name in {"localhost", "127.0.0.1", "[::1]"} or name.endswith(".localhost")
