"""A seccomp filter for a worker: a short list of system calls; every other one kills the process.

The program is classic BPF over ``struct seccomp_data`` (offsets 0 number, 4 architecture, 16 + 8n arguments), see
seccomp(2). Calls that read or write name the worker's one socket; memory can never be made executable.
"""

import ctypes
import platform
import struct
from collections.abc import Iterator

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
RET_KILL_PROCESS, RET_ALLOW = 0x8000_0000, 0x7FFF_0000
LOAD, JUMP_EQUAL, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
OFFSET_NUMBER, OFFSET_ARCHITECTURE, OFFSET_ARGUMENTS = 0, 4, 16
PROT_EXEC = 4

AUDIT_ARCHITECTURES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
NUMBERS = {
    "x86_64": {
        "recvfrom": 45, "sendto": 44, "mmap": 9, "mprotect": 10, "munmap": 11, "mremap": 25, "madvise": 28, "brk": 12,
        "futex": 202, "clock_gettime": 228, "gettimeofday": 96, "exit_group": 231,
    },
    "aarch64": {
        "recvfrom": 207, "sendto": 206, "mmap": 222, "mprotect": 226, "munmap": 215, "mremap": 216, "madvise": 233,
        "brk": 214, "futex": 98, "clock_gettime": 113, "gettimeofday": 169, "exit_group": 94,
    },
}  # fmt: skip
ON_THE_SOCKET = ("recvfrom", "sendto")
NEVER_EXECUTABLE = ("mmap", "mprotect")


def supported() -> bool:
    """Whether a filter can be made for this machine."""
    return platform.machine() in NUMBERS


def program(socket_fd: int) -> bytes:
    """The filter for a worker whose socket is ``socket_fd``."""
    machine = platform.machine()
    steps = [
        _step(LOAD, OFFSET_ARCHITECTURE),
        _step(JUMP_EQUAL, AUDIT_ARCHITECTURES[machine], 1, 0),
        _step(RETURN, RET_KILL_PROCESS),
        _step(LOAD, OFFSET_NUMBER),
    ]
    for name, number in NUMBERS[machine].items():
        rule = list(_rule(name, socket_fd))
        steps += [_step(JUMP_EQUAL, number, 0, len(rule)), *rule]
    return b"".join([*steps, _step(RETURN, RET_KILL_PROCESS)])


def install(libc: ctypes.CDLL, filter_program: bytes) -> None:
    """Bind this process to a filter, for good. Needs no_new_privs. Raises ``OSError`` where the kernel refuses."""
    instructions = ctypes.create_string_buffer(filter_program, len(filter_program))
    header = _Program(len(filter_program) // 8, ctypes.addressof(instructions))
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(header), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def _rule(name: str, socket_fd: int) -> Iterator[bytes]:
    if name in ON_THE_SOCKET:
        yield _step(LOAD, OFFSET_ARGUMENTS)
        yield _step(JUMP_EQUAL, socket_fd, 1, 0)
        yield _step(RETURN, RET_KILL_PROCESS)
    if name in NEVER_EXECUTABLE:
        yield _step(LOAD, OFFSET_ARGUMENTS + 8 * 2)
        yield _step(JUMP_ANY_BIT, PROT_EXEC, 0, 1)
        yield _step(RETURN, RET_KILL_PROCESS)
    yield _step(RETURN, RET_ALLOW)


def _step(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, operand)
