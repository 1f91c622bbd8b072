"""Reading a request's body: bounded in size while it comes, and in time; all bodies together bounded in size."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest

from runtime.service.refusals import Refused

_LENGTH = re.compile(r"\d{1,15}", re.ASCII)


class HeldBytes:
    """How much of bodies is held now, over all requests. Belongs to one event loop."""

    def __init__(self, max_bytes: int) -> None:
        self._left_bytes = max_bytes

    def take(self, size_bytes: int) -> None:
        """So much more is held. Raises ``Refused`` (``busy``) where that is too much; then it is not."""
        if size_bytes > self._left_bytes:
            raise Refused("busy", "the bodies of other requests take all the room there is")
        self._left_bytes -= size_bytes

    def give_back(self, size_bytes: int) -> None:
        """So much is not held any more."""
        self._left_bytes += size_bytes


@asynccontextmanager
async def body_of(request: HttpRequest, max_bytes: int, seconds: float, held: HeldBytes) -> AsyncIterator[bytes]:
    """The whole body, held while the block runs.

    Raises ``Refused``: ``length_required``, ``too_large``, ``timeout``, ``bad_request``, ``busy``.
    """
    length = request.headers.get("content-length")
    if length is None and "transfer-encoding" not in request.headers:
        raise Refused("length_required", "say Content-Length, or Transfer-Encoding: chunked")
    if length is not None and (not _LENGTH.fullmatch(length) or int(length) > max_bytes):
        raise _too_large(max_bytes)
    body = bytearray()
    try:
        await _read(request, body, max_bytes, seconds, held)
        yield bytes(body)
    finally:
        held.give_back(len(body))


async def _read(request: HttpRequest, body: bytearray, max_bytes: int, seconds: float, held: HeldBytes) -> None:
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                if len(body) + len(part) > max_bytes:
                    raise _too_large(max_bytes)
                held.take(len(part))
                body += part
    except TimeoutError as error:
        message = f"the body was not there after {seconds:g} s"
        raise Refused("timeout", message, headers={"Connection": "close"}) from error
    except ClientDisconnect as error:
        raise Refused("bad_request", "the body broke off") from error


def require_json(request: HttpRequest) -> None:
    """Refuse a body that does not say that it is JSON."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = re.sub(r"[\s\"]", "", parameters).lower()
    if kind.strip().lower() != "application/json" or charset not in {"", "charset=utf-8"}:
        raise Refused("unsupported_media_type", "the body has to be application/json, in UTF-8")


def _too_large(max_bytes: int) -> Refused:
    return Refused("too_large", f"the body has more than {max_bytes} bytes")
