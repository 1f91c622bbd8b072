"""Arguments of the functions that move entries through pipelines and between entities."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from bindings.arguments.base import Moving, Referenced, Slugged, Writing
from bindings.arguments.types import FieldMap, Flag, Slug
from bindings.problems import missing_problem, type_problem

_PIPELINE = "'pipelineSlug' or 'pipelineId'"
_STAGE = "'stageSlug' or 'stageId'"


class MoveCrmLead(Writing, Referenced, Moving, Slugged):
    """Arguments of ``moveCrmLead``."""

    function: ClassVar[str] = "moveCrmLead"

    @model_validator(mode="after")
    def _names_both(self) -> Self:
        if not self.names_pipeline:
            raise missing_problem(_PIPELINE)
        if not self.names_stage:
            raise missing_problem(_STAGE)
        return self


class MoveCrmToStage(Writing, Referenced, Moving, Slugged):
    """Arguments of ``moveCrmToStage``."""

    function: ClassVar[str] = "moveCrmToStage"

    @model_validator(mode="after")
    def _names_stage(self) -> Self:
        if not self.names_stage:
            raise missing_problem(_STAGE)
        return self


class MoveCrmToPipeline(Writing, Referenced, Moving, Slugged):
    """Arguments of ``moveCrmToPipeline``."""

    function: ClassVar[str] = "moveCrmToPipeline"

    @model_validator(mode="after")
    def _names_pipeline(self) -> Self:
        if not self.names_pipeline:
            raise missing_problem(_PIPELINE)
        return self


class MoveCrmToEntity(Writing, Referenced, Moving):
    """Arguments of ``moveCrmToEntity``."""

    function: ClassVar[str] = "moveCrmToEntity"

    from_slug: Annotated[Slug, Field(description="Slug of the entity that has the entries.")]
    to_slug: Annotated[Slug, Field(description="Slug of the entity that gets new entries; another one.")]
    field_map: Annotated[FieldMap, Field(description="Which field becomes which: `{source_key: 'target_key'}`.")]
    remove_from_old: Annotated[Flag, Field(description="Delete the source entries afterwards.")] = False

    @model_validator(mode="after")
    def _between_two(self) -> Self:
        if self.from_slug == self.to_slug:
            raise type_problem("must differ from 'fromSlug'", ".toSlug")
        return self
