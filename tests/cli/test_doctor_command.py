"""``funnelscript doctor`` on a host that gives every layer, and on one that does not."""

import json

import pytest

from runtime.child.lockdown import LAYERS
from runtime.cli import doctor as doctor_command
from runtime.sandbox.report import Sandbox, SandboxReport
from tests.cli.conftest import Command


def test_whole_sandbox_is_said_to_be_complete(command: Command) -> None:
    answer = command("doctor")
    assert (answer.status, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert [line.split()[:2] for line in lines if line.startswith("on ")] == [["on", layer] for layer in LAYERS]
    assert lines[-1] == "The sandbox is complete."


def test_json_has_every_layer(command: Command) -> None:
    answer = command("doctor", "--json")
    assert [(layer["name"], layer["is_on"]) for layer in json.loads(answer.out)["layers"]] == [
        (layer, True) for layer in LAYERS
    ]


def test_a_missing_layer_comes_with_what_to_do(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    class WithoutLandlock:
        @staticmethod
        def report() -> SandboxReport:
            return Sandbox.report(frozenset({"landlock"}))

    monkeypatch.setattr(doctor_command, "Sandbox", WithoutLandlock)
    answer = command("doctor")
    assert answer.status == 4
    said = " ".join(answer.out.split())
    assert (
        "MISSING landlock would stop opening any file, and TCP;"
        " use Linux 5.13 or newer with Landlock (boot with lsm=landlock,…)"
    ) in said
    assert said.endswith(
        "The sandbox lacks landlock: run only scripts that you trust as your own, with a weaker sandbox allowed."
    )
