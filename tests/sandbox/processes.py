"""Processes of the sandbox as the operating system shows them."""

import contextlib
import time
from collections.abc import Callable, Iterable

import psutil

from runtime import Runtime

PATIENCE_SECONDS = 20.0
CPU_OF_READY_WORKER_SECONDS = 0.1


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


def _is_gone(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    return True


def is_at_work(runtime: Runtime) -> bool:
    """Whether a worker has used more CPU than it takes to get ready."""
    return any(map(_is_past_getting_ready, zygote(runtime).children()))


def _is_past_getting_ready(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.cpu_times().user > CPU_OF_READY_WORKER_SECONDS
    return False


def wait_until(is_so: Callable[[], bool]) -> bool:
    """Whether something comes true in time; what is tested is that it does, never how soon."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
