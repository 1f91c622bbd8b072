"""Moving entries through pipelines and between entities."""

from typing import Literal

from bindings.arguments.moves import MoveCrmLead, MoveCrmToEntity, MoveCrmToPipeline, MoveCrmToStage
from bindings.context import RunContext
from bindings.definitions import entity_of, warn_undefined
from bindings.function import Function
from bindings.refusals import refused_move
from bindings.results import Result, conversion_refused, entries_converted, entries_moved, move_refused, queued
from bindings.scopes import destination_of, scope_of
from bindings.writes import perform
from storage.commands import Move, MoveToEntity
from storage.destinations import Refusal, resolve
from storage.errors import MoveRefused


def move_crm_lead(arguments: MoveCrmLead, context: RunContext) -> Result:
    """To a pipeline and a stage of it."""
    return _move(arguments, "lead", context)


def move_crm_to_stage(arguments: MoveCrmToStage, context: RunContext) -> Result:
    """To a stage, whose pipeline is found."""
    return _move(arguments, "stage", context)


def move_crm_to_pipeline(arguments: MoveCrmToPipeline, context: RunContext) -> Result:
    """To a pipeline's first stage, or the named one."""
    return _move(arguments, "pipeline", context)


def move_crm_to_entity(arguments: MoveCrmToEntity, context: RunContext) -> Result:
    """New entries of another entity, with the mapped values."""
    warn_undefined(arguments.from_slug, arguments.field_map, context)
    warn_undefined(arguments.to_slug, arguments.field_map.values(), context)
    command = MoveToEntity(
        arguments.from_slug,
        arguments.to_slug,
        scope_of(arguments, context),
        arguments.field_map,
        context.new_id(),
        destination_of(arguments, "start"),
        arguments.remove_from_old,
        arguments.all_entries,
    )
    try:
        put_off = queued(moved=None, removed_from_old=None, ids=None)
        return perform(command, arguments, context, entries_converted, put_off)
    except MoveRefused as refused:
        message = refused_move(refused, arguments)
        context.warn(refused.code, message)
        return conversion_refused(refused, message, counted=not arguments.run_async)


def _move(
    arguments: MoveCrmLead | MoveCrmToStage | MoveCrmToPipeline,
    kind: Literal["lead", "stage", "pipeline"],
    context: RunContext,
) -> Result:
    command = Move(arguments.slug, scope_of(arguments, context), destination_of(arguments, kind), arguments.all_entries)
    try:
        return perform(command, arguments, context, entries_moved, lambda: _move_queued(command, context))
    except MoveRefused as refused:
        message = refused_move(refused, arguments)
        context.warn(refused.code, message)
        return move_refused(refused, message, counted=not arguments.run_async)


def _move_queued(command: Move, context: RunContext) -> Result:
    """Of a move that is put off, with the place where it will land, if the definition alone tells."""
    try:
        pipeline_id, stage_id = resolve(entity_of(command.slug, context), command.destination, None)
    except Refusal:
        pipeline_id, stage_id = None, None
    return queued(moved=None, totalMatched=None, pipeline_id=pipeline_id, stage_id=stage_id)()


_MOVED = (
    "`{ok: true, moved, totalMatched, pipeline_id, stage_id}`: how many entries were moved and how many there are; "
    "[`ok: false`](errors.md#moves-that-cannot-be) where that cannot be"
)

MOVE_CRM_LEAD = Function(
    kind="write",
    arguments=MoveCrmLead,
    handler=move_crm_lead,
    summary="Moves the newest entry to a pipeline and a stage of it.",
    notes="The pipeline is named by `pipelineSlug` or `pipelineId`, the stage by `stageSlug` or `stageId`; where both "
    "are given they must agree. Ids stay the same when data is copied or exported, slugs are easier to read.",
    returns=_MOVED,
    returns_type="CrmMoved",
    example="""
moveCrmLead({ slug: 'deals', pipelineSlug: 'sales', stageSlug: 'qualified' });
// { ok: true, moved: 1, totalMatched: 1, pipeline_id: 3, stage_id: 12 }
""",
    defers=True,
)

MOVE_CRM_TO_STAGE = Function(
    kind="write",
    arguments=MoveCrmToStage,
    handler=move_crm_to_stage,
    summary="Moves the newest entry to a stage, in the pipeline that has it.",
    notes="`stageSlug` or `stageId` is needed. Where several pipelines have the stage, the entry's own pipeline wins; "
    "an entry that is in none of them needs `pipelineSlug` or `pipelineId`, else the move is an `ambiguous_stage`.",
    returns=_MOVED,
    returns_type="CrmMoved",
    example="""
moveCrmToStage({ slug: 'deals', stageSlug: 'won' });
// { ok: true, moved: 1, totalMatched: 1, pipeline_id: 3, stage_id: 13 }
""",
    defers=True,
)

MOVE_CRM_TO_PIPELINE = Function(
    kind="write",
    arguments=MoveCrmToPipeline,
    handler=move_crm_to_pipeline,
    summary="Moves the newest entry to a pipeline: to its first stage, unless one is named.",
    notes="`pipelineSlug` or `pipelineId` is needed.",
    returns=_MOVED,
    returns_type="CrmMoved",
    example="""
moveCrmToPipeline({ slug: 'deals', pipelineSlug: 'onboarding' });
// { ok: true, moved: 1, totalMatched: 1, pipeline_id: 4, stage_id: 14 }
""",
    defers=True,
)

MOVE_CRM_TO_ENTITY = Function(
    kind="write",
    arguments=MoveCrmToEntity,
    handler=move_crm_to_entity,
    summary="Copies the mapped values of the newest entry to a new entry of another entity, for the same reference.",
    notes="The new entry starts where `pipelineSlug`, `stageSlug` and their ids say, by default on the first stage of "
    "the first pipeline. With `allEntries`, each source entry becomes one. All of it happens in one transaction.",
    returns="`{ok: true, moved, removed_from_old, ids}`: how many values were copied, how many source entries deleted, "
    "and the new entries, newest first; [`ok: false`](errors.md#moves-that-cannot-be) where that cannot be",
    returns_type="CrmResult & { moved: number; removed_from_old: number; ids: string[] }",
    example="""
moveCrmToEntity({
  fromSlug: 'leads',
  toSlug: 'deals',
  fieldMap: { lead_score: 'initial_score', source: 'lead_source' },
  pipelineSlug: 'sales',
  stageSlug: 'new'
});
// { ok: true, moved: 2, removed_from_old: 0, ids: ['01920000-…'] }
""",
    defers=True,
)
