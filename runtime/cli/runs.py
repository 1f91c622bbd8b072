"""``funnelscript runs``: the runs on record."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import RenderableType
from rich.text import Text

from bindings.nearest import nearest
from runtime.cli import present, terminal
from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.opening import opened_store
from runtime.cli.options import DEFAULT_BRAND, BrandOption, JsonOption, StoreOption, milliseconds
from runtime.cli.tables import plain_table, utc_time
from runtime.cli.tapes import keep_tape
from runtime.record import Status
from runtime.record_parts import loaded
from runtime.recorded import Recorded, as_json, find_recorded, find_tape, listed_as_json
from runtime.tape.files import TapeUnreadable
from storage.commands import Write
from storage.modules import FindModule
from storage.port import Store
from storage.queries import Page
from storage.runs import ForgetRuns, ListRuns, RunListed

MAX_RUNS = 1_000
SHOWN_ID_CHARACTERS = 18
"""Of an id in a list: its time and some randomness, enough to find the run by."""
DAY_MS = 24 * 3600 * 1000

runs = typer.Typer(name="runs", help="Look at runs on record.", no_args_is_help=True)

IdArgument = Annotated[
    str | None, typer.Argument(metavar="ID", help="The run, by its id or the beginning of it; the newest without one.")
]


@runs.command("list")
def list_runs(
    *,
    brand: BrandOption = DEFAULT_BRAND,
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help=f"Only these: {', '.join(get_args(Status))}.")
    ] = None,
    file: Annotated[
        str | None, typer.Option("--file", metavar="FILE", help="Only runs of this script or page.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="Only runs begun then or later, in ISO 8601.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, max=MAX_RUNS, help="At most so many, the newest.")
    ] = 20,
    store: StoreOption = None,
    as_json_: JsonOption = False,
) -> int:
    """List runs, newest first."""
    if status is not None and status not in get_args(Status):
        near = nearest(status, get_args(Status))
        ending = f", did you mean '{near}'?" if near else f" (known: {', '.join(get_args(Status))})"
        raise CommandFailed(ExitStatus.USAGE, f"--status: no run ends as {status!r}{ending}")
    since_ms = None if since is None else milliseconds(since, "--since")
    with opened_store(store, brand) as opened:
        page = opened.query(brand, ListRuns(limit, status, file, since_ms))
    if as_json_:
        terminal.write_text(json.dumps([listed_as_json(run) for run in page.items], indent=2) + "\n")
    else:
        terminal.write(*_list_report(page, brand))
    return ExitStatus.OK


@runs.command()
def show(
    id_: IdArgument = None,
    *,
    brand: BrandOption = DEFAULT_BRAND,
    tape: Annotated[
        Path | None, typer.Option("--tape", metavar="FILE", help="Write the run's tape to this file, for `replay`.")
    ] = None,
    store: StoreOption = None,
    as_json_: JsonOption = False,
) -> int:
    """Show a run as `funnelscript run` shows it, with its host calls and what was kept of its request."""
    with opened_store(store, brand) as opened:
        found = _found(opened, brand, id_)
        if tape is not None:
            _write_tape(opened, brand, found, tape)
            return ExitStatus.OK
        source = _source_at_fault(opened, brand, found)
    if as_json_:
        terminal.write_text(json.dumps(as_json(found), indent=2) + "\n")
    else:
        terminal.write(*_report(found, brand, source))
    return ExitStatus.OK


@runs.command()
def forget(
    *,
    brand: BrandOption = DEFAULT_BRAND,
    days: Annotated[
        float | None, typer.Option("--days", metavar="N", min=0, help="Delete runs that are older than so many days.")
    ] = None,
    keep: Annotated[
        int | None, typer.Option("--keep", metavar="N", min=0, help="Delete all but the newest so many.")
    ] = None,
    store: StoreOption = None,
) -> int:
    """Delete a brand's oldest runs from the record."""
    if days is None and keep is None:
        raise CommandFailed(ExitStatus.USAGE, "say how old, with --days, or how many are to stay, with --keep")
    now_ms = time.time_ns() // 1_000_000
    command = ForgetRuns(None if days is None else now_ms - round(days * DAY_MS), keep)
    deleted, more = 0, True
    with opened_store(store, brand) as opened:
        while more:
            outcome = opened.apply(brand, Write(command, now_ms, "")).outcome
            deleted, more = deleted + outcome.runs, outcome.more
    terminal.write_text(f"{present.counted(deleted, 'run')} deleted\n")
    return ExitStatus.OK


