"""Runs a program of PostgreSQL's as somebody else. A process of its own, light since each start of a server is one.

``python postgres_starter.py run|keep [USER_ID GROUP_ID] -- PROGRAM [ARGUMENT…]``
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

PR_SET_PDEATHSIG = 1


def become(arguments: Sequence[str]) -> None:
    """Be somebody else, and run a program; with "keep" until whoever started this is gone."""
    split = arguments.index("--")
    ids, command = arguments[1:split], list(arguments[split + 1 :])
    if ids:
        os.setgroups([])
        os.setgid(int(ids[1]))
        os.setuid(int(ids[0]))
    if arguments[0] == "keep":
        _leave_family()
        _keep(command)
    os.execv(command[0], command)


def _leave_family() -> None:
    """Be nobody's child: tests end all children of their process."""
    if os.fork():
        os._exit(0)
    os.setsid()


def _keep(command: list[str]) -> None:
    """Run the program until standard input ends, which it does with the process that holds the other side."""
    pid = os.fork()
    if pid == 0:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.execv(command[0], command)
    os.read(0, 1)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)
    os.waitpid(pid, 0)
    os._exit(0)


if __name__ == "__main__":
    become(sys.argv[1:])
