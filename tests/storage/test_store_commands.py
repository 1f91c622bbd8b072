"""``funnelscript migrate``, ``copy`` and what ``doctor`` says of stores, as a person uses them."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from runtime.cli import main
from storage import migrate_store, open_store
from tests.storage.postgres_server import PostgresServer
from tests.storage.shop import Shop
from tests.storage.tour import take_tour


class Answer(NamedTuple):
    """What a command gave back."""

    status: int
    out: str
    err: str


Command = Callable[..., Answer]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command."""

    def call(*arguments: str) -> Answer:
        capsys.readouterr()
        status = main(arguments)
        return Answer(status, *capsys.readouterr())

    return call


def test_migrate_shows_and_applies_what_is_pending(command: Command, bare_store_url: str) -> None:
    """As text and as JSON."""
    store = ("--store", bare_store_url)
    before = command("migrate", "status", *store)
    assert (before.status, before.err) == (0, "")
    assert re.sub(" +", " ", before.out) == (
        "migration applied\n0001 schema pending\n0002 records pending\n"
        "funnelscript migrate up applies what is pending\n"
    )
    assert command("migrate", "up", *store) == (0, "0001 schema: applied\n0002 records: applied\n", "")
    assert command("migrate", "up", *store) == (0, "nothing to do: the store is up to date\n", "")
    states = json.loads(command("migrate", "status", "--json", *store).out)
    assert [(state["number"], state["name"], state["known"]) for state in states] == [
        (1, "schema", True),
        (2, "records", True),
    ]
    had = r"migration +applied\n0001 schema +20..-.*\+00:00\n0002 records +20..-.*\+00:00\n"
    assert re.fullmatch(had, command("migrate", "status", *store).out)


def test_copy_says_what_is_now_the_same(command: Command, bare_store_url: str, tmp_path: Path) -> None:
    """With counts by table and the checksum; the second time there is nothing to do."""
    source = f"sqlite:///{tmp_path / 'source.db'}"
    with_data = open_store(source)
    take_tour(with_data)
    with_data.close()
    first = command("copy", "--from", source, "--to", bare_store_url)
    assert (first.status, first.err) == (0, "")
    heading, *tables, checksum = first.out.splitlines()
    total = sum(int(line.split()[0]) for line in tables)
    assert heading == f"{total} rows are the same in both stores, {total} of them copied now"
    assert re.fullmatch("checksum [0-9a-f]{32}", checksum)
    again = command("copy", "--from", source, "--to", bare_store_url)
    assert again.out.splitlines()[0] == f"{total} rows are the same in both stores, 0 of them copied now"
    assert again.out.splitlines()[-1] == checksum


def test_copy_refuses_what_it_cannot_do_in_one_line(command: Command, bare_store_url: str, tmp_path: Path) -> None:
    """And says which of the two stores it is about."""
    source = f"sqlite:///{tmp_path / 'source.db'}"
    store = open_store(source)
    Shop(store).entity("deals")
    store.close()
    wrong = command("copy", "--from", "mysql://me:secret@h/d", "--to", source)
    assert (wrong.status, wrong.out) == (2, "")
    assert wrong.err.startswith("funnelscript: --from: no store has the URL 'mysql://me:***@h/d'; allowed: ")
    assert command("copy", "--from", source, "--to", bare_store_url).status == 0
    store = open_store(bare_store_url)
    Shop(store).entity("leads")
    store.close()
    differing = command("copy", "--from", source, "--to", bare_store_url)
    assert (differing.status, differing.out, differing.err.count("\n")) == (4, "", 1)
    count = 2 if bare_store_url.startswith("sqlite") else 3  # PostgreSQL's attempts are rows, too
    other = f"brand acme, counters: 1 rows, 1 in the target ({count} differences in all)"
    allowed = "it has to be empty, or left by a copy of the same data that was broken off"
    assert differing.err == f"funnelscript: nothing was copied, since the target has other data: {other}; {allowed}\n"


def test_doctor_says_what_a_login_may_do(command: Command, postgres_server: PostgresServer) -> None:
    """The superuser's, the owner's, a service's, and that of somebody who may not work as a store."""
    url = postgres_server.new_database()
    name = url.partition("@/")[2].partition("?")[0]
    owner, service, nobody = (f"{name}_{who}" for who in ("owner", "service", "nobody"))
    postgres_server.execute("postgres", f"CREATE ROLE {owner} LOGIN CREATEROLE; CREATE ROLE {service} LOGIN")
    postgres_server.execute("postgres", f"ALTER DATABASE {name} OWNER TO {owner}; CREATE ROLE {nobody} LOGIN")
    migrate_store(postgres_server.new_database())  # so that the role of applications is there
    postgres_server.execute("postgres", f"GRANT funnelscript_app TO {owner} WITH ADMIN OPTION")
    migrate_store(postgres_server.url(name, owner))
    postgres_server.execute(
        name, f"GRANT funnelscript_app TO {service}; GRANT USAGE ON SCHEMA funnelscript TO {nobody}"
    )
    postgres_server.execute(name, f"GRANT SELECT ON funnelscript.migrations TO {nobody}")
    remedy = "let services have a login of their own that is only a member of funnelscript_app"
    expected = {
        "postgres": (
            "look",
            "is a superuser, or may bypass row-level security: no wall between brands holds it",
            remedy,
        ),
        owner: ("look", "owns the schema, and may take down the wall in it", remedy),
        service: ("ok", "may do what a service needs, and no more", ""),
        nobody: (
            "BAD",
            "is no member of funnelscript_app",
            f"GRANT funnelscript_app TO {nobody}, as the owner of the schema",
        ),
    }
    for login, (state, says, what_to_do) in expected.items():
        answer = command("doctor", "--json", "--store", postgres_server.url(name, login))
        [found] = [one for one in json.loads(answer.out)["surroundings"] if one["name"] == "login"]
        assert found == {"name": "login", "state": state, "says": f"{login} {says}", "remedy": what_to_do}
        assert answer.status == (4 if state == "BAD" else 0)


def test_doctor_leaves_it_at_what_a_store_of_later_code_says(command: Command, bare_store_url: str) -> None:
    """Which is to update: neither the path nor the server is at fault."""
    migrate_store(bare_store_url)
    later = "INSERT INTO migrations (number, name, checksum, applied_at_ms, oldest_code) VALUES (3, 'later', 'x', 1, 3)"
    if bare_store_url.startswith("sqlite"):
        with closing(sqlite3.connect(bare_store_url.removeprefix("sqlite:///"))) as driver, driver:
            driver.execute(later)
    else:
        with psycopg.connect(bare_store_url, options="-c search_path=funnelscript") as connection:
            connection.execute(later)
    answer = command("doctor", "--json", "--store", bare_store_url)
    store = json.loads(answer.out)["surroundings"][0]
    assert (answer.status, store["state"], store["remedy"]) == (4, "BAD", "")
    assert store["says"].endswith("the store has had 3 migrations, this version knows 2: update it")
