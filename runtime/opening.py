"""What a host names when it opens a runtime, by URL or by what makes it for a store."""

from collections.abc import Callable

from bindings.queue import WriteQueue
from runtime.modules.source import ModuleSource, StoreModules
from storage import Store


def open_queue(queue: str | Callable[[Store], WriteQueue] | None, store: Store) -> WriteQueue | None:
    """The queue of a Redis URL, or the one that is made for the store. Raises ``ValueError`` for a URL of none."""
    if not isinstance(queue, str):
        return None if queue is None else queue(store)
    from workers import RedisQueue

    return RedisQueue(queue, store)


def open_modules(modules: ModuleSource | Callable[[Store], ModuleSource] | None, store: Store) -> ModuleSource:
    """What scripts may import: by default what the store keeps."""
    if modules is None:
        return StoreModules(store)
    return modules(store) if callable(modules) else modules
