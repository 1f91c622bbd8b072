"""The functions as TypeScript declarations, made from the registry; with a brand's entities, typed by them.

Editors and ``tsc --checkJs`` read them. An entity's slugs, field keys, relations, pipelines and stages are literal
types, so that a misspelt one is underlined. Values that are read are ``any``: nothing checks what is stored against a
field's type.
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from bindings.arguments.base import ScriptObject
from bindings.arguments.entities import EnsureCrmEntity
from bindings.arguments.moves import MoveCrmToEntity
from bindings.arguments.properties import Property, nested, properties
from bindings.errors import CrmCode
from bindings.function import Function
from bindings.registry import FUNCTIONS
from storage.models import RELATION_FIELD_TYPES, Entity

ENTRY_TYPES = {
    "id": "string",
    "title": "string | null",
    "reference_type": "string",
    "reference_id": "string",
    "values": "{ [P in CrmFieldKey<S>]?: any }",
    "values_flat": "{ [P in CrmFieldKey<S>]?: any }",
    "relations": "{ [P in CrmRelationKey<S>]?: string[] }",
    "pipeline_id": "number | null",
    "pipeline_slug": "CrmPipelineSlug<S> | null",
    "stage_id": "number | null",
    "stage_slug": "CrmStageSlug<S> | null",
    "stage_status": "string | null",
    "created_at": "string",
    "updated_at": "string",
}
"""The keys of an entry; what they mean stands in ``bindings.reference``."""

_DEFINED = {
    "slug": "S",
    "fieldKey": "CrmFieldKey<S>",
    "fieldKeys": "K[]",
    "relationKey": "CrmRelationKey<S>",
    "pipelineSlug": "CrmPipelineSlug<S>",
    "stageSlug": "CrmStageSlug<S>",
    "values": "{ [P in CrmFieldKey<S>]?: CrmValue }",
    "filters": "{ [P in CrmFieldKey<S>]?: string | number | boolean | null }",
    "fromSlug": "S",
    "toSlug": "T",
    "fieldMap": "{ [P in CrmFieldKey<S>]?: CrmFieldKey<T> }",
}
"""Properties that name what a brand has defined, with their types; all but in the definition of an entity itself."""

_WORDS = {"any JSON": "CrmValue", "object": "{ [key: string]: CrmValue }"}
"""Types that the reference names by a word of its own."""
_IDS = "a string or a safe integer"

_SHARED = """/** What can be stored: JSON. A Date is not: write `date.toISOString()`. */
type CrmValue = string | number | boolean | null | undefined | CrmValue[] | { [key: string]: CrmValue };

type CrmSlug = keyof CrmEntityTypes & string;
type CrmFieldKey<S extends CrmSlug> = CrmEntityTypes[S]['fields'];
type CrmRelationKey<S extends CrmSlug> = CrmEntityTypes[S]['relations'];
type CrmPipelineSlug<S extends CrmSlug> = keyof CrmEntityTypes[S]['pipelines'] & string;
type CrmStageSlug<S extends CrmSlug> = CrmEntityTypes[S]['pipelines'][CrmPipelineSlug<S>];

/** What a write returns. `error` and `message` are there where `ok` is false, `queued` where it was put off. */
interface CrmResult {
  ok: boolean;
  queued?: true;
  error?: 'pipeline_not_found' | 'stage_not_found' | 'ambiguous_stage' | 'data_mode' | 'no_entries';
  message?: string;
}

