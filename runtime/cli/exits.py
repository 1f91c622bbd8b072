"""How a command ends: its exit status, and the one line that says why."""

from enum import IntEnum
from typing import TYPE_CHECKING

import typer

from runtime.errors import FunnelscriptError
from storage.errors import StorageError

if TYPE_CHECKING:
    from runtime.record_parts import Status


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


def status_of(status: "Status") -> ExitStatus:
    """The exit status for a run that ended so."""
    return _BY_RUN_STATUS[status]


def explain(error: Exception) -> CommandFailed:
    """What ended a command, as its user should read it. What nobody foresaw is the runtime's own fault."""
    match error:
        case CommandFailed():
            return error
        case typer.TyperException():
            return CommandFailed(ExitStatus.USAGE, _misused(error))
        case StorageError():
            return CommandFailed(ExitStatus.UNAVAILABLE, f"the store cannot be used: {error.__cause__ or error}")
        case FunnelscriptError():
            return CommandFailed(ExitStatus.UNAVAILABLE, str(error))
        case OSError():
            return CommandFailed(ExitStatus.UNAVAILABLE, f"standard output: {(error.strerror or str(error)).lower()}")
        case _:
            return CommandFailed(ExitStatus.UNAVAILABLE, f"internal error: {type(error).__name__}: {error}")


def _misused(error: typer.TyperException) -> str:
    """What is wrong with the command line, and whose help tells more; empty where the help has been shown instead."""
    message = error.format_message()
    context = getattr(error, "ctx", None)
    return message and f"{message} (see {'funnelscript' if context is None else context.command_path} --help)"


_BY_RUN_STATUS: "dict[Status, ExitStatus]" = {
    "ok": ExitStatus.OK,
    "error": ExitStatus.SCRIPT_FAILED,
    "time_limit": ExitStatus.LIMIT,
    "memory_limit": ExitStatus.LIMIT,
    "limit": ExitStatus.LIMIT,
    "crashed": ExitStatus.UNAVAILABLE,
}
