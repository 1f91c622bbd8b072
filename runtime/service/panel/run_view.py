"""All of one run: what went wrong and where, what it said, what it left, what it called, what it ran on."""

from collections.abc import Iterator
from typing import Any

from runtime.pages.blocks import LINE_END
from runtime.record import HostCall, LogLine, RunError, RunResult, RunWarning
from runtime.record_parts import place_text
from runtime.request import MAX_BODY_BYTES
from runtime.service.markup import Markup, Part, tag
from runtime.service.panel.history import KeptRun
from runtime.service.panel.words import counted, duration, frame, moment, pairs, section, shown, state

CONTEXT_LINES = 4
MAX_LINE_CHARACTERS = 400
MAX_CALLS, MAX_LINES = 500, 1_000


def run_page(run: KeptRun) -> Markup:
    """The page; parts with nothing in them are left out."""
    record = run.record
    title = f"{run.request.method} {shown(run.request.path[:200])}"
    who = run.session.customer_id or run.session.email or "anonymous"
    facts = [shown(run.file), f"brand {run.session.brand}", shown(who), f"run {record.run_id}"]
    top = tag(
        "header",
        tag("a", "All runs", href="/_debug"),
        tag("h1", title),
        tag("p", state(record.status), " ", moment(run.ended_seconds), " ", " · ".join(facts)),
        tag("p", _usage(record), class_="facts"),
    )
    return frame(title, top, tag("main", *_sections(run)))


def _sections(run: KeptRun) -> Iterator[Part]:
    record, session, request = run.record, run.session, run.request
    if record.error is not None:
        yield section("Error", *_error(record.error, run))
    if record.warnings or record.sandbox_missing:
        missing = [tag("li", f"this host lacks a protection: {name}") for name in record.sandbox_missing]
        yield section("Warnings", tag("ul", *map(_warning, record.warnings), *missing))
    if record.logs:
        yield section("Log", tag("ol", *map(_log_line, record.logs[:MAX_LINES]), class_="log"))
    if record.variables:
        yield section("Variables", pairs(record.variables))
    if record.calls:
        yield section("Host calls", _calls(record.calls))
    if answer := _answer(record):
        yield section("Answer", pairs(answer))
    if left := _session_left(record):
        yield section("Set in the session", pairs(left))
    yield section("Session", pairs(session.model_dump(exclude_defaults=True)))
    yield section("Request", pairs(_request(request.model_dump(exclude_defaults=True), request.body)))
    yield section("Source", tag("details", tag("summary", shown(run.file)), _source(run.source, None, None)))


def _warning(warning: RunWarning) -> Markup:
    place = place_text(warning)
    at: list[Part] = [" at ", tag("code", shown(place))] if place else []
    return tag("li", tag("code", shown(warning.code)), " ", shown(warning.message), *at)


def _error(error: RunError, run: KeptRun) -> Iterator[Part]:
    code = f" ({error.code})" if error.code else ""
    yield tag("p", tag("strong", shown(error.name + code)), ": ", shown(error.message), class_="error")
    if error.line is not None:
        yield tag("p", "at ", tag("code", shown(place_text(error))))
        if run.fault:
            yield _source(run.fault, error.line, error.column)
    if error.stack:
        yield tag("details", tag("summary", "Stack"), tag("pre", shown(error.stack)))


def _source(source: str, line: int | None, column: int | None) -> Markup:
    """The lines of the source, or those around one, with that one and its column marked."""
    lines = LINE_END.split(source)
    first = 1 if line is None else max(1, line - CONTEXT_LINES)
    last = min(len(lines), MAX_LINES) if line is None else min(len(lines), line + CONTEXT_LINES)
    rows = [_source_line(number, lines[number - 1], number == line, column) for number in range(first, last + 1)]
    return tag("div", *rows, class_="source", tabindex="0")


def _source_line(number: int, text: str, is_marked: bool, column: int | None) -> Markup:
    cut = text[:MAX_LINE_CHARACTERS] + ("…" if len(text) > MAX_LINE_CHARACTERS else "")
    code: list[Part] = [shown(cut)]
    if is_marked and column is not None and column - 1 <= len(cut):
        at = column - 1
        code = [shown(cut[:at]), tag("mark", shown(cut[at : at + 1]) or " "), shown(cut[at + 1 :])]
    return tag("div", tag("span", number, class_="number"), tag("code", *code), class_="marked" if is_marked else None)


def _log_line(line: LogLine) -> Markup:
    return tag("li", tag("span", line.level, class_="level"), tag("pre", shown(line.text)), class_=line.level)


def _calls(calls: list[HostCall]) -> Markup:
    """Each call with its time; a bar compares them."""
    slowest = max(call.milliseconds for call in calls) or 1.0
    rows = [
        tag(
            "tr",
            tag("td", number, class_="number"),
            tag("td", tag("code", shown(call.name)), None if call.ok else tag("span", " threw", class_="error")),
            tag("td", f"{call.milliseconds:,.2f} ms", class_="number"),
            tag("td", tag("meter", min="0", max=f"{slowest}", value=f"{call.milliseconds}")),
        )
        for number, call in enumerate(calls[:MAX_CALLS], 1)
    ]
    more = len(calls) - len(rows)
    note = tag("p", f"… and {counted(more, 'call')} more", class_="facts") if more else None
    return tag("div", tag("table", tag("tbody", *rows)), note)


def _answer(record: RunResult) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    if record.redirect is not None:
        parts["redirect"] = f"{record.redirect.status} {record.redirect.url}"
    if record.response is not None:
        parts["status"] = record.response.status
        if record.response.body is not None:
            parts |= {"content-type": record.response.content_type, "body": record.response.body}
    parts |= record.headers
    return parts | {f"cookie {cookie.name}": cookie.value for cookie in record.cookies}


def _session_left(record: RunResult) -> dict[str, Any]:
    customer = record.session_customer
    who = {} if customer is None else {"customer": {"id": customer.id, "email": customer.email, "name": customer.name}}
    return {**who, **record.session}


def _request(fields: dict[str, Any], body: bytes | None) -> dict[str, Any]:
    """The request's parts; a body as text."""
    fields.pop("body", None)
    return fields if not body else {**fields, "body": body[:MAX_BODY_BYTES].decode("utf-8", "replace")}


def _usage(record: RunResult) -> str:
    usage = record.usage
    parts = [f"{duration(usage.wall_seconds)} wall", f"{duration(usage.cpu_seconds)} CPU"]
    if usage.memory_bytes:
        parts.append(f"{usage.memory_bytes / 1024:,.0f} KiB memory")
    parts.append(counted(usage.host_calls, "host call"))
    return " · ".join(parts)
