"""One store into another: whole, with all ids, taken up where it stopped, compared."""

import signal
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import psycopg
import pytest

from storage import CopyMismatch, CopyReport, copy_store, copying, migrate_store, open_store
from storage.copying import TABLES, open_rows
from storage.errors import SchemaMismatch, StoreUnavailable
from storage.modules import FindModule, PutModule
from storage.runs import ListRuns
from storage.tokens import CreateToken, FindToken
from tests.storage.conftest import ENGINES
from tests.storage.postgres_server import PostgresServer
from tests.storage.recorded import keep_run
from tests.storage.shop import EVERYTHING, ORDER_1, Shop
from tests.storage.tour import take_tour
from tests.storage.whole import assert_whole

ROOT = Path(__file__).parents[2]
BRANDS = ("acme", "Ümlaut", "z\U0001f600")

MakeUrl = Callable[[str], str]


@pytest.fixture
def new_url(postgres_server: PostgresServer, tmp_path: Path) -> MakeUrl:
    """Makes the URL of a store of an engine that nobody has opened yet."""
    numbers = count(1)

    def url(engine: str) -> str:
        if engine == "postgres":
            return postgres_server.new_database()
        return f"sqlite:///{tmp_path / f'{next(numbers)}.db'}"

    return url


def fill(url: str) -> None:
    """Three brands after a tour, one of them with more rows than a batch."""
    store = open_store(url)
    for brand in BRANDS:
        take_tour(store, brand)
    shop = Shop(store, "many")
    shop.entity("leads")
    shop.set("leads", unicode="ä\U0001f600\0", deep=[[{"a": -0.0}]])
    for n in range(120):
        shop.create("leads", ORDER_1, k1=n, k2=n, k3=n, k4=n, k5=n, k6=n)
    store.close()


def all_rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    with open_rows(url) as rows:
        return {
            f"{brand} {table.name}": rows.after(brand, table, None, 10_000)
            for brand in rows.brands()
            for table in TABLES
        }


def unheard(_what: str, _done: int, _total: int) -> None:
    """Nobody wants to know how far it is."""


@pytest.mark.parametrize("source_engine", ENGINES)
@pytest.mark.parametrize("target_engine", ENGINES)
def test_a_copy_is_the_same_store(new_url: MakeUrl, source_engine: str, target_engine: str) -> None:
    """Row by row, and it goes on as the source would: ids, places in a reference's order, what was done once."""
    source, target = new_url(source_engine), new_url(target_engine)
    fill(source)
    told: list[tuple[str, int, int]] = []
    report = copy_store(source, target, lambda *step: told.append(step))
    assert all_rows(source) == all_rows(target)
    assert_whole(target)
    total = sum(report.rows.values())
    assert report.copied == total == sum(map(len, all_rows(source).values()))
    assert ("copying", total, total) in told
    assert told[-1] == ("comparing", total, total)
    outcomes = []
    for url in (source, target):
        store = open_store(url)
        shop = Shop(store, "Ümlaut")
        outcomes.append([shop.entity("new"), shop.create("deals"), shop.entries(None, EVERYTHING)])
        store.close()
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("target_engine", ENGINES)
def test_runs_on_record_stay_behind(new_url: MakeUrl, target_engine: str) -> None:
    """They last for days only. Modules and tokens go along, also of a brand that has nothing else."""
    source, target = new_url("sqlite"), new_url(target_engine)
    store = open_store(source)
    Shop(store, "a").do(PutModule("prices", "export const a = 1"))
    Shop(store, "b").do(CreateToken("t1", "shop", ("run",), "ab" * 32))
    Shop(store, "c").do(keep_run(1))
    expected = [store.query("a", FindModule("prices")), store.query("b", FindToken("t1"))]
    store.close()
    assert {name: rows for name, rows in copy_store(source, target, unheard).rows.items() if rows} == {
        "modules": 1,
        "tokens": 1,
    }
    store = open_store(target)
    assert [store.query("a", FindModule("prices")), store.query("b", FindToken("t1"))] == expected
    assert store.query("c", ListRuns(9)).items == []
    store.close()


def test_the_checksum_is_the_same_whatever_the_engines(new_url: MakeUrl) -> None:
    """And another for other data."""
    first, second, third = new_url("sqlite"), new_url("postgres"), new_url("sqlite")
    fill(first)
    one, two = copy_store(first, second, unheard), copy_store(second, third, unheard)
    assert (one.checksum, one.rows) == (two.checksum, two.rows)
    store = open_store(third)
    Shop(store, "many").set("leads", k1="other")
    store.close()
    assert copy_store(third, new_url("postgres"), unheard).checksum != one.checksum


