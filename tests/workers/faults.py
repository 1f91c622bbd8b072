# ruff: noqa: T201 - prints what came out
"""Writes under fire: workers killed at any instant, the server killed and started again, and the sum has to be right.

``python -m tests.workers.faults [SEED]`` runs each in full; the tests run them small.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from redis import RedisError

from bindings.queue import DeferredWrite, QueueUnavailable
from storage import Store, open_store
from storage.models import Reference
from tests.storage.postgres_server import PostgresServer
from tests.workers.writes import BRAND, adding, apply_in_order, prepare, setting, some_write, state
from workers.connections import connect
from workers.redis_queue import RedisQueue
from workers.server import EmbeddedServer
from workers.shards import Shards

ROOT = Path(__file__).parents[2]
DRAINED_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Report:
    """What was done, and what came out of it: ``differing`` are the references that are not as they should be."""

    writes: int
    worker_deaths: int
    server_deaths: int
    store_deaths: int
    seconds: float
    dead_letters: int
    differing: list[Reference]


def exactly_once(
    directory: Path,
    store_urls: tuple[str, str],
    *,
    writes: int,
    producers: int,
    workers: int,
    kills: int,
    server_kills: int,
    seed: int,
    speed: int = 1,
    postgres: PostgresServer | None = None,
) -> Report:
    """Producers push random writes while workers and server are killed; then compares with a model without a queue.

    ``postgres``, where the stores lie, is killed as often as the server. ``speed`` is that of the farm: what a dead
    worker held waits that much shorter.

    Each reference is one producer's, so that the order of acceptance is known. A producer that gets no answer pushes
    the same writes again, which may then stand in the list twice.
    """
    start = time.monotonic()
    store, model = (_prepared(url) for url in store_urls)
    arena = _Arena(directory, store, store_urls[0], postgres)
    accepted: list[list[DeferredWrite]] = [[] for _ in range(producers)]
    with arena.farm(workers, deaths=3, speed=speed):
        threads = [
            threading.Thread(target=arena.produce, args=(seed + one, one, writes // producers, accepted[one]))
            for one in range(producers)
        ]
        for thread in threads:
            thread.start()
        arena.torment(random.Random(seed), kills, server_kills)
        for thread in threads:
            thread.join()
        arena.wait_until_drained()
    for sequence in accepted:
        apply_in_order(model, sequence)
    references = sorted({one.reference for sequence in accepted for one in sequence})
    found, expected = state(store, references), state(model, references)
    differing = [reference for reference in references if found[reference] != expected[reference]]
    return arena.report(sum(map(len, accepted)), start, differing)


def in_order(
    directory: Path,
    store_url: str,
    *,
    references: int,
    writes_each: int,
    producers: int,
    workers: int,
    kills: int,
    seed: int,
    speed: int = 1,
) -> Report:
    """Producers take turns at each reference; the last write accepted wins, histories are in order of acceptance."""
    start = time.monotonic()
    store = _prepared(store_url)
    arena = _Arena(directory, store, store_url)
    counters = {Reference("customer", f"c_{number}"): 0 for number in range(references)}
    with arena.farm(workers, deaths=0, speed=speed):
        race = _Race(arena, counters, writes_each)
        threads = [threading.Thread(target=race.run, args=(seed + one,)) for one in range(producers)]
        for thread in threads:
            thread.start()
        arena.torment(random.Random(seed), kills, 0)
        for thread in threads:
            thread.join()
        arena.wait_until_drained()
    differing = [
        reference
        for reference, entries in state(store, counters).items()
        if not _is_in_order([entry.values["a"] for entry in entries if entry.entity_id != 1], writes_each)
        or [entry.values["a"] for entry in entries if entry.entity_id == 1] != [writes_each - 1]
    ]
    return arena.report(references * writes_each, start, differing)


def _is_in_order(history: list[int], writes_each: int) -> bool:
    """Newest first: each second write was added to the history, but for the last one."""
    return history == [number for number in reversed(range(writes_each - 1)) if number % 2 == 0]


class _Race:
    """Numbers each reference's writes in the order in which they are accepted, whoever pushes them."""

    def __init__(self, arena: "_Arena", counters: dict[Reference, int], writes_each: int) -> None:
        self._arena = arena
        self._counters = counters
        self._writes_each = writes_each
        self._locks = {reference: threading.Lock() for reference in counters}

    def run(self, seed: int) -> None:
        """One producer: a reference at random, one or two of its writes, until there are none left."""
        dice = random.Random(seed)
        queue = self._arena.queue()
        open_references = list(self._counters)
        while open_references:
            reference = dice.choice(open_references)
            with self._locks[reference]:
                if not self._push_some(queue, reference, dice.choice((1, 2))):
                    open_references.remove(reference)
        queue.close()

    def _push_some(self, queue: RedisQueue, reference: Reference, count: int) -> bool:
        number = self._counters[reference]
        last = min(number + count, self._writes_each)
        writes = [
            adding(reference, one) if one % 2 == 0 and one != self._writes_each - 1 else setting(reference, one)
            for one in range(number, last)
        ]
        if writes:
            push(queue, writes)
        self._counters[reference] = last
        return last < self._writes_each


