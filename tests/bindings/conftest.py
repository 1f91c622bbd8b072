"""One real store for all tests of this folder; brands of their own keep them apart."""

from collections.abc import Iterator

import pytest

from storage import Store, open_store
from tests.bindings.crm import Crm


@pytest.fixture(scope="session")
def store() -> Iterator[Store]:
    """A private SQLite store."""
    opened = open_store("sqlite://")
    yield opened
    opened.close()


@pytest.fixture
def crm(store: Store) -> Crm:
    """A run of customer c_1 in a brand of its own."""
    return Crm(store)
