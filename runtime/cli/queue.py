"""``funnelscript queue``: how the writes fare that scripts put off."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from runtime.cli import terminal
from runtime.cli.exits import ExitStatus
from runtime.cli.options import JsonOption
from runtime.cli.queues import QueueOption, connected, queue_url

queue = typer.Typer(name="queue", help="Look at the queue of writes with async.", no_args_is_help=True)


@queue.callback()
def _group() -> None:
    """A group, though it has one command."""


@queue.command()
def status(*, queue: QueueOption = None, as_json: JsonOption = False) -> int:
    """Show how many writes wait and for how long, shard by shard, and which workers live."""
    from workers.status import status_of

    with connected(queue_url(queue)) as connection:
        found = asdict(status_of(connection))
    if as_json:
        terminal.write_text(json.dumps(found, indent=2) + "\n")
    else:
        terminal.write(*_report(found))
    return ExitStatus.OK


def _report(found: dict[str, Any]) -> Iterator[RenderableType]:
    yield Text(f"{found['waiting']} writes wait{_age(found['oldest_seconds'], ', the oldest for ')}")
    yield Text(f"{found['jobs']} jobs for workers · {found['dead_letters']} dead letters")
    if found["shards"]:
        yield _table(("shard", "waiting", "oldest", "draining"), found["shards"])
    if found["workers"]:
        yield _table(("name", "host", "process_id", "state"), found["workers"])
    else:
        yield Text("no worker lives: funnelscript worker starts one", "yellow")


def _age(seconds: object, before: str = "") -> str:
    return "" if seconds is None else f"{before}{seconds:.1f} s"


def _table(columns: tuple[str, ...], rows: list[dict[str, Any]]) -> Table:
    table = Table(*columns, box=None, padding=(0, 2, 0, 0), header_style="bold")
    for row in rows:
        shown = {**row, "oldest": _age(row.get("oldest_seconds"))}
        table.add_row(*(terminal.visible(str(shown[column])) for column in columns))
    return table
