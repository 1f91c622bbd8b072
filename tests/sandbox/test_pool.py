"""Workers: whom they serve, how long they live, and that nothing of them is left."""

import asyncio
import functools
import os
import resource
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psutil
import pytest

from runtime import Busy, Limits, Runtime, RuntimeClosed, SandboxUnavailable, Session
from runtime.sandbox.pool import PoolSettings
from runtime.sandbox.worker import Worker
from runtime.sandbox.zygote import START
from storage import Store
from tests.sandbox.conftest import SMALL_POOL, OpenRuntime, run
from tests.sandbox.processes import (
    all_of,
    are_gone,
    descriptors,
    end,
    endless,
    is_at_work,
    is_zombie,
    wait_until,
    workers,
    zygote,
)

LOOP = "for (;;);"
QUICK = Limits(cpu_seconds=0.1, wall_seconds=30.0)
LONG = Limits(cpu_seconds=120.0, wall_seconds=120.0)
"""For a run that is ended from outside."""
BRANDS = ("acme", "globex", "initech", "hooli")


class ServedBrands:
    """Which brands each worker's process was given to, noted where the pool hands workers out."""

    def __init__(self, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
        self.by_process_id: dict[int, list[str]] = {}
        self._acquire = runtime._pool.acquire
        monkeypatch.setattr(runtime._pool, "acquire", self._note)

    def _note(self, brand: str, heap_bytes: int) -> Worker:
        worker = self._acquire(brand, heap_bytes)
        self.by_process_id.setdefault(worker.process_id, []).append(brand)
        return worker


@pytest.fixture
def busy_runtime(open_runtime: OpenRuntime) -> Iterator[Runtime]:
    """Its one worker is taken by a run that only ends with the test."""
    runtime = open_runtime(PoolSettings(max_workers=1, fresh_workers=0, max_waiting=1, max_wait_seconds=60.0))
    worker = runtime._pool.acquire("acme", runtime.limits.memory_bytes)
    runtime._pool._settings = replace(runtime._pool._settings, max_wait_seconds=0.05)
    yield runtime
    runtime._pool.release(worker, reusable=False)


def is_settled(runtime: Runtime) -> bool:
    """Whether every worker waits for a run: none is being made, and none that was killed is left."""
    pool = runtime._pool
    return not pool._wants_fresh() and len(pool._idle) + len(pool._fresh) == len(workers(runtime))


def end_zygote(runtime: Runtime) -> psutil.Process:
    """Kill it and wait until it and its workers are gone, also one that it would just be making."""
    assert wait_until(lambda: is_settled(runtime))
    ended = zygote(runtime)
    processes = all_of(ended)
    end(ended)
    assert wait_until(lambda: are_gone(processes))
    return ended


def test_a_worker_never_serves_two_brands(open_runtime: OpenRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four brands in turns on two places, each run's worker noted by its process id."""
    runtime = open_runtime()
    served = ServedBrands(runtime, monkeypatch)
    for brand in BRANDS * 5:
        assert run(runtime, "1", brand).status == "ok"
    assert sum(map(len, served.by_process_id.values())) == 20
    assert all(len(set(brands)) == 1 for brands in served.by_process_id.values())


def test_a_worker_serves_its_brand_again(open_runtime: OpenRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = open_runtime()
    served = ServedBrands(runtime, monkeypatch)
    for _ in range(6):
        run(runtime, "1")
    assert list(served.by_process_id.values()) == [["acme"] * 6]


def test_the_longest_idle_worker_gives_way(open_runtime: OpenRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two places, three brands: the third takes the place of the one that was idle longest."""
    runtime = open_runtime(replace(SMALL_POOL, fresh_workers=0))
    served = ServedBrands(runtime, monkeypatch)
    for brand in ("acme", "globex", "acme", "initech", "acme"):
        run(runtime, "1", brand)
    assert sorted(served.by_process_id.values()) == [["acme"] * 3, ["globex"], ["initech"]]
    assert wait_until(lambda: len(workers(runtime)) == 2)


def test_a_worker_is_replaced_after_so_many_runs(open_runtime: OpenRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = open_runtime(replace(SMALL_POOL, max_runs_per_worker=3))
    served = ServedBrands(runtime, monkeypatch)
    for _ in range(7):
        run(runtime, "1")
    assert sorted(map(len, served.by_process_id.values())) == [1, 3, 3]


def test_a_worker_is_replaced_at_an_age(open_runtime: OpenRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = open_runtime(replace(SMALL_POOL, max_age_seconds=0.0))
    served = ServedBrands(runtime, monkeypatch)
    for _ in range(3):
        run(runtime, "1")
    assert [len(runs) for runs in served.by_process_id.values()] == [1, 1, 1]


def test_one_run_per_worker(open_runtime: OpenRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = open_runtime(replace(SMALL_POOL, one_run_per_worker=True))
    served = ServedBrands(runtime, monkeypatch)
    for _ in range(5):
        assert run(runtime, "setVariable('done', true)").variables == {"done": True}
    assert [len(runs) for runs in served.by_process_id.values()] == [1] * 5


@pytest.mark.parametrize("source", [LOOP, "let a = []; (async () => { for (;;) await null; })();"])
def test_a_run_that_hit_a_terminal_limit_is_its_workers_last(
    open_runtime: OpenRuntime, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    runtime = open_runtime()
    served = ServedBrands(runtime, monkeypatch)
    assert run(runtime, source, limits=QUICK).status in {"time_limit", "limit"}
    first = next(iter(served.by_process_id))
    assert wait_until(lambda: not psutil.pid_exists(first))
    assert run(runtime, "1").status == "ok"
    assert [len(runs) for runs in served.by_process_id.values()] == [1, 1]


def test_a_script_that_throws_costs_no_worker(open_runtime: OpenRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = open_runtime()
    served = ServedBrands(runtime, monkeypatch)
    for source in ("null.x", "let let", "throw 1", "(function f() { f(); })()"):
        assert run(runtime, source).status == "error"
    assert [len(runs) for runs in served.by_process_id.values()] == [4]


def test_a_run_that_finds_no_worker_in_time_is_told_so(busy_runtime: Runtime) -> None:
    with pytest.raises(Busy, match=r"^no worker came free in 0\.05 s$") as told:
        run(busy_runtime, "1", "globex")
    assert told.value.code == "busy"


def test_the_line_is_bounded(busy_runtime: Runtime) -> None:
    """One may wait; the second is told at once, however long the first would wait."""
    busy_runtime._pool._settings = replace(busy_runtime._pool._settings, max_wait_seconds=60.0)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(run, busy_runtime, "1", "globex")
        assert wait_until(lambda: busy_runtime._pool._waiting == 1)
        with pytest.raises(Busy, match=r"^1 runs wait for a worker already$"):
            run(busy_runtime, "1", "initech")
        busy_runtime._pool.close()
        with pytest.raises(RuntimeClosed):
            first.result()


def test_who_waits_gets_the_worker_that_comes_free(open_runtime: OpenRuntime) -> None:
    """Sixteen runs at once on one place all come to their end, each with its own answer."""
    runtime = open_runtime(replace(SMALL_POOL, max_workers=1, fresh_workers=0, max_waiting=16))
    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(lambda i: run(runtime, f"setVariable('i', {i})", BRANDS[i % 4]), range(16)))
    assert [result.variables for result in results] == [{"i": i} for i in range(16)]


def test_many_threads_share_a_pool(open_runtime: OpenRuntime) -> None:
    runtime = open_runtime(replace(SMALL_POOL, max_workers=3))
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda i: run(runtime, f"setVariable('i', {i})", BRANDS[i % 4]), range(200)))
    assert [result.variables for result in results] == [{"i": i} for i in range(200)]


def test_there_are_never_more_workers_than_there_may_be(open_runtime: OpenRuntime) -> None:
    """While callers and the pool's own thread make them at the same time, and runs end some."""
    runtime = open_runtime(replace(SMALL_POOL, max_workers=3, fresh_workers=2))
    with ThreadPoolExecutor(6) as threads:
        for _ in threads.map(lambda i: run(runtime, LOOP if i % 5 == 0 else "1", BRANDS[i % 4], QUICK), range(100)):
            assert runtime._pool._places_taken <= 3
    assert wait_until(lambda: len(workers(runtime)) <= 3)


def test_asyncio_goes_on_while_scripts_run(open_runtime: OpenRuntime) -> None:
    """The loop turns while a script loops for ever; runs started together all end."""
    runtime = open_runtime()
    session = Session(brand="acme")

    async def turn_until(task: "asyncio.Task[object]") -> int:
        turns = 0
        while not task.done():
            turns += 1
            await asyncio.sleep(0)
        return turns

    async def main() -> tuple[int, list[str]]:
        endless = asyncio.create_task(runtime.run_async(LOOP, session=session, limits=QUICK))
        turns = await turn_until(endless)
        results = await asyncio.gather(*[runtime.run_async("1", session=session) for _ in range(10)], endless)
        return turns, [result.status for result in results]

    turns, statuses = asyncio.run(main())
    assert turns > 10
    assert statuses == ["ok"] * 10 + ["time_limit"]


def test_runs_go_on_after_the_zygote_was_killed(open_runtime: OpenRuntime) -> None:
    """Its workers end with it; the next run gets a worker of a new one."""
    runtime = open_runtime()
    run(runtime, "1")
    first = end_zygote(runtime)
    for brand in BRANDS:
        assert run(runtime, "setVariable('done', true)", brand).variables == {"done": True}
    assert zygote(runtime).pid != first.pid


def test_an_idle_worker_that_was_killed_is_not_asked(open_runtime: OpenRuntime) -> None:
    """As the kernel does where memory is short: the next run of its brand notices nothing."""
    runtime = open_runtime()
    for _ in range(3):
        assert run(runtime, "1").status == "ok"
        killed = zygote(runtime).children()
        for process in killed:
            end(process)
        assert wait_until(functools.partial(are_gone, killed))


def test_a_worker_killed_in_the_middle_of_a_run_is_a_crash(open_runtime: OpenRuntime, store: Store) -> None:
    """What the run did before stays on its record, and the next run works."""
    runtime = open_runtime(limits=LONG)
    assert run(runtime, "1").status == "ok"
    with ThreadPoolExecutor(1) as threads:
        result = threads.submit(run, runtime, f"setVariable('before', 1); {endless('begun')}", "globex")
        assert wait_until(lambda: is_at_work(store, "globex", "begun"))
        killed = zygote(runtime).children()
        for process in killed:
            end(process)
        crashed = result.result()
        assert wait_until(lambda: are_gone(killed))
    assert (crashed.status, crashed.variables) == ("crashed", {"before": 1})
    assert crashed.error is not None
    assert crashed.error.message == "the sandbox's process ended in the middle of the run"
    assert run(runtime, "1", "globex").status == "ok"


def test_a_kernel_without_a_process_to_give_is_told_and_asked_again(
    open_runtime: OpenRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A zygote whose user may start no process; afterwards runs work again."""
    runtime = open_runtime()
    monkeypatch.setattr(
        "runtime.sandbox.zygote.START", "import resource; resource.setrlimit(resource.RLIMIT_NPROC, (1, 1)); " + START
    )
    end_zygote(runtime)
    for _ in range(2):
        with pytest.raises(SandboxUnavailable, match=r"^no process could be had for a worker$"):
            run(runtime, "1")
    monkeypatch.undo()
    end_zygote(runtime)
    assert run(runtime, "1").status == "ok"


def test_a_zygote_that_does_not_start_is_told_and_tried_again(
    open_runtime: OpenRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once to each caller, until it starts."""
    runtime = open_runtime()
    monkeypatch.setattr("runtime.sandbox.zygote.START", "raise SystemExit")
    end_zygote(runtime)
    for _ in range(3):
        with pytest.raises(SandboxUnavailable, match=r"^the sandbox process does not start$"):
            run(runtime, "1")
    monkeypatch.undo()

    def runs() -> bool:
        try:
            return run(runtime, "1").status == "ok"
        except SandboxUnavailable:
            return False

    assert wait_until(runs)


def test_a_runtime_that_does_not_open_leaves_nothing(
    open_runtime: OpenRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No thread, no descriptor, no process."""
    with open_runtime() as first:
        run(first, "1")
    before, others = descriptors(), {*threading.enumerate(), *psutil.Process().children()}
    monkeypatch.setattr("runtime.sandbox.zygote.START", "raise SystemExit")
    with pytest.raises(SandboxUnavailable):
        open_runtime()
    assert wait_until(lambda: {*threading.enumerate(), *psutil.Process().children()} <= others)
    assert descriptors() <= before


def test_closing_leaves_no_process_and_no_descriptor(open_runtime: OpenRuntime, store: Store) -> None:
    """Neither of idle and fresh workers, nor of one that is in the middle of a run, nor of killed ones."""
    with open_runtime() as first:
        run(first, "1")  # what is opened once, such as the store, stays
    before = descriptors()
    for turn in range(3):
        runtime = open_runtime(limits=LONG)
        for brand in BRANDS:
            run(runtime, "1", brand)
        run(runtime, LOOP, limits=QUICK)
        processes = all_of(zygote(runtime))
        with ThreadPoolExecutor(1) as threads:
            under_way = threads.submit(run, runtime, endless(f"turn-{turn}"))
            assert wait_until(functools.partial(is_at_work, store, "acme", f"turn-{turn}"))
            processes += all_of(zygote(runtime))
            runtime.close()
            assert under_way.result().status == "crashed"
        assert wait_until(functools.partial(are_gone, processes))
    assert descriptors() <= before


def test_a_closed_runtime_runs_nothing(open_runtime: OpenRuntime) -> None:
    runtime = open_runtime()
    runtime.close()
    runtime.close()
    with pytest.raises(RuntimeClosed, match=r"^the runtime is closed$"):
        run(runtime, "1")


def test_a_forked_process_cannot_use_its_parents_workers(open_runtime: OpenRuntime) -> None:
    """It would read the parent's frames. The parent goes on."""
    runtime = open_runtime()
    run(runtime, "1")
    process_id = os.fork()
    if process_id == 0:
        try:
            run(runtime, "1")
        except RuntimeClosed:
            os._exit(17)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(process_id, 0)[1]) == 17
    assert run(runtime, "1").status == "ok"


def test_hundreds_of_runs_leave_no_zombie_and_no_descriptor(open_runtime: OpenRuntime) -> None:
    """Workers are recycled and killed on the way; ``python -m tests.soak`` is the long form."""
    runtime, host = open_runtime(replace(SMALL_POOL, max_runs_per_worker=20)), psutil.Process()
    run(runtime, "1")
    before, others = (host.num_fds(), zygote(runtime).num_fds()), {*threading.enumerate()}
    for i in range(300):
        assert run(runtime, f"setVariable('i', {i})", BRANDS[i % 2]).variables == {"i": i}
    for _ in range(20):
        assert run(runtime, LOOP, limits=Limits(cpu_seconds=0.01)).status == "time_limit"
    assert wait_until(lambda: is_settled(runtime))
    assert len(workers(runtime)) <= SMALL_POOL.max_workers
    assert wait_until(lambda: not any(map(is_zombie, all_of(zygote(runtime)))))
    open_now = {worker._pidfd for worker in [*runtime._pool._idle, *runtime._pool._fresh]}
    assert abs(host.num_fds() - before[0]) <= 2 * len(open_now)
    assert wait_until(lambda: zygote(runtime).num_fds() <= before[1])
    assert {*threading.enumerate()} <= others


def test_limits_of_the_host_process_are_not_the_workers(open_runtime: OpenRuntime) -> None:
    """The workers' lock is theirs alone."""
    before = [resource.getrlimit(limit) for limit in (resource.RLIMIT_AS, resource.RLIMIT_NOFILE)]
    run(open_runtime(), "1")
    assert [resource.getrlimit(limit) for limit in (resource.RLIMIT_AS, resource.RLIMIT_NOFILE)] == before
