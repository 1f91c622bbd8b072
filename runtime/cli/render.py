"""``funnelscript render``: one page, once, for one visitor, as their browser would get it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from runtime.cli import present, terminal
from runtime.cli.exits import CommandFailed, ExitStatus, status_of
from runtime.cli.http import HttpOption, http_of
from runtime.cli.opening import STANDARD_INPUT, open_runtime, read_source
from runtime.cli.options import (
    DEFAULT_BRAND,
    BrandOption,
    JsonOption,
    StoreOption,
    build,
    environment,
    milliseconds,
)
from runtime.cli.queues import QueueOption
from runtime.cli.run import SESSION_OPTIONS
from runtime.pages.folders import PAGE_ENDINGS
from runtime.record import RunResult
from runtime.session import Session
from runtime.templates.source import FolderTemplates


def render(
    page: Annotated[str, typer.Argument(metavar="PAGE|-", help="The page; - reads it from the input.")],
    *,
    brand: BrandOption = DEFAULT_BRAND,
    customer: Annotated[str | None, typer.Option(metavar="ID", help="The visitor's customer id.")] = None,
    email: Annotated[str | None, typer.Option(metavar="EMAIL", help="The visitor's e-mail address.")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="The visitor's name.")] = None,
    templates: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Where layouts and components are. \\[default: the page's folder]"),
    ] = None,
    store: StoreOption = None,
    queue: QueueOption = None,
    http: HttpOption = None,
    as_json: JsonOption = False,
    strict: Annotated[bool, typer.Option("--strict", help="A call with an unknown property throws.")] = False,
    now: Annotated[str | None, typer.Option(metavar="TIME", help="Fix the clock, in ISO 8601.")] = None,
) -> int:
    """Print a page as a visitor gets it: its backend blocks run, its template rendered."""
    settings = environment()
    session = build(Session, SESSION_OPTIONS, {"brand": brand, "customer_id": customer, "email": email, "name": name})
    now_ms = None if now is None else milliseconds(now)
    source = read_source(page)
    filename = "<stdin>" if page == STANDARD_INPUT else page
    if page != STANDARD_INPUT and not page.lower().endswith(PAGE_ENDINGS):
        raise CommandFailed(ExitStatus.USAGE, f"{page}: not a page (.html, .htm); scripts are for 'funnelscript run'")
    store_url, queue_url = settings.store if store is None else store, settings.queue if queue is None else queue
    folder = FolderTemplates(_folder(templates, page))
    with open_runtime(store_url, queue_url, own_queue=True, http=http_of(settings, http), templates=folder) as runtime:
        record, html = runtime.run_page(source, session=session, filename=filename, strict=strict, now_ms=now_ms)
        runtime.finish_deferred_writes()
    if as_json:
        terminal.write_text(json.dumps({"html": html, "record": record.model_dump(mode="json")}, indent=2) + "\n")
    else:
        terminal.write_text(html)
        terminal.write_aside(*_report(record, source, filename))
    return status_of(record.status)


def _folder(templates: str | None, page: str) -> Path:
    if templates is None:
        return Path() if page == STANDARD_INPUT else Path(page).parent
    if not Path(templates).is_dir():
        raise CommandFailed(ExitStatus.USAGE, f"--templates: no folder {templates}")
    return Path(templates)


def _report(record: RunResult, source: str, filename: str) -> Iterator[RenderableType]:
    """What a person should know beside the page: log, warnings, where the visitor is sent instead, errors."""
    yield from map(present.log_line, record.logs)
    answer = present.answer_values(record)
    if answer:
        yield present.values_table(answer)
    yield from map(present.warning_line, record.warnings)
    errors = record.template.errors if record.template else []
    if record.error is not None and record.error not in errors:
        errors = [record.error, *errors]
    for error in errors:
        yield from present.error_lines(error, source if error.file == filename else "", terminal.width_cells())
