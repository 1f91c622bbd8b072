"""Relating entries."""

from functools import partial

from bindings.arguments.relations import RemoveCrmRelation, SetCrmRelation
from bindings.context import RunContext
from bindings.function import Function
from bindings.results import Result, queued, relation_removed, relation_set
from bindings.scopes import scope_of
from bindings.writes import perform
from storage.commands import RemoveRelation, SetRelation


def set_crm_relation(arguments: SetCrmRelation, context: RunContext) -> Result:
    """Point an entry at another."""
    key = arguments.relation_key
    command = SetRelation(arguments.slug, scope_of(arguments, context), key, arguments.target_entry_id)
    put_off = queued(id=arguments.entry_id, relationKey=key, targets=None)
    return perform(command, arguments, context, partial(relation_set, key), put_off)


def remove_crm_relation(arguments: RemoveCrmRelation, context: RunContext) -> Result:
    """Point an entry at another no more."""
    scope = scope_of(arguments, context)
    command = RemoveRelation(arguments.slug, scope, arguments.relation_key, arguments.target_entry_id)
    put_off = queued(id=arguments.entry_id, removed=None, targets=None)
    return perform(command, arguments, context, relation_removed, put_off)


SET_CRM_RELATION = Function(
    kind="write",
    arguments=SetCrmRelation,
    handler=set_crm_relation,
    summary="Points the newest entry of the reference at another entry.",
    notes="A `reference` field holds one target, which another replaces. A `multi_reference` field holds a set in "
    "order of setting; what is in it already stays where it is.",
    returns="`{ok: true, id, relationKey, targets}`: the entry's id and all its targets under the key",
    returns_type="CrmResult & { id: string; relationKey: string; targets: string[] }",
    example="""
SetCrmRelation({ slug: 'properties', relationKey: 'city', targetEntryId: cityId });
// { ok: true, id: '01920000-…', relationKey: 'city', targets: ['01920000-…'] }
""",
    codes=("not_a_relation", "target_not_found", "wrong_target_entity"),
    defers=True,
)

REMOVE_CRM_RELATION = Function(
    kind="write",
    arguments=RemoveCrmRelation,
    handler=remove_crm_relation,
    summary="Takes one target out of a relation of the newest entry of the reference.",
    returns="`{ok: true, id, removed, targets}`: `removed` is 1 or 0; `id` is `null` where there is no entry",
    returns_type="CrmResult & { id: string; removed: 0 | 1; targets: string[] }",
    example="""
RemoveCrmRelation({ slug: 'properties', relationKey: 'city', targetEntryId: cityId });
// { ok: true, id: '01920000-…', removed: 1, targets: [] }
""",
    codes=("not_a_relation",),
    defers=True,
)
