"""``funnelscript apply`` and ``export``: a brand's entities as a file."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from runtime.cli import present, terminal
from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.opening import opened_store, read_source
from runtime.cli.options import DEFAULT_BRAND, BrandOption, StoreOption
from storage.errors import DefinitionInUse, TargetEntityNotFound
from storage.queries import ListEntities

if TYPE_CHECKING:
    from runtime.authoring.changes import Change, Plan

_MARKS = {"add": ("+", "green"), "change": ("~", "yellow"), "remove": ("-", "red")}


def apply(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The definitions, as crm.yaml; - reads the input.")],
    *,
    brand: BrandOption = DEFAULT_BRAND,
    store: StoreOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and change nothing.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Also take away what the file does not name, after a question.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before something is taken away.")] = False,
) -> int:
    """Make a brand's entities as a file says; the plan is shown first."""
    from runtime.authoring.changes import carry_out, plan_of
    from runtime.authoring.crm_file import read_definitions
    from runtime.placed_yaml import FileUnreadable

    try:
        wanted = read_definitions(read_source(file), "<stdin>" if file == "-" else file)
    except FileUnreadable as error:
        raise CommandFailed(ExitStatus.USAGE, str(error)) from error
    with opened_store(store, brand, may_make=not dry_run) as opened:
        plan = plan_of(opened.query(brand, ListEntities()), wanted)
        terminal.write(*_report(plan, brand, prune=prune))
        if dry_run or not (plan.changes or (prune and plan.kept)):
            return ExitStatus.OK
        if prune and plan.kept and not yes and not _agreed(len(plan.kept)):
            terminal.write_text("nothing was changed\n")
            return ExitStatus.OK
        try:
            carry_out(opened, brand, wanted, prune=prune)
        except (DefinitionInUse, TargetEntityNotFound) as error:
            raise CommandFailed(ExitStatus.SCRIPT_FAILED, _refusal(error)) from error
    terminal.write_text("applied\n")
    return ExitStatus.OK


def export(
    *,
    brand: BrandOption = DEFAULT_BRAND,
    store: StoreOption = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write here instead of standard output.")
    ] = None,
) -> int:
    """Print a brand's entities as a file that `funnelscript apply` takes."""
    from runtime.authoring.crm_file import written

    with opened_store(store, brand) as opened:
        text = written(opened.query(brand, ListEntities()))
    if output is None:
        terminal.write_text(text)
    else:
        terminal.write_file(output, text)
    return ExitStatus.OK


def _report(plan: "Plan", brand: str, *, prune: bool) -> Iterator[RenderableType]:
    going = plan.kept if prune else []
    yield from map(_line, [*plan.changes, *going])
    if not plan.changes and not going:
        yield Text(f"the entities of brand {brand} are as the file says")
    else:
        yield Text(f"{present.counted(len(plan.changes) + len(going), 'change')} in brand {brand}", "bold")
    if plan.kept and not prune:
        names = ", ".join(change.what for change in plan.kept)
        yield Text(f"not in the file, and kept without --prune: {terminal.visible(names)}", "dim")


def _line(change: "Change") -> Text:
    mark, style = _MARKS[change.kind]
    line = Text.assemble((mark, style), " ", terminal.visible(change.what))
    if change.attribute:
        values = (json.dumps(value, ensure_ascii=False) for value in (change.before, change.after))
        line.append(terminal.visible(f": {change.attribute} {' -> '.join(values)}"))
    return line


def _agreed(count: int) -> bool:
    if not sys.stdin.isatty():
        raise CommandFailed(ExitStatus.USAGE, "--prune: there is nobody to ask here; say --yes to take them away")
    return typer.confirm(f"Take away {present.counted(count, 'definition')}?", default=False)


def _refusal(error: DefinitionInUse | TargetEntityNotFound) -> str:
    if isinstance(error, TargetEntityNotFound):
        return f"no target entity {error.name!r} (known: {', '.join(error.known)})"
    if error.count == 0:
        return f"{error.what} cannot become another; make a new entity"
    return f"{error.what} is in use ({error.count:,}): move or clear that first"
