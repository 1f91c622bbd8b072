"""Many cases or tapes, side by side: each is a run of its own, on one runtime."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from runtime.replay.finding import Script
from runtime.replay.reading import ReadFile
from runtime.replay.running import Replayed, replay
from runtime.runtime import Runtime
from runtime.sandbox.pool import PoolSettings
from storage.ids import new_uuid7
from storage.sqlite.memory import MemoryStore

T = TypeVar("T")
R = TypeVar("R")


class Task(NamedTuple):
    """One case to do."""

    read: ReadFile
    script: Script
    number: int


def replay_case(runtime: Runtime, task: Task) -> Replayed:
    """Do one case."""
    return replay(runtime, task.read, task.number, task.script.source, task.script.name)


def side_by_side(
    do: Callable[[Runtime, T], R], tasks: Sequence[T], jobs: int, is_last: Callable[[R], bool]
) -> Iterator[R]:
    """What came of each task, in their order; it ends behind the first of which ``is_last`` holds.

    They share the workers of one runtime, and nothing else: each brings data of its own, and the runtime's store stays
    empty.
    """
    pool = PoolSettings(max_workers=jobs, fresh_workers=min(jobs, len(tasks)), max_waiting=jobs)
    store = MemoryStore(new_uuid7, lambda: 0)
    try:
        with (
            Runtime.open(store, pool=pool, allow_weaker_sandbox=True) as runtime,
            ThreadPoolExecutor(jobs, thread_name_prefix="funnelscript-replay") as threads,
        ):
            yield from _in_order(lambda task: threads.submit(do, runtime, task), tasks, 2 * jobs, is_last)
    finally:
        store.close()


def _in_order(
    start: Callable[[T], Future[R]], tasks: Sequence[T], ahead: int, is_last: Callable[[R], bool]
) -> Iterator[R]:
    """A few are under way ahead of the one that is awaited, so that little is done in vain."""
    under_way: list[Future[R]] = []
    left = iter(tasks)
    while True:
        while len(under_way) < ahead and (task := next(left, None)) is not None:
            under_way.append(start(task))
        if not under_way:
            return
        done = under_way.pop(0).result()
        yield done
        if is_last(done):
            for future in under_way:
                future.cancel()
            return
