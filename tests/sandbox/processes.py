"""Processes of the sandbox as the operating system shows them."""

import contextlib
import gc
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

from runtime import Runtime
from storage import Store
from storage.queries import ListEntities

PATIENCE_SECONDS = 60.0


def zygote(runtime: Runtime) -> psutil.Process:
    """The zygote of a runtime; waits until it is up."""
    return psutil.Process(runtime._pool.zygote_process_id())


def workers(runtime: Runtime) -> list[int]:
    """Process ids of the workers that are alive."""
    return sorted(child.pid for child in zygote(runtime).children())


def all_of(process: psutil.Process) -> list[psutil.Process]:
    """A process and all that came of it."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return []


def are_gone(processes: Iterable[psutil.Process]) -> bool:
    """Whether all have ended; a zombie, which only waits to be noticed, has."""
    return all(map(_is_gone, processes))


def end(process: psutil.Process) -> None:
    """Kill it; one that has ended by itself meanwhile is as good."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()


def is_zombie(process: psutil.Process) -> bool:
    """Whether it has ended and nobody has noticed yet."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    return False


def _is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or is_zombie(process)


def endless(name: str) -> str:
    """A script that says in the store that it is at work, by a name of its own, and loops for ever."""
    return f"EnsureCrmEntity({{ slug: '{name}' }}); for (;;);"


def is_at_work(store: Store, brand: str, name: str) -> bool:
    """Whether that script has said so."""
    return any(entity.slug == name for entity in store.query(brand, ListEntities()))


def descriptors() -> set[tuple[str, str]]:
    """This process's open ones of sockets, pipes and processes; what nobody holds any more is closed before.

    Files are left out: a store opens them for each thread that comes, and keeps them.
    """
    gc.collect()
    found = set()
    for one in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the one that this folder was read by
            found.add((one.name, str(one.readlink())))
    return {(name, behind) for name, behind in found if not behind.startswith("/")}


def wait_until(is_so: Callable[[], bool]) -> bool:
    """Whether something comes true in time; what is tested is that it does, never how soon."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
