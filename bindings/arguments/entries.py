"""Arguments of the functions that make, read, clear and hand over entries."""

from typing import Annotated, ClassVar

from pydantic import Field

from bindings.arguments.base import Destined, Reading, Referenced, Slugged, Writing
from bindings.arguments.types import Filters, Flag, Limit, Name, Offset, ReferenceId, ReferenceType, Title, Values


class CreateCrmEntry(Writing, Referenced, Destined, Slugged):
    """Arguments of ``CreateCrmEntry``."""

    function: ClassVar[str] = "CreateCrmEntry"

    title: Annotated[Title | None, Field(description="Title of the entry.")] = None
    values: Annotated[Values | None, Field(description="Values by field key.")] = None


class GetCrmEntries(Reading, Referenced, Slugged):
    """Arguments of ``getCrmEntries``."""

    function: ClassVar[str] = "getCrmEntries"

    limit: Annotated[Limit, Field(description="How many entries at most, from 1 to 200.")] = 50
    offset: Annotated[Offset, Field(description="How many of the newest to skip.")] = 0
    filters: Annotated[
        Filters | None,
        Field(description="Only entries whose fields hold exactly these values: `{status: 'open'}`."),
    ] = None
    pipeline_slug: Annotated[Name | None, Field(description="Only entries in this pipeline.")] = None
    stage_slug: Annotated[Name | None, Field(description="Only entries on this stage.")] = None
    all_references: Annotated[Flag, Field(description="Read the whole entity, whatever the reference.")] = False


class ClearCrmEntries(Writing, Referenced, Slugged):
    """Arguments of ``clearCrmEntries``."""

    function: ClassVar[str] = "clearCrmEntries"


class ReassignCrmReference(Writing, Slugged):
    """Arguments of ``reassignCrmReference``."""

    function: ClassVar[str] = "reassignCrmReference"

    from_reference_type: Annotated[ReferenceType, Field(description="Type of the record that has the entries.")]
    from_reference_id: Annotated[ReferenceId, Field(description="Id of the record that has the entries.")]
    to_reference_type: Annotated[
        ReferenceType | None, Field(description="Type of the record that gets them. Default: `'customer'`.")
    ] = None
    to_reference_id: Annotated[
        ReferenceId | None, Field(description="Id of the record that gets them. Default: the session's customer.")
    ] = None
