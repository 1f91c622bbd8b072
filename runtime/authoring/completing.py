"""What may be written next at a prompt: functions, their properties, and what the brand has defined."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bindings.arguments.properties import properties
from bindings.registry import BY_EITHER_NAME
from runtime.known_names import CRM_FUNCTIONS, MEMBERS, RUN_GLOBALS
from runtime.prelude import PAGE_GLOBALS
from storage.models import RELATION_FIELD_TYPES, Entity

_STRING = re.compile(r"(\w+)\s*:\s*\[?(?:\s*(?:'[^']*'|\"[^\"]*\")\s*,)*\s*(?P<quote>['\"])(?P<text>[^'\"]*)$")
_CALL = re.compile(r"(\w+)\s*\(\s*\{(?!.*\}\s*\))", re.DOTALL)
_SLUG = re.compile(r"\b(?:slug|fromSlug|from_slug)\s*:\s*['\"]([^'\"]*)['\"]")
_MEMBER = re.compile(r"(\w+)\.(\w*)$")
_NAME = re.compile(r"[\w$]*$")


class Completion(NamedTuple):
    """A text to put in the place of the last ``replaced`` characters, and what it is."""

    text: str
    replaced: int
    meaning: str


def completions(before: str, entities: Sequence[Entity]) -> list[Completion]:
    """What may stand at the end of the text, sorted, nearest first where it matters."""
    string = _STRING.search(before)
    if string is not None:
        return _matching(string["text"], _of_strings(before, string[1], entities))
    member = _MEMBER.search(before)
    if member is not None:
        return _matching(member[2], ((name, member[1]) for name in MEMBERS.get(member[1], ())))
    typed = _NAME.search(before)
    text = typed[0] if typed is not None else ""
    call = _open_call(before)
    if call is not None and re.search(r"[{,]\s*[\w$]*$", before):
        return _matching(text, ((one.name, one.says.type_name) for one in properties(BY_EITHER_NAME[call].arguments)))
    return _matching(text, _globals()) if text else []


def _globals() -> Iterable[tuple[str, str]]:
    yield from ((name, BY_EITHER_NAME[name].summary) for name in CRM_FUNCTIONS)
    yield from ((name, "") for name in (*RUN_GLOBALS, *PAGE_GLOBALS))


def _open_call(before: str) -> str | None:
    """The CRM function whose braces the text ends in."""
    names = [found[1] for found in _CALL.finditer(before) if found[1] in BY_EITHER_NAME]
    return names[-1] if names else None


def _of_strings(before: str, name: str, entities: Sequence[Entity]) -> Iterable[tuple[str, str]]:
    """What a property that takes a string may be."""
    kind = name.replace("_", "").lower()
    slugs = _SLUG.findall(before)
    among = [entity for entity in entities if not slugs or entity.slug == slugs[-1]]
    match kind:
        case "slug" | "fromslug" | "toslug":
            yield from ((entity.slug, entity.name) for entity in entities)
        case "fieldkey" | "fieldkeys":
            yield from ((field.key, field.label) for entity in among for field in entity.fields.values())
        case "relationkey":
            fields = (field for entity in among for field in entity.fields.values())
            yield from ((field.key, field.label) for field in fields if field.type in RELATION_FIELD_TYPES)
        case "pipelineslug":
            yield from ((pipeline.slug, pipeline.name) for entity in among for pipeline in entity.pipelines)
        case "stageslug":
            pipelines = (pipeline for entity in among for pipeline in entity.pipelines)
            yield from ((stage.slug, stage.name) for pipeline in pipelines for stage in pipeline.stages)


def _matching(typed: str, found: Iterable[tuple[str, str]]) -> list[Completion]:
    known = dict(found)
    return [Completion(name, len(typed), known[name]) for name in known if name.startswith(typed)]
