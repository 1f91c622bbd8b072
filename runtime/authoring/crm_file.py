"""``crm.yaml``: a brand's entities with their fields, pipelines and stages, as a file; read, checked and written.

An entity of the file has the properties that ``EnsureCrmEntity`` takes, by the same models, in either spelling; ``id``
on entities, pipelines and stages keeps the numbers that scripts name.
"""

import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from ruamel.yaml import YAML

from bindings.arguments.base import Referenced, Writing
from bindings.arguments.entities import EnsureCrmEntity
from bindings.arguments.properties import properties, snake_case
from bindings.errors import ScriptTypeError
from bindings.handlers.entities import definition_of, title_of
from bindings.messages import problems, unknown_property
from bindings.names import Unknown, canonical, spellings
from bindings.nearest import hint
from bindings.problems import describe, printable
from runtime.authoring.calls import steps_of
from runtime.placed_yaml import FileUnreadable, Node, place_of, values_of
from storage.commands import EnsureEntity
from storage.ensuring import WantedIds
from storage.models import Entity, Field, Json, Pipeline

ENTITIES = "entities"
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "crm.schema.json"
_PREFIX = f"{EnsureCrmEntity.function}: "
_NOT_IN_FILES = {one.name for model in (Referenced, Writing) for one in properties(model)} - {"slug"}


class Wanted(NamedTuple):
    """One entity as a file says it is to be."""

    definition: EnsureEntity
    ids: WantedIds


def read_definitions(text: str, file: str) -> list[Wanted]:
    """The entities of a file, in its order. Raises ``FileUnreadable``: place, what came, what is allowed."""
    root, data = values_of(text, file, f"'{ENTITIES}', a list")
    reader = _Reader(file, root)
    return [reader.entity(index, one) for index, one in enumerate(reader.entities(data))]


def written(entities: Sequence[Entity]) -> str:
    """A file that says what a brand has defined; what is as the defaults say is left out."""
    slugs = {entity.id: entity.slug for entity in entities}
    document = {ENTITIES: [_entity(entity, slugs) for entity in entities]}
    stream = io.StringIO()
    writer = YAML()
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.width = 120
    writer.dump(document, stream)
    return stream.getvalue()


def schema() -> dict[str, Any]:
    """JSON Schema of a file, for editors."""
    entity = EnsureCrmEntity.model_json_schema(by_alias=False)
    definitions = entity.pop("$defs")
    for name in map(snake_case, _NOT_IN_FILES):
        entity["properties"].pop(name, None)
    entity["properties"].pop("run_async", None)
    for one in (entity, definitions["PipelineDescriptor"], definitions["StageDescriptor"]):
        one["properties"]["id"] = {"type": "integer", "minimum": 1, "description": "The number that scripts name."}
    for one in (entity, *definitions.values()):
        one["additionalProperties"] = False
        one.pop("title", None)
    entity["description"] = "An entity: its fields, pipelines and stages."
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "crm.yaml",
        "type": "object",
        "required": [ENTITIES],
        "additionalProperties": False,
        "properties": {ENTITIES: {"type": "array", "items": entity}},
        "$defs": definitions,
    }


