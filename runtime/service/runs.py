"""``/v1/runs``: run a script or page and answer with its record."""

from typing import TypedDict

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from runtime.limits import Limits
from runtime.request import Request
from runtime.service.access import grant_of
from runtime.service.core import Core
from runtime.service.frame import note
from runtime.service.orders import PageRun, order_model, read_order
from runtime.service.panel.history import KeptRun
from runtime.service.reading import body_of, require_json
from runtime.session import Session
from runtime.tokens import Scope


class _How(TypedDict):
    """The options of ``Runtime.run`` and ``run_page``."""

    session: Session
    request: Request
    filename: str
    limits: Limits
    strict: bool


class RunsEndpoint:
    """The endpoints on runs, of one host."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._order_model = order_model(core.runtime.limits)

    async def start(self, request: HttpRequest) -> HttpResponse:
        """``POST /v1/runs``. 200 with the record however the run ended: that is what the record says.

        Where there is no place, that is all that is said: neither the token nor the body is looked at.
        """
        core, settings = self._core, self._core.settings
        await core.admission.refuse_if_full()
        grant = await grant_of(request, Scope.RUN, core)
        note(request, brand=grant.brand)
        require_json(request)
        async with (
            body_of(request, settings.max_body_bytes, settings.body_seconds, core.held) as body,
            core.admission.place(grant.brand),
        ):
            run, answer = await core.in_thread(self._run, body, grant.brand)
        record = run.record
        if core.history is not None:
            core.history.add(run)
        note(request, run_id=record.run_id, run_status=record.status)
        return HttpResponse(answer, headers={"Cache-Control": "no-store"}, media_type="application/json")

    def _run(self, body: bytes, brand: str) -> tuple[KeptRun, bytes]:
        """In a thread: from the order to the record, as JSON."""
        order = read_order(self._order_model, body)
        session, runtime = order.session_of(brand), self._core.runtime
        how: _How = {
            "session": session,
            "request": order.request,
            "filename": order.filename or ("page.html" if order.is_page else "script.js"),
            "limits": order.limits,
            "strict": order.strict,
        }
        if order.is_page:
            record, html = runtime.run_page(order.page, **how)
            answer = PageRun.model_construct(**vars(record), html=html).model_dump_json()
        else:
            record = runtime.run(order.script, **how)
            answer = record.model_dump_json()
        source = order.page if order.is_page else order.script
        return self._core.kept(record, how["filename"], source, session, order.request), answer.encode()
