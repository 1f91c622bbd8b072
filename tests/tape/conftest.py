"""Two runtimes: one on a store, and one that knows nothing, for replays."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runtime import Runtime, Session, Tape
from runtime.tape.files import tape_of_text, tape_text
from tests.tape.round_trips import open_runtime

ADA = Session(brand="acme", customer_id="c_1", email="ada@example.com", name="Ada Lovelace")
NOW_MS = 1_773_565_200_000  # 2026-03-15T09:00:00Z
Record = Callable[..., Tape]


@pytest.fixture(scope="package")
def offline() -> Iterator[Runtime]:
    """For replays: its store is empty, and stays so."""
    with open_runtime() as opened:
        yield opened


@pytest.fixture(scope="module")
def live() -> Iterator[Runtime]:
    """With the entity that the scripts use."""
    with open_runtime() as opened:
        fields = "[{key: 'text'}, {key: 'email', type: 'email'}, {key: 'weight', type: 'number'}]"
        source = f"EnsureCrmEntity({{slug: 'notes', entityMode: 'data', fields: {fields}}})"
        assert opened.run(source, session=ADA).status == "ok"
        yield opened


@pytest.fixture
def record(live: Runtime) -> Record:
    """The tape of a script's run, as it is in a file."""

    def run(source: str, **options: Any) -> Tape:
        how = {"session": ADA, "filename": "checkin.js", "now_ms": NOW_MS, "seed": 1, "tape": True, **options}
        tape = live.run(source, **how).tape
        assert tape is not None
        return tape_of_text(tape_text(tape))

    return run
