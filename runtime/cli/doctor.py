"""``funnelscript doctor``: what this host gives, and what to do about what it does not."""

import json
import platform
from dataclasses import asdict
from importlib.metadata import version

import typer
from rich.table import Table
from rich.text import Text

from runtime.cli import terminal
from runtime.cli.exits import ExitStatus
from runtime.cli.options import JsonOption, environment
from runtime.sandbox.report import Layer, Sandbox, SandboxReport


def doctor(as_json: JsonOption = False) -> None:
    """Say which layers of the sandbox this host gives, and what to do where one is missing (exit status 4)."""
    environment()
    report = Sandbox.report()
    if as_json:
        terminal.write_text(json.dumps(_record(report), indent=2) + "\n")
    else:
        terminal.write(Text(f"engine quickjs-ng {version('quickjs-ng')}, Python {platform.python_version()}"), Text())
        terminal.write(_table(report), Text(), _verdict(report))
    raise typer.Exit(ExitStatus.UNAVAILABLE if report.missing else ExitStatus.OK)


def _record(report: SandboxReport) -> dict[str, object]:
    return {
        "engine": version("quickjs-ng"),
        "python": platform.python_version(),
        "layers": [asdict(layer) for layer in report.layers],
    }


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
