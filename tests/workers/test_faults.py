"""Writes under fire, small: ``python -m tests.workers.faults`` runs the same in full."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storage.postgres_server import PostgresServer
from tests.workers.faults import exactly_once, in_order, sqlite_urls

SPEED = 10
"""Locks of dead workers run out, and are found, that much faster than in full: most of the time is waiting for it."""


@pytest.fixture(params=["sqlite", "postgres"])
def postgres(request: pytest.FixtureRequest) -> Iterator[PostgresServer | None]:
    """A server that may be killed, where the stores are to be in one."""
    if request.param == "sqlite":
        yield None
        return
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture
def store_urls(postgres: PostgresServer | None, tmp_path: Path) -> tuple[str, str]:
    """A store that many processes write to, and one for the model."""
    return sqlite_urls(tmp_path) if postgres is None else (postgres.new_database(), postgres.new_database())


@pytest.mark.long
def test_each_write_happens_once_whoever_is_killed(
    tmp_path: Path, store_urls: tuple[str, str], postgres: PostgresServer | None
) -> None:
    """Workers at any instant, also between commit and cut; the server in the middle, with its file; PostgreSQL too."""
    size = {"writes": 600, "producers": 3, "workers": 3, "kills": 12, "server_kills": 1, "speed": SPEED}
    report = exactly_once(tmp_path, store_urls, **size, seed=1, postgres=postgres)
    assert (report.differing, report.dead_letters, report.writes) == ([], 0, 600)
    deaths = (report.worker_deaths, report.server_deaths, report.store_deaths)
    assert deaths == (12, 1, 0 if postgres is None else 1)


@pytest.mark.long
def test_writes_of_a_reference_take_effect_in_the_order_of_acceptance(
    tmp_path: Path, store_urls: tuple[str, str]
) -> None:
    size = {"references": 40, "writes_each": 25, "producers": 4, "workers": 4, "kills": 4, "speed": SPEED}
    report = in_order(tmp_path, store_urls[0], **size, seed=2)
    assert (report.differing, report.dead_letters, report.worker_deaths) == ([], 0, 4)
