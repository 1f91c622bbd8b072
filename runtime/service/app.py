"""The service as an ASGI application."""

import json

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from runtime.service.core import Core
from runtime.service.frame import Frame
from runtime.service.health import HealthEndpoints
from runtime.service.openapi import document
from runtime.service.panel.endpoint import Panel
from runtime.service.records import RecordsEndpoint
from runtime.service.routes import OwnRoute
from runtime.service.runs import RunsEndpoint
from runtime.service.site import Site


def build_app(core: Core, site: Site | None = None, panel: Panel | None = None) -> ASGIApp:
    """All endpoints of a service: the API and, where there is a site, its pages behind them.

    Starlette's router without its application: that would stand around each request twice more, for errors that the
    frame answers.
    """
    runs, records, health = RunsEndpoint(core), RecordsEndpoint(core), HealthEndpoints(core)
    every_run = {"POST": runs.start, "GET": records.list}

    async def runs_by_method(http: HttpRequest) -> HttpResponse:
        return await every_run["GET" if http.method == "HEAD" else http.method](http)

    described = json.dumps(document(core.runtime.limits)).encode()

    async def openapi(_: HttpRequest) -> HttpResponse:
        return HttpResponse(described, media_type="application/json")

    routes: list[Route] = [
        OwnRoute("/v1/runs", runs_by_method, methods=[*every_run]),
        OwnRoute("/v1/runs/{run_id}", records.show, methods=["GET"]),
        OwnRoute("/healthz", health.live, methods=["GET"]),
        OwnRoute("/readyz", health.ready, methods=["GET"]),
        OwnRoute("/openapi.json", openapi, methods=["GET"]),
    ]
    if panel is not None:
        routes += panel.routes()
    if site is not None:
        routes += site.routes()
    return Frame(Router(routes, redirect_slashes=False), max_head_bytes=core.settings.max_head_bytes)
