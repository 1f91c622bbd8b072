"""The command line as a person uses it, in a folder of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from runtime.cli import main
from tests.conftest import make_plain


class Answer(NamedTuple):
    """What a command gave back."""

    status: int
    out: str
    err: str


Command = Callable[..., Answer]


def done_in(folder: Path, script: str, *options: str) -> Path:
    """The folder, when a script has run in it: once for all tests of a module, which copy it."""
    (folder / "c.js").write_text(script)
    with pytest.MonkeyPatch.context() as patch:
        make_plain(patch)
        patch.chdir(folder)
        assert main(["run", "c.js", "--customer", "c_1", *options]) == 0
    return folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the test."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def command(folder: Path, capsys: pytest.CaptureFixture[str]) -> Command:  # noqa: ARG001 - where it runs
    """Runs a command in the folder."""

    def call(*arguments: str) -> Answer:
        capsys.readouterr()
        status = main(arguments)
        return Answer(status, *capsys.readouterr())

    return call
