"""``funnelscript check``: what is wrong with scripts, without running them."""

import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from runtime.cli import github, present, terminal
from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.opening import STANDARD_INPUT, entities_of, read_source
from runtime.cli.options import DEFAULT_BRAND, BrandOption
from runtime.pages.folders import SCRIPT_ENDINGS, without_browsers_scripts

if TYPE_CHECKING:
    from runtime.authoring.syntax import Finding

Checked = tuple[str, str, list["Finding"]]
"""A file's name, its source and what was found in it."""


class Format(StrEnum):
    """How findings are told."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…", help="Scripts, pages or folders of them; - reads the input.")
    ],
    *,
    store: Annotated[
        str | None,
        typer.Option("--store", metavar="URL", help="Look slugs, keys, stages and options up in what is defined here."),
    ] = None,
    brand: BrandOption = DEFAULT_BRAND,
    output: Annotated[
        Format, typer.Option("--format", help="For people, for programs, or for GitHub's annotations.")
    ] = (Format.TEXT),
) -> int:
    """Look for mistakes in scripts without running them."""
    from runtime.authoring.check import check_file

    entities = None if store is None else entities_of(store, brand)
    checked = [(name, source, check_file(source, name, entities)) for name, source in _sources(files)]
    found = sum(len(findings) for _, _, findings in checked)
    match output:
        case Format.JSON:
            terminal.write_text(json.dumps(list(_as_json(checked)), indent=2) + "\n")
        case Format.GITHUB:
            terminal.write_text("".join(_annotations(checked)))
        case _:
            terminal.write(*_report(checked, found))
    return ExitStatus.SCRIPT_FAILED if found else ExitStatus.OK


def _sources(files: Sequence[str]) -> Iterator[tuple[str, str]]:
    for file in files:
        names = [file] if file == STANDARD_INPUT or not Path(file).is_dir() else _scripts_in(file)
        for name in names:
            yield ("<stdin>" if name == STANDARD_INPUT else name), read_source(name)


def _scripts_in(folder: str) -> list[str]:
    """Scripts and pages; where a folder has pages, scripts in it and below are the browser's."""
    paths = [path for path in sorted(Path(folder).rglob("*")) if path.suffix in SCRIPT_ENDINGS and path.is_file()]
    found = [*map(str, without_browsers_scripts(paths))]
    if not found:
        message = f"{folder}: no scripts or pages in this folder ({', '.join(SCRIPT_ENDINGS)})"
        raise CommandFailed(ExitStatus.USAGE, message)
    return found


def _report(checked: Sequence[Checked], found: int) -> Iterator[RenderableType]:
    for name, source, findings in checked:
        for one in findings:
            place = f"{name}:{one.place.line}:{one.place.column}"
            yield Text.assemble((terminal.visible(place), "bold"), "  ", terminal.visible(one.message))
            yield from present.marked_line(source, one.place.line, one.place.column, terminal.width_cells())
    files = present.counted(len(checked), "file")
    if found:
        yield Text.assemble((present.counted(found, "mistake"), "bold red"), f" in {files}")
    else:
        yield Text.assemble(("no mistakes", "bold green"), f" in {files}")


def _as_json(checked: Sequence[Checked]) -> Iterator[dict[str, object]]:
    for name, _, findings in checked:
        for one in findings:
            line, column = one.place
            yield {"file": name, "line": line, "column": column, "code": one.code, "message": one.message}


def _annotations(checked: Sequence[Checked]) -> Iterator[str]:
    for name, _, findings in checked:
        for one in findings:
            yield github.annotation(name, one.place.line, one.place.column, one.message)
