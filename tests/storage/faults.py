"""Things that break under load, on real processes: ``python -m tests.storage.faults [SECONDS]`` prints the table.

Each scenario has writers that never stop, breaks something again and again, mends it, and then compares what the store
holds with what the writers were told.
"""

import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psycopg

from storage import open_store
from storage.postgres.direct import CONNECT_SECONDS
from storage.postgres.retry import PATIENCE_SECONDS
from storage.queries import ListEntities
from tests.storage.postgres_server import PostgresServer
from tests.storage.relay import CuttingProxy
from tests.storage.rows import rows_of
from tests.storage.shop import Shop
from tests.storage.whole import assert_whole

ROOT = Path(__file__).parent.parent.parent
WRITERS = 3
SLOWEST_REFUSAL_SECONDS = 2 * (PATIENCE_SECONDS + CONNECT_SECONDS)
"""A turn of a writer is two writes."""

TMPFS_BYTES = 160 << 20


@dataclass
class Told:
    """What a writer said, over all its lives."""

    tried: list[int] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    slowest_ms: int = 0
    wrong: list[str] = field(default_factory=list)

    def hear(self, line: str) -> None:
        """One line; the last one of a killed writer may be cut off."""
        word, _, rest = line.rstrip("\n").partition(" ")
        if not line.endswith("\n"):
            return
        if word == "try":
            self.tried.append(int(rest))
        elif word == "done":
            self.done.append(int(rest))
        elif word == "refused":
            turn, took_ms = map(int, rest.split())
            self.refused.append(turn)
            self.slowest_ms = max(self.slowest_ms, took_ms)
        elif word == "WRONG":
            self.wrong.append(rest)


@dataclass(frozen=True)
class Outcome:
    """What a scenario came to. All of the last three are empty where no promise was broken."""

    name: str
    breaks: int
    acknowledged: int
    refused: int
    slowest_ms: int
    lost: list[str]
    doubled: list[str]
    wrong: list[str]


class Writers:
    """Processes that write to a store."""

    def __init__(self, url: str, mode: str) -> None:
        self._url = url
        self._mode = mode
        self.told = [Told() for _ in range(WRITERS)]
        self._directory = tempfile.TemporaryDirectory(prefix="fs-told-")
        self._logs = [Path(self._directory.name) / str(number) for number in range(WRITERS)]
        self._processes = [self._start(number, 0) for number in range(WRITERS)]

    def kill_one(self, number: int) -> None:
        """Kill a writer somewhere, and start it again at the turn of which it doesn't know the end."""
        self._processes[number].kill()
        self._processes[number].wait()
        told = self._hear(number)
        first = told.tried[-1] if told.tried else 0
        self._processes[number] = self._start(number, first)

    def await_death(self) -> int:
        """Until something has killed one of them: which one."""
        while True:
            for number, process in enumerate(self._processes):
                if process.poll() is not None:
                    return number
            time.sleep(0.002)

    def end(self) -> list[Told]:
        """Stop all of them; what they said."""
        for process in self._processes:
            process.kill()
            process.wait()
        found = [self._hear(number) for number in range(WRITERS)]
        self._directory.cleanup()
        return found

    def progress(self) -> list[int]:
        """How many turns each has been told are done."""
        return [len(self._hear(number).done) for number in range(WRITERS)]

    def await_progress(self, seconds: float = 60) -> None:
        """Until every one has done something more: a mended store serves those who were there all along."""
        before, deadline = self.progress(), time.monotonic() + seconds
        while not all(now > then for now, then in zip(self.progress(), before, strict=True)):
            assert time.monotonic() < deadline, "writers do not go on"
            time.sleep(0.05)

    def _start(self, number: int, first: int) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-W", "error", "-m", "tests.storage.fault_writer"]
        arguments = [self._url, str(number), self._mode, str(first)]
        with self._logs[number].open("ab") as log:
            return subprocess.Popen([*command, *arguments], cwd=ROOT, stdout=log)

    def _hear(self, number: int) -> Told:
        """All that a writer has said so far."""
        told = Told()
        for line in self._logs[number].read_text(encoding="utf-8").splitlines(keepends=True):
            told.hear(line)
        self.told[number] = told
        return told


