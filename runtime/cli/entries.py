"""``funnelscript entries``: what the store holds."""

import json
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from bindings import results
from bindings.nearest import hint
from runtime.cli import present, terminal
from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.opening import opened_store
from runtime.cli.options import DEFAULT_BRAND, BrandOption, JsonOption, StoreOption
from storage.errors import EntityNotFound
from storage.models import Entity, Entry, Reference
from storage.port import Store
from storage.queries import ListEntities, ListEntries, Page, Scope

MAX_ENTRIES = 100_000


def entries(
    *,
    brand: BrandOption = DEFAULT_BRAND,
    slug: Annotated[str | None, typer.Option(metavar="SLUG", help="Only entries of this entity.")] = None,
    reference: Annotated[
        str | None, typer.Option(metavar="TYPE:ID", help="Only entries attached to this record, as customer:c_1.")
    ] = None,
    store: StoreOption = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=MAX_ENTRIES, help="At most so many, the newest.")] = 50,
    as_json: JsonOption = False,
) -> int:
    """List stored entries, newest first."""
    scope = _scope(reference)
    with opened_store(store, brand) as opened:
        entities, page = _read(opened, brand, slug, scope, limit)
    if as_json:
        terminal.write_text(json.dumps(_as_json(entities, page.items), indent=2) + "\n")
    else:
        terminal.write(*_report(entities, page, brand))
    return ExitStatus.OK


def _scope(reference: str | None) -> Scope:
    if reference is None:
        return Scope(every_reference=True)
    reference_type, separator, reference_id = reference.partition(":")
    if not (reference_type and separator and reference_id):
        message = f"--reference: must be TYPE:ID, such as customer:c_1 (got {reference!r})"
        raise CommandFailed(ExitStatus.USAGE, message)
    return Scope(reference=Reference(reference_type, reference_id))


def _read(store: Store, brand: str, slug: str | None, scope: Scope, limit: int) -> tuple[list[Entity], Page[Entry]]:
    try:
        page = store.query(brand, ListEntries(slug=slug, scope=scope, limit=limit))
    except EntityNotFound as error:
        ending = hint(str(error.name), error.known, f"brand '{brand}' has no entities")
        raise CommandFailed(ExitStatus.USAGE, f"--slug: no entity {str(error.name)!r}{ending}") from error
    return store.query(brand, ListEntities()), page


def _as_json(entities: list[Entity], entries: list[Entry]) -> list[results.Result]:
    """Entries as scripts read them, each with the slug of its entity."""
    known = {entity.id: (entity.slug, results.places_of(entity)) for entity in entities}
    found = [(known[entry.entity_id], entry) for entry in entries]
    return [{"slug": slug, **results.entry(entry, places)} for (slug, places), entry in found]


def _report(entities: list[Entity], page: Page[Entry], brand: str) -> Iterator[RenderableType]:
    if not page.items:
        yield Text(f"no entries in brand {brand}")
    yield from present.entries_report(entities, page.items, with_reference=True)
    if page.more:
        yield Text("\n… and older ones: --limit shows more", "dim")
