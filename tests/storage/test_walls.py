"""The second wall around brands: PostgreSQL's own, which holds where a statement forgets whose rows it is about."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from storage import open_store
from storage.errors import SchemaMismatch, StoreUnavailable
from storage.modules import FindModule, PutModule
from storage.postgres import connection
from storage.runs import FindRun
from storage.tokens import CreateToken, ListTokens
from storage.transaction import StatementName
from tests.storage.postgres_server import PostgresServer
from tests.storage.recorded import keep_run, run_id
from tests.storage.rows import rows_of
from tests.storage.shop import EVERYTHING, SALES, Shop, fields, relation, visitor

GLOBAL_TABLES = {"migrations"}
"""The tables that belong to no brand."""

TABLES = """
    SELECT relname FROM pg_class WHERE relnamespace = 'funnelscript'::regnamespace AND relkind = 'r' ORDER BY relname
"""


@pytest.fixture(scope="module")
def url(postgres_server: PostgresServer) -> str:
    """A database in which two brands have the same of everything."""
    url = postgres_server.new_database()
    store = open_store(url)
    for brand in ("acme", "rival"):
        shop = Shop(store, brand)
        shop.entity("deals", *fields("owner"), relation("next", "multi_reference", "deals"), pipelines=(SALES,))
        shop.create("deals", visitor("c_1", "ann@shop.example"), owner=brand)
        shop.create("deals", owner=brand)
        shop.do(PutModule("prices", brand))
        shop.do(CreateToken("t1", brand, ("run",), "00" * 32))
        shop.do(keep_run(1, customer_id=brand, source=brand))
    store.close()
    return url


@pytest.fixture
def session(url: str) -> Iterator[psycopg.Connection]:
    """What a store's session is, without the store's statements."""
    with psycopg.connect(url, autocommit=True) as driver:
        driver.execute(connection.SETTINGS.encode())
        yield driver


def brand_tables(url: str) -> list[str]:
    return [name for (name,) in rows_of(url, TABLES) if name not in GLOBAL_TABLES]


def test_every_primary_and_unique_key_begins_with_the_brand(url: str) -> None:
    """And so does every other index; the tables that belong to no brand are named above."""
    indexes = rows_of(
        url,
        """
        SELECT t.relname, i.indexrelid::regclass::text, a.attname
        FROM pg_index i
        JOIN pg_class t ON t.oid = i.indrelid AND t.relnamespace = 'funnelscript'::regnamespace
        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        """,
    )
    assert {table for table, _, _ in indexes} == {name for (name,) in rows_of(url, TABLES)}
    assert {table for table, _, column in indexes if column != "brand"} == GLOBAL_TABLES


def test_the_page_on_scaling_spreads_every_table(url: str) -> None:
    """By brand, but for those that are global, in an order in which each finds those that it refers to."""
    page = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text(encoding="utf-8")
    spread = page.partition("create_distributed_table")[2].partition("create_reference_table")
    tables = [name for name in re.findall(r"\w+", spread[0]) if name in brand_tables(url)]
    assert sorted(dict.fromkeys(tables)) == brand_tables(url)
    assert tables.index("entries") < tables.index("relations")
    assert set(re.findall(r"'(\w+)'", spread[2].partition(";")[0])) == GLOBAL_TABLES


def test_every_table_of_brands_has_the_wall(url: str) -> None:
    """Switched on, forced on the owner too, with the policy that the brand decides."""
    walls = rows_of(
        url,
        """
        SELECT relname, relrowsecurity, relforcerowsecurity, pg_get_expr(polqual, polrelid)
        FROM pg_class t LEFT JOIN pg_policy p ON p.polrelid = t.oid AND polname = 'one_brand'
        WHERE relnamespace = 'funnelscript'::regnamespace AND relkind = 'r' AND relname <> 'migrations' ORDER BY relname
        """,
    )
    condition = "(brand = ( SELECT current_brand() AS current_brand))"
    assert walls == [(name, True, True, condition) for name in brand_tables(url)]


def test_the_schema_has_no_way_round_the_wall(url: str) -> None:
    """Tables and their indexes alone: no view, sequence or trigger, one function, which has its caller's rights."""
    of_the_schema = "= 'funnelscript'::regnamespace"
    kinds = rows_of(url, f"SELECT DISTINCT relkind FROM pg_class WHERE relnamespace {of_the_schema} ORDER BY relkind")
    assert kinds == [("i",), ("r",)]
    functions = rows_of(url, f"SELECT proname, prosecdef FROM pg_proc WHERE pronamespace {of_the_schema}")
    assert functions == [("current_brand", False)]
    assert rows_of(url, "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal") == []
    rights = """
        SELECT DISTINCT grantee, privilege_type FROM information_schema.table_privileges
        WHERE table_schema = 'funnelscript' AND table_name <> 'migrations' AND grantee <> current_user ORDER BY 2
    """
    app = "funnelscript_app"
    assert rows_of(url, rights) == [(app, "DELETE"), (app, "INSERT"), (app, "SELECT"), (app, "UPDATE")]


