"""A page of three CRM calls and a loop of a hundred rows, rendered, beside Jinja2 rendering it from ready data."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2

from benchmarks.tables import median, print_table
from runtime import Runtime, Session

ROWS = 100
PAGE = """<!DOCTYPE html>
<title>{{ getCrmField({slug: 'tracker', fieldKey: 'name'}) }}</title>
@set(goals = getCrmFields({slug: 'tracker', fieldKeys: ['goal', 'unit']}))
<h1 class="goal">{{ goals.goal }} {{ goals.unit | upper }}</h1>
<table>
@foreach(row in getCrmFieldValues({slug: 'tracker', fieldKey: 'weighin', limit: 100}))
<tr class="{{ loop.first ? 'first' : 'other' }}"><td>{{ loop.index }}</td>
<td><a href="/days/{{ row.day }}">{{ row.day }}</a></td>
<td>{{ row.weight }}</td><td>@if(row.notes){{ row.notes }}@else-@endif</td></tr>
@endforeach
</table>
"""
JINJA_PAGE = """<!DOCTYPE html>
<title>{{ name }}</title>

<h1 class="goal">{{ goals.goal }} {{ goals.unit | upper }}</h1>
<table>
{% for row in rows %}
<tr class="{{ 'first' if loop.first else 'other' }}"><td>{{ loop.index }}</td>
<td><a href="/days/{{ row.day }}">{{ row.day }}</a></td>
<td>{{ row.weight }}</td><td>{% if row.notes %}{{ row.notes }}{% else %}-{% endif %}</td></tr>
{% endfor %}
</table>
"""
DATA: dict[str, Any] = {
    "name": "Ada & Co",
    "goals": {"goal": 80, "unit": "kg"},
    "rows": [
        {"day": f"2026-01-{number % 28 + 1:02}", "weight": 80 + number, "notes": "a <b> note" if number % 3 else ""}
        for number in range(ROWS)
    ],
}
SETUP = """
EnsureCrmEntity({ slug: 'tracker', fields: ['name', 'goal', 'unit', 'weighin'].map((key) => ({ key })) });
setCrmFields({ slug: 'tracker', fields: [
  { fieldKey: 'name', value: data.name },
  { fieldKey: 'goal', value: data.goals.goal }, { fieldKey: 'unit', value: data.goals.unit }
] });
[...data.rows].reverse().forEach((value) => addCrmFieldValue({ slug: 'tracker', fieldKey: 'weighin', value }));
"""


def measure(*, quick: bool) -> None:
    """Print the table."""
    rounds, renders = (2, 5) if quick else (15, 100)
    session = Session(brand="acme", customer_id="c_1", attributes={"data": DATA})
    template = jinja2.Environment(autoescape=True).from_string(JINJA_PAGE)
    with tempfile.TemporaryDirectory() as folder, Runtime.open(f"sqlite:///{Path(folder) / 'templates.db'}") as runtime:
        made = runtime.run(f"const data = customer.data;{SETUP}", session=session)
        assert made.error is None, made.error
        plain = Session(brand="acme", customer_id="c_1")
        same = runtime.run_page(PAGE, session=plain).html.split() == template.render(DATA).split()
        assert same, "both render the same page"
        kinds = {
            "funnelscript: the calls made, in the sandbox": lambda: _ours(runtime, PAGE, plain),
            "the same page without its calls and loop": lambda: _ours(runtime, "<title>{{ brand }}</title>", plain),
            "Jinja2: from ready data, in the process": lambda: _jinja(template),
        }
        figures = _measured(kinds, rounds, renders)
    ours = figures["funnelscript: the calls made, in the sandbox"]
    print_table(
        "A page of three CRM calls and a loop of a hundred rows",
        "python -m benchmarks templates",
        ["", "renders a second", "CPU, µs a render", "its renders to funnelscript's"],
        [[kind, 1 / _wall(rows), _cpu(rows) * 1e6, _ratio(rows, ours)] for kind, rows in figures.items()],
        f"{rounds} rounds of {renders} renders each, in turn, one after another. CPU is that of host and worker.",
    )


Figures = list[tuple[float, float]]
"""Of each round: wall clock and CPU of a render, in seconds."""


def _measured(kinds: dict[str, Callable[[], float]], rounds: int, renders: int) -> dict[str, Figures]:
    figures: dict[str, Figures] = {kind: [] for kind in kinds}
    for _ in range(rounds):
        for kind, render in kinds.items():
            render()
            wall, cpu = time.perf_counter(), time.process_time()
            in_worker = sum(render() for _ in range(renders))
            spent = time.process_time() - cpu + in_worker
            figures[kind].append(((time.perf_counter() - wall) / renders, spent / renders))
    return figures


def _ours(runtime: Runtime, page: str, session: Session) -> float:
    """Render once; the CPU time of the worker."""
    record = runtime.run_page(page, session=session).record
    assert record.status == "ok", record.error
    return record.usage.cpu_seconds


def _jinja(template: jinja2.Template) -> float:
    template.render(DATA)
    return 0.0


def _wall(figures: Figures) -> float:
    return median(wall for wall, _ in figures)


def _cpu(figures: Figures) -> float:
    return median(cpu for _, cpu in figures)


def _ratio(figures: Figures, ours: Figures) -> float:
    return median(own / wall for (wall, _), (own, _) in zip(figures, ours, strict=True))
