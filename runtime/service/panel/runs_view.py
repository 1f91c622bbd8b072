"""The list of the last runs."""

from runtime.service.markup import Markup, Part, tag
from runtime.service.panel.history import History, KeptRun
from runtime.service.panel.words import counted, duration, frame, moment, shown, state


def runs_page(history: History) -> Markup:
    """The list, which a script renews."""
    return frame(
        "Runs", tag("header", tag("h1", "Runs")), tag("main", runs_fragment(history), id="list", aria_live="polite")
    )


def runs_fragment(history: History) -> Markup:
    """The runs, newest first; or a word on how there will be some."""
    rows = [tag("li", tag("a", *_row(run), href=f"/_debug/runs/{run.record.run_id}")) for run in history]
    return tag("ol", *rows, class_="runs") if rows else tag("p", "Nothing has run yet. Open a page of the site.")


def _row(run: KeptRun) -> list[Part]:
    record, error = run.record, run.record.error
    facts = [duration(record.usage.wall_seconds), counted(len(record.calls), "call")]
    if record.logs:
        facts.append(counted(len(record.logs), "log line"))
    if record.warnings:
        facts.append(counted(len(record.warnings), "warning"))
    return [
        tag("span", moment(run.ended_seconds), " ", state(record.status), class_="when"),
        tag("strong", f"{run.request.method} {shown(run.request.path[:200])}"),
        tag("span", " · ".join([shown(run.file), *facts]), class_="facts"),
        None if error is None else tag("span", shown(f"{error.name}: {error.message}"[:300]), class_="error"),
    ]
