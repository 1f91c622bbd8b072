"""Which layers there are is asked of a worker, and a host that lacks one is refused."""

import pytest

from runtime import Runtime, Sandbox, SandboxUnavailable, Session
from runtime.child.lockdown import LAYERS
from runtime.sandbox.pool import PoolSettings


def test_this_host_gives_every_layer() -> None:
    report = Sandbox.report()
    assert [layer.name for layer in report.layers] == list(LAYERS)
    assert report.missing == []


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_that_is_not_there_is_named(layer: str) -> None:
    """The kernel gives two of them only to a process that can gain no rights: they go with ``no_new_privs``."""
    needing = {"no_new_privs": ["landlock", "seccomp"]}
    assert Sandbox.report(frozenset({layer})).missing == [layer, *needing.get(layer, [])]


def test_a_runtime_refuses_to_open_on_a_host_that_lacks_a_layer() -> None:
    with pytest.raises(SandboxUnavailable) as refused:
        Runtime.open("sqlite://", pool=PoolSettings(without_layers=frozenset({"landlock"})))
    assert str(refused.value) == (
        "this host cannot give these layers of the sandbox: landlock;"
        " see 'funnelscript doctor', or allow a weaker sandbox"
    )


def test_a_weaker_sandbox_that_is_allowed_is_in_every_record() -> None:
    pool = PoolSettings(without_layers=frozenset({"landlock", "seccomp"}))
    with Runtime.open("sqlite://", pool=pool, allow_weaker_sandbox=True) as runtime:
        records = [runtime.run("1", session=Session(brand="acme")) for _ in range(2)]
    assert [record.sandbox_missing for record in records] == [["landlock", "seccomp"]] * 2
