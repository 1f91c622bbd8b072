"""Frames between the host and a worker: four bytes of length, little-endian, then UTF-8 text.

The first character of a frame says what it is; lines part it. From the host: ``J`` a job of a script, ``K`` one of a
template (limits, of which the depth of modules is 0 for what cannot be one; the job), ``A`` the answer; to a call, it
and a job may carry answers ahead: a line with a call, a line with its answer, and so on. From a worker: ``H`` ready and
locked, ``I`` a module that is imported (its code; the answer is its source, or what is wrong), ``C`` a call that waits
for its answer (which answers ahead were used since the last call; the call), ``T`` a question for what is left of the
limits (the memory that is), ``S`` where in the script the next call stands (only in a job that asks for it), ``V`` a
variable, ``L`` a log line (both sent at once and never answered, so that a killed run keeps them), ``D`` a piece of a
page and ``F`` an expression that failed in it (from a template's run, not answered), ``R`` the end of a run (memory and
answers used; the result).
"""

import socket
import struct

SCRIPT_JOB, TEMPLATE_JOB = "J", "K"
HEADER_BYTES = 4
READ_BYTES = 65_536
FORK_REQUEST = struct.Struct("<q")
"""To the zygote, which is no worker and takes no frames: the address space of one that is to be made, in bytes."""
FORK_ANSWER = struct.Struct("<i")
"""The worker's process id, 0 where there is none."""


def pack(text: str) -> bytes:
    """The frame of a text. A lone surrogate in it is replaced: what a script sends never stops its worker."""
    payload = text.encode("utf-8", "replace")
    return len(payload).to_bytes(HEADER_BYTES, "little") + payload


def receive(connection: socket.socket) -> str:
    """The next frame of a peer that sends one frame and then waits. Raises ``EOFError`` where it is gone."""
    data = connection.recv(READ_BYTES)
    while len(data) < HEADER_BYTES:
        data += _more(connection)
    whole_bytes = HEADER_BYTES + int.from_bytes(data[:HEADER_BYTES], "little")
    if len(data) < whole_bytes:
        data = _rest(connection, data, whole_bytes)
    return data[HEADER_BYTES:].decode("utf-8")


def _rest(connection: socket.socket, data: bytes, whole_bytes: int) -> bytes:
    parts = [data]
    missing_bytes = whole_bytes - len(data)
    while missing_bytes > 0:
        part = _more(connection)
        parts.append(part)
        missing_bytes -= len(part)
    return b"".join(parts)


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(READ_BYTES)
    if not part:
        raise EOFError
    return part
