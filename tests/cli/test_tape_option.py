"""``funnelscript run --tape``: the run, written down."""

import json
from pathlib import Path

from runtime.tape.files import read_tape
from tests.cli.conftest import Command

SCRIPT = "console.log(getUser().email); setVariable('left', limits.left().host_calls);"


def test_run_writes_its_tape(command: Command, folder: Path) -> None:
    (folder / "a.js").write_text(SCRIPT)
    answer = command("run", "a.js", "--email", "ada@example.com", "--tape", "a.tape.json", "--json", "--seed", "7")
    tape = read_tape(folder / "a.tape.json")
    record = json.loads(answer.out)
    assert (answer.status, answer.err, "tape" in record) == (0, "", False)
    assert (tape.run_id, tape.file, tape.source, tape.seed) == (record["run_id"], "a.js", SCRIPT, 7)
    assert [call.name for call in tape.calls] == ["limits.left"]


def test_redacted_keys_are_not_on_it(command: Command, folder: Path) -> None:
    (folder / "a.js").write_text(SCRIPT)
    command("run", "a.js", "--email", "ada@example.com", "--tape", "a.tape.json", "--redact", "email")
    assert "ada@" not in (folder / "a.tape.json").read_text()
    assert read_tape(folder / "a.tape.json").outcome.logs[0].text == "redacted-1@example.com"


def test_tape_that_cannot_be_written_is_told(command: Command, folder: Path) -> None:
    (folder / "a.js").write_text(SCRIPT)
    answer = command("run", "a.js", "--tape", "nowhere/a.tape.json")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err == "funnelscript: --tape: nowhere/a.tape.json: no such file or directory\n"
