"""Arguments of the functions that relate entries."""

from typing import Annotated, ClassVar

from pydantic import Field

from bindings.arguments.base import Referenced, Slugged, Writing
from bindings.arguments.types import EntryId, FieldKey


class SetCrmRelation(Writing, Referenced, Slugged):
    """Arguments of ``SetCrmRelation``."""

    function: ClassVar[str] = "SetCrmRelation"

    relation_key: Annotated[FieldKey, Field(description="Key of a field of type `reference` or `multi_reference`.")]
    target_entry_id: Annotated[EntryId, Field(description="Id of the entry to point to.")]


class RemoveCrmRelation(Writing, Referenced, Slugged):
    """Arguments of ``RemoveCrmRelation``."""

    function: ClassVar[str] = "RemoveCrmRelation"

    relation_key: Annotated[FieldKey, Field(description="Key of a field of type `reference` or `multi_reference`.")]
    target_entry_id: Annotated[EntryId, Field(description="Id of the entry that is to be taken out.")]
