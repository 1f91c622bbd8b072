"""``funnelscript case``: a test case of a tape."""

from pathlib import Path

from tests.cli.conftest import Command

SCRIPT = """EnsureCrmEntity({slug: 'notes', entityMode: 'data', fields: [{key: 'kg', type: 'number'}]});
setCrmField({slug: 'notes', fieldKey: 'kg', value: 182});
console.log(getUser().email);
"""
CASE = """cases:
  - name: first
    session:
      customer: c_1
      email: person-1@example.com
    clock: '2026-03-15T09:00:00.000Z'
    seed: 7
    strict: false
    expect:
      logs: [person-1@example.com]
      entries:
        notes:
          - values: {kg: 182}
"""


def make_tape(command: Command, folder: Path) -> None:
    (folder / "c.js").write_text(SCRIPT)
    who = ("--customer", "u-88", "--email", "eve@mail.test", "--now", "2026-03-15T09:00:00Z", "--seed", "7")
    assert command("run", "c.js", *who, "--tape", "c.tape.json").status == 0


def test_case_is_printed_or_written_and_passes(command: Command, folder: Path) -> None:
    make_tape(command, folder)
    assert command("case", "c.tape.json", "--name", "first") == (0, CASE, "")
    written = command("case", "c.tape.json", "--name", "first", "-o", "c.case.yaml")
    assert (written, (folder / "c.case.yaml").read_text()) == ((0, "c.case.yaml: 1 case\n", ""), CASE)
    assert command("replay", "c.js").status == 0


def test_mistakes(command: Command, folder: Path) -> None:
    make_tape(command, folder)
    (folder / "old.case.yaml").write_text("")
    for arguments, message in (
        (("c.tape.json", "-o", "c.yaml"), "-o: a case file is called *.case.yaml (got 'c.yaml')"),
        (
            ("c.tape.json", "-o", "old.case.yaml"),
            "-o: old.case.yaml is there already; a case is not written over another",
        ),
        (("d.tape.json",), "d.tape.json: no such file or directory"),
    ):
        assert command("case", *arguments) == (2, "", f"funnelscript: {message}\n")
