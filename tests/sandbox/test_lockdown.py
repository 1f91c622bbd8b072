"""What native code in a locked worker can do: talk on its socket, no more. Each layer holds without seccomp too."""

import errno
import functools
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.sandbox.attacks import ATTACKS, INT_80, PASSWD, PRIVATE_ANONYMOUS, READ_WRITE, ZEROS

ROOT = Path(__file__).parents[2]
ATTACKER = Path(__file__).with_name("attacker.py")
GIB = 1 << 30
MADE_BY_ATTACK = {"text": "/tmp/funnelscript-attack"}
ALL_FD_NUMBERS = range(40)


class End(NamedTuple):
    """How a child ended: by a signal, or with what its call returned and the errno."""

    signal: int | None
    returned: int | None
    errno: int | None
    missing: tuple[str, ...] | None


@functools.cache
def _all_ends() -> dict[str, End]:
    return _ends("", {**ATTACKS, "32-bit calls by int 0x80": (INT_80, [])})


def _ends(without: str, attacks: dict[str, tuple[int, list[Any]]]) -> dict[str, End]:
    """Run attacks, each in a process of its own, locked with all layers but the named ones."""
    answer = subprocess.run(
        [sys.executable, "-I", str(ATTACKER), str(ROOT), without],
        input=json.dumps([[name, number, arguments] for name, (number, arguments) in attacks.items()]),
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    return {
        line["name"]: End(line["signal"], line["returned"], line["errno"], _tuple(line["missing"])) for line in lines
    }


def _tuple(items: list[str] | None) -> tuple[str, ...] | None:
    return None if items is None else tuple(items)


def _end(without: str, number: int, *arguments: Any) -> End:
    return _ends(without, {"only": (number, list(arguments))})["only"]


@pytest.mark.parametrize("name", ATTACKS)
def test_a_call_that_a_worker_does_not_need_kills_it(name: str) -> None:
    """By SIGSYS, before the kernel has looked at the arguments."""
    assert _all_ends()[name] == End(signal.SIGSYS, None, None, None)


def test_the_32_bit_entry_to_the_kernel_is_shut() -> None:
    """Where the kernel has that entry at all; else the instruction itself is a fault."""
    end = _all_ends()["32-bit calls by int 0x80"]
    assert (end.signal, end.returned) in {(signal.SIGSYS, None), (signal.SIGSEGV, None)}


@pytest.mark.parametrize(
    ("number", "arguments"),
    [
        pytest.param(228, [1, ZEROS], id="clock_gettime"),
        pytest.param(44, ["socket", ZEROS, 0, 0, 0, 0], id="send on its socket"),
        pytest.param(11, ["page", 4096], id="munmap"),
        pytest.param(28, ["page", 4096, 4], id="madvise"),
        pytest.param(10, ["page", 4096, 1], id="mprotect"),
    ],
)
def test_what_a_worker_needs_is_allowed(number: int, arguments: list[Any]) -> None:
    """The attacker's ways work: what is refused elsewhere is refused by the lock, not by a broken test."""
    assert _end("", number, *arguments) == End(None, 0, 0, ())


def test_memory_is_bounded_though_mapping_is_allowed() -> None:
    end = _end("", 9, 0, GIB, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0)
    assert end == End(None, -1, errno.ENOMEM, ())


@pytest.mark.parametrize(
    ("without", "number", "arguments", "refusal"),
    [
        pytest.param("seccomp,rlimits", 2, [PASSWD, 0], errno.EACCES, id="landlock: read a file"),
        pytest.param("seccomp,rlimits", 2, [MADE_BY_ATTACK, 0o101, 0o644], errno.EACCES, id="landlock: make a file"),
        pytest.param("seccomp", 83, [MADE_BY_ATTACK, 0o755], errno.EACCES, id="landlock: make a directory"),
        pytest.param("seccomp,rlimits", 59, [{"text": "/bin/true"}, 0, 0], errno.EACCES, id="landlock: execute"),
        pytest.param("seccomp,landlock", 2, [PASSWD, 0], errno.EMFILE, id="rlimits: no descriptor for a file"),
        pytest.param("seccomp,landlock", 41, [2, 1, 0], errno.EMFILE, id="rlimits: no descriptor for a socket"),
        pytest.param("seccomp,landlock", 57, [], errno.EAGAIN, id="rlimits: no process"),
        pytest.param("seccomp,landlock", 160, [7, {"hex": "ff" * 16}], errno.EPERM, id="rlimits: not to be raised"),
        pytest.param("seccomp,landlock,rlimits", 105, [0], errno.EPERM, id="own uid: not to be root"),
        pytest.param("seccomp,landlock,rlimits", 62, [1, 9], errno.EPERM, id="own uid: no signal to others"),
        pytest.param("seccomp,landlock,rlimits", 101, [16, 1, 0, 0], errno.EPERM, id="own uid: no trace of others"),
        pytest.param("seccomp,landlock,rlimits", 161, [{"text": "/"}], errno.EPERM, id="own uid: no chroot"),
        pytest.param("seccomp,landlock,rlimits", 101, [16, "parent", 0, 0], errno.EPERM, id="not dumpable: no trace"),
        pytest.param("seccomp", 62, ["parent", 9], errno.EPERM, id="landlock: no signal to the zygote"),
    ],
)
def test_the_other_layers_refuse_what_is_theirs_without_seccomp(
    without: str, number: int, arguments: list[Any], refusal: int
) -> None:
    """Each one alone stands between an attacker and the same harm."""
    end = _end(without, number, *arguments)
    assert (end.signal, end.returned, end.errno) == (None, -1, refusal)


def test_no_descriptor_is_left_but_the_socket() -> None:
    """Asked of each number: all are closed but one."""
    attacks = {str(number): (72, [number, 1, 0]) for number in ALL_FD_NUMBERS}
    answers = [(end.returned != -1, end.errno) for end in _ends("seccomp", attacks).values()]
    assert sorted(answers) == [(False, errno.EBADF)] * (len(ALL_FD_NUMBERS) - 1) + [(True, 0)]


def test_privileges_cannot_come_back() -> None:
    """PR_GET_NO_NEW_PRIVS, PR_GET_DUMPABLE and the parent's death as the kernel has them."""
    ends = _ends("seccomp", {"no_new_privs": (157, [39, 0, 0, 0, 0]), "dumpable": (157, [3, 0, 0, 0, 0])})
    assert {name: end.returned for name, end in ends.items()} == {"no_new_privs": 1, "dumpable": 0}


def test_capabilities_are_gone_even_as_root() -> None:
    """chroot(2) needs one; a worker that kept its uid has none either."""
    end = _end("own_uid,seccomp,landlock,rlimits", 161, {"text": "/"})
    assert (end.signal, end.returned, end.errno) == (None, -1, errno.EPERM)


def test_there_is_no_network_to_reach() -> None:
    """In the zygote's own network namespace there is only a loopback, and it is down."""
    program = (
        f"import sys, socket; sys.path.insert(0, {str(ROOT)!r});"
        "from runtime.child.lockdown import Lockdown; Lockdown().prepare();"
        "print([name for _, name in socket.if_nameindex()], socket.socket().connect_ex(('127.0.0.1', 22)))"
    )
    answer = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout == f"['lo'] {errno.ENETUNREACH}\n"
