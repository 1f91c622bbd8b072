"""The commands, put together."""

from importlib.metadata import version
from typing import Annotated

import typer

from runtime.cli import terminal
from runtime.cli.case import case
from runtime.cli.check import check
from runtime.cli.copy import copy
from runtime.cli.dead_letters import dead_letters
from runtime.cli.definitions import apply, export
from runtime.cli.docs import docs
from runtime.cli.doctor import doctor
from runtime.cli.entries import entries
from runtime.cli.exits import ExitStatus
from runtime.cli.migrate import migrate
from runtime.cli.modules import modules
from runtime.cli.queue import queue
from runtime.cli.render import render
from runtime.cli.repl import repl
from runtime.cli.replay import replay
from runtime.cli.run import run
from runtime.cli.runs import runs
from runtime.cli.serve import serve
from runtime.cli.tokens import tokens
from runtime.cli.types import types
from runtime.cli.worker import worker

NAME = "funnelscript"

app = typer.Typer(
    name=NAME, help="Run backend scripts in a sandbox, with the CRM functions at hand.", add_completion=False
)
app.command()(run)
app.command()(render)
app.command()(serve)
app.command()(replay)
app.command()(case)
app.command()(entries)
app.command()(worker)
app.command()(doctor)
app.command()(copy)
app.command()(check)
app.command()(docs)
app.command()(repl)
app.command()(apply)
app.command()(export)
app.command()(types)
app.add_typer(queue)
app.add_typer(dead_letters)
app.add_typer(migrate)
app.add_typer(modules)
app.add_typer(runs)
app.add_typer(tokens)


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context,
    show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Run backend scripts in a sandbox, with the CRM functions at hand."""
    if show_version:
        terminal.write_text(f"{NAME} {version(NAME)}\n")
        raise typer.Exit(ExitStatus.OK)
    if context.invoked_subcommand is None:
        terminal.write_text(context.get_help() + "\n")
        raise typer.Exit(ExitStatus.USAGE)
