"""Walking through entries newest first, in chunks, without holding more than one chunk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from storage.entries import EntryRow
from storage.transaction import Parameters, Row, StatementName, Transaction

CHUNK = 200
LARGEST = 2**63 - 1
LAST_ID = "\U0010ffff"
"""After every id, in the order of bytes."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Entries in the order of a statement that takes ``prefix``, a place to start before, a limit and an offset."""

    tx: Transaction
    statement: StatementName
    prefix: Parameters
    order: Literal["id", "sequence"]

    def page(self, limit: int, offset: int, matches: Callable[[Row], bool] | None) -> list[Row]:
        """At most ``limit`` rows after the first ``offset`` of those that match.

        Without ``matches`` the engine skips the offset in its index; with it each row is looked at.
        """
        offset = min(offset, LARGEST - limit)
        if matches is None:
            return self._chunk(LARGEST if self.order == "sequence" else LAST_ID, limit, offset)
        return list(islice(filter(matches, self._all()), offset, offset + limit))

    def _all(self) -> Iterator[Row]:
        column = EntryRow._fields.index(self.order)
        before: str | int = LARGEST if self.order == "sequence" else LAST_ID
        while rows := self._chunk(before, CHUNK, 0):
            yield from rows
            before = rows[-1][column]

    def _chunk(self, before: str | int, limit: int, offset: int) -> list[Row]:
        return self.tx.rows(self.statement, (*self.prefix, before, limit, offset))
