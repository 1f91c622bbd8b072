"""One runtime for all tests of a module, and a run that must go well."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runtime import RunResult, Runtime, Session
from runtime.sandbox.pool import PoolSettings

Run = Callable[..., RunResult]
ADA = Session(
    brand="acme", customer_id="c_1", email="ada@example.com", name="Ada", attributes={"plan": {"tiers": ["gold"]}}
)
ANONYMOUS = Session(brand="acme")


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    """On a private store, with the entity that the scripts use."""
    with Runtime.open("sqlite://", pool=PoolSettings(max_workers=2, fresh_workers=1, max_wait_seconds=60.0)) as opened:
        source = "EnsureCrmEntity({slug: 'notes', entityMode: 'data', fields: [{key: 'text'}]})"
        assert opened.run(source, session=ADA).status == "ok"
        yield opened


@pytest.fixture
def run(runtime: Runtime) -> Run:
    """Runs a script for Ada, or whom else the test names."""

    def run_one(source: str, session: Session = ADA, **options: Any) -> RunResult:
        return runtime.run(source, session=session, filename=options.pop("filename", "checkin.js"), **options)

    return run_one


@pytest.fixture
def value_of(run: Run) -> Callable[..., Any]:
    """The value of an expression, by way of a variable."""

    def evaluate(expression: str, **options: Any) -> Any:
        result = run(f"setVariable('value', {expression});", **options)
        assert result.error is None
        return result.variables["value"]

    return evaluate
