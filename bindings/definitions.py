"""Entities' definitions as a run sees them, and warnings about what they lack.

A definition is asked of the store once a run; what it seems to lack is looked for in a fresh one first.
"""

from collections.abc import Iterable

from bindings.context import RunContext
from bindings.nearest import nearest
from bindings.problems import printable
from storage.models import Entity
from storage.queries import GetEntity


def entity_of(slug: str, context: RunContext) -> Entity:
    """The entity of that slug as the run knows it. Raises ``EntityNotFound``."""
    known = context.entities.get(slug)
    return fresh_entity(slug, context) if known is None else known


def fresh_entity(slug: str, context: RunContext) -> Entity:
    """The entity of that slug as it is now. Raises ``EntityNotFound``."""
    entity = context.entities[slug] = context.store.query(context.brand, GetEntity(slug))
    return entity


def warn_undefined(slug: str, keys: Iterable[str], context: RunContext) -> None:
    """Warn, once for each slug and key, of keys that the entity does not define. For an entity that exists."""
    fields = entity_of(slug, context).fields
    undefined = [key for key in keys if key not in fields and (slug, key) not in context.undefined_keys]
    if not undefined or context.warnings_full:
        return
    fields = fresh_entity(slug, context).fields
    for key in undefined:
        if key not in fields and not context.warnings_full:
            context.undefined_keys.add((slug, key))
            context.warn("undefined_field", undefined_field(slug, key, fields))


def undefined_field(slug: str, key: str, fields: Iterable[str]) -> str:
    """What is said of a key that is none of an entity's ``fields``."""
    near = nearest(key, fields)
    meant = "" if near is None else f", did you mean '{near}'?"
    return f"'{slug}' does not define the field '{key}'{meant}"


def warn_unknown_place(
    function: str, slug: str, pipeline_slug: str | None, stage_slug: str | None, context: RunContext
) -> None:
    """Warn of a pipeline or stage to filter by that the entity lacks: nothing can match it."""
    if pipeline_slug is None and stage_slug is None:
        return
    pipelines = fresh_entity(slug, context).pipelines
    stages = {stage.slug for pipeline in pipelines for stage in pipeline.stages}
    _warn_unknown(function, slug, "pipeline", pipeline_slug, {pipeline.slug for pipeline in pipelines}, context)
    _warn_unknown(function, slug, "stage", stage_slug, stages, context)


def _warn_unknown(function: str, slug: str, kind: str, name: str | None, known: set[str], context: RunContext) -> None:
    if name is None or name in known:
        return
    near = nearest(name, sorted(known))
    meant = "" if near is None else f", did you mean '{near}'?"
    context.warn(f"unknown_{kind}", f"{function}: no {kind} '{printable(name)}' in '{slug}'{meant}")
