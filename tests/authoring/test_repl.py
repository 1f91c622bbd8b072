"""``funnelscript repl``: what a person gets for each line, from a pipe and at a real terminal."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.authoring.completing import Completion, completions
from runtime.authoring.prompt import as_line, is_open
from runtime.known_names import AWAIT_NOT_HERE
from storage import open_store
from storage.models import Entity
from storage.queries import ListEntities

PROGRAM = Path(sys.executable).with_name("funnelscript")


def repl(folder: Path, lines: str, *options: str) -> str:
    done = subprocess.run(
        [PROGRAM, "repl", *options], cwd=folder, input=lines, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


LINES = {
    "1 + 1": "2\n",
    "'a\\nb'": '"a\\nb"\n',
    "undefined": "",
    "var a = 1\nlet b = 2\nconst c = 3\na + b + c": "6\n",
    "class A { m() { return 5; } }\nnew A().m()": "5\n",
    "{ q: [1, 2] }": "{ q: [1, 2] }\n",
    "function f() {\n  return 7;\n}\nf()": "7\n",
    "console.log('hi')\n3": "log    hi\n3\n",
    "is_customer\ncustomer.id": 'true\n"c_1"\n',
    ".exit\n1": "",
}
"""What a person types, and what is shown of it."""


def test_a_line_s_value_is_shown_and_what_it_declares_stays(tmp_path: Path) -> None:
    lines = "".join(f"{line}\n" for line in LINES)
    assert repl(tmp_path, lines, "--customer", "c_1") == "".join(LINES.values())


def test_errors_are_shown_in_their_line_and_the_session_goes_on(tmp_path: Path) -> None:
    assert repl(tmp_path, "var a = 1\nnope(a)\nlet x = ;\na\n") == (
        "ReferenceError: nope is not defined\n"
        "  at <prompt>:1:1\n"
        "  1 | nope(a)\n"
        "    | ^\n"
        "SyntaxError: unexpected token in expression: ';'\n"
        "  at <prompt>:1:9\n"
        "  1 | let x = ;\n"
        "    |         ^\n"
        "1\n"
    )


def test_an_error_says_what_was_perhaps_meant(tmp_path: Path) -> None:
    assert repl(tmp_path, "setVariabel('a', 1)\nawait 1\nexit()\n") == (
        "ReferenceError: setVariabel is not defined, did you mean 'setVariable'?\n"
        "  at <prompt>:1:1\n"
        "  1 | setVariabel('a', 1)\n"
        "    | ^\n"
        f"SyntaxError: {AWAIT_NOT_HERE}\n"
        "  at <prompt>:1:7\n"
        "  1 | await 1\n"
        "    |       ^\n"
        "ReferenceError: exit is not defined\n"
        "  at <prompt>:1:1\n"
        "  1 | exit()\n"
        "    | ^\n"
        "here it is .exit\n"
    )


def test_writes_are_done_at_once_and_entries_shows_them(tmp_path: Path) -> None:
    lines = (
        "EnsureCrmEntity({ slug: 'deals', fields: [{ key: 'seats' }] }).created\n"
        "setCrmField({ slug: 'deals', fieldKey: 'seats', value: 10 }).ok\n"
        ".entries\n"
        "setCrmField({ slug: 'deals', feildKey: 'seats' })\n"
    )
    shown = repl(tmp_path, lines, "--customer", "c_1")
    assert re.sub(r"20\d\d-\S+Z  \S+", "…", shown) == (
        "true\ntrue\n\nEntries of customer c_1\n\nDeals (deals)\n  …\n    seats  10\n"
        "unknown_property  setCrmField: unknown property 'feildKey', did you mean 'fieldKey'?  at <prompt>:1:1\n"
        "TypeError: setCrmField: 'fieldKey' is missing (got slug, feildKey)\n"
        "  at <prompt>:1:1\n"
        "  1 | setCrmField({ slug: 'deals', feildKey: 'seats' })\n"
        "    | ^\n"
    )


def test_an_error_at_the_prompt_names_what_it_is_about(tmp_path: Path) -> None:
    shown = repl(tmp_path, "var a = {}\na.b.c\nconsole.lgo(1)\n")
    assert [line for line in shown.splitlines() if line.startswith("TypeError")] == [
        "TypeError: cannot read property 'c' of undefined: a.b is undefined",
        "TypeError: console.lgo is not a function",
    ]


def test_a_script_that_ends_itself_is_followed_by_a_new_one(tmp_path: Path) -> None:
    """The visitor that it made stays the visitor."""
    lines = (
        "EnsureCrmEntity({ slug: 'deals' }).ok\nvar a = 1\n"
        "session.setCustomer({ email: 'ada@example.com' }).email\n"
        "addCrmFieldValue({ slug: 'deals', fieldKey: 'x', value: 1 }).ok\n"
        "redirect('/next')\na\ncustomer.id !== null\n"
    )
    shown = repl(tmp_path, lines)
    assert shown.splitlines()[-7:] == [
        'redirect  "302 /next"',
        "the script ended here: what was declared is gone",
        "ReferenceError: a is not defined",
        "  at <prompt>:1:1",
        "  1 | a",
        "    | ^",
        "true",
    ]


ENDLESS = "EnsureCrmEntity({ slug: 'begun' }); for (;;);"
"""Says in the store that it has begun."""


@contextmanager
def terminal(folder: Path) -> Iterator[tuple[int, int]]:
    """A real terminal with the command in it: the file descriptor of the person's side, and the process."""
    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    said = {"TERM": "xterm", "NO_COLOR": "1", "PROMPT_TOOLKIT_NO_CPR": "1", "XDG_STATE_HOME": str(folder / "state")}
    environment = {**os.environ, **said}
    process = subprocess.Popen(
        [PROGRAM, "repl", "--customer", "c_1"],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield mine, process.pid
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        os.close(mine)


def until(descriptor: int, pattern: str) -> str:
    """Read what the terminal shows until it matches."""
    shown, deadline = "", time.monotonic() + 60
    while not re.search(pattern, shown):
        assert select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))[0], shown
        shown += os.read(descriptor, 65_536).decode("utf-8", "replace")
    return shown


