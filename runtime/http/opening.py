"""From what a host says of ``http`` to what a runtime has of it; the client itself loads where it is wanted."""

from collections.abc import Mapping

from runtime.effects import Effect
from runtime.host_calls import NO_MORE
from runtime.http.fetching import Fetcher
from runtime.http.settings import HttpSettings


def open_http(http: HttpSettings | Fetcher | None) -> Fetcher | None:
    """What fetches; None where scripts have no ``http``."""
    if not isinstance(http, HttpSettings):
        return http
    from runtime.http.client import HttpClient

    return HttpClient(http)


def effects_of(http: Fetcher | None) -> Mapping[str, Effect]:
    """The calls that scripts have by it."""
    if http is None:
        return NO_MORE
    from runtime.http.calls import HttpCalls

    return HttpCalls(http).effects
