"""``funnelscript worker``: processes that apply what scripts put off."""

import os
import sys
from typing import Annotated

import typer

from runtime.cli.exits import ExitStatus
from runtime.cli.opening import open_store_of
from runtime.cli.options import StoreOption, environment
from runtime.cli.queues import QueueOption, connected, queue_url
from runtime.variables import variable

PROCESS = "from runtime.cli.worker_process import main; main()"


def worker(
    *,
    queue: QueueOption = None,
    store: StoreOption = None,
    processes: Annotated[int, typer.Option(metavar="N", min=1, max=64, help="How many work side by side.")] = 1,
    burst: Annotated[bool, typer.Option("--burst", help="End when nothing waits any more.")] = False,
) -> int:
    """Apply the writes that scripts put off with async, until Ctrl-C or SIGTERM."""
    from workers import Supervisor

    settings = environment()
    url, store_url = queue_url(queue), settings.store if store is None else store
    with connected(url):
        open_store_of(store_url).close()
    # Passed by the environment: a command line is there for all to read.
    told = {variable("queue"): url, variable("store"): store_url}
    command = [sys.executable, "-c", PROCESS, str(os.getpid()), *(["--burst"] if burst else [])]
    return ExitStatus.OK if Supervisor(command, told, processes, burst=burst).run() else ExitStatus.UNAVAILABLE
