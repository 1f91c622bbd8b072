"""Run as a program, with the project's root and the layers to leave out: a process locked as a worker is, that attacks.

It prepares as the zygote does, then for each attack on its standard input forks a child, which locks itself by the
runtime's own code and, where a worker would serve its runs, makes one system call. A line of JSON a child says how it
ended: by which signal, or what the call returned and its errno.
"""

import ctypes
import json
import mmap
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOM_BYTES = 64 * 1024 * 1024
EXIT_BROKEN = 99
GETPID_BY_INT_80 = bytes.fromhex("b814000000cd80c3")
"""mov eax, 20; int 0x80; ret: the 32-bit getpid, a way into the kernel with numbers of its own."""

Call = Callable[[], int]


def main() -> None:
    """Attack by attack, each from a child of its own."""
    sys.path.insert(0, sys.argv[1])
    from runtime.child.lockdown import Lockdown

    lockdown = Lockdown(frozenset(filter(None, sys.argv[2].split(","))))
    lockdown.prepare()
    for name, number, arguments in json.load(sys.stdin):
        line = json.dumps({"name": name, **_end_of_child(lockdown, number, arguments)})
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _end_of_child(lockdown: Any, number: int, arguments: list[Any]) -> dict[str, Any]:
    ours, theirs = socket.socketpair()
    process_id = os.fork()
    if process_id == 0:
        try:
            ours.close()
            _attack(lockdown, theirs, number, arguments)
        finally:
            os._exit(EXIT_BROKEN)
    theirs.close()
    answer = ours.recv(4096)
    ours.close()
    _, status = os.waitpid(process_id, 0)
    signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    return {"signal": signal, **(json.loads(answer) if answer else {"returned": None, "errno": None, "missing": None})}


def _attack(lockdown: Any, connection: socket.socket, number: int, arguments: list[Any]) -> None:
    call = _prepared(connection, number, arguments)
    mapped_bytes = int(Path("/proc/self/statm").read_bytes().split()[0]) * mmap.PAGESIZE
    missing = lockdown.lock(connection, mapped_bytes + ROOM_BYTES)
    ctypes.set_errno(0)
    returned = call()
    answer = json.dumps({"returned": returned, "errno": ctypes.get_errno(), "missing": missing})
    connection.sendall(answer.encode())
    os._exit(0)


def _prepared(connection: socket.socket, number: int, arguments: list[Any]) -> Call:
    """The call with all that it needs in memory: nothing may be allocated by a forbidden call afterwards."""
    if number < 0:
        return _int_80()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    values = [_value(argument, connection) for argument in arguments]
    return lambda: int(libc.syscall(ctypes.c_long(number), *values))


def _value(argument: Any, connection: socket.socket) -> Any:
    """A number; ``{"text": …}`` and ``{"hex": …}`` for the address of bytes; a name for what only the child knows."""
    if isinstance(argument, int):
        return ctypes.c_long(argument)
    if isinstance(argument, dict):
        data = argument["text"].encode() + b"\0" if "text" in argument else bytes.fromhex(argument["hex"])
        return ctypes.create_string_buffer(data, len(data))
    known = {"socket": connection.fileno(), "self": os.getpid(), "parent": os.getppid(), "page": _page()}
    return ctypes.c_long(known[argument])


def _page() -> int:
    memory = mmap.mmap(-1, mmap.PAGESIZE)
    _kept.append(memory)
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


def _int_80() -> Call:
    memory = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(GETPID_BY_INT_80)
    _kept.append(memory)
    function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))
    return lambda: int(function())


_kept: list[mmap.mmap] = []

if __name__ == "__main__":
    main()
