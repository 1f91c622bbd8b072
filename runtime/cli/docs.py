"""``funnelscript docs``: the reference of the functions, in the terminal."""

import re
from typing import Annotated

import typer
from rich.markdown import Markdown

from bindings.nearest import hint
from bindings.reference import section, shared_sections, summaries
from bindings.registry import BY_EITHER_NAME, FUNCTIONS
from runtime.cli import terminal
from runtime.cli.exits import CommandFailed, ExitStatus

_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


def docs(
    function: Annotated[
        str | None, typer.Argument(metavar="FUNCTION", help="A CRM function, in either spelling; without one, a list.")
    ] = None,
) -> int:
    """Show what a CRM function takes, gives and throws."""
    if function is None:
        terminal.write(_markdown(summaries()))
        return ExitStatus.OK
    found = BY_EITHER_NAME.get(function)
    if found is None:
        ending = hint(function, tuple(FUNCTIONS), "")
        raise CommandFailed(ExitStatus.USAGE, f"no CRM function {function!r}{ending}")
    terminal.write(_markdown(section(found) + "\n" + shared_sections(found)))
    return ExitStatus.OK


def _markdown(text: str) -> Markdown:
    """Without links, of which a terminal could only show where they lead."""
    return Markdown(_LINK.sub(r"\1", text), code_theme="ansi_dark")
