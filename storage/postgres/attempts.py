"""A write that a caller gave no operation id: named here, so that it can be tried again after a lost commit."""

from typing import Any

from storage import operations, semantics
from storage.commands import Applied, Write
from storage.ids import new_uuid7
from storage.postgres.connection import PostgresConnection


class Attempt:
    """One call's write, over all its transactions. At most one of them takes effect.

    Each holds a lock on the attempt's name, so that the next one waits for what the server still makes of the last.
    """

    def __init__(self) -> None:
        self._id = new_uuid7()
        self._tried = False

    def perform(self, connection: PostgresConnection, brand: str, write: Write[Any]) -> Applied[Any]:
        """Do the write, unless an earlier transaction of this attempt did; with a record that it is done."""
        connection.lock(brand, "attempt", self._id)
        if self._tried:
            outcome_type = semantics.CHANGES[type(write.command)].outcome_type
            done = operations.find_attempt(connection, brand, self._id, outcome_type)
            if done is not None:
                return done
        self._tried = True
        applied = semantics.perform(connection, brand, write)
        operations.record_attempt(connection, brand, self._id, applied, write.at_ms)
        return applied
