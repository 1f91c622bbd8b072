"""``funnelscript migrate``: the schema of a store."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from runtime.cli import terminal
from runtime.cli.exits import ExitStatus
from runtime.cli.opening import store_named
from runtime.cli.options import JsonOption, StoreOption, environment
from storage import MigrationState, migrate_store, migration_status

migrate = typer.Typer(name="migrate", help="Look at a store's schema, or bring it up to date.", no_args_is_help=True)


@migrate.command()
def status(*, store: StoreOption = None, as_json: JsonOption = False) -> int:
    """Show which migrations the store has had, and which it lacks."""
    url = _url(store)
    with store_named(url):
        found = migration_status(url)
    if as_json:
        terminal.write_text(json.dumps([asdict(one) for one in found], indent=2) + "\n")
    else:
        terminal.write(*_report(found))
    return ExitStatus.OK


@migrate.command()
def up(*, store: StoreOption = None) -> int:
    """Apply what the store lacks. Any number of these may run at once."""
    url = _url(store)
    with store_named(url):
        applied = migrate_store(url)
    lines = [f"{one.number:04} {one.name}: applied" for one in applied] or ["nothing to do: the store is up to date"]
    terminal.write_text("\n".join(lines) + "\n")
    return ExitStatus.OK


def _url(store: str | None) -> str:
    settings = environment()
    return settings.store if store is None else store


def _report(found: list[MigrationState]) -> Iterator[RenderableType]:
    table = Table("migration", "applied", box=None, padding=(0, 2, 0, 0), header_style="bold")
    for one in found:
        table.add_row(f"{one.number:04} {one.name}", _applied(one))
    yield table
    if any(one.applied_at_ms is None for one in found):
        yield Text("funnelscript migrate up applies what is pending", "yellow")


def _applied(one: MigrationState) -> str:
    if one.applied_at_ms is None:
        return "pending"
    time = datetime.fromtimestamp(one.applied_at_ms / 1000, UTC).isoformat(sep=" ", timespec="seconds")
    return time if one.known else f"{time}, by later code that this version works beside"
