"""One connection to a database, and the transaction that it is in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar, cast

import psycopg

from storage import jsontext
from storage.definition_cache import DefinitionCache
from storage.ids import IdSource
from storage.postgres.errors import Failure
from storage.postgres.pipeline import Pipeline
from storage.statements import load_statements
from storage.transaction import Parameters, Row, StatementName

T = TypeVar("T")

STATEMENTS = load_statements(Path(__file__).parent)

STATEMENT_SECONDS = 8
LOCK_SECONDS = 5

SETTINGS = f"""
SET ROLE funnelscript_app;
SET search_path = funnelscript, pg_temp;
SET statement_timeout = '{STATEMENT_SECONDS}s';
SET lock_timeout = '{LOCK_SECONDS}s';
SET idle_in_transaction_session_timeout = '{STATEMENT_SECONDS}s';
SET client_connection_check_interval = '1s';
SET plan_cache_mode = force_generic_plan;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET jit = off;
"""
"""Every session takes on the role that owns nothing, whoever logged in, so that row-level security holds for it.

Named last, the schema of temporary tables hides none of ours. Every statement goes by an index and is planned once a
connection, also while the tables are still empty.
"""

READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"
OWN_STATEMENTS = {
    "begin_read": READ,
    "begin_write": WRITE,
    "commit": "COMMIT",
    "rollback": "ROLLBACK",
    "savepoint": "SAVEPOINT one_write",
    "release": "RELEASE one_write",
    "undo": "ROLLBACK TO one_write",
    "use_brand": "SELECT set_config('funnelscript.brand', $1, true)",
    "take_lock": "SELECT pg_advisory_xact_lock($1)",
}
_NAMES = {name: name.encode() for name in (*OWN_STATEMENTS, *STATEMENTS)}


@dataclass(frozen=True, slots=True)
class Shared:
    """What all connections of one store have in common."""

    ids: IdSource
    clock_ms: Callable[[], int]
    definitions: DefinitionCache = field(default_factory=DefinitionCache)


class PostgresConnection:
    """A connection and its one transaction at a time: the ``Transaction`` of this engine. For one thread at a time.

    A statement travels with the brand that it names, so that row-level security has the same opinion. What changes
    something without an answer being asked for is sent along with what follows.
    """

    def __init__(self, shared: Shared, driver: psycopg.Connection) -> None:
        self.ids = shared.ids
        self.clock_ms = shared.clock_ms
        self.definitions = shared.definitions
        self.redefined: set[tuple[str, int]] = set()
        self.driver = driver
        self._pipeline = Pipeline(driver)
        self._brand: str | None = None
        self._locks: set[int] = set()

    def prepare(self, deadline: float) -> None:
        """Make the session fit for use: its settings and all statements, in two round trips. Raises ``Failure``."""
        self.driver.execute(SETTINGS, prepare=False)
        self._pipeline.start(deadline)
        for name, sql in (*OWN_STATEMENTS.items(), *STATEMENTS.items()):
            self._pipeline.prepare(_NAMES[name], sql.encode())
        self._pipeline.finish()

    def row(self, statement: StatementName, parameters: Parameters) -> Row | None:
        """The first row, or None."""
        found = self.rows(statement, parameters)
        return found[0] if found else None

    def rows(self, statement: StatementName, parameters: Parameters) -> list[Row]:
        """All rows, in order."""
        self.send(statement, parameters)
        return self._pipeline.rows()

    def run(self, statement: StatementName, parameters: Parameters) -> int:
        """Change something; how many rows were."""
        self.send(statement, parameters)
        return self._pipeline.count()

    def send(self, statement: StatementName, parameters: Parameters) -> None:
        """Change something, along with what follows."""
        brand = cast(str, parameters[0])
        if brand != self._brand:
            self._pipeline.send(_NAMES["use_brand"], (brand,))
            self._brand = brand
        self._pipeline.send(_NAMES[statement], parameters)

    def send_many(self, statement: StatementName, parameters: Sequence[Parameters]) -> None:
        """The same change for each of many parameters, along with what follows."""
        for one in parameters:
            self.send(statement, one)

    def lock(self, brand: str, *what: str | int) -> bool:
        """Wait for other writers, along with what follows."""
        number = _lock_number(brand, what)
        if number in self._locks:
            return False
        self._pipeline.send(_NAMES["take_lock"], (number,))
        self._locks.add(number)
        return True

    def reading(self, deadline: float, action: Callable[..., T], *arguments: Any) -> T:
        """``action(self, *arguments)`` in a transaction that sees one state. Raises ``Failure``."""
        return self._transaction("begin_read", deadline, action, arguments)

    def writing(self, deadline: float, action: Callable[..., T], *arguments: Any) -> T:
        """``action(self, *arguments)`` in a transaction that sees what others commit, statement by statement.

        Whoever reads in order to write takes the lock first. Raises ``Failure``.
        """
        self.redefined.clear()
        return self._transaction("begin_write", deadline, action, arguments)

    def savepoint(self) -> None:
        """Start a part of the transaction that can be undone alone."""
        self._pipeline.send(_NAMES["savepoint"])

    def release_savepoint(self) -> None:
        """Keep the part, once all of it has been done without error."""
        self._pipeline.send(_NAMES["release"])
        self._pipeline.count()

    def undo_savepoint(self) -> None:
        """Undo the part, its locks and its brand included."""
        self._pipeline.discard()
        self._pipeline.send(_NAMES["undo"])
        self._pipeline.send(_NAMES["release"])
        self._forget()

    def _transaction(self, begin: str, deadline: float, action: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        self._forget()
        self._pipeline.start(deadline)
        try:
            self._pipeline.send(_NAMES[begin])
            result = action(self, *arguments)
            self._pipeline.send(_NAMES["commit"])
            self._pipeline.finish()
        except Failure as failure:
            self._rollback(keep=failure.kind not in ("lost", "stale"))
            raise
        except BaseException:  # raised again; also where Ctrl-C comes, nothing stays open
            self._rollback(keep=True)
            raise
        return result

    def _rollback(self, *, keep: bool) -> None:
        """Undo what is open; whatever goes wrong here, the error that led here is the one to tell of."""
        try:
            self._pipeline.discard()
            self._pipeline.send(_NAMES["rollback"])
            self._pipeline.finish()
        except Failure:
            keep = False
        if not keep:
            self.driver.close()  # the pool puts a new one in its place

    def _forget(self) -> None:
        self._brand = None
        self._locks.clear()


def _lock_number(brand: str, what: tuple[str | int, ...]) -> int:
    """The lock of that name. Two names of one number only wait for each other once in a while."""
    name = jsontext.encode([brand, *what]).encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "big", signed=True)
