"""Landlock with no rule at all: no path can be opened, no TCP port bound or reached, no outside process signalled.

See landlock(7). Each ABI handles more rights; all that this kernel knows are taken away.
"""

import ctypes
import os
import struct

CREATE_RULESET, RESTRICT_SELF = 444, 446
CREATE_RULESET_VERSION = 1
FILE_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many low bits of the file rights an ABI knows."""
ABI_WITH_NETWORK, ABI_WITH_SCOPES = 4, 6
ALL_NETWORK, ALL_SCOPES = 0b11, 0b11


def abi_version(libc: ctypes.CDLL) -> int:
    """What this kernel offers; 0 for nothing."""
    version = libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(CREATE_RULESET_VERSION))
    return max(0, int(version))


def deny_everything(libc: ctypes.CDLL) -> None:
    """Take all rights from this process, for good. Needs no_new_privs. Raises ``OSError`` where the kernel refuses."""
    attributes = _attributes(abi_version(libc))
    ruleset_fd = libc.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    if ruleset_fd < 0:
        raise OSError(ctypes.get_errno(), "landlock_create_ruleset")
    try:
        if libc.syscall(RESTRICT_SELF, ruleset_fd, 0) != 0:
            raise OSError(ctypes.get_errno(), "landlock_restrict_self")
    finally:
        os.close(ruleset_fd)


def _attributes(abi: int) -> bytes:
    file_rights = (1 << FILE_RIGHTS_BY_ABI[min(abi, max(FILE_RIGHTS_BY_ABI))]) - 1
    attributes = struct.pack("Q", file_rights)
    if abi >= ABI_WITH_NETWORK:
        attributes += struct.pack("Q", ALL_NETWORK)
    if abi >= ABI_WITH_SCOPES:
        attributes += struct.pack("Q", ALL_SCOPES)
    return attributes
