"""What a command loads, as a process of its own says; and that the list of commands is what they say themselves."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.cli.app import COMMANDS, Deferred
from tests.cli.conftest import Command

HEAVY = ("bindings", "pydantic", "psycopg", "redis", "rich", "rq", "runtime.runtime", "storage.models", "structlog")
"""What costs from 20 ms on to load."""
PROGRAM = """
import json, sys
from runtime.cli import main
status = main(sys.argv[2:])
print(json.dumps([status, [name for name in json.loads(sys.argv[1]) if name in sys.modules]]))
"""


def loaded(folder: Path, modules: tuple[str, ...], *arguments: str) -> tuple[int, list[str]]:
    """A command's exit status, and which of the modules its process had loaded at its end."""
    command = [sys.executable, "-c", PROGRAM, json.dumps(modules), *arguments]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    status, found = json.loads(answer.stdout.splitlines()[-1])
    return status, found


@pytest.mark.parametrize(
    ("arguments", "status", "found"),
    [
        (["--version"], 0, []),
        (["--help"], 0, ["rich"]),
        (["runn"], 2, []),
        (["--feed"], 2, []),
    ],
)
def test_what_calls_no_command_loads_none(folder: Path, arguments: list[str], status: int, found: list[str]) -> None:
    """Only help is drawn by rich."""
    assert loaded(folder, HEAVY, *arguments) == (status, found)


SANDBOX = ("bindings.registry", "runtime.record", "runtime.runtime", "runtime.sandbox.pool", "runtime.tape.model")
ONLY_SOME_RUNS = ("bindings.codec", "runtime.dry_run.plan", "rq", "tree_sitter")


@pytest.mark.parametrize("arguments", [["entries"], ["migrate", "status"], ["modules", "list"], ["tokens", "list"]])
def test_reading_a_store_loads_no_sandbox_and_no_functions(folder: Path, arguments: list[str]) -> None:
    assert loaded(folder, SANDBOX, *arguments) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--feed"], []),
        ([], ["pydantic"]),
        (["missing.js"], ["pydantic", "rich", "structlog"]),
        (["-", "--watch"], ["pydantic", "rich", "structlog"]),
    ],
    ids=["unknown option", "no file", "missing file", "options that do not go together"],
)
def test_mistake_in_the_arguments_of_run_loads_nothing_of_a_run(
    folder: Path, arguments: list[str], found: list[str]
) -> None:
    """Arguments are put into types by pydantic; structlog is there once they are right, and takes rich along."""
    assert loaded(folder, HEAVY, "run", *arguments) == (2, found)


def test_run_builds_the_checks_of_those_functions_alone_that_are_called(folder: Path) -> None:
    """A host that does many runs has all of them from its opening on."""
    (folder / "one.js").write_text("EnsureCrmEntity({ slug: 'deals' })")
    program = """
import sys
from bindings.registry import FUNCTIONS
from runtime import Runtime
from runtime.cli import main
built = lambda: [name for name, one in FUNCTIONS.items() if one.arguments.__pydantic_complete__]
print(built(), main(["run", "one.js"]), built())
Runtime.open("sqlite://").close()
print(built() == [*FUNCTIONS])
"""
    answer = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
    lines = answer.stdout.splitlines()
    assert (lines[-2], lines[-1]) == ("[] 0 ['EnsureCrmEntity']", "True")


def test_run_loads_what_runs_scripts_and_nothing_else(folder: Path) -> None:
    """The models of writes that are put off, plans and the parser of modules are for those runs that have any."""
    (folder / "empty.js").write_text("")
    assert loaded(folder, (*SANDBOX, *ONLY_SOME_RUNS), "run", "empty.js") == (0, [*SANDBOX])


@pytest.mark.parametrize("name", COMMANDS)
def test_line_in_the_list_of_commands_is_the_commands_own(name: str) -> None:
    command = Deferred(name).loaded()
    assert (command.name, command.help) == (name, COMMANDS[name].help)


def test_help_lists_every_command_in_the_order_of_the_list(command: Command) -> None:
    lines = [line.strip(" │").split() for line in command("--help").out.splitlines()]
    first = [words[0] for words in lines if words]
    assert [word for word in first if word in COMMANDS] == [*COMMANDS]
