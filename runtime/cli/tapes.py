"""Tapes on the command line: written by ``run``, read by ``replay`` and ``case``."""

from pathlib import Path

from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.record import RunResult
from runtime.tape.files import TapeUnreadable, read_tape, write_tape
from runtime.tape.model import Tape


def keep_tape(result: RunResult, path: Path) -> None:
    """Write a run's tape to a file."""
    if result.tape is None:
        return
    try:
        write_tape(result.tape, path)
    except OSError as error:
        reason = f"--tape: {path}: {(error.strerror or str(error)).lower()}"
        raise CommandFailed(ExitStatus.USAGE, reason) from error


def tape_in(file: str) -> Tape:
    """The tape of a file that was named."""
    try:
        return read_tape(Path(file))
    except TapeUnreadable as error:
        raise CommandFailed(ExitStatus.USAGE, f"{file}: {error}") from error
    except OSError as error:
        raise CommandFailed(ExitStatus.USAGE, f"{file}: {(error.strerror or str(error)).lower()}") from error
