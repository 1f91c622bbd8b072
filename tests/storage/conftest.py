"""The conformance suite's stores: every test that takes ``store`` or ``shop`` states what every engine does."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from storage import Store, open_store
from storage.postgres import connection
from storage.postgres import store as engine
from storage.postgres.connection import LOCK_SECONDS, STATEMENT_SECONDS
from storage.postgres.direct import CONNECTION_OPTIONS
from tests.storage.postgres_server import PostgresServer
from tests.storage.shop import Shop

PATIENCE_SECONDS = 60
"""For what a slow machine may not fail. Tests of timeouts set their own."""

ENGINES = ("sqlite", "postgres")

WIPE = b"""
DO $$
DECLARE
    name TEXT;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'funnelscript' AND tablename <> 'migrations' LOOP
        EXECUTE format('DELETE FROM funnelscript.%I', name);
    END LOOP;
END
$$
"""


@pytest.fixture(scope="session", autouse=True)
def _patient_stores() -> Iterator[None]:
    """A machine that many tests share may stand still for longer than a visitor is made to wait."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((engine, "CONNECT_SECONDS"), (engine, "PATIENCE_SECONDS")):
            patch.setattr(module, name, PATIENCE_SECONDS)
        patch.setitem(CONNECTION_OPTIONS, "connect_timeout", PATIENCE_SECONDS)
        settings = connection.SETTINGS
        for seconds in (STATEMENT_SECONDS, LOCK_SECONDS):
            settings = settings.replace(f"'{seconds}s'", f"'{PATIENCE_SECONDS}s'")
        patch.setattr(connection, "SETTINGS", settings)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server for all tests of this process, each test with a database, or an emptied one, of its own."""
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def wiping(postgres_server: PostgresServer) -> Iterator[Callable[[], str]]:
    """A function that empties the database of most tests and gives its URL: 20 times as fast as a new one."""
    url = postgres_server.new_database()
    open_store(url).close()
    with psycopg.connect(url, autocommit=True) as driver:

        def wiped() -> str:
            driver.execute(WIPE)
            return url

        yield wiped


@pytest.fixture(params=ENGINES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store of each engine in turn, which several processes can open."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    wiped: Callable[[], str] = request.getfixturevalue("wiping")
    return wiped()


@pytest.fixture(params=ENGINES)
def bare_store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store of each engine in turn that nobody has opened yet."""
    return _bare_url(request, tmp_path)


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
    opened = open_store(_bare_url(request, tmp_path_factory.mktemp("s")))
    yield opened
    opened.close()


def _bare_url(request: pytest.FixtureRequest, directory: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{directory / 'store.db'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.new_database()
