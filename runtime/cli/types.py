"""``funnelscript types``: declarations for the editor."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli import terminal
from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.opening import entities_of
from runtime.cli.options import DEFAULT_BRAND, BrandOption


def types(
    *,
    store: Annotated[
        str | None, typer.Option("--store", metavar="URL", help="Type slugs, keys and stages by what is defined here.")
    ] = None,
    brand: BrandOption = DEFAULT_BRAND,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write here instead of standard output.")
    ] = None,
    jsconfig: Annotated[
        bool, typer.Option("--jsconfig", help="Write a jsconfig.json beside FILE, where there is none.")
    ] = False,
) -> int:
    """Print crm.d.ts: TypeScript declarations of all that a script finds."""
    from runtime.authoring.types import editor_types

    if jsconfig and output is None:
        raise CommandFailed(ExitStatus.USAGE, "--jsconfig: needs --output, beside which it is written")
    text = editor_types() if store is None else editor_types(entities_of(store, brand), brand=brand)
    if output is None:
        terminal.write_text(text)
    else:
        terminal.write_file(output, text)
        if jsconfig:
            _write_jsconfig(output)
    return ExitStatus.OK


def _write_jsconfig(output: Path) -> None:
    from runtime.authoring.types import JSCONFIG

    path = output.with_name("jsconfig.json")
    if not path.exists():
        terminal.write_file(path, JSCONFIG)