interface CrmMoved extends CrmResult {
  moved: number;
  totalMatched: number;
  pipeline_id: number | null;
  stage_id: number | null;
}
"""

_ANY_ENTITY = "  [slug: string]: { fields: string; relations: string; pipelines: { [slug: string]: string } };\n"


def declarations(entities: Sequence[Entity] | None = None) -> str:
    """All functions with what they take and give. Without ``entities``, any slug and key is right."""
    return "\n".join([*_head(entities), *_descriptors(), *(_function(function) for function in FUNCTIONS.values())])


def _head(entities: Sequence[Entity] | None) -> Iterator[str]:
    yield "/** What the brand has defined, by slug. */"
    yield "interface CrmEntityTypes {"
    yield (_ANY_ENTITY if entities is None else "".join(map(_entity, entities))) + "}\n"
    yield _SHARED
    yield "/** An entry, as `getCrmEntries` returns it. */"
    yield "interface CrmEntry<S extends CrmSlug> {"
    yield "".join(f"  {key}: {text};\n" for key, text in ENTRY_TYPES.items()) + "}\n"
    yield "/** What the data forbids. */"
    yield "declare class CrmError extends Error {"
    yield f"  constructor(message?: string, code?: string);\n  code: {_union(get_args(CrmCode))};\n}}\n"


def _entity(entity: Entity) -> str:
    relations = [field.key for field in entity.fields.values() if field.type in RELATION_FIELD_TYPES]
    pipelines = "".join(
        f" {_literal(pipeline.slug)}: {_union(stage.slug for stage in pipeline.stages)};"
        for pipeline in entity.pipelines
    )
    return (
        f"  /** {_comment(entity.name)} */\n  {_literal(entity.slug)}: {{\n"
        f"    fields: {_union(field.key for field in entity.fields.values())};\n"
        f"    relations: {_union(relations)};\n    pipelines: {{{pipelines} }};\n  }};\n"
    )


def _descriptors() -> Iterator[str]:
    """The objects inside the definition of an entity."""
    for model in dict.fromkeys(model for _, model in nested(EnsureCrmEntity)):
        yield f"{_doc(model.__doc__ or '')}type {_type_name(model)} = {_object(model, {})};\n"


def _function(function: Function) -> str:
    model = function.arguments
    parameters = _parameters(model)
    head = f"<{', '.join(parameters)}>" if parameters else ""
    given = ", ".join(parameter.partition(" ")[0] for parameter in parameters)
    options = f"{_type_name(model)}Options"
    takes = f"type {options}{head} = {_object(model, _defined(model))};\n\n"
    text = takes + _doc(function.summary, function.example)
    declared = f"(options: {options}{f'<{given}>' if given else ''}): {function.returns_type};"
    other = (
        f"/** The same as {{@link {function.name}}}. */\ndeclare var {function.other_name}: typeof {function.name};\n"
    )
    return f"{text}declare function {function.name}{head}{declared}\n\n{other}"


def _defined(model: type[ScriptObject]) -> dict[str, str]:
    """The type of a stage's place is that of the entity where the entry will be."""
    if model is EnsureCrmEntity:
        return {}
    if model is MoveCrmToEntity:
        return _DEFINED | {"pipelineSlug": "CrmPipelineSlug<T>", "stageSlug": "CrmStageSlug<T>"}
    return _DEFINED


def _parameters(model: type[ScriptObject]) -> list[str]:
    names = {one.name for one in properties(model)}
    if model is EnsureCrmEntity:
        return []
    parameters = ["S extends CrmSlug"]
    if "toSlug" in names:
        parameters.append("T extends CrmSlug")
    if "fieldKeys" in names:
        parameters.append("K extends CrmFieldKey<S>")
    return parameters


def _object(model: type[ScriptObject], defined: dict[str, str]) -> str:
    """An object type; a required property with two spellings is there in either."""
    known = properties(model)
    both = [one for one in known if one.required and one.name != one.snake_name]
    lines = "".join(_lines(one, _type(one, defined), required=one.required and one not in both) for one in known)
    return f"{{\n{lines}}}{''.join(_either(one, _type(one, defined)) for one in both)}"


def _lines(one: Property, text: str, *, required: bool) -> str:
    mark, or_null = ("", "") if required else ("?", " | null")
    names = dict.fromkeys((one.name, one.snake_name))
    return f"  /** {_comment(one.description)} */\n" + "".join(f"  {name}{mark}: {text}{or_null};\n" for name in names)


def _either(one: Property, text: str) -> str:
    return f" & ({{ {one.name}: {text} }} | {{ {one.snake_name}: {text} }})"


def _type(one: Property, defined: dict[str, str]) -> str:
    if one.name in defined:
        return defined[one.name]
    if one.says.allowed == _IDS:
        return "string | number"
    parts = []
    if one.item_model is not None:
        item = _named(one.item_model, defined)
        parts.append(f"(string | {item})[]" if _or_string(one) else f"{item}[]")
    if one.object_model is not None:
        parts.append(_named(one.object_model, defined))
    return " | ".join(parts) or _WORDS.get(one.says.type_name, one.says.type_name.replace("`", ""))


def _or_string(one: Property) -> bool:
    """Whether an item may be a string, too, as a choice may."""
    return one.item_says is not None and one.item_says.type_name.startswith("string or")


def _named(model: type[ScriptObject], defined: dict[str, str]) -> str:
    """A descriptor of definitions has a name; one that names what is defined stands in place, for its entity."""
    if not defined:
        return _type_name(model)
    return "(" + " ".join(_object(model, defined).split()) + ")"


def _type_name(model: type[ScriptObject]) -> str:
    return model.__name__ if "Crm" in model.__name__ else f"Crm{model.__name__}"


def _union(names: Iterable[str]) -> str:
    return " | ".join(map(_literal, names)) or "never"


def _literal(text: str) -> str:
    """A slug or key, of which none holds a quote, as a literal type."""
    return f"'{text}'"


def _doc(text: str, example: str = "") -> str:
    shown = f"\n * ```js\n{textwrap.indent(_comment(example.strip()), ' * ')}\n * ```" if example else ""
    return f"/**\n * {_comment(text)}{shown}\n */\n"


def _comment(text: str) -> str:
    return text.replace("*/", "*\\/")
