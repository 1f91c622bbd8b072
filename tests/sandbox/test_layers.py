"""The layers as the operating system shows them from outside, on workers of a real runtime; as root and as nobody."""

import ctypes
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from runtime import SandboxUnavailable
from runtime.child.lockdown import LAYERS
from runtime.sandbox.pool import WORKER_ROOM_BYTES
from runtime.sandbox.report import Sandbox
from tests.sandbox.conftest import SMALL_POOL, OpenRuntime, run
from tests.sandbox.processes import all_of, are_gone, wait_until, zygote

SMALL_HOST = Path(__file__).with_name("small_host.py")
ROOT = Path(__file__).parents[2]
NOBODY = 65_534
PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 8, 47, 2
CAP_DAC_READ_SEARCH, CAPABILITY_VERSION_3 = 2, 0x2008_0522
CLONE_NEWUSER = 0x1000_0000
SPOKEN_LINES = 5


@pytest.fixture
def worker_id(open_runtime: OpenRuntime) -> int:
    """The process of a worker that has served a run and waits for the next."""
    runtime = open_runtime()
    assert run(runtime, "1").status == "ok"
    return next(iter(runtime._pool._idle)).process_id


def test_every_layer_is_on(open_runtime: OpenRuntime) -> None:
    """On every machine that is to show it; a record and the report say the same."""
    assert run(open_runtime(), "1").sandbox_missing == []
    assert Sandbox.report().missing == []


def test_the_kernel_says_what_a_worker_is_bound_to(worker_id: int) -> None:
    """A filter, no new privileges, no capability, and no user or group of the host's."""
    status = _status(worker_id)
    assert status["Seccomp"] == "2"
    assert status["NoNewPrivs"] == "1"
    assert {status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {"0" * 16}
    assert status["Threads"] == "1"
    if os.getuid() == 0:
        user_ids = {int(word) for word in f"{status['Uid']} {status['Gid']}".split()}
        assert len(user_ids) == 1
        assert user_ids.pop() >= 0x7000_0000
        assert status["Groups"] == ""


def test_a_worker_is_in_namespaces_of_its_own(worker_id: int) -> None:
    kinds = ("net", "ipc", "uts")
    assert [_namespace(worker_id, kind) == _namespace(os.getpid(), kind) for kind in kinds] == [False] * 3


def test_a_worker_has_one_descriptor(worker_id: int) -> None:
    """Its socket."""
    descriptors = list(Path(f"/proc/{worker_id}/fd").iterdir())
    assert len(descriptors) == 1
    assert str(descriptors[0].readlink()).startswith("socket:")


def test_a_workers_limits_are_the_kernels(worker_id: int) -> None:
    """Its memory by address space: what it mapped when it was born, the heap and some room."""
    text = Path(f"/proc/{worker_id}/limits").read_text(encoding="ascii")
    assert _limit(text, "Max open files") == _limit(text, "Max processes") == ("0", "0")
    assert _limit(text, "Max file size") == _limit(text, "Max core file size") == ("0", "0")
    assert _limit(text, "Max locked memory") == ("0", "0")
    soft, hard = map(int, _limit(text, "Max address space"))
    assert soft == hard
    assert WORKER_ROOM_BYTES < soft < 10 * WORKER_ROOM_BYTES


def test_a_zygote_has_one_thread(open_runtime: OpenRuntime) -> None:
    """With more it could neither be forked safely nor enter a user namespace."""
    assert zygote(open_runtime()).num_threads() == 1


def test_a_zygote_has_an_empty_environment(open_runtime: OpenRuntime) -> None:
    """Nothing of the host's: no credentials that a worker could be made to give away."""
    environment = zygote(open_runtime()).environ()
    assert environment == {"TZ": "UTC0", "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_that_is_missing_is_told_in_every_record(open_runtime: OpenRuntime, layer: str) -> None:
    """A host that allows it runs on; one that does not refuses before it sends a job."""
    without = frozenset({layer})
    pool = replace(SMALL_POOL, fresh_workers=0, without_layers=without)
    weaker = run(open_runtime(pool, allow_weaker_sandbox=True), "setVariable('done', true)")
    assert layer in weaker.sandbox_missing
    assert (weaker.status, weaker.variables) == ("ok", {"done": True})
    assert layer in Sandbox.report(without).missing
    with pytest.raises(SandboxUnavailable, match=layer):
        run(open_runtime(pool), "1")


def test_the_whole_works_for_an_unprivileged_user() -> None:
    """As nobody: with the namespaces that the kernel gives to everybody, and the kill still kills."""
    with small_host(as_nobody=True) as (host, said):
        assert [(line["status"], line["variables"]) for line in said[:4]] == [
            ("ok", {"sum": 2}), ("time_limit", {}), ("error", {}), ("ok", {"sum": 4}),
        ]  # fmt: skip
        assert said[0]["missing"] == ([] if _user_namespaces_are_given() else ["namespaces", "own_uid"])
        assert said[4]["uid"] == (NOBODY if os.getuid() == 0 else os.getuid())
        its_workers = psutil.Process(said[4]["zygote"]).children()
        assert its_workers
        for worker in its_workers:
            assert _status(worker.pid)["CapEff"] == "0" * 16
            assert _namespace(worker.pid, "user") != _namespace(host.pid, "user")


@pytest.mark.parametrize("as_nobody", [False, True])
def test_nothing_outlives_a_host_that_was_killed(as_nobody: bool) -> None:
    """By SIGKILL, so that it could tidy nothing up: the kernel ends the zygote and its workers."""
    with small_host(as_nobody=as_nobody) as (host, said):
        processes = all_of(psutil.Process(said[4]["zygote"]))
        assert len(processes) >= 2
        host.kill()
        assert wait_until(lambda: are_gone(processes))


@contextmanager
def small_host(*, as_nobody: bool) -> Iterator[tuple["subprocess.Popen[str]", list[dict[str, Any]]]]:
    """A host in a process of its own, and the lines that it said."""
    with subprocess.Popen(
        [sys.executable, str(SMALL_HOST), str(ROOT)],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd="/",
        env={"HOME": "/", "TMPDIR": "/tmp", "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=_become_nobody if as_nobody and os.getuid() == 0 else None,  # noqa: PLW1509 - one thread here
    ) as host:
        try:
            assert host.stdout is not None
            yield host, [json.loads(host.stdout.readline()) for _ in range(SPOKEN_LINES)]
        finally:
            host.kill()


def _become_nobody() -> None:
    """No root any more; one ambient capability, to read: the interpreter may lie where only root can look."""
    libc = ctypes.CDLL(None, use_errno=True)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    one = 1 << CAP_DAC_READ_SEARCH
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)(one, one, one, 0, 0, 0)) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    if libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _user_namespaces_are_given() -> bool:
    """Whether this kernel gives one to a user without rights."""
    libc = ctypes.CDLL(None)
    process_id = os.fork()
    if process_id == 0:
        if os.getuid() == 0:
            os.setresuid(NOBODY, NOBODY, NOBODY)
        os._exit(-libc.unshare(CLONE_NEWUSER))
    return os.waitpid(process_id, 0)[1] == 0


def _status(process_id: int) -> dict[str, str]:
    lines = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _namespace(process_id: int, kind: str) -> str:
    return str(Path(f"/proc/{process_id}/ns/{kind}").readlink())


def _limit(text: str, name: str) -> tuple[str, str]:
    line = next(line for line in text.splitlines() if line.startswith(name))
    soft, hard = line[len(name) :].split()[:2]
    return soft, hard
