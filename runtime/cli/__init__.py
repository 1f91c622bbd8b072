"""The command line: ``funnelscript run`` and ``funnelscript entries``.

``main`` turns every way in which a command can end into an exit status and, where something is wrong, one line on
standard error.
"""

import os
import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments (those of the process, by default) say; gives the exit status and never raises."""
    try:
        _prepare_streams()
        return _invoke(arguments)
    except KeyboardInterrupt:
        from runtime.cli.exits import ExitStatus

        return _fail("interrupted", ExitStatus.INTERRUPTED)


def _invoke(arguments: Sequence[str] | None) -> int:
    import typer

    from runtime.cli.app import NAME, app
    from runtime.cli.exits import ExitStatus, explain

    try:
        status = typer.main.get_command(app).main(arguments, prog_name=NAME, standalone_mode=False)
    except SystemExit:  # what typer makes of a reader that goes away in the middle of --help
        return ExitStatus.OK
    except Exception as error:  # noqa: BLE001 - a fault of ours is one line too, and the log has the rest
        _log(error)
        failure = explain(error)
        return _fail(failure.message, failure.status)
    if status == ExitStatus.INTERRUPTED:  # what typer makes of Ctrl-C
        raise KeyboardInterrupt
    return int(status)


def _log(error: Exception) -> None:
    """For whoever asked for it; a command that was never called, since its arguments are wrong, has set up no log."""
    structlog = sys.modules.get("structlog")
    if structlog is not None and structlog.is_configured():
        structlog.get_logger().debug("command_failed", exc_info=error)


def _fail(message: str, status: int) -> int:
    from runtime.cli.terminal import visible

    if message:
        print(f"funnelscript: {visible(message)}", file=sys.stderr)  # noqa: T201 - this is the answer
    return status


def _prepare_streams() -> None:
    """Let any text be written, whatever the locale, also to a stream that was closed when the process started."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: PTH123, SIM115 - stays open as long as the process
        getattr(sys, name).reconfigure(errors="backslashreplace")
