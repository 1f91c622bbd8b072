"""A runtime whose modules are those of the run at hand, and a run of files: the script and what it imports."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runtime import RunResult, Runtime, Session
from runtime.sandbox.pool import PoolSettings

RunFiles = Callable[..., RunResult]
ADA = Session(brand="acme", customer_id="c_1", email="ada@example.com", name="Ada")


class SwitchedModules:
    """A source whose modules are set for each run."""

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}

    def get(self, brand: str, code: str) -> str | None:  # noqa: ARG002 - the same for all
        return self.sources.get(code)

    def codes(self, brand: str) -> list[str]:  # noqa: ARG002 - the same for all
        return sorted(self.sources)


@pytest.fixture(scope="module")
def modules() -> SwitchedModules:
    """What the runtime's scripts may import."""
    return SwitchedModules()


@pytest.fixture(scope="module")
def runtime(modules: SwitchedModules) -> Iterator[Runtime]:
    """On a private store, with the entity that the scripts use."""
    pool = PoolSettings(max_workers=2, fresh_workers=1, max_wait_seconds=60.0)
    with Runtime.open("sqlite://", modules=modules, pool=pool) as opened:
        source = "EnsureCrmEntity({slug: 'notes', entityMode: 'data', fields: [{key: 'text'}]})"
        assert opened.run(source, session=ADA).status == "ok"
        yield opened


@pytest.fixture
def run(runtime: Runtime, modules: SwitchedModules) -> RunFiles:
    """Runs a script that may import what is named beside it."""

    def run_one(source: str, files: dict[str, str] | None = None, **options: Any) -> RunResult:
        modules.sources = files or {}
        return runtime.run(source, session=ADA, filename=options.pop("filename", "checkin.js"), **options)

    return run_one


@pytest.fixture
def variables_of(run: RunFiles) -> Callable[..., dict[str, Any]]:
    """The variables of a run that goes well."""

    def run_well(source: str, files: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
        result = run(source, files, **options)
        assert (result.error, result.status) == (None, "ok")
        return result.variables

    return run_well
