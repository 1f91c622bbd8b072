"""Making, reading, clearing and handing over entries."""

from bindings.arguments.entries import ClearCrmEntries, CreateCrmEntry, GetCrmEntries, ReassignCrmReference
from bindings.context import RunContext
from bindings.definitions import entity_of, fresh_entity, warn_undefined, warn_unknown_place
from bindings.function import Function
from bindings.handlers.reading import warn_cut_off
from bindings.refusals import refused_move
from bindings.results import (
    Places,
    Result,
    creation_refused,
    entries_cleared,
    entries_reassigned,
    entry,
    entry_created,
    places_of,
    queued,
)
from bindings.scopes import destination_of, reference_of, scope_of
from bindings.writes import apply_now, perform
from storage.commands import ClearEntries, CreateEntry, ReassignReference
from storage.errors import MoveRefused
from storage.models import Entry, Reference
from storage.queries import ListEntries, Scope


def create_crm_entry(arguments: CreateCrmEntry, context: RunContext) -> Result:
    """Always a new entry."""
    values = arguments.values or {}
    warn_undefined(arguments.slug, values, context)
    command = CreateEntry(
        arguments.slug,
        scope_of(arguments, context),
        context.new_id(),
        values,
        arguments.title,
        destination_of(arguments, "start"),
    )
    try:
        return perform(command, arguments, context, entry_created, queued(id=command.new_entry_id))
    except MoveRefused as refused:
        message = refused_move(refused, arguments)
        context.warn(refused.code, message)
        return creation_refused(refused, message)


def get_crm_entries(arguments: GetCrmEntries, context: RunContext) -> list[Result]:
    """A page of entries, newest first."""
    query = ListEntries(
        arguments.slug,
        scope_of(arguments, context, every_reference=arguments.all_references),
        arguments.limit,
        arguments.offset,
        arguments.filters,
        arguments.pipeline_slug,
        arguments.stage_slug,
    )
    if arguments.filters:
        warn_undefined(arguments.slug, arguments.filters, context)
    warn_unknown_place(arguments.function, arguments.slug, arguments.pipeline_slug, arguments.stage_slug, context)
    page = context.store.query(context.brand, query)
    if page.more:
        warn_cut_off(arguments.function, "entries", arguments.limit, context)
    places = _places_for(page.items, arguments.slug, context)
    return [entry(one, places) for one in page.items]


def clear_crm_entries(arguments: ClearCrmEntries, context: RunContext) -> Result:
    """Delete the entries of the scope."""
    command = ClearEntries(arguments.slug, scope_of(arguments, context))
    return perform(command, arguments, context, entries_cleared, queued(deleted=None))


def reassign_crm_reference(arguments: ReassignCrmReference, context: RunContext) -> Result:
    """Hand the entries of one reference to another, always at once."""
    scope = Scope(
        reference=reference_of(arguments.to_reference_type, arguments.to_reference_id),
        reference_type=arguments.to_reference_type,
        visitor=context.visitor,
    )
    source = Reference(arguments.from_reference_type, arguments.from_reference_id)
    return entries_reassigned(apply_now(ReassignReference(arguments.slug, source, scope), arguments, context))


def _places_for(entries: list[Entry], slug: str, context: RunContext) -> Places:
    """The pipelines that the entries name; looked up afresh where one is newer than what the run knows."""
    places = places_of(entity_of(slug, context))
    if all(one.stage_id is None or one.stage_id in places.stages for one in entries):
        return places
    return places_of(fresh_entity(slug, context))


CREATE_CRM_ENTRY = Function(
    kind="write",
    arguments=CreateCrmEntry,
    handler=create_crm_entry,
    summary="Makes a new entry.",
    notes="In crm mode it starts on the first stage of the first pipeline, unless told otherwise.",
    returns="`{ok: true, id}`; `{ok: false, id: null, error, message}` where it cannot start on the named stage",
    returns_type="CrmResult & { id: string }",
    example="""
var result = CreateCrmEntry({
  slug: 'properties',
  title: '123 Main St',
  values: { address: '123 Main Street, Springfield', price: 450000 }
});
// { ok: true, id: '01920000-…' }
""",
    defers=True,
)

GET_CRM_ENTRIES = Function(
    kind="read",
    arguments=GetCrmEntries,
    handler=get_crm_entries,
    summary="Reads entries, newest first.",
    returns="an array of [entries](#entries)",
    returns_type="CrmEntry<S>[]",
    example="""
var open = getCrmEntries({ slug: 'deals', stageSlug: 'qualified', limit: 10 });
open.forEach(function (deal) { console.log(deal.title, deal.values.deal_value); });
""",
)

CLEAR_CRM_ENTRIES = Function(
    kind="write",
    arguments=ClearCrmEntries,
    handler=clear_crm_entries,
    summary="Deletes the entries of the reference and takes them out of every relation that points to them.",
    returns="`{ok: true, deleted}`: how many entries were deleted",
    returns_type="CrmResult & { deleted: number }",
    example="""
var result = clearCrmEntries({ slug: 'weight-tracker' });
// { ok: true, deleted: 3 }
""",
    defers=True,
)

REASSIGN_CRM_REFERENCE = Function(
    kind="write",
    arguments=ReassignCrmReference,
    handler=reassign_crm_reference,
    summary="Hands the entries of one reference to another: an anonymous visitor's become the customer's.",
    returns="`{ok: true, migrated, merged}`: how many entries, and whether the target had some already",
    returns_type="{ ok: true; migrated: number; merged: boolean }",
    example="""
reassignCrmReference({
  slug: 'weight-tracker',
  fromReferenceType: 'visitor',
  fromReferenceId: 'v_81'
});
// { ok: true, migrated: 2, merged: false }
""",
)
