"""What the service says no to: one table of codes, one exception, one JSON shape for every answer that is an error."""

import random
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict
from starlette.responses import Response as HttpResponse


class Code(NamedTuple):
    """The HTTP status that goes with a code, and what it means."""

    status: int
    meaning: str


CODES: Mapping[str, Code] = {
    "bad_request": Code(400, "What came is not HTTP as it should be."),
    "bad_json": Code(400, "The body is not strict JSON: a syntax error, a key twice, NaN, a lone surrogate."),
    "no_token": Code(401, "There is no bearer token."),
    "bad_token": Code(401, "The token is unknown, revoked or not whole."),
    "wrong_brand": Code(403, "The body names another brand than the token's."),
    "missing_scope": Code(403, "The token may not do this."),
    "forbidden": Code(403, "The request comes from where this is not served."),
    "not_found": Code(404, "There is nothing at this path."),
    "method_not_allowed": Code(405, "The path does not take this method; the header `Allow` names those it takes."),
    "timeout": Code(408, "The request took too long to arrive."),
    "length_required": Code(411, "A body needs a `Content-Length`, or `Transfer-Encoding: chunked`."),
    "too_large": Code(413, "The body is larger than the service takes."),
    "unsupported_media_type": Code(415, "The body is of a type that is not taken here."),
    "invalid": Code(422, "The body is JSON and not what is asked for; `details` names each problem."),
    "too_many_runs": Code(429, "The brand has as many runs at work or waiting as it may: try again later."),
    "headers_too_large": Code(431, "The request line and headers are larger than the service takes."),
    "bad_page": Code(500, "The page's file is too large or no UTF-8 text."),
    "internal_error": Code(500, "The service is at fault; its log has the cause under the request's id."),
    "not_implemented": Code(501, "The request uses a transfer encoding other than `chunked`."),
    "busy": Code(503, "All places are taken and as many runs wait as may: try again later."),
    "sandbox_unavailable": Code(503, "The sandbox cannot start, or lacks a layer."),
    "store_unavailable": Code(503, "The store cannot be used now."),
    "runtime_closed": Code(503, "The service is ending."),
}
"""Every code that the service answers with. Codes are stable; messages are for people."""
RETRY_AFTER_SECONDS = (1, 2, 3)
"""One of these, by chance: who was refused together does not come back together."""


class ErrorDetail(BaseModel):
    """One problem of a body: where it is, as a path of keys and places, and what it is."""

    model_config = ConfigDict(extra="forbid")

    path: list[str | int]
    problem: str


class ErrorPart(BaseModel):
    """What went wrong: a stable code, a sentence, and for a body that is not as it should be each problem."""

    model_config = ConfigDict(extra="forbid")

    code: str
    message: str
    details: list[ErrorDetail] | None = None


class ErrorAnswer(BaseModel):
    """The body of every answer that is an error."""

    model_config = ConfigDict(extra="forbid")

    error: ErrorPart


class Refused(Exception):
    """A request is answered with an error. ``headers`` go with it."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        details: list[ErrorDetail] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.answer = ErrorAnswer(error=ErrorPart(code=code, message=message, details=details))
        self.status = CODES[code].status
        self.headers = {**_standing_headers(self.status), **(headers or {})}

    def body(self) -> bytes:
        """The answer as JSON."""
        return self.answer.model_dump_json(exclude_none=True).encode()

    def response(self) -> HttpResponse:
        """The answer."""
        return HttpResponse(self.body(), self.status, self.headers, "application/json")


def details_of(errors: list[Any]) -> list[ErrorDetail]:
    """Pydantic's problems, without what came: that can be a visitor's."""
    return [ErrorDetail(path=list(error["loc"]), problem=str(error["msg"])) for error in errors]


def _standing_headers(status: int) -> dict[str, str]:
    wait = random.choice(RETRY_AFTER_SECONDS)  # noqa: S311 - nobody gains by guessing it
    retry = {"Retry-After": str(wait)} if status in {429, 503} else {}
    return {"Cache-Control": "no-store", **retry}
