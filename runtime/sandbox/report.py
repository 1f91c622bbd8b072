"""Which layers of the sandbox this host gives: asked of a real worker, not of the kernel's version."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from runtime.child.lockdown import LAYERS
from runtime.sandbox.pool import WORKER_ROOM_BYTES
from runtime.sandbox.zygote import Zygote


class _Fact(NamedTuple):
    stops: str
    remedy: str


_FACTS: Mapping[str, _Fact] = MappingProxyType(
    {
        "namespaces": _Fact(
            "any network, and the host's shared memory",
            "run as root or allow user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone)",
        ),
        "own_uid": _Fact("acting as the host's user", "run as root, or allow user namespaces"),
        "parent_death": _Fact("a worker that outlives the host", "use Linux"),
        "descriptors": _Fact("open files and sockets of the host", "use Linux"),
        "no_new_privs": _Fact("gaining rights by set-user-id programs", "use Linux 3.5 or newer"),
        "landlock": _Fact(
            "opening any file, and TCP", "use Linux 5.13 or newer with Landlock (boot with lsm=landlock,…)"
        ),
        "rlimits": _Fact(
            "memory beyond the worker's share, new processes and files", "raise the host's own hard limits"
        ),
        "seccomp": _Fact(
            "every system call but a dozen", "use Linux on x86_64 or aarch64, built with CONFIG_SECCOMP_FILTER"
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Layer:
    """One protection: whether workers have it, what it stops, and what to do where it is missing."""

    name: str
    is_on: bool
    stops: str
    remedy: str


@dataclass(frozen=True, slots=True)
class SandboxReport:
    """All layers, in the order in which they come on."""

    layers: tuple[Layer, ...]

    @property
    def missing(self) -> list[str]:
        """The names of those that are off."""
        return [layer.name for layer in self.layers if not layer.is_on]


class Sandbox:
    """The sandbox of this host, whatever runtimes are open."""

    @staticmethod
    def report(without_layers: frozenset[str] = frozenset()) -> SandboxReport:
        """Start a zygote and a worker, ask it, and end both: about 80 ms.

        ``without_layers`` leaves layers out, as on a host that lacks them. Raises ``SandboxUnavailable`` where not even
        a process can be had.
        """
        zygote = Zygote(without=without_layers)
        try:
            worker = zygote.fork(WORKER_ROOM_BYTES)
            try:
                missing = worker.greet()
            finally:
                worker.kill()
        finally:
            zygote.close()
        return SandboxReport(tuple(Layer(name, name not in missing, *_FACTS[name]) for name in LAYERS))
