"""``funnelscript run``: one script or page, once, for one visitor."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from runtime.cli import terminal
from runtime.cli.exits import CommandFailed, ExitStatus, status_of
from runtime.cli.http import HttpOption, http_of
from runtime.cli.opening import STANDARD_INPUT, open_runtime, read_source, store_to_read
from runtime.cli.options import (
    DEFAULT_BRAND,
    BrandOption,
    JsonOption,
    ModulesOption,
    StoreOption,
    build,
    environment,
    milliseconds,
)
from runtime.cli.queues import QueueOption
from runtime.pages.folders import PAGE_ENDINGS
from runtime.usual_limits import CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS

if TYPE_CHECKING:
    from rich.console import RenderableType

    from runtime.dry_run.plan import Plan
    from runtime.dry_run.running import DryRun
    from runtime.limits import Limits
    from runtime.order import OwnData
    from runtime.record import RunResult
    from runtime.recording import Recording
    from runtime.runtime import Runtime
    from runtime.session import Session
    from runtime.tape.model import TapeOptions
    from storage.models import Json
    from storage.port import Store

MAX_ENTRIES_SHOWN = 20

SESSION_OPTIONS = {"brand": "--brand", "customer_id": "--customer", "email": "--email", "name": "--name"}
_LIMIT_OPTIONS = {"cpu_seconds": "--cpu", "wall_seconds": "--wall", "memory_bytes": "--memory"}


class _How(TypedDict):
    """The options of ``Runtime.run`` and ``run_page``."""

    session: "Session"
    filename: str
    limits: "Limits"
    strict: bool
    now_ms: int | None
    seed: int | None
    data: "OwnData | None"
    tape: "bool | TapeOptions"


def _default(limit: float) -> str:
    return rf"\[default: {limit}]"


def run(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-",
            help="The script, or the page (.html, .htm) whose backend blocks run; - reads a script from the input.",
        ),
    ],
    *,
    brand: BrandOption = DEFAULT_BRAND,
    customer: Annotated[str | None, typer.Option(metavar="ID", help="The visitor's customer id.")] = None,
    email: Annotated[str | None, typer.Option(metavar="EMAIL", help="The visitor's e-mail address.")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="The visitor's name.")] = None,
    store: StoreOption = None,
    queue: QueueOption = None,
    http: HttpOption = None,
    modules: ModulesOption = None,
    as_json: JsonOption = False,
    strict: Annotated[bool, typer.Option("--strict", help="A call with an unknown property throws.")] = False,
    now: Annotated[str | None, typer.Option(metavar="TIME", help="Fix the script's clock, in ISO 8601.")] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="Fix the script's random numbers.")] = None,
    cpu: Annotated[
        float | None, typer.Option(metavar="SECONDS", help=f"Limit of CPU time. {_default(CPU_SECONDS)}")
    ] = None,
    wall: Annotated[
        float | None, typer.Option(metavar="SECONDS", help=f"Limit of time in all. {_default(WALL_SECONDS)}")
    ] = None,
    memory: Annotated[
        int | None, typer.Option(metavar="BYTES", help=f"Limit of the heap. {_default(MEMORY_BYTES)}")
    ] = None,
    record: Annotated[bool, typer.Option("--record", help="Keep the run on record, for funnelscript runs.")] = False,
    tape: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the run's tape to this file, for `replay`.")
    ] = None,
    redact: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="Keys whose values the tape does not tell, such as email or '*phone*'."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Store nothing and send nothing: show what would change.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Run again on each save, until Ctrl-C.")] = False,
) -> int:
    """Run a script, or a page's backend blocks, and show what came of it."""
    _check_together(file, watch=watch, dry_run=dry_run, as_json=as_json, record=record)
    source = read_source(file)
    from runtime.limits import Limits
    from runtime.session import Session
    from runtime.templates.source import FolderTemplates

    settings = environment()
    who = {"brand": brand, "customer_id": customer, "email": email, "name": name}
    session = build(Session, SESSION_OPTIONS, who)
    limits = build(Limits, _LIMIT_OPTIONS, {"cpu_seconds": cpu, "wall_seconds": wall, "memory_bytes": memory})
    now_ms = None if now is None else milliseconds(now)
    filename = "<stdin>" if file == STANDARD_INPUT else file
    store_url, queue_url = settings.store if store is None else store, settings.queue if queue is None else queue
    if dry_run:
        store_url, queue_url = store_to_read(store_url), None
    folder, sites = settings.modules if modules is None else modules, http_of(settings, http)
    recording = _recording(settings.keep_runs_days) if record else None
    opened = open_runtime(
        store_url,
        queue_url,
        own_queue=not dry_run,
        http=sites,
        modules=folder,
        templates=FolderTemplates(Path(file).parent),
        recording=recording,
    )
    with opened as runtime, _dry_run(runtime.store, wanted=dry_run) as dry:
        how: _How = {
            "session": session,
            "filename": filename,
            "limits": limits,
            "strict": strict,
            "now_ms": now_ms,
            "seed": seed,
            "data": None if dry is None else dry.data,
            "tape": tape is not None and _taped(redact or []),
        }
        if watch:
            return _run_again_on_saves(runtime, file, folder, how, tape)
        result = _run(runtime, source, how, tape)
        plan = None if dry is None else dry.plan(brand)
        if as_json:
            terminal.write_text(json.dumps(_as_json(result, plan), indent=2) + "\n")
        else:
            terminal.write(*_report(result, how, source, runtime, plan))
            if record:
                from rich.text import Text

                terminal.write(Text(f"on record: funnelscript runs show {result.run_id} --brand {brand}", "dim"))
    return status_of(result.status)