def test_text_is_compared_by_bytes_as_sqlite_does(url: str) -> None:
    """In every column of brands' tables, whatever the database's own order is."""
    collations = """
        SELECT DISTINCT collname FROM pg_attribute a JOIN pg_collation c ON c.oid = attcollation
        JOIN pg_class t ON t.oid = attrelid AND relnamespace = 'funnelscript'::regnamespace
        WHERE relkind = 'r' AND relname <> 'migrations' AND attnum > 0
    """
    assert rows_of(url, collations) == [("C",)]


def test_a_copy_of_a_table_meets_the_wall_too(session: psycopg.Connection) -> None:
    """Out of it without a brand, and into it with any; with one, the copy has that brand's rows."""
    for sql in (b"COPY entries TO STDOUT", b"COPY (SELECT * FROM entries) TO STDOUT", b"COPY entries FROM STDIN"):
        with pytest.raises(psycopg.DatabaseError), session.cursor().copy(sql) as copied:
            list(copied)
    with session.transaction():
        session.execute("SELECT set_config('funnelscript.brand', 'acme', true)")
        with session.cursor().copy(b"COPY entries (brand) TO STDOUT") as copied:
            assert list(copied.rows()) == [("acme",)] * 2
        with (
            pytest.raises(psycopg.errors.FeatureNotSupported),
            session.cursor().copy(b"COPY entries FROM STDIN") as refused,
        ):
            refused.write(b"")


def test_a_statement_without_a_brand_is_refused(url: str, session: psycopg.Connection) -> None:
    """In a session that never had one, and in one whose last transaction had; reading and writing."""
    for after in ("never", "before"):
        for table in brand_tables(url):
            for sql in (f"SELECT * FROM {table}", f"DELETE FROM {table}", f"UPDATE {table} SET brand = 'rival'"):
                with pytest.raises(psycopg.DatabaseError) as refused:
                    session.execute(sql.encode())
                assert refused.value.sqlstate == ("42704" if after == "never" else "42501")
        with session.transaction():
            session.execute("SELECT set_config('funnelscript.brand', 'acme', true)")


def test_a_statement_that_names_no_brand_reaches_that_of_its_transaction_alone(
    url: str, session: psycopg.Connection
) -> None:
    """Reading, changing and deleting; what it inserts must be that brand's."""
    before = rows_of(url, "SELECT * FROM entries WHERE brand = 'rival' ORDER BY id")
    with session.transaction(force_rollback=True):
        session.execute("SELECT set_config('funnelscript.brand', 'acme', true)")
        assert session.execute("SELECT DISTINCT brand FROM entries").fetchall() == [("acme",)]
        assert session.execute("UPDATE entries SET title = 'x'").rowcount == 2
        assert session.execute("DELETE FROM entries").rowcount == 2
        assert session.execute("SELECT id FROM entries WHERE brand = 'rival'").fetchall() == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("INSERT INTO counters (brand, kind, last_id) VALUES ('rival', 'stage', 9)")
    assert rows_of(url, "SELECT * FROM entries WHERE brand = 'rival' ORDER BY id") == before


