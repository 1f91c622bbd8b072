"""The types of which the argument models are made, each with the words that say what is allowed."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, PlainValidator
from pydantic_core import PydanticCustomError

from bindings.problems import describe, printable, problem_under, range_problem, type_problem
from bindings.values import MAX_SAFE_INTEGER, VALUE_WORDS, check_value
from storage.models import Json

MAX_NAME_CHARACTERS = 255
MAX_ID_CHARACTERS = 512
MAX_IDEMPOTENCY_KEY_CHARACTERS = 200
MAX_LIMIT = 200
MAX_ITEMS = 1_000

SLUG_PATTERN = r"^[a-z0-9][a-z0-9_-]*$"
KEY_PATTERN = r"^[a-zA-Z0-9_.-]+$"
TEXT_PATTERN = r"^[^\x00]*$"

SLUG_WORDS = "lowercase letters, digits, '-' and '_', starting with a letter or digit"
KEY_WORDS = "letters, digits, '_', '.' and '-'"

PATTERN_WORDS = {
    SLUG_PATTERN: f"a slug of {SLUG_WORDS}",
    KEY_PATTERN: f"a key of {KEY_WORDS}",
    TEXT_PATTERN: "a string without U+0000",
}
"""What a string has to look like, in words; a test holds that each pattern used has some."""

_KEY = re.compile(r"[a-zA-Z0-9_.-]+\Z")


@dataclass(frozen=True, slots=True)
class Says:
    """Metadata of a type: what is allowed, as a message says it, and its short name in the reference."""

    allowed: str
    type_name: str


_A_STRING = Says("a string", "string")


def _id_text(value: Json) -> Json:
    """A safe integer is taken as its string, since scripts hold ids in either form; true is no integer."""
    if type(value) is int and -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
        return str(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise type_problem(f"must be a string or a safe integer (got {describe(value)})")
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise type_problem(f"must be a string (got {describe(value)})")
    check_value(value)
    return value


def _key_of(value: Json, path: str) -> None:
    """One key of a map; ``path`` as in a problem."""
    if not isinstance(value, str):
        raise type_problem(f"must be a field key (got {describe(value)})", path)
    if not _KEY.match(value):
        raise type_problem(f"must be {PATTERN_WORDS[KEY_PATTERN]} (got {describe(value)})", path)
    if len(value) > MAX_NAME_CHARACTERS:
        raise range_problem(f"may have at most {MAX_NAME_CHARACTERS} characters (got {len(value)})", path)


def _key_in(value: Json) -> None:
    if not _KEY.match(value):
        raise type_problem(f"has the malformed key {describe(value)[7:]}: a key is made of {KEY_WORDS}")
    if len(value) > MAX_NAME_CHARACTERS:
        raise range_problem(f"has a key of {len(value)} characters, the limit is {MAX_NAME_CHARACTERS}")


def _map_of(value: Json, words: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise type_problem(f"must be {words} (got {describe(value)})")
    if len(value) > MAX_ITEMS:
        raise range_problem(f"may hold at most {MAX_ITEMS} keys (got {len(value)})")
    for key in value:
        _key_in(key)
    return value


def _values(value: Json) -> dict[str, Json]:
    values = _map_of(value, "an object of field keys and values")
    for key, one in values.items():
        _checked(key, one)
    return values


def _checked(key: str, value: Json) -> None:
    try:
        check_value(value)
    except PydanticCustomError as problem:
        raise problem_under(f".{key}", problem) from None


def _filters(value: Json) -> dict[str, Json]:
    filters = _map_of(value, "an object of field keys and scalars")
    for key, one in filters.items():
        if isinstance(one, list | dict):
            raise type_problem(f"must be a string, number, boolean or null (got {describe(one)})", f".{key}")
        _checked(key, one)
    return filters


def _field_map(value: Json) -> dict[str, str]:
    field_map = _map_of(value, FIELD_MAP_WORDS)
    for key, one in field_map.items():
        _key_of(one, f".{key}")
    if not field_map:
        raise type_problem("must name at least one field")
    return field_map


FIELD_MAP_WORDS = "an object of source field keys and target field keys"

Slug: TypeAlias = Annotated[str, Field(pattern=SLUG_PATTERN, max_length=MAX_NAME_CHARACTERS), _A_STRING]
FieldKey: TypeAlias = Annotated[str, Field(pattern=KEY_PATTERN, max_length=MAX_NAME_CHARACTERS), _A_STRING]
ReferenceType: TypeAlias = FieldKey
Name: TypeAlias = Annotated[str, Field(pattern=TEXT_PATTERN, min_length=1, max_length=MAX_NAME_CHARACTERS), _A_STRING]
ReferenceId: TypeAlias = Annotated[
    str,
    Field(pattern=TEXT_PATTERN, min_length=1, max_length=MAX_ID_CHARACTERS),
    BeforeValidator(_id_text),
    Says("a string or a safe integer", "string"),
]
EntryId: TypeAlias = Annotated[str, Field(pattern=TEXT_PATTERN, min_length=1, max_length=MAX_ID_CHARACTERS), _A_STRING]
IdempotencyKey: TypeAlias = Annotated[
    str, Field(pattern=TEXT_PATTERN, min_length=1, max_length=MAX_IDEMPOTENCY_KEY_CHARACTERS), _A_STRING
]
Title: TypeAlias = Annotated[str, PlainValidator(_text, json_schema_input_type=str), _A_STRING]
Flag: TypeAlias = Annotated[bool, Says("true or false", "boolean")]
Limit: TypeAlias = Annotated[int, Field(ge=1, le=MAX_LIMIT), Says(f"a whole number from 1 to {MAX_LIMIT}", "number")]
Offset: TypeAlias = Annotated[int, Field(ge=0, le=MAX_SAFE_INTEGER), Says("a whole number from 0", "number")]
NumericId: TypeAlias = Annotated[int, Field(ge=1, le=MAX_SAFE_INTEGER), Says("a whole number from 1", "number")]
BucketSize: TypeAlias = Annotated[float, Field(gt=0, allow_inf_nan=False), Says("a number above 0", "number")]
Value: TypeAlias = Annotated[
    Any, PlainValidator(check_value, json_schema_input_type=Any), Says(VALUE_WORDS, "any JSON")
]
Values: TypeAlias = Annotated[
    dict[str, Any],
    PlainValidator(_values, json_schema_input_type=dict[str, Any]),
    Says("an object of field keys and values", "object"),
]
Filters: TypeAlias = Annotated[
    dict[str, Any],
    PlainValidator(_filters, json_schema_input_type=dict[str, str | float | bool | None]),
    Says("an object of field keys and scalars", "object"),
]
FieldMap: TypeAlias = Annotated[
    dict[str, str], PlainValidator(_field_map, json_schema_input_type=dict[str, str]), Says(FIELD_MAP_WORDS, "object")
]
FieldKeys: TypeAlias = Annotated[
    list[FieldKey], Field(max_length=MAX_ITEMS, fail_fast=True), Says("an array of field keys", "string[]")
]

FieldType: TypeAlias = Literal[
    "text",
    "textarea",
    "rich_text",
    "wysiwyg",
    "email",
    "phone",
    "url",
    "number",
    "date",
    "datetime",
    "boolean",
    "select",
    "multiselect",
    "color",
    "image",
    "file",
    "json",
    "reference",
    "multi_reference",
]
Aggregation: TypeAlias = Literal["numeric", "categorical", "date", "boolean"]
Baseline: TypeAlias = Literal["min", "max"]
Chart: TypeAlias = Literal["kpi", "histogram", "pie", "bar", "line"]


def quoted(names: list[str]) -> str:
    """Names as a message lists them: ``'crm' or 'data'``."""
    shown = [f"'{printable(name)}'" for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