def _found(store: Store, brand: str, id_: str | None) -> Recorded:
    newest = store.query(brand, ListRuns(1)).items if id_ is None else []
    meant = id_ if id_ is not None else newest[0].id if newest else ""
    found = find_recorded(store, brand, meant)
    if isinstance(found, Recorded):
        return found
    if id_ is None:
        raise CommandFailed(ExitStatus.USAGE, f"brand '{brand}' has no runs on record")
    raise _missing(store, brand, id_, found)


def _missing(store: Store, brand: str, id_: str, ids: tuple[str, ...]) -> CommandFailed:
    """Why no run is meant, and which could be."""
    if ids:
        listed = ", ".join(ids)
        return CommandFailed(ExitStatus.USAGE, f"several runs have ids that begin with {id_!r}, such as {listed}")
    known = [run.id for run in store.query(brand, ListRuns(100)).items]
    near = nearest(id_, known)
    ending = f", did you mean '{near}'?" if near else f" (see funnelscript runs list --brand {brand})"
    if not known:
        ending = f" (brand '{brand}' has no runs on record)"
    return CommandFailed(ExitStatus.USAGE, f"no run on record has the id {id_!r}{ending}")


def _write_tape(store: Store, brand: str, run: Recorded, path: Path) -> None:
    id_ = run.listed.id
    try:
        run.result.tape = find_tape(store, brand, id_)
    except TapeUnreadable as error:
        raise CommandFailed(ExitStatus.UNAVAILABLE, f"the tape of run {id_} cannot be read: {error}") from error
    if run.result.tape is None:
        message = f"the run {id_} was kept without a tape: only runs that were put on tape have one"
        raise CommandFailed(ExitStatus.USAGE, message)
    keep_tape(run.result, path)
    terminal.write_text(f"the tape of run {id_} is in {path}\n")


def _list_report(page: Page[RunListed], brand: str) -> Iterator[RenderableType]:
    if not page.items:
        yield Text(f"no such runs on record in brand {brand}")
    for run in page.items:
        who = f" · customer {run.customer_id}" if run.customer_id else ""
        yield Text.assemble(
            (run.id[:SHOWN_ID_CHARACTERS], "bold"),
            f"  {utc_time(run.started_at_ms)}  ",
            (f"{run.status.replace('_', ' '):<12}", present.status_style(run.status)),
            f"  {present.duration(run.wall_us / 1_000_000):>10}  {terminal.visible(run.file + who)}",
        )
        if run.error is not None:
            place = "" if run.error.file is None else f" ({run.error.file}:{run.error.line})"
            yield Text(terminal.visible(f"    {run.error.name}: {run.error.message}{place}"), "dim")
    if page.more:
        yield Text("… and older ones: --limit shows more", "dim")


def _report(run: Recorded, brand: str, source: str) -> Iterator[RenderableType]:
    """The run as it is shown where it happens, then what only a record has."""
    who = [f"customer {run.listed.customer_id}"] if run.listed.customer_id else []
    heading = " · ".join([run.listed.file, f"brand {brand}", *who])
    yield from present.run_report(run.result, heading, source, terminal.width_cells())
    if run.result.calls:
        rows = [
            (call.name, present.duration(call.milliseconds / 1000), "ok" if call.ok else "threw")
            for call in run.result.calls
        ]
        yield Text("\nHost calls", "bold")
        yield present.indented(plain_table(("call", "time", "result"), rows, may_break="call"))
    if run.request is not None:
        yield Text("\nRequest", "bold")
        yield present.indented(present.values_table(run.request))
    if run.cut or run.source is None:
        left_out = [f"{name} ({size_bytes:,} bytes)" for name, size_bytes in run.cut.items()]
        left_out += ["source"] if run.source is None else []
        yield Text(f"\nToo large to be kept: {', '.join(left_out)}", "yellow")
    yield Text()
    yield present.usage_line(run.result.usage, run.result.deferred_writes)
    yield Text(f"run {run.listed.id} · {utc_time(run.listed.started_at_ms)}", "dim")


def _source_at_fault(store: Store, brand: str, run: Recorded) -> str:
    """What the line of the error is a line of: what ran, or the module as it was then, if it is still there."""
    error = run.result.error
    if error is None or error.file in {None, run.listed.file}:
        return run.source or ""
    module = store.query(brand, FindModule(error.file or ""))
    as_it_was = module is not None and loaded(error.file or "", module) in run.result.modules
    return module or "" if as_it_was else ""
