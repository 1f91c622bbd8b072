"""``funnelscript replay`` of tapes: what a person sees."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.conftest import Command, done_in

SCRIPT = """EnsureCrmEntity({slug: 'notes', entityMode: 'data', fields: [{key: 'kg', type: 'number'}]});
const kg = getCrmField({slug: 'notes', fieldKey: 'kg'});
setCrmField({slug: 'notes', fieldKey: 'kg', value: 182});
setHeader('x-a', '1');
console.log('was', kg);
"""
CASE = """cases:
  - name: the first weight
    session: {customer: c_1}
    expect: {logs: [was null], headers: {x-a: '1'}, entries: {notes: [{values: {kg: 182}}]}}
"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the script has run, with its tape and its store."""
    return done_in(tmp_path_factory.mktemp("recorded"), SCRIPT, "--tape", "c.tape.json")


@pytest.fixture
def tape(folder: Path, recorded: Path) -> Path:
    """The tape of that run, in a folder of the test's own."""
    shutil.copytree(recorded, folder, dirs_exist_ok=True)
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


def test_cases_and_tapes_of_folders_are_replayed_together(command: Command, folder: Path, tape: Path) -> None:
    (folder / "c.case.yaml").write_text(CASE)
    (folder / "lonely.js").write_text("")
    (folder / "tapes" / "2026-03-15").mkdir(parents=True)
    with_source(tape, "tapes/2026-03-15/m.tape.json", "'was'", "'is'")
    answer = command("replay", ".", "tapes")
    assert (answer.status, answer.err) == (1, "")
    assert answer.out == (
        "ok  c.case.yaml · 1 case\n"
        "same        c.tape.json  4 calls\n"
        "differs     tapes/2026-03-15/m.tape.json  the same 4 calls, but not what came of them\n"
        '  logs[0].text  "was null" -> "is null"\n'
        "no cases  lonely.js\n"
        "\n"
        "1 case in 1 file: 1 as expected\n"
        "2 tapes: 1 same, 1 differs\n"
    )


def test_names_choose_tapes_by_their_files_and_those_of_their_scripts(
    command: Command, folder: Path, tape: Path
) -> None:
    (folder / "c.case.yaml").write_text(CASE)
    with_source(tape, "m.tape.json", "'was'", "'is'")
    assert command("replay", "-k", "c.tape") == (0, "same        c.tape.json  4 calls\n\n1 tape: 1 same\n", "")
    assert command("replay", "-k", "weight").out.splitlines()[-1] == "1 case in 1 file: 1 as expected"
    ends = command("replay", "-k", "c.js and not weight").out.splitlines()
    assert (ends[0], ends[-1]) == ("same        c.tape.json  4 calls", "2 tapes: 1 same, 1 differs")


def test_first_difference_ends_it_where_that_is_wished(command: Command, folder: Path, tape: Path) -> None:
    for name in ("m1.tape.json", "m2.tape.json"):
        with_source(tape, name, "'was'", "'is'")
    answer = command("replay", "-x", "--jobs", "1")
    assert (answer.status, answer.out.splitlines()[-1]) == (1, "3 tapes: 1 same, 1 differs, 1 not done")
    (folder / "c.case.yaml").write_text(CASE.replace("182", "183"))
    answer = command("replay", "-x")
    assert (answer.status, answer.out.splitlines()[-2:]) == (
        1,
        ["1 case in 1 file: 0 as expected, 1 different", "3 tapes: 3 not done"],
    )


def test_tapes_of_many_brands_go_side_by_side_in_their_order(command: Command, folder: Path, tape: Path) -> None:
    plain = json.loads(tape.read_text())
    for number in range(12):
        plain["session"]["brand"] = f"brand-{number % 5}"
        (folder / f"n{number:02}.tape.json").write_text(json.dumps(plain))
    for jobs in ("1", "4"):
        answer = command("replay", "-k", "n", "--jobs", jobs)
        assert answer.out.splitlines()[1:13] == [f"same        n{number:02}.tape.json  4 calls" for number in range(12)]
        assert (answer.status, answer.out.splitlines()[-1]) == (0, "13 tapes: 13 same")


