"""What a brand has defined, with what a script itself defines, and literal arguments that name something else."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from bindings.definitions import undefined_field
from bindings.nearest import hint
from bindings.problems import printable
from bindings.refusals import NONE_KNOWN
from runtime.authoring.calls import Call
from runtime.authoring.literals import Path
from runtime.authoring.syntax import Finding, Parsed
from storage.models import RELATION_FIELD_TYPES, Entity, Json

DEFINING = "EnsureCrmEntity"
CHOICES = {"select", "multiselect"}
_MAPS = {"values", "filters", "fieldMap"}
"""Properties whose own properties are named by field keys."""


@dataclass(slots=True)
class Defined:
    """An entity: the types of its fields, the choices of those that have some, its pipelines with their stages.

    ``open`` says that a script adds to it what only a run would know.
    """

    field_types: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[Json]] = field(default_factory=dict)
    pipelines: dict[str, list[str]] = field(default_factory=dict)
    open: bool = False

    @classmethod
    def of(cls, entity: Entity) -> Self:
        """What the store has."""
        defined = cls(pipelines={one.slug: [stage.slug for stage in one.stages] for one in entity.pipelines})
        for one in entity.fields.values():
            defined.add_field(one.key, one.type, one.options)
        return defined

    def add_field(self, key: str, kind: str, options: Json) -> None:
        """A field, where the entity has none of that key yet."""
        if key in self.field_types:
            return
        self.field_types[key] = kind
        if kind in CHOICES and isinstance(options, list):
            self.choices[key] = [one["value"] if isinstance(one, dict) else one for one in options]

    def stages(self, pipeline: Json) -> list[str]:
        """Those of a pipeline, or of all where it is none."""
        among = [self.pipelines[pipeline]] if pipeline in self.pipelines else list(self.pipelines.values())
        return list(dict.fromkeys(stage for stages in among for stage in stages))


World = dict[str, Defined]


def world_of(entities: Sequence[Entity], made: Iterable[Call]) -> World:
    """What is defined once the script's own definitions have been carried out."""
    world = {entity.slug: Defined.of(entity) for entity in entities}
    for call in made:
        slug = call.named.get("slug")
        if call.function.name == DEFINING and isinstance(slug, str):
            _define(world.setdefault(slug, Defined()), call)
    return world


def undefined(parsed: Parsed, call: Call, world: World) -> Iterator[Finding]:
    """What a call names and the brand has not."""
    if call.function.name == DEFINING:
        return
    look = _Look(parsed, call, world)
    source, target = look.entity("fromSlug"), look.entity("toSlug")
    entity = look.entity("slug")
    yield from look.found
    look.found.clear()
    for one in (entity, source):
        if one is not None:
            look.keys(one)
    if source is not None or target is not None:
        look.field_map(source, target)
    place = entity or target
    if place is not None:
        look.place(place)
    yield from look.found