def _check_together(file: str, *, watch: bool, dry_run: bool, as_json: bool, record: bool) -> None:
    """Refuse options that do not go together, before anything is read or loaded."""
    if watch and (file == STANDARD_INPUT or dry_run or as_json):
        problem = "needs a file (got -)" if file == STANDARD_INPUT else "goes with neither --dry-run nor --json"
        raise CommandFailed(ExitStatus.USAGE, f"--watch: {problem}")
    if dry_run and record:
        raise CommandFailed(ExitStatus.USAGE, "--record: a dry run leaves nothing in the store")


def _recording(keep_days: float) -> "Recording":
    from runtime.recording import Recording

    return Recording(share=1, keep_days=keep_days)


def _taped(redact: list[str]) -> "TapeOptions":
    from runtime.tape.model import TapeOptions

    return TapeOptions(redact=tuple(redact))


def _dry_run(store: "Store", *, wanted: bool) -> "AbstractContextManager[DryRun | None]":
    if not wanted:
        return nullcontext()
    from runtime.dry_run.running import DryRun

    return DryRun(store)


def _run(runtime: "Runtime", source: str, how: _How, tape: Path | None) -> "RunResult":
    is_page = how["filename"].lower().endswith(PAGE_ENDINGS)
    result = runtime.run_page(source, **how).record if is_page else runtime.run(source, **how)
    runtime.finish_deferred_writes()
    if tape is not None:
        from runtime.cli.tapes import keep_tape

        keep_tape(result, tape)
    return result


def _run_again_on_saves(runtime: "Runtime", file: str, modules: str | None, how: _How, tape: Path | None) -> ExitStatus:
    from runtime.cli.watching import Watched, run_again_on_saves

    def run_and_show(source: str) -> None:
        result = _run(runtime, source, how, tape)
        terminal.write(*_result(result, how, source, runtime, result.customer_id), *_end(result))

    return run_again_on_saves(Watched(file, modules, runtime.store, how["session"].brand), run_and_show)


def _as_json(result: "RunResult", plan: "Plan | None") -> "dict[str, Json]":
    record: dict[str, Json] = result.model_dump(mode="json")
    return record if plan is None else {"record": record, "plan": plan.model_dump(mode="json", exclude_defaults=True)}


def _report(
    result: "RunResult", how: _How, source: str, runtime: "Runtime", plan: "Plan | None"
) -> "Iterator[RenderableType]":
    """The run, and what there is now of its customer, or would be."""
    session = how["session"]
    customer_id = result.customer_id if plan is not None else _customer_id(result, session, runtime.store)
    yield from _result(result, how, source, runtime, customer_id)
    if plan is not None:
        from runtime.cli.planned import plan_report

        yield from plan_report(plan)
    elif customer_id:
        yield from customer_entries(runtime.store, session.brand, customer_id)
    yield from _end(result)


def _result(
    result: "RunResult", how: _How, source: str, runtime: "Runtime", customer_id: str | None
) -> "Iterator[RenderableType]":
    from runtime.cli import present
    from runtime.modules.source import source_at_fault

    brand, filename = how["session"].brand, how["filename"]
    source = source_at_fault(result, filename, source, runtime.modules, brand)
    who = [f"customer {customer_id}"] if customer_id else []
    heading = " · ".join([filename, f"brand {brand}", *who])
    yield from present.run_report(result, heading, source, terminal.width_cells())


def _end(result: "RunResult") -> "Iterator[RenderableType]":
    from rich.text import Text

    from runtime.cli import present

    yield Text()
    yield present.usage_line(result.usage, result.deferred_writes)


def _customer_id(result: "RunResult", session: "Session", store: "Store") -> str | None:
    """Whose run it was. A run that wrote nothing leaves open whom an e-mail means."""
    from storage.queries import FindCustomer, Visitor

    if result.customer_id is not None or session.email is None:
        return result.customer_id
    customer = store.query(session.brand, FindCustomer(Visitor(email=session.email)))
    return customer.id if customer else None


def customer_entries(store: "Store", brand: str, customer_id: str) -> "Iterator[RenderableType]":
    """What the store holds of the customer now, newest first."""
    from rich.text import Text

    from runtime.cli import present
    from storage.models import Reference
    from storage.queries import ListEntities, ListEntries, Scope

    scope = Scope(reference=Reference("customer", customer_id))
    page = store.query(brand, ListEntries(slug=None, scope=scope, limit=MAX_ENTRIES_SHOWN))
    if page.items:
        yield Text(f"\nEntries of customer {terminal.visible(customer_id)}", "bold")
    yield from present.entries_report(store.query(brand, ListEntities()), page.items, with_reference=False)
    if page.more:
        older = f"funnelscript entries --reference customer:{terminal.visible(customer_id)}"
        yield Text(f"\n… and older ones: {older}", "dim")
