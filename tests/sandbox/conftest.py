"""What the sandbox's tests share: stores of their own, and runtimes that are closed in the end."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime import Limits, RunResult, Runtime, Session
from runtime.sandbox.pool import PoolSettings
from storage import Store, open_store

OpenRuntime = Callable[..., Runtime]
SMALL_POOL = PoolSettings(max_workers=2, fresh_workers=1, max_wait_seconds=60.0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store on disk."""
    opened = open_store(f"sqlite:///{tmp_path}/sandbox.db")
    yield opened
    opened.close()


@pytest.fixture
def open_runtime(store: Store) -> Iterator[OpenRuntime]:
    """Opens runtimes on one store, by pool and limits; all are closed in the end."""
    opened: list[Runtime] = []

    def open_one(pool: PoolSettings = SMALL_POOL, limits: Limits | None = None, **options: Any) -> Runtime:
        opened.append(Runtime.open(store, pool=pool, limits=limits, **options))
        return opened[-1]

    yield open_one
    for runtime in opened:
        runtime.close()


def run(runtime: Runtime, source: str, brand: str = "acme", limits: Limits | None = None) -> RunResult:
    """One run for a customer of a brand."""
    return runtime.run(source, session=Session(brand=brand, customer_id="c_1"), limits=limits)
