"""The commands, put together: each is known by its name and in a line, and loaded when it is called."""

from importlib import import_module
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from runtime.cli import terminal
from runtime.cli.exits import ExitStatus

NAME = "funnelscript"


class Known(NamedTuple):
    """What is known of a command without its module: which of ``runtime.cli`` that is, and what the command does."""

    module: str
    help: str


COMMANDS = MappingProxyType(
    {
        "run": Known("run", "Run a script, or a page's backend blocks, and show what came of it."),
        "render": Known("render", "Print a page as a visitor gets it: its backend blocks run, its template rendered."),
        "serve": Known("serve", "Serve runs over HTTP, and with --pages a folder of pages, until Ctrl-C or SIGTERM."),
        "replay": Known(
            "replay",
            "Do the cases beside scripts, or what is on tapes, again, and show what is different (exit status 1).",
        ),
        "case": Known("case", "Make a test case of a tape, with stand-ins in the place of personal data."),
        "entries": Known("entries", "List stored entries, newest first."),
        "worker": Known("worker", "Apply the writes that scripts put off with async, until Ctrl-C or SIGTERM."),
        "doctor": Known(
            "doctor",
            "Say how sandbox, store, queue and clock are, and what to do where one is not as it should be"
            " (exit status 4).",
        ),
        "copy": Known("copy", "Copy a store into another, of whatever kind, with all ids; then compare the two."),
        "check": Known("check", "Look for mistakes in scripts without running them."),
        "docs": Known("docs", "Show what a CRM function takes, gives and throws."),
        "repl": Known("repl", "Try lines of a script, one after another, for one visitor."),
        "apply": Known("definitions", "Make a brand's entities as a file says; the plan is shown first."),
        "export": Known("definitions", "Print a brand's entities as a file that `funnelscript apply` takes."),
        "types": Known("types", "Print crm.d.ts: TypeScript declarations of all that a script finds."),
        "queue": Known("queue", "Look at the queue of writes with async."),
        "dead-letters": Known("dead_letters", "Look at, retry or drop what could not be applied."),
        "migrate": Known("migrate", "Look at a store's schema, or bring it up to date."),
        "modules": Known("modules", "Keep the modules that a brand's scripts import."),
        "runs": Known("runs", "Look at runs on record."),
        "tokens": Known("tokens", "Say who may call the service for a brand."),
    }
)
"""In the order of ``--help``. The names in the modules are the commands' own, with ``_`` for ``-``."""


class Deferred(TyperCommand):
    """A command, or a group of them, that stands in the list without its module."""

    def __init__(self, name: str) -> None:
        super().__init__(name, help=COMMANDS[name].help)

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """That of the command itself, which is then what is invoked; logging is set up when its arguments are right."""
        context = self.loaded().make_context(info_name, args, parent, **extra)
        from runtime.logging import configure

        configure()  # till the command has read what the environment says
        return context

    def loaded(self) -> TyperCommand | TyperGroup:
        """The command itself, with its options. Takes its module's imports."""
        name = str(self.name)
        command = getattr(import_module(f"runtime.cli.{COMMANDS[name].module}"), name.replace("-", "_"))
        holder = typer.Typer(add_completion=False)
        if isinstance(command, typer.Typer):
            holder.add_typer(command)
        else:
            holder.command(name)(command)
        found = typer.main.get_group(holder).commands[name]
        assert isinstance(found, TyperCommand | TyperGroup)  # noqa: S101 - typer makes no others
        return found


class _Group(TyperGroup):
    """All commands by name."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**{**attributes, "commands": [Deferred(name) for name in COMMANDS]})

    def get_help_option(self, ctx: Any) -> Any:
        """That of typer, false where it is not given: typer asks pydantic what None is."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.default = False
        return option


app = typer.Typer(name=NAME, cls=_Group, add_completion=False)


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context,
    show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Run backend scripts in a sandbox, with the CRM functions at hand."""
    if show_version:
        from importlib.metadata import version

        terminal.write_text(f"{NAME} {version(NAME)}\n")
        raise typer.Exit(ExitStatus.OK)
    if context.invoked_subcommand is None:
        terminal.write_text(context.get_help() + "\n")
        raise typer.Exit(ExitStatus.USAGE)
