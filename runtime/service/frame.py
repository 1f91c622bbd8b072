"""What stands around every request: an id, a line in the log, and an answer in the one shape whatever breaks."""

import re
import time
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.errors import FunnelscriptError
from runtime.service.refusals import CODES, Refused
from storage import StorageError
from storage.ids import new_uuid7

log = structlog.get_logger("funnelscript.access")

REQUEST_ID_HEADER = "x-request-id"
MAX_METHOD_CHARACTERS = 16
"""In the log: a client may call its method what it likes, at any length."""
_NOTES = "funnelscript.notes"
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def note(request: HttpRequest, **values: str | None) -> None:
    """Say of a request what its line in the log shall have: ids and names, never data."""
    request.scope[_NOTES].update(values)


class Frame:
    """The outermost part of the app."""

    def __init__(self, app: ASGIApp, max_head_bytes: int) -> None:
        self._app = app
        self._max_head_bytes = max_head_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await _Exchange(self._app, scope, receive, send).serve(self._max_head_bytes)


class _Exchange:
    """One request and its answer."""

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self._app, self._scope, self._receive, self._send = app, scope, receive, send
        self._request_id = _request_id(scope)
        self._status = 0
        scope[_NOTES] = {}
        scope["app"] = app  # so Starlette's router raises what it finds wrong, instead of answering in its own shape

    async def serve(self, max_head_bytes: int) -> None:
        start_seconds = time.perf_counter()
        try:
            _check_head(self._scope, max_head_bytes)
            await self._app(self._scope, self._receive, self._send_framed)
        except Exception as error:  # noqa: BLE001 - whatever breaks, the client gets an answer and the log the cause
            await self._answer_broken(error)
        finally:
            self._log_line((time.perf_counter() - start_seconds) * 1e3)

    async def _send_framed(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            own = [(REQUEST_ID_HEADER.encode(), self._request_id.encode()), (b"x-content-type-options", b"nosniff")]
            names = {name for name, _ in own}
            message["headers"] = [*(pair for pair in message["headers"] if pair[0].lower() not in names), *own]
        await self._send(message)

    async def _answer_broken(self, error: Exception) -> None:
        refused = as_refused(error)
        if refused.code == "internal_error":
            log.error("request_failed", request_id=self._request_id, exc_info=error)
        elif isinstance(error, StorageError):
            log.error("store_unavailable", request_id=self._request_id, cause=str(error.__cause__ or error))
        if self._status:
            raise error  # the answer is on its way: all that is left is to cut it off
        await refused.response()(self._scope, self._receive, self._send_framed)

    def _log_line(self, milliseconds: float) -> None:
        """Once a request; of the panel and of reloading, which ask all the time, only where all is logged."""
        notes: dict[str, Any] = self._scope[_NOTES]
        route = notes.pop("route", None) or _route(self._scope)
        say = log.debug if (route or "").startswith("/_") else log.info
        say(
            "request",
            request_id=self._request_id,
            method=self._scope["method"][:MAX_METHOD_CHARACTERS],
            route=route,
            status=self._status,
            ms=round(milliseconds, 3),
            **notes,
        )


def as_refused(error: Exception) -> Refused:
    """An error as the client may see it; what nobody foresaw says nothing of itself."""
    match error:
        case Refused():
            return error
        case HTTPException(status_code=404):
            return Refused("not_found", "there is nothing here")
        case HTTPException(status_code=405):
            allowed = ", ".join(sorted((error.headers or {}).get("Allow", "").split(", ")))
            message = f"the method is not taken here; allowed: {allowed}"
            return Refused("method_not_allowed", message, headers={"Allow": allowed})
        case FunnelscriptError() if error.code in CODES:
            return Refused(error.code, str(error))
        case StorageError():
            return Refused("store_unavailable", "the store cannot be used now")
        case _:
            return Refused("internal_error", "the service is at fault; its log has more under the request's id")


def _check_head(scope: Scope, max_bytes: int) -> None:
    size_bytes = len(scope["raw_path"]) + len(scope["query_string"])
    size_bytes += sum(len(name) + len(value) + 4 for name, value in scope["headers"])
    if size_bytes > max_bytes:
        raise Refused("headers_too_large", f"the request line and headers have more than {max_bytes} bytes")


def _request_id(scope: Scope) -> str:
    """The caller's, where it is a plain word; else a new one."""
    given = next((value for name, value in scope["headers"] if name == REQUEST_ID_HEADER.encode()), b"")
    return given.decode() if _REQUEST_ID.fullmatch(given) else new_uuid7()


def _route(scope: Scope) -> str | None:
    """The route's own pattern, which holds no id and nothing of a visitor's."""
    path: str | None = getattr(scope.get("route"), "path", None)
    return path
