"""A session at a prompt: lines of one script that runs as long as the session, in the sandbox as any other.

What a line declares is there for the next ones. Each line's effects are done at once. The script ends with the session,
or earlier: at a limit, by ``redirect`` and its like, or interrupted; the next line then starts a new one.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from bindings.context import RunContext
from runtime.authoring.syntax import Parsed
from runtime.child.modules.problems import Part, Place
from runtime.child.naming.messages import Text, named
from runtime.frames import ProtocolViolation, encode
from runtime.host_calls import HostCalls
from runtime.known_names import explained, explained_by_line
from runtime.limits import MIB, Limits
from runtime.order import OwnData
from runtime.outcome import Outcome, warnings_of
from runtime.record import LogLine, RunError, RunResult, RunWarning
from runtime.runtime import Runtime
from runtime.script import Script
from runtime.session import Session
from storage.ids import new_uuid7

FILE = "<prompt>"
CALL = "prompt"
LIMITS = Limits(
    cpu_seconds=60.0,
    wall_seconds=7 * 24 * 3600.0,
    max_host_calls=1_000_000,
    log_bytes=16 * MIB,
    variables_bytes=16 * MIB,
    session_bytes=16 * MIB,
    response_bytes=16 * MIB,
    memory_bytes=64 * MIB,
)
"""Of a whole session: a person thinks longer than a visitor waits, and an endless line is ended all the same."""


_ERROR = TypeAdapter(RunError)


class Told(NamedTuple):
    """What came of a line: what it logged and was warned of, and its value as text or its error."""

    logs: list[LogLine]
    warnings: list[RunWarning]
    value: str | None
    error: RunError | None


Read = Callable[[Told], str | None]
"""Shows what came of the last line and gives the next one; None ends the session."""


def run_session(runtime: Runtime, session: Session, read: Read) -> RunResult:
    """Run lines until ``read`` gives None, or until the script has to end. ``KeyboardInterrupt`` passes through."""

    def between(calls: HostCalls, context: RunContext) -> HostCalls:
        return _Prompt(calls, context, read)

    data = OwnData(runtime.store, new_uuid7, runtime.queue, between, prompt=True)
    return runtime.run("", session=session, filename=FILE, limits=LIMITS, data=data)


def is_open(line: str) -> bool:
    """Whether a line goes on in the next one: a bracket is open, or a template literal."""
    return Parsed(Script(line, FILE)).is_open


def as_line(source: str) -> str:
    """The source so that the next line sees what it declares, and ``{…}`` is an object where it can be one.

    Places stay what they are, but for those behind a ``class``.
    """
    if source.lstrip().startswith("{") and not Parsed(Script(f"({source})", FILE)).root.has_error:
        return f"({source})"
    parsed = Parsed(Script(source, FILE))
    data = source.encode("utf-8", "replace")
    for node in reversed(parsed.root.named_children):
        if node.type == "lexical_declaration":
            keyword = node.children[0]
            data = (
                data[: keyword.start_byte]
                + b"var".ljust(keyword.end_byte - keyword.start_byte)
                + data[keyword.end_byte :]
            )
        name = node.child_by_field_name("name") if node.type == "class_declaration" else None
        if name is not None:
            data = data[: node.start_byte] + b"var " + (name.text or b"") + b" = " + data[node.start_byte :]
    return data.decode()


class _Prompt:
    """Answers the call for the next line, and has all others answered."""

    def __init__(self, calls: HostCalls, context: RunContext, read: Read) -> None:
        self._calls = calls
        self._context = context
        self._read = read
        self._line = Script("", FILE)
        self._shown_logs = self._shown_warnings = 0

    def answer(self, name: str, arguments: Any, outcome: Outcome) -> tuple[str, bool]:
        """See ``HostCalls``."""
        if name != CALL:
            return self._calls.answer(name, arguments, outcome)
        if not isinstance(arguments, dict):
            raise ProtocolViolation("not what came of a line")
        source = self._read(self._told(arguments, outcome))
        self._line = Script(source or "", FILE)
        return "V" + encode(None if source is None else as_line(source)), True

    def left(self, left: dict[str, int]) -> dict[str, int]:
        """See ``HostCalls``."""
        return self._calls.left(left)

    def called_from(self, place: Any) -> None:
        """See ``HostCalls``."""
        self._calls.called_from(place)

    def _told(self, arguments: dict[str, Any], outcome: Outcome) -> Told:
        logs, warnings = outcome.logs[self._shown_logs :], self._context.warnings[self._shown_warnings :]
        self._shown_logs, self._shown_warnings = len(outcome.logs), len(self._context.warnings)
        value = arguments.get("value")
        try:
            error = None if "error" not in arguments else self._explained(arguments["error"], arguments.get("plain"))
        except ValidationError as invalid:
            raise ProtocolViolation("not an error") from invalid
        return Told(logs, warnings_of(warnings), value if isinstance(value, str) else None, error)

    def _explained(self, told: Any, plain: Any) -> RunError:
        error = _ERROR.validate_python(told)
        if plain is True and error.file is not None and error.line is not None and error.column is not None:
            # What other lines have declared is not known here, so no function is taken as known.
            text = Text(self._line.source, [Part(1, FILE, 1, 0)])
            error.message = (
                named(error.message, Place(error.file, error.line, error.column), [text], {}) or error.message
            )
        before = self._line.before(error.file, error.line, error.column)
        error.message = explained_by_line(explained(error.name, error.message), before)
        return error
