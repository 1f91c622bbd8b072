"""Where to in the pipelines: what a ``Destination`` means in an entity."""

from collections.abc import Sequence

from storage.commands import START, Destination
from storage.errors import MoveProblem, MoveRefused
from storage.models import Entity, Pipeline, Stage

Place = tuple[int | None, int | None]
"""Pipeline id and stage id; both None in data mode and where the entity has no pipelines."""


class Refusal(Exception):
    """Why a destination cannot be; ``refused`` makes the error of it once the entries are counted."""

    def __init__(self, code: MoveProblem, named: str | int | None = None, known: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.named = named
        self.known = known

    def refused(self, total_matched: int) -> MoveRefused:
        """The error for the caller."""
        return MoveRefused(self.code, total_matched, self.named, self.known)


def check_destination(entity: Entity, destination: Destination) -> None:
    """Raise ``MoveRefused`` (``total_matched`` 0) for what cannot be, whatever the entries.

    For a move that is checked now and done later. A stage that stands in several pipelines passes: the entry decides.
    """
    try:
        resolve_for_none(entity, destination)
    except Refusal as refusal:
        raise refusal.refused(0) from None


def resolve_start(entity: Entity, destination: Destination, total_matched: int = 0) -> Place:
    """Where a new entry starts. Raises ``MoveRefused``."""
    if destination is START or destination == START:
        return _first_place(entity)
    try:
        return resolve(entity, destination, None)
    except Refusal as refusal:
        raise refusal.refused(total_matched) from None


def resolve_for_none(entity: Entity, destination: Destination) -> None:
    """Raise ``Refusal`` for what no entry could be moved to."""
    try:
        resolve(entity, destination, None)
    except Refusal as refusal:
        if refusal.code != "ambiguous_stage" or destination.kind != "stage":
            raise


def resolve(entity: Entity, destination: Destination, own_pipeline_id: int | None) -> Place:
    """Where an entry that is in ``own_pipeline_id`` goes. Raises ``Refusal``."""
    if entity.mode == "data":
        raise Refusal("data_mode")
    pipeline = _named_pipeline(entity, destination)
    names_stage = destination.stage_slug is not None or destination.stage_id is not None
    if names_stage:
        return _place_of_stage(entity, destination, pipeline, own_pipeline_id)
    if pipeline is None:
        if destination.kind == "start":
            return _first_place(entity)
        raise Refusal("pipeline_not_found", None, _slugs(entity.pipelines))
    if pipeline.stages:
        return pipeline.id, pipeline.stages[0].id
    if destination.kind == "start":
        return pipeline.id, None
    raise Refusal("stage_not_found")


def _first_place(entity: Entity) -> Place:
    if entity.mode == "data" or not entity.pipelines:
        return None, None
    first = entity.pipelines[0]
    return first.id, first.stages[0].id if first.stages else None


def _named_pipeline(entity: Entity, destination: Destination) -> Pipeline | None:
    slug, id_ = destination.pipeline_slug, destination.pipeline_id
    if slug is None and id_ is None:
        return None
    for pipeline in entity.pipelines:
        if slug in (None, pipeline.slug) and id_ in (None, pipeline.id):
            return pipeline
    raise Refusal("pipeline_not_found", _name(slug, id_), _slugs(entity.pipelines))


def _place_of_stage(entity: Entity, destination: Destination, pipeline: Pipeline | None, own_id: int | None) -> Place:
    among = entity.pipelines if pipeline is None else (pipeline,)
    found = [(candidate.id, stage.id) for candidate in among for stage in candidate.stages if _is(stage, destination)]
    if not found:
        known = dict.fromkeys(stage.slug for candidate in among for stage in candidate.stages)
        raise Refusal("stage_not_found", _name(destination.stage_slug, destination.stage_id), tuple(known))
    own = [place for place in found if place[0] == own_id]
    if len(found) == 1 or own:
        return (own or found)[0]
    holding = {pipeline_id for pipeline_id, _ in found}
    known_pipelines = _slugs([candidate for candidate in among if candidate.id in holding])
    raise Refusal("ambiguous_stage", destination.stage_slug, known_pipelines)


def _is(stage: Stage, destination: Destination) -> bool:
    return destination.stage_slug in (None, stage.slug) and destination.stage_id in (None, stage.id)


def _name(slug: str | None, id_: int | None) -> str | int | None:
    return id_ if slug is None else slug


def _slugs(pipelines: Sequence[Pipeline]) -> tuple[str, ...]:
    return tuple(pipeline.slug for pipeline in pipelines)
