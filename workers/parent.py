"""Ending with the parent process, whatever ends that."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent(parent_process_id: int, signal_number: int = signal.SIGTERM) -> None:
    """Have the kernel send this process a signal when the thread that started it ends. Linux only; else nothing.

    A parent that ended before this call is noticed here.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent_process_id:
        os.kill(os.getpid(), signal_number)
