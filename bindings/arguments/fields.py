"""Arguments of the functions that read and write values of fields."""

from typing import Annotated, ClassVar

from pydantic import Field

from bindings.arguments.base import Reading, Referenced, ScriptObject, Slugged, Writing
from bindings.arguments.types import MAX_ITEMS, FieldKey, FieldKeys, Filters, Flag, Limit, Offset, Says, Value


class GetCrmField(Reading, Referenced, Slugged):
    """Arguments of ``getCrmField``."""

    function: ClassVar[str] = "getCrmField"

    field_key: Annotated[FieldKey, Field(description="Key of the field.")]


class GetCrmFields(Reading, Referenced, Slugged):
    """Arguments of ``getCrmFields``."""

    function: ClassVar[str] = "getCrmFields"

    field_keys: Annotated[FieldKeys, Field(description="Keys of the fields.")]


class SetCrmField(Writing, Referenced, Slugged):
    """Arguments of ``setCrmField``."""

    function: ClassVar[str] = "setCrmField"

    field_key: Annotated[FieldKey, Field(description="Key of the field.")]
    value: Annotated[Value, Field(description="What to store; it replaces the old value whole.")]
    force: Annotated[
        Flag,
        Field(description="The newest entry takes the value, without a look for the one that holds the key. Faster."),
    ] = False


class FieldValue(ScriptObject):
    """One value to set."""

    field_key: Annotated[FieldKey, Field(description="Key of the field.")]
    value: Annotated[Value, Field(description="What to store; it replaces the old value whole.")]


class SetCrmFields(Writing, Referenced, Slugged):
    """Arguments of ``setCrmFields``."""

    function: ClassVar[str] = "setCrmFields"

    fields: Annotated[
        list[FieldValue],
        Field(
            min_length=1,
            max_length=MAX_ITEMS,
            fail_fast=True,
            description="The values to set, all in one write. Of a key that stands twice, the last value counts.",
        ),
        Says("an array of {fieldKey, value}", "{fieldKey, value}[]"),
    ]
    force: Annotated[
        Flag,
        Field(description="The newest entry takes the values, without a look for the one that holds a key. Faster."),
    ] = False


class AddCrmFieldValue(Writing, Referenced, Slugged):
    """Arguments of ``addCrmFieldValue``."""

    function: ClassVar[str] = "addCrmFieldValue"

    field_key: Annotated[FieldKey, Field(description="Key of the field.")]
    value: Annotated[Value, Field(description="What to store in the new entry.")]


class GetCrmFieldValues(Reading, Referenced, Slugged):
    """Arguments of ``getCrmFieldValues``."""

    function: ClassVar[str] = "getCrmFieldValues"

    field_key: Annotated[FieldKey, Field(description="Key of the field.")]
    limit: Annotated[Limit, Field(description="How many values at most, from 1 to 200.")] = 50
    offset: Annotated[Offset, Field(description="How many of the newest to skip.")] = 0
    filters: Annotated[
        Filters | None,
        Field(description="Only entries whose fields hold exactly these values: `{status: 'open'}`."),
    ] = None
    all_references: Annotated[Flag, Field(description="Read the whole entity, whatever the reference.")] = False