class _Look:
    """One call held against the world; ``found`` grows."""

    def __init__(self, parsed: Parsed, call: Call, world: World) -> None:
        self.found: list[Finding] = []
        self._parsed = parsed
        self._call = call
        self._world = world

    def entity(self, name: str) -> tuple[str, Defined] | None:
        """The entity that a property names, where it is known."""
        slug = self._call.named.get(name)
        if not isinstance(slug, str):
            return None
        if slug not in self._world:
            known = hint(slug, tuple(self._world), NONE_KNOWN)
            self._add((name,), "unknown_entity", f"{self._function}: no entity '{printable(slug)}'{known}")
            return None
        return slug, self._world[slug]

    def keys(self, entity: tuple[str, Defined]) -> None:
        """Field keys, the choices that values stand for, and relations."""
        for path, key, value_path, value in self._keys_named():
            self._key(entity, path, key)
            self._choice(entity, value_path, key, value)
        self._relation(entity)

    def field_map(self, source: tuple[str, Defined] | None, target: tuple[str, Defined] | None) -> None:
        """Keys of the one, and of the other."""
        field_map = self._call.named.get("fieldMap")
        for key, other in field_map.items() if isinstance(field_map, dict) else ():
            if source is not None:
                self._key(source, ("fieldMap", key), key)
            if target is not None and isinstance(other, str):
                self._key(target, ("fieldMap", key), other)

    def place(self, entity: tuple[str, Defined]) -> None:
        """Pipelines and stages."""
        slug, defined = entity
        pipeline, stage = self._call.named.get("pipelineSlug"), self._call.named.get("stageSlug")
        if defined.open:
            return
        if isinstance(pipeline, str) and pipeline not in defined.pipelines:
            self._unknown("pipeline", slug, pipeline, tuple(defined.pipelines))
        stages = defined.stages(pipeline)
        if isinstance(stage, str) and stage not in stages:
            self._unknown("stage", slug, stage, tuple(stages))

    @property
    def _function(self) -> str:
        return self._call.function.name

    def _keys_named(self) -> Iterator[tuple[Path, str, Path, Json]]:
        """Each key and its place in the call, with the place and the value of what is to be stored."""
        named = self._call.named
        key, keys, fields = named.get("fieldKey"), named.get("fieldKeys"), named.get("fields")
        if isinstance(key, str):
            yield ("fieldKey",), key, ("value",), named.get("value")
        for index, one in enumerate(keys if isinstance(keys, list) else ()):
            if isinstance(one, str):
                yield ("fieldKeys", index), one, (), None
        for index, one in enumerate(fields if isinstance(fields, list) else ()):
            if isinstance(one, dict) and isinstance(one.get("fieldKey"), str):
                yield ("fields", index, "fieldKey"), one["fieldKey"], ("fields", index, "value"), one.get("value")
        for name in ("values", "filters"):
            values = named.get(name)
            for key, value in values.items() if isinstance(values, dict) else ():
                yield (name, key), key, (name, key), value

    def _key(self, entity: tuple[str, Defined], path: Path, key: str) -> None:
        slug, defined = entity
        if key not in defined.field_types and not defined.open:
            self._add(path, "undefined_field", f"{self._function}: {undefined_field(slug, key, defined.field_types)}")

    def _choice(self, entity: tuple[str, Defined], path: Path, key: str, value: Json) -> None:
        slug, defined = entity
        choices = defined.choices.get(key, [])
        chosen = value if isinstance(value, list) else [value]
        for one in chosen:
            if isinstance(one, str) and choices and one not in choices:
                known = hint(one, tuple(str(choice) for choice in choices), "there are none")
                text = f"{self._function}: no option '{printable(one)}' of '{key}' in '{slug}'{known}"
                self._add(path, "unknown_option", text)

    def _relation(self, entity: tuple[str, Defined]) -> None:
        slug, defined = entity
        key = self._call.named.get("relationKey")
        known = tuple(one for one, kind in defined.field_types.items() if kind in RELATION_FIELD_TYPES)
        if isinstance(key, str) and key not in known and not defined.open:
            self._unknown("relation", slug, key, known)

    def _unknown(self, kind: str, slug: str, name: str, known: tuple[str, ...]) -> None:
        ending = hint(name, known, "there are none")
        property_name = "relationKey" if kind == "relation" else f"{kind}Slug"
        text = f"{self._function}: no {kind} '{printable(name)}' in '{slug}'{ending}"
        self._add((property_name,), f"unknown_{kind}", text)

    def _add(self, path: Path, code: str, message: str) -> None:
        literal = self._call.literal
        node = literal.key(path) if path[0] in _MAPS and code == "undefined_field" else literal.node(path)
        self.found.append(Finding(self._parsed.place(node), code, message))


def _define(defined: Defined, call: Call) -> None:
    fields, pipelines = call.named.get("fields"), call.named.get("pipelines")
    defined.open |= bool(call.literal.open_paths) or not _all_named(fields, "key") or not _all_named(pipelines, "slug")
    for one in _objects(fields):
        if isinstance(one.get("key"), str):
            defined.add_field(one["key"], str(one.get("type", "text")), one.get("options"))
    for one in _objects(pipelines):
        if isinstance(one.get("slug"), str):
            stages = defined.pipelines.setdefault(one["slug"], [])
            stages += [stage["slug"] for stage in _objects(one.get("stages")) if isinstance(stage.get("slug"), str)]


def _objects(items: Json) -> list[dict[str, Json]]:
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def _all_named(items: Json, name: str) -> bool:
    """Whether it is known of each item what it is called."""
    if items is None:
        return True
    return isinstance(items, list) and all(isinstance(one, dict) and isinstance(one.get(name), str) for one in items)