Break = Callable[[int], None]
BreakWriters = Callable[[Writers, int], None]


def run(name: str, url: str, seconds: float, break_and_mend: Break) -> Outcome:
    """Break and mend for so long, under writers who live on and leave repetitions to the store; then judge."""
    return _played(name, url, seconds, "once", lambda _, turn: break_and_mend(turn))


def run_killing(name: str, url: str, seconds: float, kill: BreakWriters, writers_url: str | None = None) -> Outcome:
    """Kill writers for so long, who are started again and repeat their last write by its operation id; then judge."""
    return _played(name, url, seconds, "named", kill, writers_url)


def _played(
    name: str, url: str, seconds: float, mode: str, break_and_mend: BreakWriters, writers_url: str | None = None
) -> Outcome:
    store = open_store(url)
    Shop(store).entity("deals")
    writers = Writers(writers_url or url, mode)
    try:
        writers.await_progress()
        breaks, deadline = 0, time.monotonic() + seconds
        while time.monotonic() < deadline:
            break_and_mend(writers, breaks)
            breaks += 1
        writers.await_progress()
    finally:
        told = writers.end()
    assert [entity.slug for entity in store.query("acme", ListEntities())] == ["deals"]
    store.close()
    assert_whole(url)
    return _judged(name, url, breaks, told)


def _judged(name: str, url: str, breaks: int, told: list[Told]) -> Outcome:
    lost, doubled = [], []
    stored = [entry_id for (entry_id,) in rows_of(url, "SELECT id FROM entries WHERE reference_type = 'writer'")]
    ask = "SELECT reference_id, last_sequence FROM reference_heads WHERE reference_type = 'writer'"
    heads = {str(name): int(last) for name, last in rows_of(url, ask)}
    for number, one in enumerate(told):
        ids = {entry_id for entry_id in stored if entry_id.startswith(f"{number}-")}
        done = set(one.done)
        cleared = {turn - 1 for turn in one.tried if turn % 2}
        lost += [f"{number}-{turn}" for turn in done - cleared if f"{number}-{turn}" not in ids]
        lost += [f"deletion of {number}-{turn - 1}" for turn in done if turn % 2 and f"{number}-{turn - 1}" in ids]
        if heads[str(number)] > len(set(one.tried)):
            doubled.append(f"{number}: {heads[str(number)]} entries made in {len(set(one.tried))} turns")
        doubled += [entry_id for entry_id in ids if int(entry_id.partition("-")[2]) not in one.tried]
    acknowledged, refused = sum(len(one.done) for one in told), sum(len(one.refused) for one in told)
    slowest_ms = max(one.slowest_ms for one in told)
    wrong = [line for one in told for line in one.wrong]
    return Outcome(name, breaks, acknowledged, refused, slowest_ms, lost, doubled, wrong)


def server_killed(seconds: float) -> Outcome:
    """All processes of the server at once, and started again after a while."""
    with served() as (server, url):

        def kill_and_start(turn: int) -> None:
            time.sleep(0.3)
            server.kill()
            time.sleep(0.1 * (turn % 3))
            server.start()

        return run("PostgreSQL killed and started again", url, seconds, kill_and_start)


def server_restarted(seconds: float) -> Outcome:
    """In order, as for an update."""
    with served() as (server, url):

        def stop_and_start(_turn: int) -> None:
            time.sleep(0.3)
            server.stop()
            server.start()

        return run("PostgreSQL stopped and started again", url, seconds, stop_and_start)


