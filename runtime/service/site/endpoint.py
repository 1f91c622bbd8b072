"""The pages of a site: find the file, run it for the visitor, answer, and keep their session."""

from contextlib import AbstractAsyncContextManager, nullcontext

import structlog
from starlette.requests import Request as HttpRequest
from starlette.responses import FileResponse
from starlette.responses import Response as HttpResponse

from runtime.folders import read_up_to
from runtime.record import RunResult, RunWarning
from runtime.request import Request
from runtime.service.core import Core
from runtime.service.frame import note
from runtime.service.panel.history import KeptRun
from runtime.service.reading import body_of
from runtime.service.refusals import Refused
from runtime.service.site.answer import answer_of, hand_session, is_html, is_page_itself
from runtime.service.site.files import Found, Moved, SiteFiles
from runtime.service.site.missing import missing_page
from runtime.service.site.reload import SCRIPT_TAG
from runtime.service.site.visit import cookies_of, host_name, is_local, request_of
from runtime.service.site.visitor import MAX_COOKIE_BYTES, MAX_SESSION_BYTES, VisitorSessions, after
from runtime.session import Session

METHODS = ["GET", "HEAD", "POST"]
MAX_BODY_BYTES = 1024 * 1024
"""Of a visitor's request; scripts see bodies up to 64 KiB."""
MAX_PAGE_BYTES = 4 * 1024 * 1024

log = structlog.get_logger("funnelscript.site")


class SiteEndpoint:
    """Serves one folder for one brand; with ``reload`` as its author sees it while they write."""

    def __init__(self, core: Core, files: SiteFiles, sessions: VisitorSessions, brand: str, *, reload: bool) -> None:
        self._core, self._files, self._sessions, self._brand = core, files, sessions, brand
        self._reload = reload

    async def serve(self, http: HttpRequest) -> HttpResponse:
        """``GET``, ``HEAD`` and ``POST`` of any path that no other endpoint has."""
        found = await self._core.in_thread(self._files.find, http.scope["raw_path"])
        if found is None or (isinstance(found, Found) and not found.is_page and http.method == "POST"):
            return await self._missing(http)
        if isinstance(found, Moved):
            query = http.scope["query_string"].decode("latin-1")
            return HttpResponse(status_code=308, headers={"Location": found.path + (f"?{query}" if query else "")})
        note(http, route=found.name, brand=self._brand)
        if found.content_type is not None:
            return _whole_file(http, found)
        return await self._page(http, found)

    async def _page(self, http: HttpRequest, found: Found) -> HttpResponse:
        core = self._core
        await core.admission.refuse_if_full()
        kept = self._sessions.read(cookies_of(http).get(self._sessions.cookie_name(secure=_is_secure(http))))
        async with self._body(http) as body, core.admission.place(self._brand):
            request = request_of(http, body, found.params)
            run, html = await core.in_thread(self._run, found, kept.session, request)
        record = run.record
        note(http, run_id=record.run_id, run_status=record.status)
        if self._reload and is_page_itself(record) and is_html(record):
            html += SCRIPT_TAG
        answer = answer_of(record, html, secure=_is_secure(http))
        self._keep_session(http, answer, kept.session, record, renew=kept.is_aging)
        if self._core.history is not None:
            self._core.history.add(run)
        return answer

    def _body(self, http: HttpRequest) -> AbstractAsyncContextManager[bytes]:
        if http.method != "POST":
            return nullcontext(b"")
        return body_of(http, MAX_BODY_BYTES, self._core.settings.body_seconds, self._core.held)

    def _run(self, found: Found, session: Session, request: Request) -> tuple[KeptRun, str]:
        """In a thread: the run, and the page."""
        source = _read_page(found)
        record, html = self._core.runtime.run_page(source, session=session, request=request, filename=found.name)
        return self._core.kept(record, found.name, source, session, request), html

    def _keep_session(
        self, http: HttpRequest, answer: HttpResponse, session: Session, record: RunResult, *, renew: bool
    ) -> None:
        """Hand the visitor their session where it changed; one that no browser would keep stays as it was."""
        left = after(session, record)
        if left == session and not renew:
            return
        value = self._sessions.write(left)
        if value is None:
            log.warning("session_too_large", run_id=record.run_id, brand=self._brand)
            record.warnings.append(RunWarning("session_too_large", _TOO_LARGE))
            return
        is_empty, secure = left == Session(brand=self._brand), _is_secure(http)
        hand_session(answer, self._sessions.cookie_name(secure=secure), None if is_empty else value, secure=secure)

    async def _missing(self, http: HttpRequest) -> HttpResponse:
        """404: a page for people, JSON for who does not ask for one."""
        if "text/html" not in http.headers.get("accept", ""):
            raise Refused("not_found", "there is nothing here")
        near = await self._core.in_thread(self._files.near, http.scope["raw_path"]) if self._reload else []
        return missing_page(http.scope["path"], near)


def _is_secure(http: HttpRequest) -> bool:
    """Whether visitors come over TLS, which they do to every host but this machine."""
    return not is_local(host_name(http))


def _whole_file(http: HttpRequest, found: Found) -> HttpResponse:
    """A file in pieces, as the browser takes them: a film is larger than what a process should hold for each visitor.

    All of it, whatever part is asked for: HTTP allows that, and no answer on wrong parts needs a shape of its own.
    """
    http.scope["headers"] = [pair for pair in http.scope["headers"] if pair[0] != b"range"]
    return FileResponse(found.file, 200, _STATIC, found.content_type)


def _read_page(found: Found) -> str:
    data = read_up_to(found.file, MAX_PAGE_BYTES)
    if data is None:
        raise Refused("bad_page", f"{found.name}: has more than {MAX_PAGE_BYTES} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused("bad_page", f"{found.name}: not UTF-8 text (in line {line})") from error


_STATIC = {"Cache-Control": "no-cache", "Accept-Ranges": "none"}
_TOO_LARGE = (
    f"the visitor's session is larger than a cookie can hold ({MAX_COOKIE_BYTES} bytes packed, {MAX_SESSION_BYTES}"
    " unpacked): it stays as it was before this run"
)
