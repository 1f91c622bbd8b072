"""The service's own paths."""

from starlette.routing import Match, Route
from starlette.types import Scope


class OwnRoute(Route):
    """A path that is the service's by any method: what it does not take is refused, and left to no page of a site."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """A path alone is a match."""
        match, child = super().matches(scope)
        return Match.FULL if match is Match.PARTIAL else match, child
