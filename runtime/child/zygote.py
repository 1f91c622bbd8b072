"""The zygote: a fresh, minimal interpreter that warms the engine up once and forks a worker whenever it is asked.

It speaks with the host over one socket. First the host sends a frame with its settings, and gets a frame back when all
is warm. Then, for each worker, eight bytes (the worker's address space) with the worker's end of a socket beside them;
the answer is four bytes of process id with a pidfd beside them, or a zero where the fork failed.
"""

import array
import gc
import json
import os
import resource
import select
import signal
import socket
import time
from typing import NamedTuple

from runtime.child.lockdown import Lockdown
from runtime.child.wire import FORK_ANSWER, FORK_REQUEST, TEMPLATE_JOB, pack, receive
from runtime.child.worker import EXIT_BROKEN, Link, Prelude, serve

TEMPLATES_SHARE = 2
"""Of a worker's jobs one in so many can be a template with a context of its kind: a page with blocks is two jobs."""
WARM_UP_JOB = """{"file": "warm.js", "customer": null, "seed": [1, 2, 3, 4], "log_limit": 65536,
"source": "setVariable('a', [1, {b: 'c'}]); console.log([1, {a: new Date(0)}]); new Error('x').stack"}"""


class Brood(NamedTuple):
    """What every worker of this zygote is born with."""

    lockdown: Lockdown
    link: Link


def main(control_fd: int) -> None:
    """Serve fork requests until the host hangs up."""
    control = socket.socket(fileno=control_fd)
    settings = json.loads(receive(control))
    time.tzset()
    link = Link(Prelude(settings["core"], settings["parts"], settings["functions"]))
    link.new_context().run(WARM_UP_JOB, 8 << 20, 512 << 10, 100)
    # Made once, here: a forked worker has each for the price of its memory's pages, a fifth of making it.
    link.make_ready(settings["contexts"])
    brood = Brood(Lockdown(frozenset(settings["without"])), link)
    brood.lockdown.prepare()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps
    gc.collect()
    gc.freeze()
    gc.disable()
    control.sendall(pack("Z"))
    # Opening a runtime does not wait for these: workers that are born meanwhile have as many as there are by then.
    lacking = -(-settings["contexts"] // TEMPLATES_SHARE)
    while True:
        if lacking and not select.select([control], [], [], 0)[0]:
            link.make_ready(1, TEMPLATE_JOB)
            lacking -= 1
        elif (request := _next_request(control)) is not None:
            _fork(control, brood, *request)
        else:
            return


def _next_request(control: socket.socket) -> tuple[int, int] | None:
    try:
        data, ancillary, _, _ = control.recvmsg(FORK_REQUEST.size, socket.CMSG_SPACE(4))
    except OSError:
        return None
    if len(data) != FORK_REQUEST.size or not ancillary:
        return None
    descriptors = array.array("i")
    descriptors.frombytes(ancillary[0][2][:4])
    return FORK_REQUEST.unpack(data)[0], descriptors[0]


def _fork(control: socket.socket, brood: Brood, room_bytes: int, worker_fd: int) -> None:
    try:
        process_id = os.fork()
    except OSError:
        process_id = -1
    if process_id == 0:
        _be_worker(control, brood, room_bytes, worker_fd)
    os.close(worker_fd)
    _answer(control, process_id)


def _answer(control: socket.socket, process_id: int) -> None:
    try:
        pidfd = os.pidfd_open(process_id)
    except (OSError, ValueError):
        control.sendall(FORK_ANSWER.pack(0))
        return
    control.sendmsg([FORK_ANSWER.pack(process_id)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [pidfd]))])
    os.close(pidfd)


def _be_worker(control: socket.socket, brood: Brood, room_bytes: int, worker_fd: int) -> None:
    """Never returns: a worker ends by hanging up or by being killed."""
    try:
        control.close()
        connection = socket.socket(fileno=worker_fd)
        missing = brood.lockdown.lock(connection, _address_space_bytes() + room_bytes)
        serve(connection, brood.link, json.dumps(missing))
    except (EOFError, OSError):
        os._exit(0)
    finally:
        os._exit(EXIT_BROKEN)


def _address_space_bytes() -> int:
    """What this process maps already, before any script."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
