"""How a worker gives up, before it sees user code, all that it does not need; and how the zygote prepares for that.

Each layer stands alone: one that this host cannot give is named in ``missing`` and the others still hold.
"""

import ctypes
import os
import resource
import secrets
import signal
import socket
import struct
from collections.abc import Callable

from runtime.child import landlock, seccomp

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS = 0x1000_0000, 0x4000_0000, 0x0800_0000, 0x0400_0000
CAPABILITY_VERSION_3 = 0x2008_0522
FIRST_SPARE_UID, SPARE_UIDS = 0x7000_0000, 0x0FFF_FFFF
HIGHEST_FD = 65_536

LAYERS = ("namespaces", "own_uid", "parent_death", "descriptors", "no_new_privs", "landlock", "rlimits", "seccomp")
"""All layers, in the order in which they come on. The first two are the zygote's, for all of its workers."""


class Lockdown:
    """The layers of one zygote. ``prepare`` once, then ``lock`` in each forked worker."""

    def __init__(self, without: frozenset[str] = frozenset()) -> None:
        """``without`` names layers to leave out, as on a host that lacks them."""
        self.libc = ctypes.CDLL(None, use_errno=True)
        self._without = without
        self._missing: list[str] = []

    def prepare(self) -> list[str]:
        """Put the zygote into a user and namespaces of its own, and see what workers will lack."""
        self._zygote_id = os.getpid()
        self._try("namespaces", self._enter_namespaces)
        self._try("own_uid", self._take_own_uid)
        self.die_with_parent()
        return list(self._missing)

    def die_with_parent(self) -> None:
        """End when the parent ends. Asked for again after each change of user, which clears it."""
        self._prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

    def lock(self, connection: socket.socket, address_space_bytes: int) -> list[str]:
        """Lock this worker for good. Gives the names of all layers that are missing, the zygote's included."""
        socket_fd = connection.fileno()
        self._try("parent_death", self._die_with_zygote)
        self._try("descriptors", lambda: _close_all_but(socket_fd))
        self._try("no_new_privs", self._give_up_privileges)
        self._prctl(PR_SET_DUMPABLE, 0)
        # Before the limits: a ruleset takes a descriptor, of which there are none afterwards.
        self._try("landlock", lambda: landlock.deny_everything(self.libc))
        self._try("rlimits", lambda: _set_rlimits(address_space_bytes))
        filter_program = seccomp.program(socket_fd) if seccomp.supported() else b""
        # Nothing after this line may need a system call that the filter lacks.
        self._try("seccomp", lambda: seccomp.install(self.libc, filter_program))
        return list(self._missing)

    def _die_with_zygote(self) -> None:
        self.die_with_parent()
        if os.getppid() != self._zygote_id:
            os._exit(0)  # it ended before this was asked for

    def _try(self, layer: str, put_on: Callable[[], object]) -> None:
        if layer in self._without:
            self._missing.append(layer)
            return
        try:
            put_on()
        except (OSError, ValueError, KeyError):
            self._missing.append(layer)

    def _prctl(self, option: int, value: int) -> None:
        if self.libc.prctl(option, value, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"prctl {option}")

    def _give_up_privileges(self) -> None:
        """No capability, also not those that come with a user namespace of one's own, and none to be had again."""
        header, nothing = struct.pack("Ii", CAPABILITY_VERSION_3, 0), bytes(24)
        if self.libc.capset(header, nothing) != 0:
            raise OSError(ctypes.get_errno(), "capset")
        self._prctl(PR_SET_NO_NEW_PRIVS, 1)

    def _enter_namespaces(self) -> None:
        wanted = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
        user_id, group_id = os.getuid(), os.getgid()
        if user_id != 0:
            wanted |= CLONE_NEWUSER
        if self.libc.unshare(wanted) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        if user_id != 0:
            _map_own_user(user_id, group_id)

    def _take_own_uid(self) -> None:
        if os.getuid() != 0:
            # In a user namespace of its own, the process is nobody outside but itself.
            if "namespaces" in self._missing:
                raise OSError("neither root nor a user namespace")
            return
        spare_id = FIRST_SPARE_UID + secrets.randbelow(SPARE_UIDS)
        os.setgroups([])
        os.setresgid(spare_id, spare_id, spare_id)
        os.setresuid(spare_id, spare_id, spare_id)


def _map_own_user(user_id: int, group_id: int) -> None:
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{user_id} {user_id} 1"),
        ("gid_map", f"{group_id} {group_id} 1"),
    ):
        # As bytes: the interpreter's own files, such as those of a codec, may be out of reach by now.
        with open(f"/proc/self/{name}", "wb", buffering=0) as file:
            file.write(line.encode())


def _close_all_but(kept_fd: int) -> None:
    os.closerange(0, kept_fd)
    os.closerange(kept_fd + 1, HIGHEST_FD)


def _set_rlimits(address_space_bytes: int) -> None:
    for limit, value in (
        (resource.RLIMIT_AS, address_space_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(limit, (value, value))