def connections_cut(seconds: float) -> Outcome:
    """All sessions, at random moments."""
    with served() as (_server, url):

        def cut(turn: int) -> None:
            time.sleep(0.02 + 0.01 * (turn % 7))
            rows_of(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name='funnelscript'")

        return run("connections cut", url, seconds, cut)


def disk_full(seconds: float) -> Outcome:
    """The server's file system, until something is taken away; a server that gives up is started again."""
    with tmpfs() as directory, served(directory / "data") as (server, url):

        def fill_and_free(_turn: int) -> None:
            fill_for_a_while(directory)
            with suppress(psycopg.OperationalError):
                psycopg.connect(server.url("postgres")).close()
                return
            with suppress(FileNotFoundError):
                server.kill()
            server.start()

        return run("PostgreSQL's disk full", url, seconds, fill_and_free)


def disk_of_file_full(seconds: float) -> Outcome:
    """That of an SQLite file, until something is taken away."""
    with tmpfs() as directory:
        url = f"sqlite:///{directory}/data/store.db"
        return run("SQLite's disk full", url, seconds, lambda _turn: fill_for_a_while(directory))


def fill_for_a_while(directory: Path) -> None:
    """Leave no byte of a file system free."""
    ballast = directory / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * (1 << 20)):
            pass
    time.sleep(0.7)
    ballast.unlink()


def writers_killed(seconds: float, url: str | None = None) -> Outcome:
    """The processes that call the store, at any instruction; each write comes again with its operation id."""

    def kill(writers: Writers, turn: int) -> None:
        writers.kill_one(turn % WRITERS)
        time.sleep(0.05)

    if url is not None:
        return run_killing("callers killed (SQLite)", url, seconds, kill)
    with served() as (_server, postgres_url):
        return run_killing("callers killed (PostgreSQL)", postgres_url, seconds, kill)


def writers_killed_after_commit(seconds: float) -> Outcome:
    """The processes that call the store, each time when the server has made their commit and they don't know it."""
    with served() as (_server, url):
        proxy = CuttingProxy(url)

        def kill(writers: Writers, _turn: int) -> None:
            proxy.cut("kill")
            writers.kill_one(writers.await_death())

        try:
            return run_killing("callers killed between commit and answer", url, seconds, kill, proxy.url)
        finally:
            proxy.close()


@contextmanager
def served(directory: Path | None = None) -> Iterator[tuple[PostgresServer, str]]:
    """A server and an empty database."""
    server = PostgresServer(directory)
    try:
        yield server, server.new_database()
    finally:
        server.close()


@contextmanager
def tmpfs() -> Iterator[Path]:
    """A small file system of its own."""
    directory = Path(tempfile.mkdtemp(prefix="fs-full-"))
    _mount(directory)
    try:
        (directory / "data").mkdir()
        yield directory
    finally:
        ctypes.CDLL(None).umount2(str(directory).encode(), 2)
        directory.rmdir()


def can_mount() -> bool:
    """Whether this process may have a file system of its own."""
    if os.geteuid() != 0:
        return False
    try:
        with tmpfs():
            return True
    except OSError:
        return False


def _mount(directory: Path) -> None:
    options = f"size={TMPFS_BYTES},mode=0755".encode()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", str(directory).encode(), b"tmpfs", 0, options) != 0:
        directory.rmdir()
        raise OSError(ctypes.get_errno(), "no file system can be mounted")


def scenarios() -> list[Callable[[float], Outcome]]:
    """Those that can be played here."""
    found: list[Callable[[float], Outcome]] = [
        server_killed,
        server_restarted,
        connections_cut,
        writers_killed,
        writers_killed_after_commit,
    ]
    return [*found, disk_full, disk_of_file_full] if can_mount() else found


def main(seconds: float) -> int:
    """Play all and print the table; 1 where a promise was broken."""
    printed = partial(print, flush=True)
    head = ("what breaks", "times", "acknowledged", "refused", "slowest refusal", "lost", "doubled", "wrong")
    printed(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    broken = 0
    with tempfile.TemporaryDirectory() as directory:
        sqlite = partial(writers_killed, url=f"sqlite:///{directory}/store.db")
        played: list[Callable[[float], Outcome]] = [*scenarios(), sqlite]
        for scenario in played:
            one = scenario(seconds)
            counts = [len(one.lost), len(one.doubled), len(one.wrong)]
            cells = [one.name, one.breaks, one.acknowledged, one.refused, f"{one.slowest_ms / 1000:.1f} s", *counts]
            printed(f"| {' | '.join(map(str, cells))} |")
            for problem in (*one.lost, *one.doubled, *one.wrong)[:20]:
                printed(problem, file=sys.stderr)
            broken += sum(counts)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 20))
