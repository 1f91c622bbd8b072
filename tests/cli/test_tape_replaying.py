"""``funnelscript replay`` of tapes: what a person sees."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command

SCRIPT = """EnsureCrmEntity({slug: 'notes', entityMode: 'data', fields: [{key: 'kg', type: 'number'}]});
const kg = getCrmField({slug: 'notes', fieldKey: 'kg'});
setCrmField({slug: 'notes', fieldKey: 'kg', value: 182});
setHeader('x-a', '1');
console.log('was', kg);
"""


@pytest.fixture
def tape(command: Command, folder: Path) -> Path:
    """The tape of a run of the script."""
    (folder / "c.js").write_text(SCRIPT)
    assert command("run", "c.js", "--customer", "c_1", "--tape", "c.tape.json").status == 0
    return folder / "c.tape.json"


def with_source(tape: Path, name: str, old: str, new: str) -> None:
    """The same tape, of another script."""
    plain = json.loads(tape.read_text())
    plain["source"] = plain["source"].replace(old, new)
    (tape.parent / name).write_text(json.dumps(plain))


def test_same_run_is_the_same(command: Command, folder: Path, tape: Path) -> None:
    (folder / "funnelscript.db").unlink()
    assert command("replay", tape.name) == (0, "same        c.tape.json  4 calls\n\n1 tape: 1 same\n", "")
    assert not (folder / "funnelscript.db").exists()


def test_first_call_that_differs_is_shown_with_its_place(command: Command, tape: Path) -> None:
    with_source(tape, "m.tape.json", "182", "183")
    answer = command("replay", "m.tape.json")
    assert (answer.status, answer.err) == (1, "")
    assert answer.out == (
        "differs     m.tape.json  call 3 of 4, at c.js:3:1\n"
        "  setCrmField\n"
        "    value  182 -> 183\n"
        "  3 | setCrmField({slug: 'notes', fieldKey: 'kg', value: 183});\n"
        "    | ^\n"
        "\n"
        "1 tape: 1 differs\n"
    )


def test_call_that_is_left_out_and_outcome_that_differs_are_told(command: Command, tape: Path) -> None:
    with_source(tape, "m1.tape.json", "getCrmField({slug: 'notes', fieldKey: 'kg'})", "3")
    with_source(tape, "m2.tape.json", "'was'", "'is'")
    with_source(tape, "m3.tape.json", "setHeader('x-a', '1');", "")
    answer = command("replay", "m1.tape.json", "m2.tape.json", "m3.tape.json", "c.tape.json")
    assert (answer.status, answer.err) == (1, "")
    assert answer.out == (
        "differs     m1.tape.json  call 2 of 4, at c.js:3:1\n"
        '  then  getCrmField {"slug": "notes", "fieldKey": "kg"}\n'
        '  now   setCrmField {"slug": "notes", "fieldKey": "kg", "value": 182}\n'
        "  the call made now is call 3 on the tape\n"
        "  3 | setCrmField({slug: 'notes', fieldKey: 'kg', value: 182});\n"
        "    | ^\n"
        "differs     m2.tape.json  the same 4 calls, but not what came of them\n"
        '  logs[0].text  "was null" -> "is null"\n'
        "differs     m3.tape.json  call 4 of 4\n"
        '  then  setHeader {"name": "x-a", "value": "1"}\n'
        "  now   no more calls\n"
        "same        c.tape.json  4 calls\n"
        "\n"
        "4 tapes: 3 differs, 1 same\n"
    )


def test_another_script_on_recorded_runs(command: Command, folder: Path, tape: Path) -> None:
    (folder / "d.js").write_text(SCRIPT.replace("182", "183").replace("setHeader('x-a', '1')", "response.status(404)"))
    answer = command("replay", "--script", "d.js", ".")
    assert (answer.status, answer.err) == (1, "")
    assert answer.out == (
        "changed     c.tape.json\n"
        "  ~ setCrmField, at d.js:3:1\n"
        "    value  182 -> 183\n"
        '  + response.status {"status": 404}, at d.js:4:10\n'
        '  - setHeader {"name": "x-a", "value": "1"}\n'
        '  response     null -> {"status": 404, "content_type": null, "body": null}\n'
        '  headers.x-a  "1" -> nothing\n'
        "\n"
        "1 tape: 1 changed\n"
    )
    assert tape.exists()


def test_read_that_no_tape_answers_is_told(command: Command, folder: Path, tape: Path) -> None:
    (folder / "d.js").write_text("getCrmEntries({slug: 'notes'});")
    answer = command("replay", "--script", "d.js", tape.name)
    assert (answer.status, answer.err) == (1, "")
    assert answer.out == (
        "unanswered  c.tape.json  not on the tape: getCrmEntries, at d.js:1:1\n"
        '  {"slug": "notes"}\n'
        "  1 | getCrmEntries({slug: 'notes'});\n"
        "    | ^\n"
        "\n"
        "1 tape: 1 unanswered\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.tape.json"], "a.tape.json: no such file or directory"),
        (["bad.tape.json"], "bad.tape.json: no JSON: Expecting value: line 1 column 1 (char 0)"),
        (["--script", "c.js", "empty"], "no tapes (*.tape.json) in empty"),
        (["c.tape.json", "c.js"], "c.js: no tape (*.tape.json); tapes and cases are replayed apart"),
    ],
)
def test_mistakes(command: Command, folder: Path, tape: Path, arguments: list[str], message: str) -> None:
    (folder / "bad.tape.json").write_text("nothing")
    (folder / "empty").mkdir()
    assert tape.exists()
    assert command("replay", *arguments) == (2, "", f"funnelscript: {message}\n")
