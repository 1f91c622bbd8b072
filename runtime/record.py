"""The record of a run: everything that came of it, one typed model for the API, the command line and the service."""

from dataclasses import dataclass
from typing import Any, Literal

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


class RunResult(BaseModel):
    """One run, whole.

    ``status`` is ``ok``; ``error`` where the script threw; ``time_limit``, ``memory_limit`` or ``limit`` (calls or
    sizes) where it was ended; ``crashed`` where the sandbox broke. What the script did before its end stays.
    ``customer_id`` is the customer whom the default reference meant, also one made by this run. ``sandbox_missing``
    names the protections that this host lacks.
    """

    model_config = ConfigDict(extra="forbid")

    run_id: str
    status: Status
    variables: dict[str, Any] = Field(default_factory=dict)
    logs: list[LogLine] = Field(default_factory=list)
    error: RunError | None = None
    warnings: list[RunWarning] = Field(default_factory=list)
    calls: list[HostCall] = Field(default_factory=list)
    usage: Usage = Field(default_factory=Usage)
    customer_id: str | None = None
    deferred_writes: int = 0
    sandbox_missing: list[str] = Field(default_factory=list)
