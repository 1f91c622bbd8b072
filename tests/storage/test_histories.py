"""What sixteen clients in four processes were told, judged by a checker that knows only the rules."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from storage import open_store
from tests.storage.histories import Call, problems
from tests.storage.shop import EVERYTHING, Shop
from tests.storage.whole import assert_whole

ROOT = Path(__file__).parent.parent.parent
PROCESSES = 4
CALLS = 60


def test_no_update_is_lost_and_nothing_is_read_that_was_not_written(store_url: str) -> None:
    """Each read is a whole state, no older than what had ended before it began."""
    store = open_store(store_url)
    Shop(store).entity("deals")
    command = [sys.executable, "-W", "error", "-m", "tests.storage.histories", store_url]
    started = [
        subprocess.Popen(
            [*command, str(n), str(CALLS)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for n in range(PROCESSES)
    ]
    outputs = [process.communicate("go\n")[0] for process in started]
    assert [process.returncode for process in started] == [0] * PROCESSES
    history = [Call(**json.loads(line)) for output in outputs for line in output.splitlines()]
    assert len(history) == 16 * CALLS
    final = [
        Call("checker", int(entry.reference.id), None, entry.values, 2**62, 2**63)
        for entry in Shop(store).entries("deals", EVERYTHING)
    ]
    store.close()
    assert problems([*history, *final]) == []
    assert_whole(store_url)


WRITES = [Call("a", 0, 1, {}, 0, 10), Call("a", 0, 2, {}, 20, 30), Call("b", 0, 1, {}, 20, 40)]


@pytest.mark.parametrize(
    ("result", "verdict"),
    [
        ({"a": 2, "b": 1, "last": ["b", 1]}, []),
        ({"a": 2, "last": ["a", 2]}, []),
        ({"a": 1, "b": 1, "last": ["b", 1]}, ["a is 1, not from 2 to 2"]),
        ({"a": 3, "b": 1, "last": ["b", 1]}, ["a is 3, not from 2 to 2"]),
        ({"a": 2, "b": 1, "last": ["a", 1]}, ["last is not of this state"]),
        ({"a": 2, "b": 1, "c": 1, "last": ["b", 1]}, ["c never wrote"]),
        ({}, ["a is 0, not from 2 to 2"]),
    ],
)
def test_the_checker_finds_what_cannot_be(result: dict[str, object], verdict: list[str]) -> None:
    """A read that begins when a's second write has ended, and b's only one has not."""
    read = Call("c", 0, None, result, 35, 50)
    assert problems([*WRITES, read]) == [f"record 0: {problem} in {read}" for problem in verdict]
    assert problems([*WRITES, replace(read, record=1, result={})]) == []
