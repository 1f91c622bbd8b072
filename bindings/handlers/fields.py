"""Reading and writing values of fields."""

from bindings.arguments.fields import (
    AddCrmFieldValue,
    GetCrmField,
    GetCrmFields,
    GetCrmFieldValues,
    SetCrmField,
    SetCrmFields,
)
from bindings.context import RunContext
from bindings.definitions import warn_undefined
from bindings.function import Function
from bindings.handlers.reading import warn_cut_off
from bindings.results import Result, entry_created, fields_set, queued
from bindings.scopes import scope_of
from bindings.writes import perform
from storage.commands import CreateEntry, SetFields
from storage.models import Json
from storage.queries import ReadFields, ReadValues


def get_crm_field(arguments: GetCrmField, context: RunContext) -> Json:
    """The newest value of one key, or None."""
    key = arguments.field_key
    warn_undefined(arguments.slug, (key,), context)
    found = context.store.query(context.brand, ReadFields(arguments.slug, scope_of(arguments, context), (key,)))
    return found.get(key)


def get_crm_fields(arguments: GetCrmFields, context: RunContext) -> Result:
    """The newest value of each key, None where there is none."""
    keys = tuple(dict.fromkeys(arguments.field_keys))
    warn_undefined(arguments.slug, keys, context)
    found = context.store.query(context.brand, ReadFields(arguments.slug, scope_of(arguments, context), keys))
    return {key: found.get(key) for key in keys}


def set_crm_field(arguments: SetCrmField, context: RunContext) -> Result:
    """Set one key."""
    return _set(arguments, {arguments.field_key: arguments.value}, context)


def set_crm_fields(arguments: SetCrmFields, context: RunContext) -> Result:
    """Set several keys of one entry."""
    return _set(arguments, {one.field_key: one.value for one in arguments.fields}, context)


def add_crm_field_value(arguments: AddCrmFieldValue, context: RunContext) -> Result:
    """A new entry that holds one key."""
    values = {arguments.field_key: arguments.value}
    warn_undefined(arguments.slug, values, context)
    command = CreateEntry(arguments.slug, scope_of(arguments, context), context.new_id(), values)
    return perform(command, arguments, context, entry_created, queued(id=command.new_entry_id))


def get_crm_field_values(arguments: GetCrmFieldValues, context: RunContext) -> list[Json]:
    """The values of one key over entries, newest first."""
    scope = scope_of(arguments, context, every_reference=arguments.all_references)
    query = ReadValues(arguments.slug, scope, arguments.field_key, arguments.limit, arguments.offset, arguments.filters)
    warn_undefined(arguments.slug, (arguments.field_key, *(arguments.filters or ())), context)
    page = context.store.query(context.brand, query)
    if page.more:
        warn_cut_off(arguments.function, "values", arguments.limit, context)
    return page.items


def _set(arguments: SetCrmField | SetCrmFields, values: dict[str, Json], context: RunContext) -> Result:
    warn_undefined(arguments.slug, values, context)
    command = SetFields(arguments.slug, scope_of(arguments, context), context.new_id(), values, arguments.force)
    return perform(command, arguments, context, fields_set, queued(id=arguments.entry_id, created=None))


GET_CRM_FIELD = Function(
    kind="read",
    arguments=GetCrmField,
    handler=get_crm_field,
    summary="Reads one field's value: that of the newest entry that holds the key.",
    returns="the value; `null` where no entry holds the key",
    returns_type="any",
    example="""
var weight = getCrmField({ slug: 'weight-tracker', fieldKey: 'current_weight' });
// 182
""",
)

GET_CRM_FIELDS = Function(
    kind="read",
    arguments=GetCrmFields,
    handler=get_crm_fields,
    summary="Reads several fields at once, each from the newest entry that holds its key.",
    returns="`{key: value}` with every key that was asked for, `null` where no entry holds it",
    returns_type="Record<K, any>",
    example="""
var fields = getCrmFields({ slug: 'weight-tracker', fieldKeys: ['current_weight', 'goal_weight'] });
// { current_weight: 182, goal_weight: 165 }
""",
)

SET_CRM_FIELD = Function(
    kind="write",
    arguments=SetCrmField,
    handler=set_crm_field,
    summary="Sets one field: in the newest entry that holds the key, else in the newest entry, else in a new one.",
    notes="The value replaces the old one whole; other fields of the entry stay.",
    returns="`{ok: true, id, created}`: the entry's id, and whether it is new",
    returns_type="CrmResult & { id: string; created: boolean }",
    example="""
setCrmField({ slug: 'weight-tracker', fieldKey: 'current_weight', value: 182 });
// { ok: true, id: '01920000-…', created: false }
""",
    defers=True,
)

SET_CRM_FIELDS = Function(
    kind="write",
    arguments=SetCrmFields,
    handler=set_crm_fields,
    summary="Sets several fields of one entry in one write.",
    notes="Which entry: the newest that holds one of the keys, else the newest, else a new one. Each value replaces "
    "the old one whole; other fields of the entry stay.",
    returns="`{ok: true, id, created}`: the entry's id, and whether it is new",
    returns_type="CrmResult & { id: string; created: boolean }",
    example="""
setCrmFields({
  slug: 'weight-tracker',
  fields: [
    { fieldKey: 'current_weight', value: 182 },
    { fieldKey: 'goal_weight', value: 165 }
  ]
});
// { ok: true, id: '01920000-…', created: false }
""",
    defers=True,
)

ADD_CRM_FIELD_VALUE = Function(
    kind="write",
    arguments=AddCrmFieldValue,
    handler=add_crm_field_value,
    summary="Adds a new entry that holds this one value, so that a key can have a history.",
    returns="`{ok: true, id}`: the new entry's id",
    returns_type="CrmResult & { id: string }",
    example="""
addCrmFieldValue({
  slug: 'weight-tracker',
  fieldKey: 'weighin_history',
  value: { date: '2026-03-31', weight: 182 }
});
// { ok: true, id: '01920000-…' }
""",
    defers=True,
)

GET_CRM_FIELD_VALUES = Function(
    kind="read",
    arguments=GetCrmFieldValues,
    handler=get_crm_field_values,
    summary="Reads the values of one key over all entries that hold it, newest first.",
    returns="an array of values",
    returns_type="any[]",
    example="""
var history = getCrmFieldValues({ slug: 'weight-tracker', fieldKey: 'weighin_history', limit: 10 });
// [{ date: '2026-03-31', weight: 182 }]
""",
)
