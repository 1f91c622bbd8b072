"""What argument models have in common. Attributes are snake_case; their aliases are the names that scripts write."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from bindings.arguments.types import EntryId, Flag, IdempotencyKey, Name, NumericId, ReferenceId, ReferenceType, Slug


class ScriptObject(BaseModel):
    """An object that a script hands over: the arguments of a call, or a descriptor inside them."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="ignore",
        defer_build=True,
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=False,
    )


class Arguments(ScriptObject):
    """The one argument of a function."""

    function: ClassVar[str]
    """The function's canonical name."""


class Slugged(Arguments):
    """Names the entity."""

    slug: Annotated[Slug, Field(description="Slug of the entity.")]


class Referenced(Arguments):
    """Says whose entries are meant."""

    reference_type: Annotated[
        ReferenceType | None,
        Field(description="Type of the record that the entries are attached to. Default: `'customer'`."),
    ] = None
    reference_id: Annotated[
        ReferenceId | None, Field(description="Id of that record. Default: the session's customer.")
    ] = None
    entry_id: Annotated[
        EntryId | None,
        Field(description="Id of the one entry that is meant, whatever record it is attached to."),
    ] = None


class Reading(Arguments):
    """What every read takes."""

    run_async: Annotated[Flag, Field(alias="async", description="Without effect: reads are always synchronous.")] = (
        False
    )


class Writing(Arguments):
    """What every write takes."""

    run_async: Annotated[
        Flag,
        Field(alias="async", description="Write in the background: the call returns at once, reads may lag behind."),
    ] = False
    idempotency_key: Annotated[
        IdempotencyKey | None,
        Field(description="For 24 hours, a second call with this key changes nothing and returns what the first did."),
    ] = None


class Destined(Arguments):
    """Names a place in the pipelines, each part by slug or by id."""

    pipeline_slug: Annotated[Name | None, Field(description="Slug of the pipeline.")] = None
    pipeline_id: Annotated[NumericId | None, Field(description="Id of the pipeline.")] = None
    stage_slug: Annotated[Name | None, Field(description="Slug of the stage.")] = None
    stage_id: Annotated[NumericId | None, Field(description="Id of the stage.")] = None

    @property
    def names_pipeline(self) -> bool:
        """Whether the pipeline is named, by slug or by id."""
        return self.pipeline_slug is not None or self.pipeline_id is not None

    @property
    def names_stage(self) -> bool:
        """Whether the stage is named, by slug or by id."""
        return self.stage_slug is not None or self.stage_id is not None


class Moving(Destined):
    """What every move takes."""

    all_entries: Annotated[Flag, Field(description="Every entry of the reference, instead of the newest alone.")] = (
        False
    )
