"""The record of a run: everything that came of it, one typed model for the API, the command line and the service."""

from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from runtime.record_parts import (
    Cookie,
    HostCall,
    LoadedModule,
    LogLevel,
    LogLine,
    Redirect,
    Response,
    RunError,
    RunWarning,
    SessionCustomer,
    Status,
    TemplateRun,
    Usage,
)
from runtime.tape.model import Tape

__all__ = [
    "Cookie",
    "HostCall",
    "LoadedModule",
    "LogLevel",
    "LogLine",
    "PageResult",
    "Redirect",
    "Response",
    "RunError",
    "RunResult",
    "RunWarning",
    "SessionCustomer",
    "Status",
    "TemplateRun",
    "Usage",
]


class RunResult(BaseModel):
    """One run, whole.

    ``status`` is ``ok``; ``error`` where the script threw; ``time_limit``, ``memory_limit`` or ``limit`` (calls or
    sizes) where it was ended; ``crashed`` where the sandbox broke. What the script did before its end stays.
    ``customer_id`` is the customer whom the default reference meant, also one made by this run. ``headers`` have names
    in lower case. ``session`` is what the script set in the visitor's session, null for what it cleared.
    ``modules`` are those that it imported, in the order in which they were read.
    ``sandbox_missing`` names the protections that this host lacks. ``template`` is there where a page has one; what
    went wrong in it is the run's ``error`` too, where nothing went wrong before. ``tape`` is there where the run was
    asked for one; it is written by itself, not with the record.
    """

    model_config = ConfigDict(extra="forbid", defer_build=True)

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
    tape: Tape | None = Field(default=None, exclude=True)
    modules: list[LoadedModule] = Field(default_factory=list)


class PageResult(NamedTuple):
    """A page that ran: its record, and the page as the visitor gets it, whatever became of the run.

    It is without backend blocks, and rendered where it has a template.
    """

    record: RunResult
    html: str