def test_report_has_a_suite_for_each_file_of_cases_and_each_tape(command: Command, folder: Path, tape: Path) -> None:
    (folder / "c.case.yaml").write_text(CASE)
    with_source(tape, "m.tape.json", "182", "183")
    answer = command("replay", "--junit", "report.xml", "--format", "github")
    assert answer == (
        1,
        (
            "::error file=m.tape.json,title=c.js::call 3 of 4, at c.js:3:1%0AsetCrmField%0A  value  182 -> 183%0A"
            "3 | setCrmField({slug: 'notes', fieldKey: 'kg', value: 183});%0A  | ^\n"
            "\n1 case in 1 file: 1 as expected\n2 tapes: 1 same, 1 differs\n"
        ),
        "",
    )
    root = ET.parse(folder / "report.xml").getroot()
    assert {key: root.get(key) for key in ("tests", "failures", "errors")} == {
        "tests": "3",
        "failures": "1",
        "errors": "0",
    }
    assert [(suite.get("name"), [case.get("name") for case in suite]) for suite in root] == [
        ("c.case.yaml", ["the first weight"]),
        ("c.tape.json", ["c.js"]),
        ("m.tape.json", ["c.js"]),
    ]
    failure = root[2][0][0]
    assert (failure.tag, failure.get("type"), failure.get("message")) == (
        "failure",
        "difference",
        "call 3 of 4, at c.js:3:1",
    )
    assert failure.text == (
        "call 3 of 4, at c.js:3:1\nsetCrmField\n  value  182 -> 183\n"
        "3 | setCrmField({slug: 'notes', fieldKey: 'kg', value: 183});\n  | ^"
    )


def test_annotations_of_another_script_are_at_its_own_lines(command: Command, folder: Path, tape: Path) -> None:
    (folder / "d.js").write_text(SCRIPT.replace("182", "183"))
    answer = command("replay", "--script", "d.js", "--format", "github", "--junit", "report.xml", tape.name)
    assert answer == (
        1,
        "::error file=d.js,line=3,title=d.js::~ setCrmField, at d.js:3:1%0A  value  182 -> 183\n\n1 tape: 1 changed\n",
        "",
    )
    case = ET.parse(folder / "report.xml").getroot()[0][0]
    assert {key: case.get(key) for key in ("classname", "name", "file", "line")} == {
        "classname": "c.tape.json",
        "name": "d.js",
        "file": "d.js",
        "line": "3",
    }


def test_update_takes_the_cases_that_are_chosen_beside_tapes(command: Command, folder: Path, tape: Path) -> None:
    (folder / "c.case.yaml").write_text(CASE.replace("182", "183"))
    assert command("replay", "--update", "-k", "weight").status == 0
    assert command("replay") == (
        0,
        (
            "ok  c.case.yaml · 1 case\nsame        c.tape.json  4 calls\n\n"
            "1 case in 1 file: 1 as expected\n1 tape: 1 same\n"
        ),
        "",
    )
    assert tape.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.tape.json"], "a.tape.json: no such file or directory"),
        (["bad.tape.json"], "bad.tape.json: no JSON: Expecting value: line 1 column 1 (char 0)"),
        (["--script", "c.js", "empty"], "no tapes (*.tape.json) in empty"),
        (["c.tape.json", "c.js"], "c.js: this script has no cases: there is no c.case.yaml"),
        (["--script", "c.js", "c.tape.json", "c.js"], "c.js: no tape (*.tape.json); --script is for tapes alone"),
        (["c.tape.json", "-k", "("], "-k: a word is expected in '(' (got its end)"),
        (["c.tape.json", "-k", "nobody"], "-k: none of 1 tape fits 'nobody'"),
        (["c.tape.json", "c.case.yaml", "-k", "nobody"], "-k: none of 1 case and 1 tape fits 'nobody'"),
        (["c.tape.json", "--junit", "no/r.xml"], "--junit: no/r.xml: no such file or directory"),
        (
            ["c.tape.json", "--update"],
            "--update: a tape stays as it was recorded (c.tape.json); name cases alone, or choose by -k",
        ),
    ],
)
def test_mistakes(command: Command, folder: Path, tape: Path, arguments: list[str], message: str) -> None:
    (folder / "bad.tape.json").write_text("nothing")
    (folder / "empty").mkdir()
    if "c.case.yaml" in arguments:
        (folder / "c.case.yaml").write_text(CASE)
    assert tape.exists()
    assert command("replay", *arguments) == (2, "", f"funnelscript: {message}\n")
