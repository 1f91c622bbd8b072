"""What a run leaves behind while it goes on, frame by frame; bounded, so that a flood of it costs the host little."""

import json
import math
from typing import Any, cast

from pydantic import TypeAdapter

from bindings.context import RunContext, Warn, WarnPlace
from bindings.problems import printable
from runtime.frames import ProtocolViolation
from runtime.known_names import explained
from runtime.limits import Limits
from runtime.record import (
    Cookie,
    HostCall,
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

LOG_LEVELS = ("log", "info", "warn", "error", "debug")
LIMIT_MESSAGES = {
    "cpu_seconds": "the script used more than {limit:g} s of CPU time",
    "wall_seconds": "the run took longer than {limit:g} s",
    "max_host_calls": "the script made more than {limit} calls to CRM functions",
    "message_bytes": "one value sent by the script was larger than {limit} bytes",
    "variables_bytes": "the script's variables together were larger than {limit} bytes",
    "response_bytes": "the response, its headers and cookies together were larger than {limit} bytes",
    "session_bytes": "what the script set in the session was larger than {limit} bytes",
    "max_promise_jobs": "the script's promises made more than {limit} jobs",
    "source_bytes": "the script is larger than {limit} bytes",
    "template_cpu_seconds": "the template used more than {limit:g} s of CPU time",
    "template_wall_seconds": "the template took longer than {limit:g} s",
    "template_max_host_calls": "the template made more than {limit} calls to CRM functions",
    "page_bytes": "the page was larger than {limit} bytes",
    "max_modules": "the script and its modules import more than {limit} modules",
    "max_module_depth": "the modules that the script imports stand more than {limit} deep",
}
"""What a run is told that was ended, by the limit's name in ``Limits``."""
LINE_BYTES = 16
"""What a log line counts beside its text, so that empty ones are bounded too."""


MAX_FILE_CHARACTERS = 4_096
"""Room for any name of a file that a worker may say a place is in."""

_RUN_ERROR = TypeAdapter(RunError)


class LimitReached(Exception):
    """A terminal limit: the worker is killed, whatever the script would do about it."""

    def __init__(self, limit: str, detail: str = "") -> None:
        """``detail`` is for the author: what in particular was too much."""
        super().__init__(limit)
        self.limit = limit
        self.detail = detail


class Outcome:
    """Variables, log lines, calls and answer of one run, with the budgets for each.

    ``modules`` are the sources that it imported, by code.
    ``ended`` says that the script has given its answer: nothing that comes after counts. At ``deadline_seconds`` (of
    ``time.monotonic``) the run's time is over.
    """

    def __init__(self, limits: Limits) -> None:
        self.status: Status = "ok"
        self.error: RunError | None = None
        self.variables: dict[str, Any] = {}
        self.logs: list[LogLine] = []
        self.calls: list[HostCall] = []
        self.usage = Usage()
        self.modules: dict[str, str] = {}
        self.ended = False
        self.deadline_seconds = math.inf
        self.response: Response | None = None
        self.redirect: Redirect | None = None
        self.headers: dict[str, str] = {}
        self.cookies: dict[tuple[str, str], Cookie] = {}
        self.session: dict[str, Any] = {}
        self.session_customer: SessionCustomer | None = None
        self.template: TemplateRun | None = None
        self._limits = limits
        self._response_bytes = 0
        self._session_sizes: dict[str, int] = {}
        self._session_bytes = 0
        self._variable_sizes: dict[str, int] = {}
        self._variables_bytes = 0
        self._log_bytes = 0

    def set_variable(self, key: str, value: Any, size_bytes: int) -> None:
        """Keep a variable; the last value of a key counts, and its place is the first one's."""
        self._variables_bytes += size_bytes - self._variable_sizes.get(key, 0)
        if self._variables_bytes > self._limits.variables_bytes:
            raise LimitReached("variables_bytes", _share(key, size_bytes))
        self._variable_sizes[key] = size_bytes
        self.variables[key] = value

    def add_log_line(self, level: str, text: Any) -> None:
        """Keep a line; past the limit one marker says so, and the rest is dropped."""
        if level not in LOG_LEVELS or not isinstance(text, str):
            raise ProtocolViolation("not a log line")
        if self._log_bytes > self._limits.log_bytes:
            return
        room_bytes = max(0, self._limits.log_bytes - self._log_bytes - LINE_BYTES)
        data = text.encode("utf-8")
        self._log_bytes += len(data) + LINE_BYTES
        if len(data) > room_bytes:
            text = data[:room_bytes].decode("utf-8", "ignore") + f"… (log cut off at {self._limits.log_bytes} bytes)"
        self.logs.append(LogLine(cast("LogLevel", level), text))

    def add_call(self, name: str, milliseconds: float, ok: bool) -> None:
        """Note a call that was made."""
        self.calls.append(HostCall(name, round(milliseconds, 3), ok))

    def set_header(self, name: str, value: str) -> None:
        """Keep a header; the last value of a name counts."""
        self._take_response_bytes(len(name) + len(value))
        self.headers[name] = value

    def set_cookie(self, cookie: Cookie) -> None:
        """Keep a cookie; the last one of a name and path counts."""
        self._take_response_bytes(len(cookie.name) + len((cookie.value or "").encode("utf-8")) + len(cookie.path))
        self.cookies[cookie.name, cookie.path] = cookie

    def answer(self, body: str, content_type: str) -> None:
        """Keep the body that the visitor gets, with the status that was set before."""
        self._take_response_bytes(len(body.encode("utf-8")))
        status = 200 if self.response is None else self.response.status
        self.response = Response(status, content_type, body)

    def set_session_value(self, key: str, value: Any, size_bytes: int) -> None:
        """Keep what is to be set in the visitor's session; the last value of a key counts."""
        self._session_bytes += size_bytes - self._session_sizes.get(key, 0)
        if self._session_bytes > self._limits.session_bytes:
            raise LimitReached("session_bytes", _share(key, size_bytes))
        self._session_sizes[key] = size_bytes
        self.session[key] = value

    def place_of(self, told: Any) -> WarnPlace | None:
        """A call's place as the worker tells it; None where it knows none."""
        match told:
            case None:
                return None
            case [str(file), int(line), int(column)] if len(file) <= MAX_FILE_CHARACTERS and min(line, column) > 0:
                return WarnPlace(file, line, column)
        raise ProtocolViolation("not a place")

    def reach_limit(self, limit: str, detail: str = "") -> None:
        """The run was ended at a limit of ``Limits``."""
        self.status = "time_limit" if limit.endswith(("cpu_seconds", "wall_seconds")) else "limit"
        message = LIMIT_MESSAGES[limit].format(limit=getattr(self._limits, limit)) + (detail and f": {detail}")
        self.error = RunError(name="LimitError", message=message, code=limit)

    def crash(self, message: str) -> None:
        """The sandbox broke under the run, or the worker broke the protocol."""
        self.status = "crashed"
        self.error = RunError(name="CrashError", message=message, code="crashed")

    def fail(self, error: dict[str, Any]) -> None:
        """The script threw and did not catch."""
        self.error = _RUN_ERROR.validate_python(error)
        self.error.message = explained(self.error.name, self.error.message)
        out_of_memory = self.error.name == "InternalError" and self.error.message.startswith("out of memory")
        self.status = "memory_limit" if out_of_memory else "error"
        if out_of_memory:
            self.error.message += f": the script may use {self._limits.memory_bytes} bytes"

    def warn_of_nearby_limits(self, context: RunContext) -> None:
        """A warning for each limit of which 80 % or more is used."""
        for limit, amount in self._used().items():
            whole = getattr(self._limits, limit)
            if amount >= 0.8 * whole:
                share = 100 if amount >= whole else int(100 * amount / whole)
                context.warn("limit_near", f"{share} % of {limit} ({json.dumps(whole)}) is used")

    def add_page_piece(self, text: str) -> None:
        """A piece of the page that a template gives; a script gives none."""
        raise ProtocolViolation(f"a piece of a page, of {len(text)} characters")

    def add_failure(self, text: str) -> None:
        """An expression of a template that failed; a script has none."""
        raise ProtocolViolation(f"a failure in a page, of {len(text)} characters")

    def _used(self) -> dict[str, float]:
        """How much is used of each limit."""
        return {
            "cpu_seconds": self.usage.cpu_seconds,
            "wall_seconds": self.usage.wall_seconds,
            "memory_bytes": self.usage.memory_bytes,
            "max_host_calls": self.usage.host_calls,
            "variables_bytes": self._variables_bytes,
            "response_bytes": self._response_bytes,
            "session_bytes": self._session_bytes,
            "log_bytes": self._log_bytes,
        }

    def _take_response_bytes(self, size_bytes: int) -> None:
        """Count what is to be sent to the visitor, also what a later value takes the place of."""
        self._response_bytes += size_bytes
        if self._response_bytes > self._limits.response_bytes:
            raise LimitReached("response_bytes")


def _share(key: str, size_bytes: int) -> str:
    return f"'{printable(key)}' has {size_bytes}"


def warnings_of(warnings: list[Warn]) -> list[RunWarning]:
    """Warnings as the record has them."""
    return [RunWarning(one.code, one.message, *(one.place or ())) for one in warnings]