def test_at_a_terminal_names_are_completed_and_lines_remembered(tmp_path: Path) -> None:
    with terminal(tmp_path) as (person, process_id):
        until(person, r"brand demo · the visitor is c_1 · \.help, \.exit[^>]*>")
        os.write(person, b"is_cust\t")
        until(person, "omer")
        os.write(person, b"\r")
        until(person, "true[^>]*>")
        os.write(person, f"{ENDLESS}\r".encode())
        with closing(open_store(f"sqlite:///{tmp_path / 'funnelscript.db'}")) as store:
            while not store.query("demo", ListEntities()):  # the test's own time limit ends it
                time.sleep(0.01)
        os.kill(process_id, signal.SIGINT)
        until(person, "interrupted: what was declared is gone[^>]*>")
        os.write(person, b"6 * 7\r")
        until(person, r"42[^>]*>")  # the next prompt takes keys
        os.write(person, b"\x04")
    history = (tmp_path / "state" / "funnelscript" / "history").read_text()
    assert [line[1:] for line in history.splitlines() if line.startswith("+")] == ["is_customer", ENDLESS, "6 * 7"]


@pytest.fixture
def entities(shop: str) -> list[Entity]:
    """What the shop has defined."""
    store = open_store(shop)
    try:
        return store.query("demo", ListEntities())
    finally:
        store.close()


@pytest.mark.parametrize(
    ("before", "offered"),
    [
        ("setCrmFi", ["setCrmField", "setCrmFields"]),
        ("console.lo", ["log"]),
        ("setCrmField({ slug: '", ["weight-tracker", "cities", "deals"]),
        ("setCrmField({ slug: 'we", ["weight-tracker"]),
        ("setCrmField({ slug: 'deals', fieldKey: '", ["deal_value", "city"]),
        ("getCrmFields({ slug: \"deals\", fieldKeys: ['city', 'd", ["deal_value"]),
        ("SetCrmRelation({ slug: 'deals', relationKey: '", ["city"]),
        ("moveCrmLead({ slug: 'deals', pipelineSlug: 's", ["sales"]),
        ("moveCrmToStage({ slug: 'weight-tracker', stageSlug: '", ["starting", "goal-reached"]),
        ("setCrmField({ slug: 'deals', field", ["fieldKey"]),
        ("var x = ", []),
        ("'text", []),
    ],
)
def test_what_may_come_next_is_offered(entities: list[Entity], before: str, offered: list[str]) -> None:
    found = completions(before, entities)
    assert [one.text for one in found] == offered
    assert all(before.endswith(before[len(before) - one.replaced :]) for one in found)


def test_a_completion_says_what_it_is(entities: list[Entity]) -> None:
    assert completions("clearCrmEntries({ slug: 'ci", entities) == [Completion("cities", 2, "Cities")]


@pytest.mark.parametrize(
    ("line", "more"), [("f(", True), ("`a", False), ("f()", False), ("f())", False), ("{ a: [", True)]
)
def test_a_line_with_an_open_bracket_goes_on(line: str, more: bool) -> None:
    assert is_open(line) is more


@given(st.text())
def test_any_line_can_be_looked_at(text: str) -> None:
    assert isinstance(is_open(text), bool)
    assert isinstance(as_line(text), str)
    assert isinstance(completions(text, []), list)
