"""How a command ends: its exit status, and the one line that says why."""

from enum import IntEnum

from runtime.record import Status


class ExitStatus(IntEnum):
    """What the shell sees. ``INTERRUPTED`` is the shell's own number for a command that Ctrl-C ended."""

    OK = 0
    SCRIPT_FAILED = 1
    USAGE = 2
    LIMIT = 3
    UNAVAILABLE = 4
    INTERRUPTED = 130


class CommandFailed(Exception):
    """A command cannot go on. The message is one line for the person at the terminal, with what to do about it."""

    def __init__(self, status: ExitStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def status_of(status: Status) -> ExitStatus:
    """The exit status for a run that ended so."""
    return _BY_RUN_STATUS[status]


_BY_RUN_STATUS: dict[Status, ExitStatus] = {
    "ok": ExitStatus.OK,
    "error": ExitStatus.SCRIPT_FAILED,
    "time_limit": ExitStatus.LIMIT,
    "memory_limit": ExitStatus.LIMIT,
    "limit": ExitStatus.LIMIT,
    "crashed": ExitStatus.UNAVAILABLE,
}
