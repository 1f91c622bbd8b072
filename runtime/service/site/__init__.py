"""An author's page server: a folder of pages, served as a shop would serve them."""

import time
from collections.abc import Sequence
from pathlib import Path

from starlette.routing import Route

from runtime.service.core import Core
from runtime.service.routes import OwnRoute
from runtime.service.site.endpoint import METHODS, SiteEndpoint
from runtime.service.site.files import SiteFiles
from runtime.service.site.reload import SCRIPT_PATH, STREAM_PATH, Reload
from runtime.service.site.visitor import VisitorSessions


class Site:
    """One folder of pages for one brand. ``start`` and ``stop`` are the server's to call, in its loop.

    With ``reload``, a list, browsers are reloaded when something changes in the folder or in those of the list.
    """

    def __init__(self, core: Core, folder: Path, key: str, brand: str, *, reload: Sequence[Path] | None = None) -> None:
        files, sessions = SiteFiles(folder), VisitorSessions(key, brand)
        self._endpoint = SiteEndpoint(core, files, sessions, brand, reload=reload is not None)
        self._reload = None if reload is None else Reload([files.folder, *reload], str(time.time_ns()))

    def routes(self) -> list[Route]:
        """The endpoints; the pages' own takes every path, and has to come last."""
        return [*_watching(self._reload), Route("/{path:path}", self._endpoint.serve, methods=METHODS)]

    def start(self) -> None:
        """Begin to watch the folder."""
        if self._reload is not None:
            self._reload.start()

    def stop(self) -> None:
        """End what would go on for ever."""
        if self._reload is not None:
            self._reload.stop()


def _watching(reload: Reload | None) -> list[Route]:
    if reload is None:
        return []
    return [OwnRoute(SCRIPT_PATH, reload.script), OwnRoute(STREAM_PATH, reload.stream)]
