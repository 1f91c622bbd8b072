"""Backups as the page for operators says: made while a store is used, and restored where nothing is there yet."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage import open_store
from storage.copying import TABLES, open_rows
from storage.transaction import Row
from tests.storage.postgres_server import PostgresServer, binaries
from tests.storage.shop import Shop
from tests.storage.tour import take_tour
from tests.storage.whole import assert_whole


@pytest.fixture
def elsewhere() -> Iterator[PostgresServer]:
    """A server that has never heard of funnelscript."""
    server = PostgresServer()
    yield server
    server.close()


@pytest.mark.parametrize("login", ["superuser", "owner"])
def test_a_dump_of_a_store_in_use_is_a_store(
    postgres_server: PostgresServer, elsewhere: PostgresServer, tmp_path: Path, login: str
) -> None:
    """By the superuser, or by the owner, who has to say that the wall may stand; roles have to be there before."""
    open_store(postgres_server.new_database()).close()  # so that the application's role is there
    name = postgres_server.new_database().partition("@/")[2].partition("?")[0]
    owner, service = f"{name}_owner", f"{name}_service"
    roles = (
        f"CREATE ROLE {owner} LOGIN CREATEROLE; CREATE ROLE {service} LOGIN",
        f"GRANT funnelscript_app TO {owner}; GRANT funnelscript_app TO {service}",
    )
    postgres_server.execute("postgres", f"{'; '.join(roles)}; ALTER DATABASE {name} OWNER TO {owner}")
    source, dump = postgres_server.url(name, owner), str(tmp_path / "shop.dump")
    with closing(open_store(source)) as store:
        take_tour(store)
        if login == "superuser":
            url = postgres_server.url(name)
            assert called("pg_dump", "-Fc", "-f", dump, url) == (0, "")
        else:
            status, said = called("pg_dump", "-Fc", "-f", dump, source)
            assert (status, "would be affected by row-level security policy" in said) == (1, True)
            assert called("pg_dump", "-Fc", "--enable-row-security", "-f", dump, source) == (0, "")
    elsewhere.execute("postgres", f"CREATE ROLE funnelscript_app NOLOGIN; {'; '.join(roles)}")
    elsewhere.execute("postgres", f"CREATE DATABASE shop OWNER {owner}")
    assert called("pg_restore", "--exit-on-error", "-d", elsewhere.url("shop"), dump) == (0, "")
    assert_whole(elsewhere.url("shop"))
    assert all_rows(elsewhere.url("shop", owner)) == all_rows(source)
    with closing(open_store(elsewhere.url("shop", service))) as store:
        assert Shop(store).entity("new") == 3


def test_a_backup_of_a_file_in_use_is_a_store(tmp_path: Path) -> None:
    """By SQLite's own means, which is what ``.backup`` calls: what still lies in the log is in it."""
    source, target = (tmp_path / name for name in ("shop.db", "copy.db"))
    with closing(open_store(f"sqlite:///{source}")) as store:
        take_tour(store)
        assert (tmp_path / "shop.db-wal").stat().st_size > 0
        with closing(sqlite3.connect(source)) as driver, closing(sqlite3.connect(target)) as copy:
            driver.backup(copy)
        assert all_rows(f"sqlite:///{target}") == all_rows(f"sqlite:///{source}")
    assert_whole(f"sqlite:///{target}")
    with closing(open_store(f"sqlite:///{target}")) as store:
        assert Shop(store).entity("new") == 3


def called(program: str, *arguments: str) -> tuple[int, str]:
    """The exit status of one of PostgreSQL's programs, and what it said was wrong."""
    answer = subprocess.run([str(binaries() / program), *arguments], capture_output=True, text=True, check=False)
    return answer.returncode, answer.stderr


def all_rows(url: str) -> dict[str, list[Row]]:
    """Of every brand and table."""
    with open_rows(url) as rows:
        return {
            f"{brand} {table.name}": rows.after(brand, table, None, 1000) for brand in rows.brands() for table in TABLES
        }
