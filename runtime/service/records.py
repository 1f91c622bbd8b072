"""``GET /v1/runs`` and ``GET /v1/runs/{run_id}``: the brand's runs on record."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from runtime.record import RunResult, Status
from runtime.recorded import Recorded, as_json, find_recorded, listed_as_json
from runtime.service.access import grant_of
from runtime.service.core import Core
from runtime.service.frame import note
from runtime.service.refusals import Refused, details_of
from runtime.tokens import Scope
from storage.runs import ListRuns

MAX_LISTED = 100
RUN_ID_PATTERN = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


def _number(text: object) -> object:
    """A number of a query, which is written in digits and no other way."""
    return int(text) if isinstance(text, str) and re.fullmatch(r"[0-9]{1,9}", text) else text


class RunsAsked(BaseModel):
    """Which runs a list has: at most ``limit``, the newest; of a status or file; older than the run ``before``."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    limit: Annotated[int, Field(ge=1, le=MAX_LISTED), BeforeValidator(_number)] = 20
    status: Status | None = None
    file: Annotated[str, Field(max_length=512)] | None = None
    before: Annotated[str, Field(pattern=RUN_ID_PATTERN)] | None = None


class ListedError(BaseModel):
    """What ended a run, in short."""

    model_config = ConfigDict(extra="forbid")

    name: str
    message: str
    file: str | None
    line: int | None


class ListedRun(BaseModel):
    """A run without all that it left."""

    model_config = ConfigDict(extra="forbid")

    run_id: str
    status: str
    file: str
    started_at_ms: int
    wall_seconds: float
    customer_id: str | None
    error: ListedError | None


class RunList(BaseModel):
    """Runs, newest first. Where there are ``more``, the last one's id is the next list's ``before``."""

    model_config = ConfigDict(extra="forbid")

    runs: list[ListedRun]
    more: bool


class KeptRun(BaseModel):
    """A run on record, whole; ``cut`` says what was too large to be kept, in bytes by the record's part."""

    model_config = ConfigDict(extra="forbid")

    started_at_ms: int
    file: str
    request: dict[str, Any] | None
    record: RunResult
    cut: dict[str, int]
    source: str | None


class RecordsEndpoint:
    """The endpoints on runs on record, of one host."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def list(self, http: HttpRequest) -> HttpResponse:
        """``GET /v1/runs``."""
        grant = await grant_of(http, Scope.READ, self._core)
        note(http, brand=grant.brand)
        return _json(await self._core.in_thread(self._list, grant.brand, _asked(http)))

    async def show(self, http: HttpRequest) -> HttpResponse:
        """``GET /v1/runs/{run_id}``: the brand's own, else there is none."""
        grant = await grant_of(http, Scope.READ, self._core)
        note(http, brand=grant.brand)
        run_id = http.path_params["run_id"]
        if not re.fullmatch(RUN_ID_PATTERN, run_id):
            raise Refused("not_found", "no run has this id")
        return _json(await self._core.in_thread(self._find, grant.brand, run_id))

    def _list(self, brand: str, asked: RunsAsked) -> RunList:
        command = ListRuns(asked.limit, asked.status, asked.file, before_id=asked.before)
        page = self._core.runtime.store.query(brand, command)
        return RunList(runs=[ListedRun.model_validate(listed_as_json(run)) for run in page.items], more=page.more)

    def _find(self, brand: str, run_id: str) -> KeptRun:
        found = find_recorded(self._core.runtime.store, brand, run_id)
        if not isinstance(found, Recorded):
            raise Refused("not_found", "no run on record has this id")
        return KeptRun.model_validate(as_json(found))


def _asked(http: HttpRequest) -> RunsAsked:
    given = http.query_params.multi_items()
    if len(dict(given)) != len(given):
        raise Refused("invalid", "the query names something twice")
    try:
        return RunsAsked.model_validate(dict(given))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        raise Refused("invalid", "the query is not one for runs", details=details_of(problems)) from error


def _json(model: BaseModel) -> HttpResponse:
    return HttpResponse(model.model_dump_json(), headers={"Cache-Control": "no-store"}, media_type="application/json")
