"""One case, done: the script runs in the case's own world, and what came is compared with what was expected."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlencode

from pydantic import ValidationError

from runtime.differing import Difference
from runtime.modules.source import NO_MODULES, FolderModules, ModuleSource
from runtime.pages.folders import PAGE_ENDINGS
from runtime.placed_yaml import FileUnreadable, shown_path
from runtime.record import PageResult, RunResult
from runtime.replay.case import Case
from runtime.replay.comparing import Came, case_differences
from runtime.replay.reading import ReadFile
from runtime.replay.world import BRAND, BeforeRefused, Missed, World
from runtime.request import Request
from runtime.runtime import Runtime
from runtime.session import Session
from runtime.templates.source import FolderTemplates, TemplateSource
from storage.models import Json

MODULES = "modules"
FORM = "application/x-www-form-urlencoded"


class Replayed(NamedTuple):
    """What came of a case. ``problem`` says why it could not be done at all; then nothing came."""

    read: ReadFile
    number: int
    seconds: float
    differences: list[Difference]
    came: Came | None = None
    before: Mapping[str, Json] = MappingProxyType({})
    problem: FileUnreadable | None = None

    @property
    def case(self) -> Case:
        """The case."""
        return self.read.cases.cases[self.number]

    @property
    def is_as_expected(self) -> bool:
        """Whether everything came as it was expected."""
        return self.problem is None and not self.differences


class Beside(NamedTuple):
    """What stands beside a script: modules, and layouts and components of a page."""

    modules: ModuleSource
    templates: TemplateSource


def replay(runtime: Runtime, read: ReadFile, index: int, source: str, filename: str) -> Replayed:
    """Do one case. Never raises for what the script does or what is wrong with the case."""
    start_seconds = time.perf_counter()
    case = read.cases.cases[index]
    try:
        came, before = _come(runtime, case, source, filename, _beside(read, index, filename))
    except BeforeRefused as error:
        return _unusable(read, index, ("before", *error.path), error.problem)
    except NotADirectoryError as error:
        return _unusable(read, index, ("modules",), f"no such folder: {error.filename}")
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        return _unusable(read, index, detail["loc"], detail["msg"])
    found = case_differences(case.expect, came, before)
    return Replayed(read, index, time.perf_counter() - start_seconds, found, came, before)


def _unusable(read: ReadFile, index: int, path: tuple[str | int, ...], problem: str) -> Replayed:
    path = ("cases", index, *path)
    told = FileUnreadable(read.file, read.place(path), f"{shown_path(path)}: {problem}")
    return Replayed(read, index, 0.0, [], problem=told)


def _come(runtime: Runtime, case: Case, source: str, filename: str, beside: Beside) -> tuple[Came, dict[str, Json]]:
    world = World(case)
    try:
        before: dict[str, Json] = world.names.shown(world.entries()) if case.before.entries else {}
        page = _run(runtime, case, source, filename, world, beside)
        world.queue.finish()
        world.name_what_was_made()
        came: Came = world.names.shown(_came(page, world.missed) | {"entries": world.entries()})
    finally:
        world.close()
    return came, before


def _beside(read: ReadFile, number: int, filename: str) -> Beside:
    """What a script finds in folders; modules in the one that the case names. Raises ``NotADirectoryError``."""
    folder, case = Path(read.file).parent, read.cases.cases[number]
    named = case.modules
    has_modules = named is not None or (folder / MODULES).is_dir()
    modules = FolderModules(folder / (named or MODULES)) if has_modules else NO_MODULES
    templates = (folder / filename).parent if case.templates is None else folder / case.templates
    return Beside(modules, FolderTemplates(templates))


def _run(runtime: Runtime, case: Case, source: str, filename: str, world: World, beside: Beside) -> PageResult:
    how: dict[str, Any] = {
        "session": _session(case, world),
        "request": None if case.request is None else _request(world.names.meant(case.request.model_dump())),
        "filename": filename,
        "limits": case.limits,
        "strict": case.strict,
        "now_ms": case.clock,
        "seed": case.seed,
        "data": world.data._replace(modules=beside.modules, templates=beside.templates),
    }
    if filename.lower().endswith(PAGE_ENDINGS):
        return runtime.run_page(source, **how)
    return PageResult(runtime.run(source, **how), "")


def _session(case: Case, world: World) -> Session:
    who = case.session
    return Session(
        brand=BRAND,
        customer_id=who.customer,
        email=who.email,
        name=who.name,
        attributes=world.names.meant(who.attributes),
        values=world.names.meant(who.values),
    )


def _request(said: dict[str, Any]) -> Request:
    headers = {name.lower(): value for name, value in said["headers"].items()}
    body = said["body"]
    if body is not None and not isinstance(body, str):
        if headers.get("content-type", "").startswith(FORM):
            body = urlencode(body, doseq=True)
        else:
            headers.setdefault("content-type", "application/json")
            body = json.dumps(body, ensure_ascii=False)
    return Request(**{**said, "headers": headers, "body": None if body is None else body.encode()})


def _came(page: PageResult, missed: list[Missed]) -> Came:
    result = page.record
    record: dict[str, Any] = result.model_dump(mode="json")
    error, response = record["error"], record["response"]
    if error is not None:
        del error["stack"]
    if response is not None and response["content_type"] == "application/json":
        response["body"] = json.loads(response["body"])
    return {
        "status": result.status,
        "error": error,
        "variables": result.variables,
        "logs": [{line.level: line.text} for line in result.logs],
        "warnings": [*_warnings(result), *({"deferred_write": f"{one.function}: {one.why}"} for one in missed)],
        "response": response,
        "redirect": record["redirect"],
        "headers": result.headers,
        "cookies": {cookie.pop("name"): cookie for cookie in record["cookies"]},
        "session": result.session,
        "session_customer": record["session_customer"],
        "customer": result.customer_id,
        "deferred_writes": result.deferred_writes,
        "html": page.html,
    }


def _warnings(result: RunResult) -> list[dict[str, str]]:
    return [{warning.code: warning.message} for warning in result.warnings]
