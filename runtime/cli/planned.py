"""A plan as a person reads it: ``+`` what would be made, ``~`` what would change, ``-`` what would go."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from runtime.cli.present import value_text
from runtime.cli.terminal import visible
from runtime.dry_run.plan import Change, Kind, Plan, PlannedEntity, PlannedEntry

_SIGNS: dict[Kind, tuple[str, str]] = {"made": ("+", "green"), "changed": ("~", "yellow"), "removed": ("-", "red")}
_ARROW = " -> "


def plan_report(plan: Plan) -> Iterator[RenderableType]:
    """A plan, record by record."""
    yield Text("\nPlan (nothing was stored)", "bold")
    if plan.is_empty:
        yield Text("  nothing would change")
    for customer in plan.customers:
        who = " ".join(part for part in (customer.name, customer.email and f"<{customer.email}>") if part)
        yield _headline("made", f"customer {customer.id}", who)
    for entity in plan.entities:
        yield from _entity(entity)
    for entry in plan.entries:
        yield from entry_report(entry)
    for call in plan.http:
        yield Text.assemble("  ", ("!", "yellow"), visible(f" {call.method} {call.url}"), ("  not sent", "dim"))


def entry_report(entry: PlannedEntry) -> Iterator[RenderableType]:
    """An entry that is new, different or gone, with what of it changes."""
    yield _headline(entry.kind, f"{entry.slug} of {entry.reference}", entry.id)
    table = _table()
    parts = {"title": entry.title, "of": entry.moved_to, "stage": entry.stage}
    changes = {name: change for name, change in parts.items() if change is not None}
    for name, change in (*changes.items(), *entry.values.items(), *entry.relations.items()):
        table.add_row(_sign(_kind(change)), Text(visible(name)), _change(change))
    if table.row_count:
        yield Padding(table, (0, 0, 0, 4), expand=False)


def _entity(entity: PlannedEntity) -> Iterator[RenderableType]:
    yield _headline(entity.kind, f"entity {entity.slug}", "" if entity.kind == "changed" else entity.name)
    table = _table()
    for key, type_ in entity.fields.items():
        table.add_row(_sign("made"), Text(visible(f"field {key}")), Text(type_))
    for pipeline, stages in entity.stages.items():
        table.add_row(_sign("made"), Text(visible(f"pipeline {pipeline}")), Text(visible(", ".join(stages))))
    if table.row_count:
        yield Padding(table, (0, 0, 0, 4), expand=False)


def _kind(change: Change) -> Kind:
    return "made" if change.added else "removed" if change.removed else "changed"


def _change(change: Change) -> Text:
    if change.added:
        return Text(value_text(change.new))
    if change.removed:
        return Text(value_text(change.old))
    return Text(value_text(change.old) + _ARROW + value_text(change.new))


def _headline(kind: Kind, what: str, more: str) -> Text:
    return Text.assemble("  ", _sign(kind), " ", visible(what), (f"  {visible(more)}" if more else "", "dim"))


def _sign(kind: Kind) -> Text:
    return Text(*_SIGNS[kind])


def _table() -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column()
    table.add_column(style="bold", overflow="fold")
    table.add_column(overflow="fold")
    return table
