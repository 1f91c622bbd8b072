"""The tape of a run: what it was given, each call that it made with its answer, in order, and what came of it."""

import base64
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from runtime.limits import MIB, Limits
from runtime.record_parts import (
    Cookie,
    LogLine,
    Redirect,
    Response,
    RunError,
    RunWarning,
    SessionCustomer,
    Status,
)
from runtime.request import SHOWN_HEADERS, Request
from runtime.session import Session
from storage.models import Json

VERSION: Literal[1] = 1
"""Of the form. A tape of another version is refused, not guessed at."""
KEPT_HEADERS = (*SHOWN_HEADERS, "content-type")
"""What a script can see of a request's headers, or feel: no tape holds the others."""


class TapeModel(BaseModel):
    """What all parts of a tape have in common: they never change, and an unknown key is a mistake.

    Their checks are built when first needed, or by ``runtime.opening.build_models``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class TapeOptions(TapeModel):
    """How a run is put on tape.

    Past ``max_calls`` or ``max_bytes`` (of calls and answers as JSON) nothing more is written down, and the tape says
    so. ``redact`` are patterns of key names, such as ``email`` or ``*phone*``, whatever their case: their values, and
    all that repeats one of them, are replaced by stand-ins.
    """

    max_calls: PositiveInt = 10_000
    max_bytes: PositiveInt = 4 * MIB
    redact: tuple[str, ...] = ()


class TapedError(TapeModel):
    """What a call threw in the script."""

    name: str
    message: str
    code: str | None = None


class TapedCall(TapeModel):
    """One call in the order in which the script saw its answer.

    A value (``answer``) or an ``error`` came of it; null, where the run ended in it. ``limits.left`` stands here as
    a call without arguments. ``warnings`` are those that it gave rise to. ``customer_id`` is whom the default reference
    meant afterwards, where the call settled that.
    """

    name: str
    arguments: Json = None
    answer: Json = None
    error: TapedError | None = None
    warnings: list[RunWarning] = Field(default_factory=list)
    customer_id: str | None = None


class TapedRequest(TapeModel):
    """The request, with the headers that matter to a script. ``body`` is text, or what ``body_base64`` stands for."""

    method: str = "GET"
    path: str = "/"
    query: dict[str, str | list[str]] = Field(default_factory=dict)
    body: str | None = None
    body_base64: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    cookies: dict[str, str] = Field(default_factory=dict)
    ip: str | None = None
    ip6: str | None = None
    is_mobile: bool | None = None
    is_tablet: bool | None = None
    route_params: dict[str, str] = Field(default_factory=dict)

    @classmethod
    def of(cls, request: Request) -> Self:
        """A request as it is put on tape."""
        said = request.model_dump(exclude={"body", "headers"})
        headers = {name.lower(): value for name, value in request.headers.items() if name.lower() in KEPT_HEADERS}
        body, encoded = None, None
        if request.body is not None:
            try:
                body = request.body.decode("utf-8")
            except UnicodeDecodeError:
                encoded = base64.b64encode(request.body).decode("ascii")
        return cls(**said, headers=headers, body=body, body_base64=encoded)

    def request(self) -> Request:
        """The request that it stands for."""
        body = None if self.body is None else self.body.encode("utf-8", "replace")
        if self.body_base64 is not None:
            body = base64.b64decode(self.body_base64)
        return Request(**self.model_dump(exclude={"body", "body_base64"}), body=body)


class TapedOutcome(TapeModel):
    """What came of the run: the part of its record that the same run gives again, and whose run it was."""

    status: Status = "ok"
    variables: dict[str, Any] = Field(default_factory=dict)
    response: Response | None = None
    redirect: Redirect | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    cookies: list[Cookie] = Field(default_factory=list)
    session: dict[str, Any] = Field(default_factory=dict)
    session_customer: SessionCustomer | None = None
    logs: list[LogLine] = Field(default_factory=list)
    error: RunError | None = None
    warnings: list[RunWarning] = Field(default_factory=list)
    customer_id: str | None = None
    deferred_writes: int = 0


class Tape(TapeModel):
    """One run, enough to do it again offline.

    ``source`` is the script, or the page where ``is_page``; ``modules`` are the brand's modules that it came to need,
    by code. ``now_ms`` is the time at which its clock stood, ``seed`` what its random numbers came from. ``cut_off``
    says why calls are missing at the end, where they are. ``redacted`` are the patterns by which values were replaced.
    """

    version: Literal[1] = VERSION
    run_id: str
    is_page: bool = False
    file: str
    source: str
    modules: dict[str, str] = Field(default_factory=dict)
    session: Session
    request: TapedRequest | None = None
    limits: Limits = Limits()
    strict: bool = False
    http: bool = False
    now_ms: Annotated[int, Field(ge=-8_640_000_000_000_000, le=8_640_000_000_000_000)]
    seed: int
    calls: list[TapedCall] = Field(default_factory=list)
    cut_off: str | None = None
    redacted: list[str] = Field(default_factory=list)
    outcome: TapedOutcome = Field(default_factory=TapedOutcome)
