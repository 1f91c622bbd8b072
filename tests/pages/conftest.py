"""One runtime for all tests of pages, and a visitor."""

from collections.abc import Iterator
from typing import Any

import pytest

from runtime import Limits, RunResult, Runtime, Session
from runtime.sandbox.pool import PoolSettings

VISITOR = Session(
    brand="acme", customer_id="c_1", email="ada@example.com", name="Ada", values={"step": 2, "o": {"a": 1}}
)


@pytest.fixture(scope="session")
def runtime() -> Iterator[Runtime]:
    """On an empty store in memory."""
    pool = PoolSettings(max_workers=2, fresh_workers=1)
    with Runtime.open("sqlite://", limits=Limits(cpu_seconds=2.0), pool=pool) as opened:
        yield opened


class Script:
    """Runs scripts for the visitor."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def __call__(self, source: str, **options: Any) -> RunResult:
        """The record."""
        return self.runtime.run(source, **{"session": VISITOR, **options})

    def value(self, expression: str, **options: Any) -> Any:
        """What an expression is, as JSON."""
        record = self(f"setVariable('value', {expression})", **options)
        assert record.error is None, record.error
        return record.variables["value"]

    def refusal(self, source: str, **options: Any) -> str:
        """What a script that may go on after a refusal is told."""
        return str(
            self.value(f"(() => {{ try {{ {source}; return 'done' }} catch (e) {{ return String(e) }} }})()", **options)
        )


@pytest.fixture
def script(runtime: Runtime) -> Script:
    """For tests of what a script finds."""
    return Script(runtime)
