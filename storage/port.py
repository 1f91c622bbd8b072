"""The Store port: what every engine does, in four methods."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from storage.commands import Applied, Write
from storage.errors import StorageError
from storage.queries import Query

T = TypeVar("T")


class Store(Protocol):
    """Keeps brands' data. Safe to use from many threads and, for engines on disk, many processes.

    Every method names the brand first; nothing of another brand is ever read or touched. ``StoreUnavailable`` can come
    from each.
    """

    def query(self, brand: str, query: Query[T]) -> T:
        """Answer from one consistent state."""

    def apply(self, brand: str, write: Write[T]) -> Applied[T]:
        """Do one write in a transaction of its own, durable when this returns."""

    def apply_batch(self, writes: Sequence[tuple[str, Write[Any]]]) -> list[Applied[Any] | StorageError]:
        """Do many (brand, write) in one transaction, in order, a savepoint each: a refused one takes none with it.

        An operation that was refused here stays so (``OperationRefused``): what came after it is there already.
        """

    def close(self) -> None:
        """Give back connections and files; the store cannot be used afterwards."""
