"""Making sure that an entity is there."""

import re
from functools import lru_cache

from bindings.arguments.entities import (
    EnsureCrmEntity,
    FieldDescriptor,
    PipelineDescriptor,
    RelationOptions,
    ReportingConfig,
    SelectOption,
    StageDescriptor,
)
from bindings.context import RunContext
from bindings.definitions import fresh_entity
from bindings.function import Function
from bindings.results import Result, entity_ensured
from bindings.writes import apply_now
from storage.commands import EnsureEntity, EntityEnsured, NewField, NewPipeline, NewStage
from storage.models import Field, Json

FORMATTED_TEXT_TYPES = {"wysiwyg": "rich_text"}
"""Two names of one type; what is stored is the second."""
_NO_TARGET = RelationOptions()


def ensure_crm_entity(arguments: EnsureCrmEntity, context: RunContext) -> Result:
    """Make the entity, or add what it lacks; always at once."""
    command = definition_of(arguments)
    outcome = apply_now(command, arguments, context)
    _forget_changed(outcome, arguments, context)
    _warn_of_mode(outcome, arguments, context)
    return entity_ensured(outcome)


def _forget_changed(outcome: EntityEnsured, arguments: EnsureCrmEntity, context: RunContext) -> None:
    """Ask for the entity again only where the call may have changed it: mostly it has not, and a read takes 8 µs."""
    known = context.entities.get(arguments.slug)
    if known is not None and (known.id != outcome.id or outcome.fields_added or arguments.pipelines):
        del context.entities[arguments.slug]


def definition_of(arguments: EnsureCrmEntity) -> EnsureEntity:
    """The definition with all that the arguments leave to defaults."""
    name = arguments.name or title_of(arguments.slug)
    return EnsureEntity(
        slug=arguments.slug,
        name=name,
        singular_name=arguments.singular_name or name,
        plural_name=arguments.plural_name or name,
        icon=arguments.icon,
        color=arguments.color,
        mode=arguments.entity_mode,
        fields=tuple(_new_field(one) for one in arguments.fields or ()),
        pipelines=tuple(_new_pipeline(one) for one in arguments.pipelines or ()),
    )


@lru_cache(maxsize=1_000)
def title_of(name: str) -> str:
    """A slug or key as a title: ``weight-tracker`` as ``Weight Tracker``. 2 µs; kept, for scripts repeat themselves."""
    words = [word for word in re.split(r"[-_.]+", name) if word]
    return " ".join(word[0].upper() + word[1:] for word in words) or name


def _warn_of_mode(outcome: EntityEnsured, arguments: EnsureCrmEntity, context: RunContext) -> None:
    """An entity keeps its mode; where the call wanted another, the author should know."""
    asked = "entity_mode" in arguments.model_fields_set or arguments.pipelines
    if outcome.created or not asked:
        return
    mode = fresh_entity(arguments.slug, context).mode
    if mode != arguments.entity_mode:
        left_out = "; its pipelines were left out" if arguments.pipelines else ""
        context.warn(
            "entity_mode_kept",
            f"{arguments.function}: '{arguments.slug}' is there in mode '{mode}' and keeps it{left_out}",
        )


def _new_field(one: FieldDescriptor) -> NewField:
    options = one.options
    target = options if isinstance(options, RelationOptions) else _NO_TARGET
    return NewField(
        Field(
            key=one.key,
            label=one.label or title_of(one.key),
            type=FORMATTED_TEXT_TYPES.get(one.type, one.type),
            ui_editable=one.ui_editable,
            options=_options(options),
            reporting_config=None if one.reporting_config is None else _reporting(one.reporting_config),
            target_entity_id=target.target_entity_id,
        ),
        target.target_entity,
    )


def _options(options: list[str | SelectOption] | RelationOptions | None) -> Json:
    """As stored: choices as they came; of a relation what its target does not say."""
    if options is None:
        return None
    if isinstance(options, RelationOptions):
        return None if options.display_field is None else {"display_field": options.display_field}
    return [one if isinstance(one, str) else one.model_dump(exclude_unset=True) for one in options]


def _reporting(config: ReportingConfig) -> Json:
    said = config.model_dump(exclude_unset=True)
    size = said.get("bucket_size")
    if size is not None and size.is_integer():
        said["bucket_size"] = int(size)
    return said


def _new_pipeline(one: PipelineDescriptor) -> NewPipeline:
    return NewPipeline(one.slug, one.name or title_of(one.slug), tuple(_new_stage(stage) for stage in one.stages))


def _new_stage(one: StageDescriptor) -> NewStage:
    return NewStage(one.slug, one.name or title_of(one.slug), one.color, one.status)


ENSURE_CRM_ENTITY = Function(
    kind="write",
    arguments=EnsureCrmEntity,
    handler=ensure_crm_entity,
    summary="Makes an entity with its fields and pipelines, or adds to it what it lacks.",
    notes="What is there is never changed, whatever the call says of it, so a script can call this first each time. "
    "Two first visitors at once get the same entity.",
    codes=("target_entity_not_found",),
    returns="`{id, slug, created, fields_added, fields_skipped}`: how many fields were added, and how many there were "
    "already",
    returns_type="{ id: number; slug: string; created: boolean; fields_added: number; fields_skipped: number }",
    example="""
EnsureCrmEntity({
  slug: 'deals',
  name: 'Deals',
  fields: [
    { key: 'deal_value', label: 'Deal value', type: 'number' },
    { key: 'source', type: 'select', options: ['ads', 'organic'] }
  ],
  pipelines: [
    { slug: 'sales', stages: [{ slug: 'new' }, { slug: 'qualified' }, { slug: 'won', status: 'won' }] }
  ]
});
// { id: 1, slug: 'deals', created: true, fields_added: 2, fields_skipped: 0 }
""",
)
