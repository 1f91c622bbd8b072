"""The record of a run: everything that came of it, one typed model for the API, the command line and the service."""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["ok", "error", "time_limit", "memory_limit", "limit", "crashed"]
LogLevel = Literal["log", "info", "warn", "error", "debug"]


# The parts are plain dataclasses: a run makes many, and making one as a pydantic model takes 8 µs.


@dataclass(slots=True)
class LogLine:
    """One call of ``console``; objects are shown as a person would want to read them."""

    level: LogLevel
    text: str


@dataclass(slots=True)
class RunError:
    """What ended the run. ``file``, ``line`` and ``column`` are the place in the author's file, where it is known.

    Lines and columns count from 1, columns in characters.
    """

    name: str
    message: str
    stack: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None
    code: str | None = None


@dataclass(slots=True)
class RunWarning:
    """Something that the author should know of and that did not end the run."""

    code: str
    message: str


@dataclass(slots=True)
class HostCall:
    """One CRM call: ``ok`` is false where it threw."""

    name: str
    milliseconds: float
    ok: bool


@dataclass(slots=True)
class Usage:
    """What the run took. ``memory_bytes`` is the script's heap at its end or its highest known point."""

    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    memory_bytes: int = 0
    host_calls: int = 0


@dataclass(slots=True)
class TemplateRun:
    """What came of a page's template: its errors in order, and what it took; the run's usage has it in it.

    An expression that failed has printed nothing. After an error that is a limit the page is the one without values.
    """

    errors: list[RunError] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)


@dataclass(slots=True)
class Response:
    """What the visitor gets. ``body`` and ``content_type`` are None where the page itself is sent, with this status."""

    status: int = 200
    content_type: str | None = None
    body: str | None = None


@dataclass(slots=True)
class Redirect:
    """Where the visitor is sent: a path of this site, or an ``http:`` or ``https:`` address; ASCII alone."""

    url: str
    status: int


@dataclass(slots=True)
class Cookie:
    """A cookie to set, or with a ``value`` of None to delete. Its value is to be percent-encoded where it is sent."""

    name: str
    value: str | None
    max_age_seconds: int | None = None
    path: str = "/"


@dataclass(slots=True)
class SessionCustomer:
    """Whom the script made the session's customer; ``id`` is None where the brand knows nobody of that e-mail yet."""

    email: str
    id: str | None = None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None


class RunResult(BaseModel):
    """One run, whole.

    ``status`` is ``ok``; ``error`` where the script threw; ``time_limit``, ``memory_limit`` or ``limit`` (calls or
    sizes) where it was ended; ``crashed`` where the sandbox broke. What the script did before its end stays.
    ``customer_id`` is the customer whom the default reference meant, also one made by this run. ``headers`` have names
    in lower case. ``session`` is what the script set in the visitor's session, null for what it cleared.
    ``sandbox_missing`` names the protections that this host lacks. ``template`` is there where a page has one; what
    went wrong in it is the run's ``error`` too, where nothing went wrong before.
    """

    model_config = ConfigDict(extra="forbid")

    run_id: str
    status: Status
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
    calls: list[HostCall] = Field(default_factory=list)
    usage: Usage = Field(default_factory=Usage)
    customer_id: str | None = None
    deferred_writes: int = 0
    sandbox_missing: list[str] = Field(default_factory=list)
    template: TemplateRun | None = None


class PageResult(NamedTuple):
    """A page that ran: its record, and the page as the visitor gets it, whatever became of the run.

    It is without backend blocks, and rendered where it has a template.
    """

    record: RunResult
    html: str
