"""The conformance suite's stores: every test that takes ``store`` or ``shop`` states what every engine does."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage import Store, open_store
from tests.storage.shop import Shop

ENGINES = ("sqlite",)


@pytest.fixture(params=ENGINES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store of each engine in turn, which several processes can open."""
    urls: dict[str, Callable[[], str]] = {"sqlite": lambda: f"sqlite:///{tmp_path / 'store.db'}"}
    return urls[request.param]()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store of each engine in turn."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def shop(store: Store) -> Shop:
    """One brand of an empty store."""
    return Shop(store)


@pytest.fixture(scope="module", params=ENGINES)
def shared_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of each engine for many examples, each of which takes a brand of its own."""
    urls: dict[str, Callable[[], str]] = {"sqlite": lambda: f"sqlite:///{tmp_path_factory.mktemp('s') / 'store.db'}"}
    opened = open_store(urls[request.param]())
    yield opened
    opened.close()
