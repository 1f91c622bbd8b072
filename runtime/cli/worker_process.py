"""One process of ``funnelscript worker``: what the environment says, done until a signal ends it."""

import sys
from typing import NoReturn

from runtime.cli.exits import ExitStatus
from runtime.cli.opening import open_store_of
from runtime.cli.options import environment
from runtime.cli.queues import queue_url
from storage.errors import StorageError


def main() -> NoReturn:
    """Work, for the parent of the first argument; with ``--burst`` until nothing waits.

    The exit status says whether it ended as it should.
    """
    from workers import run_worker
    from workers.parent import end_with_parent

    end_with_parent(int(sys.argv[1]))
    settings = environment()
    try:
        store = open_store_of(settings.store)
        well = run_worker(queue_url(None), store, burst="--burst" in sys.argv)
        store.close()
    except StorageError:
        well = False
    sys.exit(ExitStatus.OK if well else ExitStatus.UNAVAILABLE)
