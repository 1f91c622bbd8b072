"""The store on PostgreSQL: a pool of connections, and transactions that are tried again where that can help."""

import dataclasses
import logging
import random
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, TypeVar

import psycopg
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from storage import operations, semantics
from storage.commands import Applied, Write
from storage.errors import StorageError, StoreUnavailable
from storage.ids import new_uuid7
from storage.postgres.attempts import Attempt
from storage.postgres.connection import PostgresConnection, Shared
from storage.postgres.direct import CONNECT_SECONDS, CONNECTION_OPTIONS, direct_connection
from storage.postgres.errors import Failure, unavailable
from storage.postgres.migrating import migrate
from storage.postgres.retry import PATIENCE_SECONDS, pause_before_retry
from storage.queries import Query

T = TypeVar("T")
Mode: TypeAlias = Literal["reading", "writing"]

DEFAULT_POOL_SIZE = 10

logging.getLogger("psycopg").addHandler(logging.NullHandler())  # what it would say is in the errors


class _Driver(psycopg.Connection):
    """A connection of the pool, with what this engine knows of it."""

    session: PostgresConnection

    @classmethod
    def connect(cls, conninfo: str = "", **options: Any) -> "_Driver":
        """As the driver's own; ``hear`` is told why not, since the pool would keep it to itself."""
        hear: Callable[[Exception], None] = options.pop("hear")
        try:
            return super().connect(conninfo, **options)
        except Exception as error:
            hear(error)
            raise


class PostgresStore:
    """Keeps brands' data in the schema ``funnelscript`` of one PostgreSQL database.

    What ``apply`` returned is on the server's disk, as its ``synchronous_commit`` says. A call whose transaction was in
    another's way, or whose connection was lost, is tried again for up to 10 s; a write leaves a record of its attempt
    in its own transaction, so that one whose commit got no answer is not done twice. After that, or where the server
    is slow, full or away: ``StoreUnavailable``. Connections are made anew as they are needed.
    """

    def __init__(self, conninfo: str, shared: Shared, pool_size: int = DEFAULT_POOL_SIZE) -> None:
        self._shared = shared
        self._trouble: Exception | None = None
        with direct_connection(conninfo) as driver:
            migrate(driver)
        self._pool = ConnectionPool(
            conninfo,
            connection_class=_Driver,
            kwargs=CONNECTION_OPTIONS | {"hear": self._hear},
            min_size=1,
            max_size=pool_size,
            timeout=CONNECT_SECONDS,
            reconnect_timeout=CONNECT_SECONDS,
            configure=self._configure,
            num_workers=1,
            open=True,
        )

    def query(self, brand: str, query: Query[T]) -> T:
        """Answer from one consistent state."""
        found: T = self._patiently("reading", semantics.answer, brand, query)
        return found

    def apply(self, brand: str, write: Write[T]) -> Applied[T]:
        """Do one write in a transaction of its own."""
        if semantics.may_be_unchanged(write):
            unchanged: Applied[T] | None = self._patiently("reading", semantics.unchanged, brand, write)
            if unchanged is not None:
                return unchanged
        perform = semantics.perform if write.operation_id is not None else Attempt().perform
        applied: Applied[T] = self._patiently("writing", perform, brand, write)
        return applied

    def apply_batch(self, writes: Sequence[tuple[str, Write[Any]]]) -> list[Applied[Any] | StorageError]:
        """Do many writes in one transaction, a savepoint each."""
        named = [(brand, _named(write)) for brand, write in writes]
        outcomes: list[Applied[Any] | StorageError] = self._patiently("writing", _each_apart, named)
        return outcomes

    def close(self) -> None:
        """Close idle connections now, and those in use when they come back."""
        self._pool.close()

    def _patiently(self, mode: Mode, action: Callable[..., Any], *arguments: Any) -> Any:
        """``action(connection, *arguments)`` in a transaction, again where the policy says so."""
        started = time.monotonic()
        deadline = started + PATIENCE_SECONDS
        failures = 0
        last: Failure | None = None
        while True:
            driver = self._taken(deadline, last)
            try:
                run = driver.session.reading if mode == "reading" else driver.session.writing
                return run(deadline, action, *arguments)
            except Failure as failure:
                last = failure
            finally:
                self._pool.putconn(driver)
            failures += 1
            noise = random.random()  # noqa: S311 - spreads the waiters, guards nothing
            pause = pause_before_retry(last.kind, failures, time.monotonic() - started, noise)
            if pause is None:
                raise unavailable(last) from last
            time.sleep(pause)

    def _taken(self, deadline: float, last: Failure | None) -> _Driver:
        """A connection of the pool. Where none is free in time, what failed before says why, or who made the others."""
        try:
            return self._pool.getconn(min(CONNECT_SECONDS, deadline - time.monotonic()))
        except PoolClosed:
            raise StoreUnavailable("the store is closed") from None
        except PoolTimeout as error:
            if last is not None:
                raise unavailable(last) from last
            if self._trouble is not None:
                raise StoreUnavailable("the store cannot be reached") from self._trouble
            raise StoreUnavailable("the store has no connection free in time") from error

    def _configure(self, driver: _Driver) -> None:
        try:
            driver.session = PostgresConnection(self._shared, driver)
            driver.session.prepare(time.monotonic() + CONNECT_SECONDS)
        except Exception as error:
            self._hear(error)
            raise
        self._trouble = None

    def _hear(self, error: Exception) -> None:
        """Why there is no new connection, for whoever waits in vain for one."""
        self._trouble = error


def _named(write: Write[Any]) -> Write[Any]:
    return write if write.operation_id is not None else dataclasses.replace(write, operation_id=new_uuid7())


def _each_apart(connection: PostgresConnection, writes: Sequence[tuple[str, Write[Any]]]) -> list[Any]:
    return [_part(connection, brand, write) for brand, write in writes]


def _part(connection: PostgresConnection, brand: str, write: Write[Any]) -> Applied[Any] | StorageError:
    """One write of a batch. What lies in the write is its own outcome; what lies in the store ends the batch."""
    connection.savepoint()
    try:
        applied = semantics.perform(connection, brand, write)
        connection.release_savepoint()
        return applied
    except StorageError as error:
        refusal = error
    except Failure as failure:
        if failure.kind != "violation":
            raise
        refusal = unavailable(failure)
        refusal.__cause__ = failure
    connection.undo_savepoint()
    operations.refuse(connection, brand, write, refusal)
    return refusal