@pytest.mark.parametrize("target_engine", ENGINES)
def test_a_copy_that_was_broken_off_goes_on_where_it_stopped(
    new_url: MakeUrl, target_engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three times, each time a little further; what is there is not copied again."""
    monkeypatch.setattr(copying, "BATCH_ROWS", 20)
    source, target = new_url("sqlite"), new_url(target_engine)
    fill(source)
    batches = 0

    def break_off(what: str, _done: int, _total: int) -> None:
        nonlocal batches
        batches += 1
        if batches in (10, 40, 75) and what == "copying":
            raise KeyboardInterrupt

    broken, report = 0, CopyReport()
    while not report.checksum:
        try:
            report = copy_store(source, target, break_off)
        except KeyboardInterrupt:
            broken += 1
    assert broken == 3
    assert 0 < report.copied < sum(report.rows.values())
    assert all_rows(source) == all_rows(target)
    again = copy_store(source, target, unheard)
    assert (again.copied, again.checksum) == (0, report.checksum)


def test_a_target_that_is_not_the_source_is_told_of(new_url: MakeUrl) -> None:
    """By brand, table and counts, whether a row is changed, missing or too much."""
    source, target = new_url("sqlite"), new_url("postgres")
    fill(source)
    copy_store(source, target, unheard)
    with psycopg.connect(target, options="-c search_path=funnelscript") as driver:
        driver.execute("UPDATE entries SET title = 'x' WHERE brand = 'many' AND sequence = 3")
        driver.execute("DELETE FROM entry_keys WHERE brand = 'many' AND sequence = 3 AND key = 'k1'")
        driver.execute("INSERT INTO counters (brand, kind, last_id) VALUES ('many', 'stage', 7)")
    with pytest.raises(CopyMismatch) as refused:
        copy_store(source, target, unheard)
    assert refused.value.differences == [
        "brand many, counters: 1 rows, 2 in the target",
        "brand many, entries: 121 rows, 121 in the target",
        "brand many, entry_keys: 722 rows, 721 in the target",
    ]


@pytest.mark.parametrize("target_engine", ENGINES)
def test_nothing_is_added_to_data_of_another_store(new_url: MakeUrl, target_engine: str) -> None:
    """Of the same brand, though it would fit behind the source's, or of another: as where the URLs are swapped."""
    source, target, empty = new_url("sqlite"), new_url(target_engine), new_url("sqlite")
    fill(source)
    open_store(empty).close()
    store = open_store(target)
    take_tour(store, "acme")
    Shop(store, "rival").entity("deals")
    Shop(store, "acme").create("deals", a=99)
    store.close()
    before = all_rows(target)
    for other, told in ((source, "brand rival is in the target alone"), (empty, "brand acme is in the target alone")):
        with pytest.raises(CopyMismatch) as refused:
            copy_store(other, target, unheard)
        assert (refused.value.is_before, refused.value.differences[0]) == (True, told)
        assert all_rows(target) == before


@pytest.mark.parametrize("target_engine", ENGINES)
def test_what_comes_between_while_copying_is_found(new_url: MakeUrl, target_engine: str) -> None:
    """Rows that are changed, and brands that come, on either side: neither store may be in use."""
    source, target = new_url("sqlite"), new_url(target_engine)
    fill(source)

    def write_between(what: str, done: int, total: int) -> None:
        if (what, done) == ("copying", total):
            for url, brand in ((source, "acme"), (target, "stranger")):
                store = open_store(url)
                Shop(store, brand).entity("late")
                store.close()

    with pytest.raises(CopyMismatch) as found:
        copy_store(source, target, write_between)
    assert (found.value.is_before, found.value.differences) == (
        False,
        [
            "brand stranger is in the target alone",
            "brand acme, counters: 3 rows, 3 in the target",
            "brand acme, entities: 3 rows, 2 in the target",
        ],
    )


@pytest.mark.parametrize("target_engine", ENGINES)
def test_a_copy_that_was_killed_goes_on_where_it_stopped(new_url: MakeUrl, target_engine: str) -> None:
    """At whatever instruction: what is there is the first of the source, and the rest follows."""
    source, target = new_url("sqlite"), new_url(target_engine)
    fill(source)
    migrate_store(target)
    program = f"""
from storage import copy_store, copying
copying.BATCH_ROWS = 5
copy_store({source!r}, {target!r}, lambda *_: print(flush=True))
"""
    for batches in (3, 20, 60):
        command = [sys.executable, "-W", "error", "-c", program]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(batches):
                process.stdout.readline()
            process.kill()
            process.communicate()
        assert process.returncode == -signal.SIGKILL
    report = copy_store(source, target, unheard)
    assert 0 < report.copied < sum(report.rows.values())
    assert all_rows(source) == all_rows(target)
    assert_whole(target)


def test_the_login_of_a_service_cannot_copy(postgres_server: PostgresServer, new_url: MakeUrl) -> None:
    """It may read no brand's rows but the one that it names: in either direction it is told who may."""
    url = new_url("postgres")
    fill(url)
    name = url.partition("@/")[2].partition("?")[0]
    postgres_server.execute("postgres", f"CREATE ROLE {name}_service LOGIN; GRANT funnelscript_app TO {name}_service")
    service = postgres_server.url(name, f"{name}_service")
    for source, target in ((service, new_url("sqlite")), (new_url("sqlite"), service)):
        migrate_store(source)
        with pytest.raises(SchemaMismatch, match=r"^this login may not do that: .* want the one that owns the schema"):
            copy_store(source, target, unheard)


def test_what_cannot_be_copied_is_refused(new_url: MakeUrl) -> None:
    """A source that is not there or not up to date."""
    bare = new_url("postgres")
    with pytest.raises(SchemaMismatch, match=r"^the store to copy lacks migrations"):
        copy_store(bare, new_url("sqlite"), unheard)
    with pytest.raises(SchemaMismatch):
        copy_store(new_url("sqlite"), bare, unheard)
    migrate_store(bare)
    with pytest.raises(StoreUnavailable):
        copy_store(bare, "sqlite:////nowhere/x.db", unheard)
