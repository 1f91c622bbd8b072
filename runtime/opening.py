"""What a host names when it opens a runtime, by URL or by what makes it for a store."""

from collections.abc import Callable

from pydantic import BaseModel

from bindings.queue import WriteQueue
from bindings.registry import FUNCTIONS
from runtime.modules.source import ModuleSource, StoreModules
from runtime.record import RunResult
from runtime.tape.model import TapeModel
from storage import Store


def build_models() -> None:
    """Build the checks of calls, records and tapes now, 0.1 s, which otherwise whoever first makes one waits for."""
    records: list[type[BaseModel]] = [RunResult, TapeModel, *TapeModel.__subclasses__()]
    for model in [*records, *(function.arguments for function in FUNCTIONS.values())]:
        model.model_rebuild()


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
