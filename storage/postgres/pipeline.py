"""Statements sent without waiting, answers fetched when they are needed: libpq's pipeline, with a deadline.

The driver's own cursors take five times as long in pipeline mode (80 µs against 16 for the brand and one look-up) and
wait without end for a server that has stopped answering; hence this thin layer on ``psycopg.pq``.
"""

import select
import time
from collections.abc import Callable

import psycopg
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.types.string import TextLoader

from storage.postgres.errors import Failure
from storage.transaction import Parameters, Row

_DONE = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK, pq.ExecStatus.PIPELINE_SYNC)


class Pipeline:
    """One connection's statements and answers, in order. For one thread at a time.

    Every method raises ``Failure``; after one, ``finish`` throws away what is still on its way.
    """

    def __init__(self, driver: psycopg.Connection) -> None:
        driver.adapters.register_loader("json", TextLoader)  # values are read as they were written
        self._pgconn = driver.pgconn
        self._rows = Transformer(driver)
        self._poll = select.poll()
        self._poll.register(self._pgconn.socket, select.POLLIN)
        self._pending = 0
        self._deadline = 0.0

    def start(self, deadline: float) -> None:
        """Begin to send. What is not answered by ``deadline`` (of the monotonic clock) counts as lost."""
        self._deadline = deadline
        self._pending = 0
        try:
            self._pgconn.enter_pipeline_mode()
        except psycopg.Error as error:
            raise Failure(str(error), lost=True) from error

    def prepare(self, name: bytes, sql: bytes) -> None:
        """Have a statement ready under a name, as long as the connection lasts."""
        self._ask(self._pgconn.send_prepare, name, sql)

    def send(self, name: bytes, parameters: Parameters = ()) -> None:
        """Send a prepared statement along with what follows. ``ValueError`` for U+0000, which no text there holds."""
        values = [None if value is None else str(value).encode() for value in parameters]
        if any(value is not None and b"\0" in value for value in values):
            raise ValueError("U+0000 in a parameter")
        self._ask(self._pgconn.send_query_prepared, name, values)

    def count(self) -> int:
        """Wait for all that was sent; how many rows the last statement changed."""
        return self._last().command_tuples or 0

    def rows(self) -> list[Row]:
        """Wait for all that was sent; the rows of the last statement."""
        result = self._last()
        self._rows.set_pgresult(result)
        return self._rows.load_rows(0, result.ntuples, tuple)

    def finish(self) -> None:
        """End what was sent, and wait for all of it; then the connection is the driver's again."""
        self._ask(self._pgconn.pipeline_sync)
        self._flush()
        self._answers()
        self._pgconn.exit_pipeline_mode()

    def discard(self) -> None:
        """Like ``finish``, but what was sent and failed doesn't matter any more."""
        self._ask(self._pgconn.pipeline_sync)
        self._flush()
        while self._pending:
            self._next()

    def _ask(self, send: Callable[..., None], *arguments: object) -> None:
        """Send what will be answered."""
        try:
            send(*arguments)
        except psycopg.Error as error:
            raise Failure(str(error), lost=True) from error
        self._pending += 1

    def _last(self) -> "pq.abc.PGresult":
        try:
            self._pgconn.send_flush_request()
        except psycopg.Error as error:
            raise Failure(str(error), lost=True) from error
        self._flush()
        return self._answers()

    def _answers(self) -> "pq.abc.PGresult":
        """All answers that are due; the last one. Raises the first error among them."""
        while True:
            result = self._next()
            if result.status not in _DONE:
                raise _failure(result, self._pgconn)
            if not self._pending:
                return result

    def _next(self) -> "pq.abc.PGresult":
        pgconn = self._pgconn
        try:
            while True:
                while pgconn.is_busy():
                    self._wait(select.POLLIN)
                    pgconn.consume_input()
                result = pgconn.get_result()
                if result is not None:
                    self._pending -= 1
                    return result
                if pgconn.status != pq.ConnStatus.OK:
                    raise Failure(_message(pgconn), lost=True)
        except psycopg.Error as error:
            raise Failure(str(error), lost=True) from error

    def _flush(self) -> None:
        """Hand all to the system. Answers are taken in meanwhile: a server that cannot send does not read either."""
        pgconn = self._pgconn
        try:
            while pgconn.flush():
                if self._wait(select.POLLIN | select.POLLOUT) & select.POLLIN:
                    pgconn.consume_input()
        except psycopg.Error as error:
            raise Failure(str(error), lost=True) from error

    def _wait(self, events: int) -> int:
        if events != select.POLLIN:
            self._poll.modify(self._pgconn.socket, events)
        try:
            left = self._deadline - time.monotonic()
            ready = self._poll.poll(left * 1000) if left > 0 else []
        finally:
            if events != select.POLLIN:
                self._poll.modify(self._pgconn.socket, select.POLLIN)
        if not ready:
            raise Failure("no answer in time", lost=True)
        return ready[0][1]


def _failure(result: "pq.abc.PGresult", pgconn: "pq.abc.PGconn") -> Failure:
    state = result.error_field(pq.DiagnosticField.SQLSTATE)
    text = result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or result.error_message
    lost = pgconn.status != pq.ConnStatus.OK
    return Failure(text.decode(errors="replace").strip(), state.decode() if state else None, lost=lost)


def _message(pgconn: "pq.abc.PGconn") -> str:
    return pgconn.error_message.decode(errors="replace").strip() or "the connection is lost"
