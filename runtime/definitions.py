"""Entities' definitions that a brand's next runs need not ask for again."""

import time
from collections import OrderedDict

from storage.models import Entity

KEPT_SECONDS = 5.0
MAX_BRANDS = 1_000


class Definitions:
    """Definitions by brand and slug, a few seconds old at most.

    Runs read names from them and look for what is missing; what seems to be missing is asked of the store each time, so
    an old definition hides nothing that was added. Saves a run one read of the store.
    """

    def __init__(self) -> None:
        self._brands: OrderedDict[str, tuple[float, dict[str, Entity]]] = OrderedDict()

    def of(self, brand: str) -> dict[str, Entity]:
        """The brand's definitions by slug; runs add those that they had to ask for."""
        now_seconds = time.monotonic()
        known = self._brands.get(brand)
        if known is not None and now_seconds - known[0] < KEPT_SECONDS:
            return known[1]
        entities: dict[str, Entity] = {}
        self._brands[brand] = (now_seconds, entities)
        while len(self._brands) > MAX_BRANDS:
            self._brands.popitem(last=False)
        return entities
