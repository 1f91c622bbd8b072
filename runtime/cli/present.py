"""Records as a person reads them: pure functions from what a run or a store gave to what rich can draw.

Everything that a script wrote passes through ``visible`` and stands in ``Text``, never in markup.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bindings.times import iso_time
from runtime.cli.source_excerpt import excerpt
from runtime.cli.terminal import visible
from runtime.record_parts import LogLevel, LogLine, RunError, RunWarning, Usage, place_text

if TYPE_CHECKING:
    from runtime.record import RunResult
    from storage.models import Entity, Entry, Json

MAX_VALUE_CHARACTERS = 1_000
"""Longer values are cut on the screen, with a word on how long they are; ``--json`` has them whole."""

_LEVEL_STYLES: dict[LogLevel, str] = {"log": "", "info": "cyan", "warn": "yellow", "error": "red", "debug": "dim"}
_INDENT = 2


def run_report(result: "RunResult", heading: str, source: str, width_cells: int) -> Iterator[RenderableType]:
    """A run, part by part; parts with nothing in them are left out. ``heading`` says what ran, and for whom."""
    yield status_line(result, heading)
    if result.logs:
        yield from _section("Log", map(log_line, result.logs))
    if result.variables:
        yield from _section("Variables", [values_table(result.variables)])
    answer = answer_values(result)
    if answer:
        yield from _section("Answer", [values_table(answer)])
    if result.session:
        yield from _section("Session", [values_table(result.session)])
    warnings = [*map(warning_line, result.warnings), *map(_missing_protection, result.sandbox_missing)]
    if warnings:
        yield from _section("Warnings", warnings)
    if result.error:
        yield Text()
        yield from error_lines(result.error, source, width_cells)


def status_line(result: "RunResult", heading: str) -> Text:
    """The run's status in one word, and what ran."""
    return Text.assemble((result.status.replace("_", " "), status_style(result.status)), "  ", visible(heading))


def status_style(status: str) -> str:
    """Green where all went well."""
    return "bold green" if status == "ok" else "bold red"


def log_line(line: LogLine) -> Text:
    """One console line behind its level; the lines of a longer text stay under each other."""
    level = f"{line.level:<5}  "
    text = visible(line.text, keep="\n").replace("\n", "\n" + " " * (_INDENT + len(level)))
    return Text.assemble((level, _LEVEL_STYLES[line.level]), text)


def warning_line(warning: RunWarning) -> Text:
    """The warning's code and sentence, and where its call stands."""
    place = visible(place_text(warning))
    at = (f"  at {place}", "dim") if place else ""
    return Text.assemble((visible(warning.code), "yellow"), "  ", visible(warning.message), at)


def answer_values(result: "RunResult") -> "dict[str, Json]":
    """What the visitor gets beside the page, part by part."""
    response, redirect = result.response, result.redirect
    parts: dict[str, Json] = {}
    if redirect is not None:
        parts["redirect"] = f"{redirect.status} {redirect.url}"
    if response is not None:
        parts["status"] = response.status
    if response is not None and response.body is not None:
        parts["content-type"], parts["body"] = response.content_type, response.body
    parts |= {f"header {name}": value for name, value in result.headers.items()}
    parts |= {f"cookie {cookie.name}": cookie.value for cookie in result.cookies}
    return parts


def values_table(values: "dict[str, Json]") -> Table:
    """Names beside values, as JSON."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", overflow="fold")
    table.add_column(overflow="fold")
    for name, value in values.items():
        table.add_row(Text(visible(name)), Text(value_text(value)))
    return table


def value_text(value: "Json") -> str:
    """A value as JSON, on one line where it is short, cut where it is very long."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) > 60 and isinstance(value, dict | list):  # noqa: PLR2004 - what still reads well on one line
        text = json.dumps(value, ensure_ascii=False, indent=2)
    shown = visible(text[:MAX_VALUE_CHARACTERS], keep="\n")
    if len(text) <= MAX_VALUE_CHARACTERS:
        return shown
    return f"{shown}… ({len(text):,} characters in all; --json shows them)"


def error_lines(error: RunError, source: str, width_cells: int) -> Iterator[Text]:
    """The error's name and message, its place, and where the source is at hand the line with a caret under it."""
    code = f" ({error.code})" if error.code else ""
    yield Text.assemble((visible(error.name), "bold red"), visible(f"{code}: "), visible(error.message, keep="\n"))
    if error.line is None:
        return
    yield Text(f"  at {visible(place_text(error))}")
    yield from marked_line(source, error.line, error.column, width_cells)


def marked_line(source: str, line: int, column: int | None, width_cells: int) -> Iterator[Text]:
    """A line of the source with a caret under the column; nothing where the source has no such line."""
    gutter = f"  {line} | "
    found = excerpt(source, line, column, width_cells - len(gutter))
    if found is None:
        return
    yield Text.assemble((gutter, "dim"), found.text)
    if found.caret_cells is not None:
        blank = " " * (len(gutter) - 2) + "| "
        yield Text.assemble((blank, "dim"), " " * found.caret_cells, ("^", "bold red"))


def entries_report(
    entities: "Sequence[Entity]", entries: "Sequence[Entry]", *, with_reference: bool
) -> Iterator[RenderableType]:
    """Entries by entity, in the entities' order, each one's own order kept. ``with_reference`` says whose each is."""
    for entity in entities:
        own = [entry for entry in entries if entry.entity_id == entity.id]
        if own:
            yield Text(f"\n{visible(entity.name)} ({entity.slug})", "underline")
        for entry in own:
            yield indented(entry_line(entity, entry, with_reference=with_reference))
            yield indented(values_table({**entry.values, **entry.relations}), steps=2)


def entry_line(entity: "Entity", entry: "Entry", *, with_reference: bool) -> Text:
    """What an entry is, beside its values: title, reference, stage, time of its last change, id."""
    parts = [entry.title] if entry.title is not None else []
    if with_reference:
        parts.append(f"{entry.reference.type}:{entry.reference.id}")
    parts += [
        f"{pipeline.name}: {stage.name}"
        for pipeline in entity.pipelines
        for stage in pipeline.stages
        if stage.id == entry.stage_id
    ]
    parts.append(iso_time(entry.updated_at_ms))
    return Text.assemble(visible(" · ".join(parts)), "  ", (entry.id, "dim"))


def usage_line(usage: Usage, deferred_writes: int) -> Text:
    """What the run took."""
    parts = [f"{duration(usage.wall_seconds)} wall", f"{duration(usage.cpu_seconds)} CPU"]
    if usage.memory_bytes:  # unknown where the run was killed
        parts.append(f"{usage.memory_bytes / 1024:,.0f} KiB memory")
    parts.append(counted(usage.host_calls, "host call"))
    if deferred_writes:
        parts.append(counted(deferred_writes, "deferred write"))
    return Text(" · ".join(parts), "dim")


def indented(part: Text | Table, steps: int = 1) -> RenderableType:
    """The part, further to the right."""
    blank = _INDENT * steps
    return Text(" " * blank) + part if isinstance(part, Text) else Padding(part, (0, 0, 0, blank), expand=False)


def duration(seconds: float) -> str:
    """So many seconds, in words that fit how many they are."""
    return f"{seconds * 1000:,.1f} ms" if seconds < 1 else f"{seconds:,.2f} s"


def counted(count: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _section(title: str, parts: Iterable[Text | Table]) -> Iterator[RenderableType]:
    yield Text(f"\n{title}", "bold")
    yield from map(indented, parts)


def _missing_protection(name: str) -> Text:
    return Text.assemble(("sandbox", "yellow"), f"  this host lacks a protection: {visible(name)}")
