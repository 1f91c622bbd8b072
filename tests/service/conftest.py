"""One service for all tests of a module."""

from collections.abc import Iterator

import pytest

from tests.service.serving import Service, serving


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """On an empty store in memory."""
    with serving() as running:
        yield running
