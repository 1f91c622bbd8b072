"""What the record of a run is made of.

Plain dataclasses: a run makes many, and making one as a pydantic model takes 8 µs.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["ok", "error", "time_limit", "memory_limit", "limit", "crashed"]
LogLevel = Literal["log", "info", "warn", "error", "debug"]


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
    """Something that the author should know of and that did not end the run.

    ``file``, ``line`` and ``column`` are the place of the call that it is about, as in ``RunError``; None where it is
    about no call. What several calls gave rise to stands once, with the place of the first.
    """

    code: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None


def place_text(told: RunError | RunWarning) -> str:
    """The place as ``checkin.js:3:1``, as far as it is known; empty where nothing is."""
    return ":".join(str(part) for part in (told.file, told.line, told.column) if part is not None)


@dataclass(slots=True)
class HostCall:
    """One CRM call: ``ok`` is false where it threw."""

    name: str
    milliseconds: float
    ok: bool


@dataclass(slots=True)
class LoadedModule:
    """A module that the run imported. ``sha256`` is that of its source in UTF-8."""

    code: str
    sha256: str


def loaded(code: str, source: str) -> LoadedModule:
    """A module as it stands in the record."""
    return LoadedModule(code, hashlib.sha256(source.encode("utf-8", "replace")).hexdigest())


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
