"""What is the SQLite engine's own: files, waiting, plans, errors."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer
from typing import get_args

import pytest

from storage import Store, StoreUrlError, open_store
from storage.commands import SetFields
from storage.errors import StoreUnavailable
from storage.queries import ListEntities
from storage.sqlite import connection
from storage.sqlite.connection import STATEMENTS
from storage.sqlite.errors import REASONS, unavailable
from storage.statements import load_statements
from storage.transaction import StatementName
from tests.storage.shop import ORDER_1, Shop, fields


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with an entity, an entry and nobody using it."""
    file = tmp_path / "store.db"
    with closing(open_store(f"sqlite:///{file}")) as store:
        Shop(store).entity("deals", *fields("a"))
        Shop(store).create("deals", a=1)
    return file


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """That store, open."""
    with closing(open_store(f"sqlite:///{path}")) as opened:
        yield opened


def test_a_relative_url_is_a_file_beside_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one with a directory, which must be there."""
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("shop.db", "./other.db", "data/shop.db"):
        open_store(f"sqlite:///{name}").close()
        assert (tmp_path / name).is_file()
    with pytest.raises(StoreUnavailable, match=r"^the store is not to be opened$") as refused:
        open_store("sqlite:///nowhere/shop.db")
    assert isinstance(refused.value.__cause__, sqlite3.OperationalError)


def test_a_relative_store_stays_where_it_is_when_the_working_directory_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connections opened later go to the same file."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    with closing(open_store("sqlite:///shop.db")) as store:
        Shop(store).entity("deals")
        monkeypatch.chdir("elsewhere")
        store._idle.pop().close()  # type: ignore[attr-defined]
        assert Shop(store).entity("leads") == 2
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_an_sqlite_without_strict_tables_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the version that is needed and the one that is here."""
    monkeypatch.setattr(connection, "OLDEST_SQLITE", (99, 1))
    with pytest.raises(StoreUnavailable) as refused:
        open_store(f"sqlite:///{tmp_path / 'store.db'}")
    assert str(refused.value) == f"SQLite 99.1 is needed, {sqlite3.sqlite_version} is here"


def test_a_store_keeps_what_it_has_when_opened_again(path: Path) -> None:
    """By its absolute path."""
    with closing(open_store(f"sqlite:///{path}")) as store:
        assert Shop(store).read("deals", "a") == {"a": 1}


def test_a_private_store_is_its_owner_s_alone_and_gone_when_closed() -> None:
    """Two of them share nothing."""
    with closing(open_store("sqlite://")) as first, closing(open_store("sqlite://")) as second:
        Shop(first).entity("deals")
        assert second.query("acme", ListEntities()) == []
        directory = Path(first._shared.path).parent  # type: ignore[attr-defined]
        assert directory.is_dir()
    assert not directory.exists()


def test_a_file_alone_is_told_its_url() -> None:
    with pytest.raises(StoreUrlError) as refused:
        open_store("shop.db")
    assert str(refused.value).startswith(
        "no store has the URL 'shop.db' (did you mean 'sqlite:///shop.db'?); allowed: "
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sqlite",
        "sqlite:/",
        "sqlite:///",
        "sqlite://shop.db",
        "mysql://h/d",
        "postgresql://h/d?pool_size=0",
        "postgresql://h/d?colour=blue",
        "sqlite:///a?b=c",
        "://",
    ],
)
def test_another_url_is_refused_with_what_is_allowed(url: str) -> None:
    """As a mistake of the caller."""
    allowed = (
        "sqlite:///relative.db, sqlite:////absolute/path.db, sqlite:// for a private store that is not kept,"
        " postgresql://user@host/database"
    )
    with pytest.raises(StoreUrlError) as refused:
        open_store(url)
    assert str(refused.value) == f"no store has the URL {url!r}; allowed: {allowed}"


def test_a_closed_store_is_unavailable(store: Store) -> None:
    """To reads, writes and batches; closing twice is fine."""
    store.close()
    store.close()
    shop = Shop(store)
    calls: list[Callable[[], object]] = [
        lambda: shop.read("deals", "a"),
        lambda: shop.create("deals"),
        lambda: shop.entity("deals"),
        lambda: store.apply_batch([]),
    ]
    for call in calls:
        with pytest.raises(StoreUnavailable, match=r"^the store is closed$"):
            call()


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    """The driver's error is chained, for operators."""
    (tmp_path / "store.db").write_text("It was a dark and stormy night. " * 100)
    with pytest.raises(StoreUnavailable, match=r"^the store is not an SQLite database$") as refused:
        open_store(f"sqlite:///{tmp_path / 'store.db'}")
    assert isinstance(refused.value.__cause__, sqlite3.DatabaseError)


def test_a_store_that_breaks_in_use_is_unavailable(store: Store, path: Path) -> None:
    """Whatever the driver says, and nothing of it is in the message."""
    with closing(sqlite3.connect(path)) as driver:
        driver.execute("DROP TABLE entries")
    with pytest.raises(StoreUnavailable, match=r"^the store is not usable$") as refused:
        Shop(store).read("deals", "a")
    assert isinstance(refused.value.__cause__, sqlite3.OperationalError)


@pytest.mark.parametrize(("code", "reason"), REASONS.items())
def test_every_kind_of_error_has_its_reason(code: int, reason: str) -> None:
    """Extended codes as the primary one that they belong to."""
    error = sqlite3.OperationalError("disk /var/secret")
    error.sqlite_errorcode = code | 3 << 8
    assert str(unavailable(error)) == f"the store is {reason}"
    assert str(unavailable(sqlite3.ProgrammingError("x"))) == "the store is not usable"


