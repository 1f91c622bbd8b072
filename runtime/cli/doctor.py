"""``funnelscript doctor``: what this host gives, and what to do about what it does not."""

import json
import platform
from dataclasses import asdict
from importlib.metadata import version

import typer
from rich.table import Table
from rich.text import Text

from runtime.cli import terminal
from runtime.cli.checkup import Checked, surroundings
from runtime.cli.exits import ExitStatus
from runtime.cli.options import JsonOption, StoreOption, environment
from runtime.cli.queues import QueueOption
from runtime.sandbox.report import Layer, Sandbox, SandboxReport

_STYLES = {"ok": "green", "look": "yellow", "BAD": "bold red"}


def doctor(*, store: StoreOption = None, queue: QueueOption = None, as_json: JsonOption = False) -> None:
    """Say how sandbox, store, queue and clock are, and what to do where one is not as it should be (exit status 4)."""
    settings = environment()
    report = Sandbox.report()
    checked = surroundings(settings.store if store is None else store, settings.queue if queue is None else queue)
    if as_json:
        terminal.write_text(json.dumps(_record(report, checked), indent=2) + "\n")
    else:
        terminal.write(Text(f"engine quickjs-ng {version('quickjs-ng')}, Python {platform.python_version()}"), Text())
        terminal.write(_table(report), Text(), _verdict(report), Text(), _surroundings(checked))
    is_bad = bool(report.missing) or any(one.state == "BAD" for one in checked)
    raise typer.Exit(ExitStatus.UNAVAILABLE if is_bad else ExitStatus.OK)


def _record(report: SandboxReport, checked: list[Checked]) -> dict[str, object]:
    return {
        "engine": version("quickjs-ng"),
        "python": platform.python_version(),
        "layers": [asdict(layer) for layer in report.layers],
        "surroundings": [asdict(one) for one in checked],
    }


def _surroundings(checked: list[Checked]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for one in checked:
        says = one.says if not one.remedy else f"{one.says}; {one.remedy}"
        table.add_row(Text(one.state, _STYLES[one.state]), one.name, Text(terminal.visible(says)))
    return table


def _table(report: SandboxReport) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for layer in report.layers:
        table.add_row(Text("on", "green") if layer.is_on else Text("MISSING", "bold red"), layer.name, _says(layer))
    return table


def _says(layer: Layer) -> str:
    return f"stops {layer.stops}" if layer.is_on else f"would stop {layer.stops}; {layer.remedy}"


def _verdict(report: SandboxReport) -> Text:
    if not report.missing:
        return Text("The sandbox is complete.")
    return Text(
        f"The sandbox lacks {', '.join(report.missing)}: run only scripts that you trust as your own, with a weaker"
        " sandbox allowed."
    )