class _Reader:
    """Reads one file; every refusal names its place in it."""

    def __init__(self, file: str, root: Node) -> None:
        self._file = file
        self._root = root

    def entities(self, data: Json) -> list[Json]:
        if not isinstance(data, dict):
            raise self._wrong((), f"the file must be an object with '{ENTITIES}' (got {describe(data)})")
        for key in data:
            if key != ENTITIES:
                raise self._wrong((key,), f"unknown key '{printable(key)}'{hint(key, (ENTITIES,), '')}")
        found = data.get(ENTITIES)
        if not isinstance(found, list):
            raise self._wrong((ENTITIES,), f"'{ENTITIES}' must be an array of entities (got {describe(found)})")
        self._refuse_twins(found)
        return found

    def entity(self, index: int, raw: Json) -> Wanted:
        path = (ENTITIES, index)
        if not isinstance(raw, dict):
            raise self._wrong(path, f"must be an object (got {describe(raw)})")
        ids: dict[tuple[str, ...], int] = {}
        named = self._canonical(path, self._without_ids(path, raw, ids))
        try:
            return Wanted(definition_of(EnsureCrmEntity.model_validate(named)), ids)
        except ValidationError as error:
            problem = next(problems(EnsureCrmEntity, named, error))
            place = problem.path[:-1] if problem.is_missing else problem.path
            raise self._wrong((*path, *place), problem.error.message.removeprefix(_PREFIX)) from None

    def _canonical(self, path: tuple[str | int, ...], raw: dict[str, Json]) -> dict[str, Json]:
        unknown = Unknown()
        try:
            named = canonical(raw, spellings(EnsureCrmEntity), unknown, EnsureCrmEntity.function)
        except ScriptTypeError as error:
            raise self._wrong(path, error.message.removeprefix(_PREFIX)) from None
        for inside, name, table in unknown.found:
            message = unknown_property(EnsureCrmEntity, inside, name, table).removeprefix(_PREFIX)
            raise self._wrong((*path, *steps_of(inside), name), message)
        for name in named.keys() & _NOT_IN_FILES:
            raise self._wrong((*path, name), f"'{name}' is for calls alone: a definition has none")
        return named

    def _without_ids(self, path: tuple[str | int, ...], raw: Json, ids: dict[tuple[str, ...], int]) -> Json:
        """The entity without the ids in it, which go to ``ids``."""
        raw = self._take_id(path, raw, (), ids)
        if not isinstance(raw.get("pipelines"), list):
            return raw
        pipelines = enumerate(raw["pipelines"])
        return {**raw, "pipelines": [self._pipeline((*path, "pipelines", index), one, ids) for index, one in pipelines]}

    def _pipeline(self, path: tuple[str | int, ...], raw: Json, ids: dict[tuple[str, ...], int]) -> Json:
        slug = str(_get(raw, "slug"))
        raw = self._take_id(path, raw, (slug,), ids)
        if not isinstance(raw, dict) or not isinstance(raw.get("stages"), list):
            return raw
        stages = [
            self._take_id((*path, "stages", index), stage, (slug, str(_get(stage, "slug"))), ids)
            for index, stage in enumerate(raw["stages"])
        ]
        return {**raw, "stages": stages}

    def _take_id(
        self, path: tuple[str | int, ...], raw: Json, key: tuple[str, ...], ids: dict[tuple[str, ...], int]
    ) -> Json:
        if not isinstance(raw, dict) or "id" not in raw:
            return raw
        wanted = raw["id"]
        if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 1:
            raise self._wrong((*path, "id"), f"'id' must be a whole number from 1 (got {describe(wanted)})")
        ids[key] = wanted
        return {name: value for name, value in raw.items() if name != "id"}

    def _refuse_twins(self, found: Iterable[Json]) -> None:
        seen: set[str] = set()
        for index, one in enumerate(found):
            slug = _get(one, "slug")
            if isinstance(slug, str) and slug in seen:
                raise self._wrong((ENTITIES, index, "slug"), f"'slug' stands twice (got '{printable(slug)}')")
            seen.add(str(slug))

    def _wrong(self, path: tuple[str | int, ...], problem: str) -> FileUnreadable:
        place = place_of(self._root, path)
        inside = f"entities[{path[1]}]: " if len(path) > 1 else ""
        return FileUnreadable(self._file, place, inside + problem)


def _get(one: Json, name: str) -> Json:
    return one.get(name) if isinstance(one, dict) else None


def _entity(entity: Entity, slugs: dict[int, str]) -> dict[str, Json]:
    said: dict[str, Json] = {"id": entity.id, "slug": entity.slug, "name": entity.name}
    said |= {
        name: value
        for name, value in (("singular_name", entity.singular_name), ("plural_name", entity.plural_name))
        if value != entity.name
    }
    said |= _present(icon=entity.icon, color=entity.color)
    if entity.mode == "data":
        said["entity_mode"] = entity.mode
    said |= _present(
        fields=[_field(one, slugs) for one in entity.fields.values()] or None,
        pipelines=[_pipeline(one) for one in entity.pipelines] or None,
    )
    return said


def _field(field: Field, slugs: dict[int, str]) -> dict[str, Json]:
    said: dict[str, Json] = {"key": field.key}
    if field.label != title_of(field.key):
        said["label"] = field.label
    if field.type != "text":
        said["type"] = field.type
    if not field.ui_editable:
        said["ui_editable"] = False
    options = field.options
    if field.target_entity_id is not None:
        options = {"target_entity": slugs[field.target_entity_id], **(options or {})}
    return said | _present(options=options, reporting_config=field.reporting_config)


def _pipeline(pipeline: Pipeline) -> dict[str, Json]:
    stages = [
        {"id": one.id, "slug": one.slug, "name": one.name} | _present(color=one.color, status=one.status)
        for one in pipeline.stages
    ]
    return {"id": pipeline.id, "slug": pipeline.slug, "name": pipeline.name, "stages": stages}


def _present(**values: Json) -> dict[str, Json]:
    return {name: value for name, value in values.items() if value is not None}


if __name__ == "__main__":
    SCHEMA.write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