def test_a_writer_waits_for_another_process(store: Store, path: Path) -> None:
    """And reads go on meanwhile."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert Shop(store).read("deals", "a") == {"a": 1}
        Timer(0.05, lambda: other.execute("COMMIT")).start()
        assert Shop(store).set("deals", a=2) == "e0001"


def test_a_writer_that_waits_too_long_is_told_so(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And can write when the other is done."""
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.02)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match=r"^the store is locked by another process for too long$"):
            Shop(store).set("deals", a=2)
    assert Shop(store).set("deals", a=2) == "e0001"


def test_changing_held_keys_leaves_their_index_alone(store: Store, path: Path) -> None:
    """Nothing is inserted, changed or deleted there; a new key is."""
    with closing(sqlite3.connect(path)) as driver:
        for change in ("INSERT", "UPDATE", "DELETE"):
            driver.execute(
                f"CREATE TRIGGER no_{change} BEFORE {change} ON entry_keys BEGIN SELECT raise(ABORT, 'touched'); END"
            )
    shop = Shop(store)
    shop.set("deals", a={"new": "value"})
    assert shop.read("deals", "a") == {"a": {"new": "value"}}
    with pytest.raises(StoreUnavailable):
        shop.set("deals", b=1)


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_every_statement_searches_and_none_scans_a_table(path: Path, name: StatementName) -> None:
    """The exceptions read what a statement has put together itself."""
    sql = STATEMENTS[name]
    parameters = ("1",) * max(int(number) for number in re.findall(r"\?(\d+)", sql))
    with closing(sqlite3.connect(path)) as driver:
        plan = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]
    scans = {step for step in plan if step.startswith("SCAN")}
    assert scans <= {"SCAN k", "SCAN json_each VIRTUAL TABLE INDEX 1:"}


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("newest_entry", "entries_by_reference (brand=? AND reference_type=? AND reference_id=? AND entity_id=?)"),
        ("entries_of_entity", "entries_by_entity (brand=? AND entity_id=? AND id<?)"),
        ("entity_head", "entities_by_slug (brand=? AND slug=?)"),
        ("newest_holder_in_entity", "COVERING INDEX entry_keys_by_entity (brand=? AND entity_id=? AND key=?)"),
        ("update_values", "sqlite_autoindex_entries_1 (brand=? AND id=?)"),
    ],
)
def test_the_newest_comes_straight_from_an_index(path: Path, name: StatementName, index: str) -> None:
    """In its order: nothing is sorted."""
    sql = STATEMENTS[name]
    parameters = ("1",) * max(int(number) for number in re.findall(r"\?(\d+)", sql))
    with closing(sqlite3.connect(path)) as driver:
        [step] = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]
    assert step.partition(" USING ")[2].removeprefix("INDEX ") == index


def test_the_newest_holder_of_a_key_is_one_search_of_the_keys(path: Path) -> None:
    """The last row of the prefix."""
    with closing(sqlite3.connect(path)) as driver:
        [step] = [row[3] for row in driver.execute("EXPLAIN QUERY PLAN " + STATEMENTS["newest_holder"], ("1",) * 5)]
    place = "brand=? AND reference_type=? AND reference_id=? AND entity_id=? AND key=?"
    assert step == f"SEARCH entry_keys USING PRIMARY KEY ({place})"


def test_every_primary_and_unique_key_begins_with_the_brand(path: Path) -> None:
    """And every other index of the brands' tables."""
    with closing(sqlite3.connect(path)) as driver:
        tables = [row[0] for row in driver.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        tables.remove("migrations")
        indexes = {
            (table, index[1]): driver.execute(f"PRAGMA index_info({index[1]})").fetchall()[0][2]
            for table in tables
            for index in driver.execute(f"PRAGMA index_list({table})")
        }
    assert {table for table, _ in indexes} == set(tables)
    assert {name: first for name, first in indexes.items() if first != "brand"} == {}


def test_the_port_knows_every_statement_and_no_other(tmp_path: Path) -> None:
    """A file that lacks one, has one more, or one twice is refused."""
    assert set(STATEMENTS) == set(get_args(StatementName))
    here = Path(connection.__file__).parent
    text = (here / "statements.sql").read_text(encoding="utf-8")
    for name in ("definition_statements.sql", "record_statements.sql"):
        shutil.copy(here / name, tmp_path)
    block = "\n-- name: {} (brand)\nSELECT 1\n"
    spoiled = {
        "['operation']": text.replace("-- name: operation (brand, id)", "-- lost"),
        "['extra']": text + block.format("extra"),
        "a name that stands twice": text + block.format("operation"),
    }
    for what, wrong in spoiled.items():
        (tmp_path / "statements.sql").write_text(wrong, encoding="utf-8")
        files = r"statements\.sql, definition_statements\.sql, record_statements\.sql"
        with pytest.raises(ValueError, match=f"^{files} differ from StatementName in {re.escape(what)}$"):
            load_statements(tmp_path)


def test_a_connection_in_trouble_is_not_used_again(store: Store) -> None:
    """The next call gets a new one."""
    shop = Shop(store)
    assert shop.read("deals", "a") == {"a": 1}
    for idle in store._idle:  # type: ignore[attr-defined]
        idle.driver.close()
    with pytest.raises(StoreUnavailable, match=r"^the store is not usable$"):
        shop.read("deals", "a")
    assert shop.read("deals", "a") == {"a": 1}
    assert shop.do(SetFields("deals", ORDER_1, "unused", {"a": 2})).id == "e0001"
