"""Many cases, side by side, each in a world of its own."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from runtime.replay.finding import Script
from runtime.replay.reading import ReadFile
from runtime.replay.running import Replayed, replay
from runtime.runtime import Runtime
from runtime.sandbox.pool import PoolSettings
from storage.ids import new_uuid7
from storage.sqlite.memory import MemoryStore


class Task(NamedTuple):
    """One case to do."""

    read: ReadFile
    script: Script
    number: int


def replay_all(tasks: Sequence[Task], jobs: int, *, stop_early: bool) -> Iterator[Replayed]:
    """What came of each case, in their order. ``stop_early`` ends it behind the first that is not as expected.

    All cases are of one brand and share the workers of one runtime, and nothing else.
    """
    pool = PoolSettings(max_workers=jobs, fresh_workers=min(jobs, len(tasks)), max_waiting=jobs)
    store = MemoryStore(new_uuid7, lambda: 0)
    try:
        with (
            Runtime.open(store, pool=pool, allow_weaker_sandbox=True) as runtime,
            ThreadPoolExecutor(jobs, thread_name_prefix="funnelscript-replay") as threads,
        ):
            yield from _in_order(runtime, threads, tasks, 2 * jobs, stop_early=stop_early)
    finally:
        store.close()


def _in_order(
    runtime: Runtime, threads: ThreadPoolExecutor, tasks: Sequence[Task], ahead: int, *, stop_early: bool
) -> Iterator[Replayed]:
    """A few are under way ahead of the one that is awaited, so that little is done in vain."""
    under_way: list[Future[Replayed]] = []
    left = iter(tasks)
    while True:
        while len(under_way) < ahead and (task := next(left, None)) is not None:
            under_way.append(threads.submit(_one, runtime, task))
        if not under_way:
            return
        done = under_way.pop(0).result()
        yield done
        if stop_early and not done.is_as_expected:
            for future in under_way:
                future.cancel()
            return


def _one(runtime: Runtime, task: Task) -> Replayed:
    return replay(runtime, task.read, task.number, task.script.source, task.script.name)
