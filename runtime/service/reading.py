"""Reading a request's body: bounded in size while it comes, and in time."""

import asyncio
import re

from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest

from runtime.service.refusals import Refused

_LENGTH = re.compile(r"\d{1,15}", re.ASCII)


async def read_body(request: HttpRequest, max_bytes: int, seconds: float) -> bytes:
    """The whole body. Raises ``Refused``: ``length_required``, ``too_large``, ``timeout``, ``bad_request``."""
    length = request.headers.get("content-length")
    if length is None and "transfer-encoding" not in request.headers:
        raise Refused("length_required", "say Content-Length, or Transfer-Encoding: chunked")
    if length is not None and (not _LENGTH.fullmatch(length) or int(length) > max_bytes):
        raise _too_large(max_bytes)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                body += part
                if len(body) > max_bytes:
                    raise _too_large(max_bytes)
    except TimeoutError as error:
        message = f"the body was not there after {seconds:g} s"
        raise Refused("timeout", message, headers={"Connection": "close"}) from error
    except ClientDisconnect as error:
        raise Refused("bad_request", "the body broke off") from error
    return bytes(body)


def require_json(request: HttpRequest) -> None:
    """Refuse a body that does not say that it is JSON."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = re.sub(r"[\s\"]", "", parameters).lower()
    if kind.strip().lower() != "application/json" or charset not in {"", "charset=utf-8"}:
        raise Refused("unsupported_media_type", "the body has to be application/json, in UTF-8")


def _too_large(max_bytes: int) -> Refused:
    return Refused("too_large", f"the body has more than {max_bytes} bytes")
