"""Worker processes by the dozen: one process that has imported all forks them, and forks again what has ended.

``python -m tests.workers.farm QUEUE STORE PROCESSES DEATHS SPEED``: of each hundred settlings, DEATHS kill their
process after the commit and before the list is cut. Locks run out, and sweeps come, SPEED times as fast as in service.
"""

import os
import random
import signal
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import Any

from storage import open_store
from workers import drain, shards, worker
from workers.shards import Shards
from workers.worker import run_worker


def main() -> None:
    """Until SIGTERM."""
    url, store_url = sys.argv[1:3]
    processes, deaths, speed = map(int, sys.argv[3:])
    hurry(speed)
    children: set[int] = set()

    def stop(_number: int, _frame: FrameType | None) -> None:
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    while True:
        while len(children) < processes:
            child = os.fork()
            if child == 0:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                work(url, store_url, deaths)
            children.add(child)
        ended, _ = os.waitpid(-1, os.WNOHANG)
        children.discard(ended)
        time.sleep(0.01)


def hurry(speed: int) -> None:
    """What a dead worker held is free that much sooner, and found."""
    shards.LOCK_MS //= speed
    drain.LOCK_MS = shards.LOCK_MS  # type: ignore[attr-defined]  # a name that it imports
    worker.SWEEP_SECONDS /= speed


def work(url: str, store_url: str, deaths: int) -> None:
    """A worker that may not live long."""
    settle = Shards.settle

    def settle_or_die(self: Shards, *arguments: Any, **options: Any) -> Any:
        if random.random() * 100 < deaths:
            os.kill(os.getpid(), signal.SIGKILL)
        return settle(self, *arguments, **options)

    Shards.settle = settle_or_die  # type: ignore[method-assign]
    run_worker(url, open_store(store_url))
    time.sleep(0.2)  # the server was gone
    os._exit(0)


if __name__ == "__main__":
    main()
