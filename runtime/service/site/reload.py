"""Reload on save: whoever looks at a page is told when a file of the site changes.

A script in the page listens on a stream of events. Each event is a version; one that is newer than the first that was
heard reloads the page, also after the server was away.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.responses import StreamingResponse
from watchfiles import awatch

SCRIPT_PATH, STREAM_PATH = "/_reload.js", "/_reload"
SCRIPT_TAG = f'<script src="{SCRIPT_PATH}" defer></script>\n'
"""What an author's page server adds at the end of a page, and nothing else does."""
HEARTBEAT_SECONDS = 15.0
MAX_LISTENERS = 64

_SCRIPT = f"""// Reloads this page when one of the site's files is saved. Only an author's page server adds it.
(function () {{
  var first = null, stream = null;
  function listen() {{
    stream = new EventSource({STREAM_PATH!r});
    stream.onmessage = function (event) {{
      if (first === null) first = event.data;
      else if (first !== event.data) location.reload();
    }};
  }}
  function follow() {{
    if (document.hidden && stream) {{ stream.close(); stream = null; }}
    if (!document.hidden && !stream) listen();
  }}
  document.addEventListener('visibilitychange', follow);
  follow();
}})();
"""


class Reload:
    """Watches folders while it runs, and tells listeners. Belongs to one event loop."""

    def __init__(self, folders: list[Path], version: str) -> None:
        """``version`` is a word that no earlier server has used."""
        self._folders = folders
        self._start = version
        self._changes = 0
        self._listeners = 0
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch; in the loop."""
        self._watching = asyncio.get_running_loop().create_task(self._watch())

    def stop(self) -> None:
        """End the streams, and the watching."""
        self._ended.set()
        self._tell()

    async def script(self, _: HttpRequest) -> HttpResponse:
        """The script that pages load."""
        return HttpResponse(_SCRIPT, headers={"Cache-Control": "no-cache"}, media_type="text/javascript")

    async def stream(self, _: HttpRequest) -> HttpResponse:
        """The events. Past the most listeners, a browser is told to try no more."""
        if self._listeners >= MAX_LISTENERS or self._ended.is_set():
            return HttpResponse(status_code=204)
        return StreamingResponse(self._events(), headers={"Cache-Control": "no-store"}, media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[str]:
        self._listeners += 1
        try:
            while not self._ended.is_set():
                changed = self._changed
                yield f"data: {self._start}.{self._changes}\n\n"
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        await changed.wait()
        finally:
            self._listeners -= 1

    async def _watch(self) -> None:
        async for _ in awatch(*self._folders, stop_event=self._ended, debounce=200, step=50):
            self._changes += 1
            self._tell()

    def _tell(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