def test_without_the_first_wall_the_second_one_holds(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements that look at all brands' rows: a store made of them still tells each brand its own."""
    open_wide: dict[StatementName, str] = {
        name: re.sub(r"\b(\w+\.)?brand = \$1", "$1::text IS NOT NULL", sql)
        for name, sql in connection.STATEMENTS.items()
    }
    assert sum(open_wide[name] != sql for name, sql in connection.STATEMENTS.items()) > 40
    monkeypatch.setattr(connection, "STATEMENTS", open_wide)
    store = open_store(url)
    for brand in ("acme", "rival"):
        shop = Shop(store, brand)
        assert [entry.values for entry in shop.entries(None, EVERYTHING)] == [{"owner": brand}] * 2
        assert shop.values("deals", "owner", visitor(email="ann@shop.example")) == [brand]
        assert shop.ask(FindModule("prices")) == brand
        assert [token.name for token in shop.ask(ListTokens())] == [brand]
        run = shop.ask(FindRun(run_id(1))).run
        assert run is not None
        assert (run.listed.customer_id, run.source) == (brand, brand)
    store.close()


def test_a_store_s_session_is_a_role_that_owns_nothing(url: str, session: psycopg.Connection) -> None:
    """Nor may it get round the wall, or take it down."""
    assert session.execute("SELECT current_user").fetchone() == ("funnelscript_app",)
    powers = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcanlogin FROM pg_roles WHERE rolname = current_user"
    assert session.execute(powers).fetchone() == (False, False, False, False)
    assert rows_of(url, "SELECT * FROM pg_class WHERE relowner = 'funnelscript_app'::regrole") == []
    for sql in (
        "ALTER TABLE entries DISABLE ROW LEVEL SECURITY",
        "DROP POLICY one_brand ON entries",
        "TRUNCATE entries",
        "DELETE FROM migrations",
        "CREATE TABLE funnelscript.mine (brand TEXT)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute(sql.encode())
    session.execute("SET row_security = off")  # which asks for an error instead of a filter
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute("SELECT * FROM entries")


def test_the_owner_migrates_and_the_login_of_a_service_does_not(postgres_server: PostgresServer) -> None:
    """Two logins: one that may make the schema, one that may only take on the application's role."""
    database = postgres_server.new_database()
    name = database.partition("@/")[2].partition("?")[0]
    postgres_server.execute(
        "postgres",
        f"CREATE ROLE {name}_owner LOGIN CREATEROLE; ALTER DATABASE {name} OWNER TO {name}_owner;"
        f"CREATE ROLE {name}_service LOGIN",
    )
    service, owner = (postgres_server.url(name, f"{name}_{who}") for who in ("service", "owner"))
    with pytest.raises(SchemaMismatch, match=r"^this login may not do that: "):
        open_store(service)
    postgres_server.execute("postgres", f"GRANT funnelscript_app TO {name}_owner WITH ADMIN OPTION")
    open_store(owner).close()
    with psycopg.connect(owner, autocommit=True, options="-c search_path=funnelscript") as driver:
        driver.execute("INSERT INTO migrations VALUES (99, 'x', 'x', 1, 1)")
        driver.execute("DELETE FROM migrations WHERE number = 99")
        with pytest.raises(psycopg.DatabaseError):
            driver.execute("INSERT INTO counters (brand, kind, last_id) VALUES ('acme', 'stage', 9)")
    with pytest.raises((SchemaMismatch, StoreUnavailable)):
        open_store(service)  # not yet a member of the application's role
    with psycopg.connect(owner, autocommit=True) as driver:
        driver.execute(f"GRANT funnelscript_app TO {name}_service".encode())
    store = open_store(service)
    assert Shop(store).entity("deals") == 1
    store.close()