class _Arena:
    """A server, a store and workers in a directory."""

    def __init__(self, directory: Path, store: Store, store_url: str, postgres: PostgresServer | None = None) -> None:
        self.store = store
        self._postgres = postgres
        self._directory = directory / "queue"
        self._server = EmbeddedServer(self._directory)
        self._url = self._server.url
        self._store_url = store_url
        self._farm: subprocess.Popen[bytes] | None = None
        self._worker_deaths = self._server_deaths = self._store_deaths = 0

    def queue(self) -> RedisQueue:
        """A producer's own. Patient: what is under test is not what a request waits for."""
        return RedisQueue(self._url, self.store, seconds=5.0)

    @contextmanager
    def farm(self, workers: int, *, deaths: int, speed: int) -> Iterator[None]:
        """Workers, as long as the block lasts."""
        command = [sys.executable, "-m", "tests.workers.farm", self._url, self._store_url]
        command += [str(workers), str(deaths), str(speed)]
        self._farm = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            self._farm.terminate()
            self._farm.wait()

    def produce(self, seed: int, producer: int, count: int, accepted: list[DeferredWrite]) -> None:
        """Push so many writes, a few at a time, over references of the producer's own."""
        dice = random.Random(seed)
        queue = self.queue()
        while len(accepted) < count:
            size = min(dice.randint(1, 8), count - len(accepted))
            writes = [
                some_write(dice, Reference("customer", f"p{producer}-{dice.randrange(20)}"), len(accepted) + one)
                for one in range(size)
            ]
            push(queue, writes)
            accepted += writes
            time.sleep(0.002)
        queue.close()

    def torment(self, dice: random.Random, kills: int, server_kills: int) -> None:
        """Kill workers at random instants, and the server a few times in between; PostgreSQL too where it may be."""
        moments = ["worker"] * kills + ["server"] * server_kills + ["store"] * server_kills * bool(self._postgres)
        dice.shuffle(moments)
        for moment in moments:
            time.sleep(dice.uniform(0.0, 0.15))
            if moment == "server":
                self._kill_server(dice)
            elif moment == "store":
                self._kill_postgres(dice)
            else:
                self._kill_a_worker(dice)

    def wait_until_drained(self) -> None:
        """Until no write waits; raises after a long time."""
        deadline = time.monotonic() + DRAINED_SECONDS
        while time.monotonic() < deadline:
            connection = connect(self._url)
            try:
                if not any(one.waiting or one.locked for one in Shards(connection).states()):
                    return
            except RedisError:
                pass
            finally:
                connection.close()
            time.sleep(0.05)
        raise AssertionError("the queue is not drained")

    def report(self, writes: int, start: float, differing: list[Reference]) -> Report:
        """The end of it all."""
        connection = connect(self._url)
        dead = connection.hlen("funnelscript:dead-letters")
        connection.close()
        self._server.close()
        self.store.close()
        seconds = round(time.monotonic() - start, 1)
        deaths = self._worker_deaths, self._server_deaths, self._store_deaths
        return Report(writes, *deaths, seconds, dead, differing)

    def _kill_a_worker(self, dice: random.Random) -> None:
        """One that lives: the farm takes seconds to begin, and a moment to put another in a dead one's place."""
        assert self._farm is not None
        farm, deadline = psutil.Process(self._farm.pid), time.monotonic() + DRAINED_SECONDS
        while not _killed_one(farm.children(), dice):
            assert time.monotonic() < deadline, "the farm has no workers"
            time.sleep(0.01)
        self._worker_deaths += 1

    def _kill_server(self, dice: random.Random) -> None:
        self._server_deaths += 1
        os.kill(self._server.process_id, signal.SIGKILL)
        time.sleep(dice.uniform(0.0, 0.3))
        self._server.close()
        self._server = EmbeddedServer(self._directory)

    def _kill_postgres(self, dice: random.Random) -> None:
        assert self._postgres is not None
        self._store_deaths += 1
        self._postgres.kill()
        time.sleep(dice.uniform(0.0, 0.3))
        self._postgres.start()


def _killed_one(workers: list[psutil.Process], dice: random.Random) -> bool:
    """Whether one of them lived, and does no longer."""
    dice.shuffle(workers)
    for worker in workers:
        with suppress(psutil.NoSuchProcess):
            if worker.status() != psutil.STATUS_ZOMBIE:
                worker.kill()
                return True
    return False


def push(queue: RedisQueue, writes: Sequence[DeferredWrite]) -> None:
    """Hand in until the queue says that it has them."""
    while True:
        try:
            queue.push(writes)
            return
        except QueueUnavailable:
            time.sleep(0.05)


def _prepared(url: str) -> Store:
    store = open_store(url)
    prepare(store, BRAND)
    return store


def sqlite_urls(directory: Path) -> tuple[str, str]:
    """Of a store and of one for the model."""
    return f"sqlite:///{directory / 'store.db'}", f"sqlite:///{directory / 'model.db'}"


def main() -> None:
    """In full."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(1_000_000)
    print(f"seed {seed}")
    server = PostgresServer()
    differing = 0
    for engine in ("SQLite", "PostgreSQL"):
        for scene in (_once_in_full, _order_in_full):
            with tempfile.TemporaryDirectory() as folder:
                directory = Path(folder)
                if engine == "SQLite":
                    report = scene(directory, sqlite_urls(directory), seed, None)
                else:
                    report = scene(directory, (server.new_database(), server.new_database()), seed, server)
            differing += len(report.differing)
            print(f"{engine}, {scene.__doc__}: {report}", flush=True)
    server.close()
    sys.exit(1 if differing else 0)


def _once_in_full(directory: Path, urls: tuple[str, str], seed: int, postgres: PostgresServer | None) -> Report:
    """exactly once"""  # noqa: D403 - part of a line
    return exactly_once(
        directory,
        urls,
        writes=2000,
        producers=4,
        workers=4,
        kills=60,
        server_kills=3,
        seed=seed,
        postgres=postgres,
    )


def _order_in_full(directory: Path, urls: tuple[str, str], seed: int, _postgres: PostgresServer | None) -> Report:
    """in order"""  # noqa: D403 - part of a line
    return in_order(directory, urls[0], references=200, writes_each=50, producers=4, workers=8, kills=20, seed=seed)


if __name__ == "__main__":
    main()
