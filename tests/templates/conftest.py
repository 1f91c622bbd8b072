"""One runtime for all tests of templates, and a page with variables rendered in it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from runtime import Limits, PageResult, Request, Runtime, Session
from runtime.sandbox.pool import PoolSettings

NOW_MS = 1_773_565_200_000
"""2026-03-15T09:00:00Z"""
VISITOR = Session(brand="acme", customer_id="c_1", email="ada@example.com", name="Ada", values={"step": 2})
REQUEST = Request(path="/weight", query={"tab": "log", "page": "2"})


class Shelf:
    """Layouts and components that a test puts there."""

    def __init__(self) -> None:
        self.texts: dict[tuple[str, str], str] = {}
        self.asked = 0

    def get(self, brand: str, code: str) -> str | None:
        """What was put there for a brand."""
        self.asked += 1
        return self.texts.get((brand, code))


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    """Where the runtime finds layouts and components; a test uses codes of its own."""
    return Shelf()


@pytest.fixture(scope="session")
def runtime(shelf: Shelf) -> Iterator[Runtime]:
    """On an empty store in memory."""
    pool = PoolSettings(max_workers=2, fresh_workers=1)
    limits = Limits(cpu_seconds=10.0, template_cpu_seconds=10.0)
    with Runtime.open("sqlite://", limits=limits, pool=pool, templates=shelf) as opened:
        yield opened


class Render:
    """Renders pages for the visitor, behind a block that sets variables."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def page(self, template: str, variables: dict[str, Any] | None = None, **options: Any) -> PageResult:
        """The page and its record."""
        code = json.dumps(variables or {}).replace("<", "\\u003c")
        block = f"<script scope=backend>Object.entries({code}).forEach(([k, v]) => setVariable(k, v))</script>"
        how = {"session": VISITOR, "request": REQUEST, "now_ms": NOW_MS, **options}
        return self.runtime.run_page(template + (block if variables else ""), **how)

    def __call__(self, template: str, variables: dict[str, Any] | None = None, **options: Any) -> str:
        """The page of a template in which nothing is wrong."""
        record, html = self.page(template, variables, **options)
        assert record.error is None, record.error
        return html

    def problems(self, template: str, variables: dict[str, Any] | None = None, **options: Any) -> list[str]:
        """What is wrong with a template, each with its place."""
        record = self.page(template, variables, **options).record
        assert record.template is not None
        return [f"{error.line}:{error.column} {error.message}" for error in record.template.errors]


@pytest.fixture
def render(runtime: Runtime) -> Render:
    """For tests of what a template gives."""
    return Render(runtime)
