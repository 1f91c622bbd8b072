"""A real server for each process of the tests, emptied before each test, and a store of the test's own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from storage import Store, open_store
from tests.workers.writes import prepare
from workers.connections import connect
from workers.redis_queue import RedisQueue
from workers.server import EmbeddedServer


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """One for all tests that don't kill it."""
    with EmbeddedServer(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture
def connection(server: EmbeddedServer) -> Iterator[Any]:
    """A client of the server, which is empty."""
    client = connect(server.url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def url(server: EmbeddedServer, connection: Any) -> str:  # noqa: ARG001 - empty
    """The URL of the server, which is empty."""
    return server.url


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """A store that several processes can open, with the entities of ``writes``."""
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    prepare(store)
    store.close()
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """That store, open."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def queue(url: str, store: Store) -> Iterator[RedisQueue]:
    """A patient queue: what a request waits for has its own tests."""
    opened = RedisQueue(url, store, seconds=5.0)
    yield opened
    opened.close()


@pytest.fixture
def events() -> Iterator[list[dict[str, Any]]]:
    """What is logged."""
    with structlog.testing.capture_logs() as logged:
        yield logged  # type: ignore[misc]
