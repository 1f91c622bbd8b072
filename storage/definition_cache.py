"""Definitions that were read before, kept true by their revision."""

from storage.models import Entity

CAPACITY = 10_000


class DefinitionCache:
    """The last known definition of each entity, of all brands, by (brand, entity id).

    A revision is never used twice for different definitions, so one point read of the revision tells whether what is
    here is current. At most ``CAPACITY`` definitions; the oldest gives way. Safe to use from many threads.
    """

    def __init__(self) -> None:
        self._entities: dict[tuple[str, int], Entity] = {}

    def get(self, brand: str, entity_id: int, revision: int) -> Entity | None:
        """The definition of that very revision, or None."""
        entity = self._entities.get((brand, entity_id))
        return entity if entity is not None and entity.revision == revision else None

    def put(self, brand: str, entity: Entity) -> None:
        """Keep a definition that is committed."""
        while len(self._entities) >= CAPACITY:
            self._entities.pop(next(iter(self._entities)), None)
        self._entities[brand, entity.id] = entity
