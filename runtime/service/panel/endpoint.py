"""The panel's pages, for who sits at this machine alone, unless the host says otherwise."""

from pathlib import Path

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.routing import Route

from runtime.answering import is_among
from runtime.service.markup import page
from runtime.service.panel.history import History
from runtime.service.panel.run_view import run_page
from runtime.service.panel.runs_view import runs_fragment, runs_page
from runtime.service.refusals import Refused
from runtime.service.routes import OwnRoute
from runtime.service.site.visit import address_of, host_name, is_local

_FOLDER = Path(__file__).parent
_FORWARDED = (
    *("forwarded", "via", "x-forwarded-*", "x-original-*", "x-real-ip", "x-client-ip", "x-cluster-client-ip"),
    *("true-client-ip", "fly-client-ip", "fastly-client-ip", "cf-*", "cdn-loop", "ngrok-*", "tailscale-*", "x-envoy-*"),
    *("x-amzn-trace-id", "x-cloud-trace-context", "x-azure-*", "x-arr-*", "x-request-start"),
)
"""What proxies, load balancers and tunnels add, and no browser does; ``*`` stands for any ending."""


class Panel:
    """Shows a history. With ``everywhere`` to all who can reach it, else to this machine alone."""

    def __init__(self, history: History, *, everywhere: bool) -> None:
        self._history = history
        self._everywhere = everywhere
        self._assets = {
            name: ((_FOLDER / name).read_bytes(), kind)
            for name, kind in (("panel.css", "text/css"), ("panel.js", "text/javascript"))
        }

    def routes(self) -> list[Route]:
        """The endpoints."""
        return [
            OwnRoute("/_debug", self.runs),
            OwnRoute("/_debug/list", self.fragment),
            OwnRoute("/_debug/runs/{run_id}", self.run),
            OwnRoute("/_debug/assets/{name}", self.asset),
        ]

    async def runs(self, http: HttpRequest) -> HttpResponse:
        """``GET /_debug``: the list."""
        self._check(http)
        return page(runs_page(self._history))

    async def fragment(self, http: HttpRequest) -> HttpResponse:
        """The list alone, for the script that renews it."""
        self._check(http)
        return page(runs_fragment(self._history))

    async def run(self, http: HttpRequest) -> HttpResponse:
        """``GET /_debug/runs/{id}``: all of one run."""
        self._check(http)
        found = self._history.find(http.path_params["run_id"])
        if found is None:
            raise Refused("not_found", "this run is not among the last ones")
        return page(run_page(found))

    async def asset(self, http: HttpRequest) -> HttpResponse:
        """The panel's style sheet and script."""
        self._check(http)
        found = self._assets.get(http.path_params["name"])
        if found is None:
            raise Refused("not_found", "there is nothing here")
        return HttpResponse(found[0], headers={"Cache-Control": "no-cache"}, media_type=found[1])

    def _check(self, http: HttpRequest) -> None:
        """Refuse who is not at this machine: by address, by the name they asked for, and by what a proxy adds.

        The name matters since any site can have its own name mean 127.0.0.1, and would then be the panel's own site.
        """
        if self._everywhere:
            return
        address = address_of(http)
        is_here = address is not None and address.is_loopback
        is_forwarded = any(is_among(name, _FORWARDED) for name in http.headers)
        if not is_here or not is_local(host_name(http)) or is_forwarded:
            raise Refused("forbidden", "the debug panel is for this machine alone: open it as http://localhost")
