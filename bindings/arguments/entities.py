"""Arguments of ``EnsureCrmEntity``: the definition of an entity with its fields, pipelines and stages."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Self, TypeAlias

from pydantic import Discriminator, Field, Tag, model_validator

from bindings.arguments.base import ScriptObject, Slugged, Writing
from bindings.arguments.types import (
    Aggregation,
    Baseline,
    BucketSize,
    Chart,
    FieldKey,
    FieldType,
    Flag,
    Name,
    NumericId,
    ReferenceId,
    ReferenceType,
    Says,
    Slug,
    Value,
)
from bindings.problems import printable, type_problem
from storage.models import RELATION_FIELD_TYPES, EntityMode, Json

MAX_FIELDS = 500
MAX_PIPELINES = 100
MAX_STAGES = 100
MAX_OPTIONS = 1_000

CHOICE_FIELD_TYPES = ("select", "multiselect")


class SelectOption(ScriptObject):
    """One choice of a ``select`` or ``multiselect`` field."""

    value: Annotated[Value, Field(description="What is stored.")]
    label: Annotated[Name | None, Field(description="What people read. Default: the value.")] = None


class RelationOptions(ScriptObject):
    """Where a ``reference`` or ``multi_reference`` field points to."""

    target_entity_id: Annotated[NumericId | None, Field(description="Id of the target entity.")] = None
    target_entity: Annotated[Slug | None, Field(description="Slug of the target entity.")] = None
    display_field: Annotated[
        FieldKey | None, Field(description="Key of the target's field that stands for it. Default: the title.")
    ] = None


def _option_tag(option: Json) -> str:
    return "<string>" if isinstance(option, str) else "<object>"


def _options_tag(options: Json) -> str | None:
    if isinstance(options, list):
        return "<array>"
    return "<object>" if isinstance(options, dict | RelationOptions) else None


Choice: TypeAlias = Annotated[
    Annotated[Name, Tag("<string>")] | Annotated[SelectOption, Tag("<object>")],
    Discriminator(_option_tag),
    Says("a string or {value, label}", "string or {value, label}"),
]
Choices: TypeAlias = Annotated[
    list[Choice],
    Field(min_length=1, max_length=MAX_OPTIONS, fail_fast=True),
]
Options: TypeAlias = Annotated[
    Annotated[Choices, Tag("<array>")] | Annotated[RelationOptions, Tag("<object>")],
    Discriminator(_options_tag),
    Says("an array of choices, or an object that names the target of a relation", "array or object"),
]


class ReportingConfig(ScriptObject):
    """How reports treat a field."""

    reportable: Annotated[Flag | None, Field(description="Whether reports offer the field.")] = None
    aggregation_type: Annotated[Aggregation | None, Field(description="How values are aggregated.")] = None
    baseline: Annotated[Baseline | None, Field(description="Which extreme a series is compared to.")] = None
    bucket_size: Annotated[BucketSize | None, Field(description="Width of a histogram's buckets.")] = None
    preferred_chart: Annotated[Chart | None, Field(description="Which chart reports suggest.")] = None


class FieldDescriptor(ScriptObject):
    """One field to add where the entity lacks its key."""

    key: Annotated[FieldKey, Field(description="Machine-readable key.")]
    label: Annotated[Name | None, Field(description="What people read. Default: a title made of the key.")] = None
    type: Annotated[FieldType, Field(description="How the admin UI shows it.")] = "text"
    ui_editable: Annotated[Flag, Field(description="Whether the admin UI may edit it.")] = True
    options: Annotated[
        Options | None,
        Field(
            description="The choices of a `select` or `multiselect`; for a `reference` or `multi_reference` "
            "`{target_entity_id}` or `{target_entity}` (a slug), and `display_field`."
        ),
    ] = None
    reporting_config: Annotated[
        ReportingConfig | None,
        Field(description="For reports."),
        Says("an object", "object"),
    ] = None

    @model_validator(mode="after")
    def _options_fit(self) -> Self:
        if self.type in CHOICE_FIELD_TYPES and not isinstance(self.options, list):
            raise type_problem(f"must be an array of choices for the type '{self.type}'", ".options")
        if self.type in RELATION_FIELD_TYPES:
            self._check_target()
        elif isinstance(self.options, RelationOptions):
            raise type_problem(f"must be an array of choices, or absent, for the type '{self.type}'", ".options")
        return self

    def _check_target(self) -> None:
        options = self.options
        if not isinstance(options, RelationOptions) or (options.target_entity_id, options.target_entity) == (
            None,
            None,
        ):
            raise type_problem(
                f"must name 'target_entity_id' or 'target_entity' for the type '{self.type}'", ".options"
            )
        if options.target_entity_id is not None and options.target_entity is not None:
            raise type_problem("must name one of 'target_entity_id' and 'target_entity', not both", ".options")


class StageDescriptor(ScriptObject):
    """One stage to add where the pipeline lacks its slug."""

    slug: Annotated[Slug, Field(description="Machine-readable name.")]
    name: Annotated[Name | None, Field(description="What people read. Default: a title made of the slug.")] = None
    color: Annotated[Name | None, Field(description="Colour in the admin UI.")] = None
    status: Annotated[
        Name | None, Field(description="What it means: `won`, `lost`, `active`, or a word of your own.")
    ] = None


class PipelineDescriptor(ScriptObject):
    """One pipeline to add where the entity lacks its slug; of one that is there, the missing stages."""

    slug: Annotated[Slug, Field(description="Machine-readable name.")]
    name: Annotated[Name | None, Field(description="What people read. Default: a title made of the slug.")] = None
    stages: Annotated[
        list[StageDescriptor],
        Field(min_length=1, max_length=MAX_STAGES, fail_fast=True, description="Its stages, in order."),
        Says("an array of {slug, name, color, status}", "stage[]"),
    ]

    @model_validator(mode="after")
    def _stages_differ(self) -> Self:
        _refuse_twins("stages", "slug", (stage.slug for stage in self.stages))
        return self


class EnsureCrmEntity(Writing, Slugged):
    """Arguments of ``EnsureCrmEntity``. ``referenceType`` and ``referenceId`` are options of every function."""

    function: ClassVar[str] = "EnsureCrmEntity"

    name: Annotated[Name | None, Field(description="What people read. Default: a title made of the slug.")] = None
    singular_name: Annotated[Name | None, Field(description="What one entry is called. Default: the name.")] = None
    plural_name: Annotated[Name | None, Field(description="What entries are called. Default: the name.")] = None
    icon: Annotated[Name | None, Field(description="Icon in the admin UI.")] = None
    color: Annotated[Name | None, Field(description="Colour in the admin UI.")] = None
    entity_mode: Annotated[
        EntityMode, Field(description="`'crm'`, with pipelines, or `'data'`, a collection without.")
    ] = "crm"
    fields: Annotated[
        list[FieldDescriptor] | None,
        Field(max_length=MAX_FIELDS, fail_fast=True, description="Fields to add where the entity lacks their keys."),
        Says("an array of {key, label, type, …}", "field[]"),
    ] = None
    pipelines: Annotated[
        list[PipelineDescriptor] | None,
        Field(
            max_length=MAX_PIPELINES,
            fail_fast=True,
            description="Pipelines to add, with their stages. In crm mode only.",
        ),
        Says("an array of {slug, name, stages}", "pipeline[]"),
    ] = None
    reference_type: Annotated[
        ReferenceType | None, Field(description="Without effect: a definition has no reference.")
    ] = None
    reference_id: Annotated[ReferenceId | None, Field(description="Without effect: a definition has no reference.")] = (
        None
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        _refuse_twins("fields", "key", (field.key for field in self.fields or ()))
        _refuse_twins("pipelines", "slug", (pipeline.slug for pipeline in self.pipelines or ()))
        if self.pipelines and self.entity_mode == "data":
            raise type_problem("must be absent where 'entityMode' is 'data'", ".pipelines")
        return self


def _refuse_twins(array: str, name: str, ones: Iterable[str]) -> None:
    seen: set[str] = set()
    for index, one in enumerate(ones):
        if one in seen:
            raise type_problem(f"stands twice (got '{printable(one)}')", f".{array}[{index}].{name}")
        seen.add(one)
