"""Cases as tests write them: a text of YAML and a script, in a runtime that all of them share."""

import textwrap
from collections.abc import Callable, Iterator

import pytest

from runtime import Runtime
from runtime.replay.reading import read_text
from runtime.replay.running import Replayed, replay
from storage.ids import new_uuid7
from storage.sqlite.memory import MemoryStore

Replay = Callable[..., Replayed]


@pytest.fixture(scope="package")
def runtime() -> Iterator[Runtime]:
    """A runtime whose own store nobody uses."""
    store = MemoryStore(new_uuid7, lambda: 0)
    with Runtime.open(store, allow_weaker_sandbox=True) as opened:
        yield opened
    store.close()


@pytest.fixture
def replayed(runtime: Runtime) -> Replay:
    """Does the one case of a text, whose name is given, with a script."""

    def do(case: str, script: str, filename: str = "script.js") -> Replayed:
        body = textwrap.indent(textwrap.dedent(case).strip("\n"), "    ")
        return replay(runtime, read_text(f"cases:\n  - name: one\n{body}", "s.case.yaml"), 0, script, filename)

    return do
