"""``funnelscript replay``: what a person and a machine are told, and the exit status."""

import os
import pty
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.conftest import Answer, Command

ROOT = Path(__file__).parents[2]

SCRIPT = """\
var name = getUser().name || 'stranger';
console.log('Hello ' + name);
setVariable('greeted', name);
"""
CASES = """\
# Greetings
cases:
  - name: a stranger
    expect:
      logs: [Hello stranger]
      variables: {greeted: stranger}

  - name: a customer   # known by name
    session: {customer: c_1, name: Ada}
    expect:
      logs: [Hello Ada]
      variables: {greeted: Ada}
"""


@pytest.fixture(autouse=True)
def _files(folder: Path) -> None:
    (folder / "greet.js").write_text(SCRIPT)
    (folder / "greet.case.yaml").write_text(CASES)


def break_it(folder: Path) -> None:
    (folder / "greet.js").write_text(SCRIPT.replace("'Hello '", "'Goodbye '"))


def test_samples_do_what_their_cases_say(command: Command) -> None:
    answer = command("replay", str(ROOT / "scripts_examples"))
    assert (answer.status, answer.err) == (0, "")
    folder = ROOT / "scripts_examples"
    files = sorted(folder.rglob("*.case.yaml"))
    lines = answer.out.splitlines()
    told = [line for line in lines[:-2] if line.startswith("ok")]
    assert sorted(line.rpartition(" · ")[0] for line in told) == sorted(f"ok  {file}" for file in files)
    count = sum(int(re.findall(r"(\d+) cases?$", line)[0]) for line in told)
    assert lines[-1] == f"{count} cases in {len(files)} files: {count} as expected"
    assert [line for line in lines[:-2] if line not in told] == []


def test_what_is_seen_with_a_page_alone_is_not_missed(command: Command, folder: Path) -> None:
    """Layouts and components are where a case says, and what stands beside and below pages is for browsers."""
    for name in ("site/parts/card.html", "site/assets/menu.js", "site/page.html", "site/lonely.html"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("<p>")
    (folder / "site/page.case.yaml").write_text("cases: [{name: one, templates: parts}]")
    assert command("replay", "site").out == (
        "ok  site/page.case.yaml · 1 case\nno cases  site/lonely.html\n\n1 case in 1 file: 1 as expected\n"
    )


def test_all_as_expected_is_a_line_a_file(command: Command, folder: Path) -> None:
    (folder / "lonely.html").write_text("<p>")
    assert command("replay") == Answer(
        0,
        "ok  greet.case.yaml · 2 cases\nno cases  lonely.html\n\n2 cases in 1 file: 2 as expected\n",
        "",
    )


def test_differences_are_shown_with_their_paths_and_places(command: Command, folder: Path) -> None:
    break_it(folder)
    assert command("replay", "greet.js") == Answer(
        1,
        "different  greet.case.yaml:5 · a stranger\n"
        '  logs[0].log: expected "Hello stranger", got "Goodbye stranger"\n'
        "different  greet.case.yaml:11 · a customer\n"
        '  logs[0].log: expected "Hello Ada", got "Goodbye Ada"\n'
        "\n2 cases in 1 file: 0 as expected, 2 different\n",
        "",
    )


def test_an_error_of_the_script_is_shown_with_its_place(command: Command, folder: Path) -> None:
    (folder / "greet.js").write_text("\nnul.x")
    answer = command("replay", "-k", "stranger")
    error = '{"name": "ReferenceError", "message": "nul is not defined", "file": "greet.js", "line": 2, "column": 1}'
    assert answer.out.splitlines()[1:6] == [
        '  status: expected "ok", got "error"',
        "  error:",
        "    expected nothing",
        f"    got      {error}",
        '  variables.greeted: expected "stranger", got nothing',
    ]


def test_first_difference_ends_it_where_that_is_wished(command: Command, folder: Path) -> None:
    break_it(folder)
    answer = command("replay", "-x", "--jobs", "1")
    assert (answer.status, answer.out.splitlines()[-1]) == (
        1,
        "2 cases in 1 file: 0 as expected, 1 different, 1 not done",
    )


def test_names_choose_cases(command: Command, folder: Path) -> None:
    (folder / "more.js").write_text("")
    (folder / "more.case.yaml").write_text("cases:\n  - name: nothing\n")
    assert command("replay", "-k", "not stranger").out.splitlines()[-1] == "2 cases in 2 files: 2 as expected"
    assert command("replay", "-k", "more").out == "ok  more.case.yaml · 1 case\n\n1 case in 1 file: 1 as expected\n"


def test_update_writes_what_came_and_keeps_the_rest(command: Command, folder: Path) -> None:
    break_it(folder)
    assert command("replay", "--update") == (
        0,
        "updated  greet.case.yaml · 2 cases\n\n2 cases in 1 file: 0 as expected, 2 updated\n",
        "",
    )
    assert (folder / "greet.case.yaml").read_text() == CASES.replace("Hello", "Goodbye")
    assert command("replay").status == 0


def test_update_writes_only_the_cases_that_are_chosen(command: Command, folder: Path) -> None:
    break_it(folder)
    assert command("replay", "--update", "-k", "customer").status == 0
    assert (folder / "greet.case.yaml").read_text() == CASES.replace("Hello Ada", "Goodbye Ada")
    assert command("replay").status == 1


def test_reports_are_written_for_machines(command: Command, folder: Path) -> None:
    break_it(folder)
    answer = command("replay", "--junit", "report.xml", "--format", "github", "-k", "customer")
    assert answer == Answer(
        1,
        '::error file=greet.case.yaml,line=11,title=a customer::logs[0].log: expected "Hello Ada", got "Goodbye Ada"\n'
        "\n1 case in 1 file: 0 as expected, 1 different\n",
        "",
    )
    root = ET.parse(folder / "report.xml").getroot()
    assert [(case.get("name"), case.get("line"), len(case)) for case in root.iter("testcase")] == [
        ("a customer", "11", 1)
    ]


def test_a_case_that_cannot_be_done_is_told_of_beside_the_others(command: Command, folder: Path) -> None:
    (folder / "greet.case.yaml").write_text(CASES + "    before: {entities: [{slug: A}]}\n")
    assert command("replay") == Answer(
        2,
        "unusable  greet.case.yaml:13:25: cases[1].before.entities[0]: EnsureCrmEntity: 'slug' must be a slug of"
        " lowercase letters, digits, '-' and '_', starting with a letter or digit (got string \"A\")\n"
        "\n2 cases in 1 file: 1 as expected, 1 unusable\n",
        "",
    )


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["none"], "none: no such file or folder"),
        (["gret.js"], "gret.js: no such file or directory; did you mean greet.js?"),
        (["lonely.js"], "lonely.js: this script has no cases: there is no lonely.case.yaml"),
        (["notes.txt"], "notes.txt: no cases; give a folder, *.case.yaml, a script (.js, .html, .htm) or *.tape.json"),
        (["empty"], "empty: no cases or tapes in this folder: no file ends in .case.yaml or .tape.json"),
        (["gone.case.yaml"], "gone.case.yaml: no such file or directory"),
        (
            ["orphan.case.yaml"],
            "orphan.case.yaml: its script is not there: no orphan.js or orphan.html or orphan.htm",
        ),
        (
            ["named.case.yaml"],
            "named.case.yaml:1:1: the script gree.js: no such file or directory; did you mean greet.js?",
        ),
        (["two.case.yaml"], "two.case.yaml: 'script' has to say which one is meant: two.js or two.html"),
        (["broken.case.yaml"], "broken.case.yaml:2:5: cases[0]: unknown key 'nme', did you mean 'name'?"),
        (["greet.js", "-k", "("], "-k: a word is expected in '(' (got its end)"),
        (["greet.js", "-k", "nobody"], "-k: none of 2 cases fits 'nobody'"),
        (["greet.js", "--junit", "no/r.xml"], "--junit: no/r.xml: no such file or directory"),
        (
            ["greet.js", "--format", "x"],
            (
                "Invalid value for '--format': Value error, 'x' is not one of 'text', 'github'."
                " (see funnelscript replay --help)"
            ),
        ),
    ],
)
def test_wrong_use_is_one_line(command: Command, folder: Path, arguments: list[str], line: str) -> None:
    (folder / "empty").mkdir()
    for name in ("lonely.js", "notes.txt", "two.js", "two.html"):
        (folder / name).write_text("")
    for name in ("orphan", "two"):
        (folder / f"{name}.case.yaml").write_text("cases:\n  - name: a\n")
    (folder / "named.case.yaml").write_text("script: gree.js\ncases:\n  - name: a\n")
    (folder / "broken.case.yaml").write_text("cases:\n  - nme: a\n")
    assert command("replay", *arguments) == (2, "", f"funnelscript: {line}\n")


def test_cases_share_nothing_and_any_number_goes_side_by_side(command: Command, folder: Path) -> None:
    """Each has a store of its own, so entries never add up, and the answers come in the order of the files."""
    (folder / "count.js").write_text(
        "EnsureCrmEntity({ slug: 's' }); CreateCrmEntry({ slug: 's' }); globalThis.seen = (globalThis.seen || 0) + 1;\n"
        "setVariable('n', [getCrmEntries({ slug: 's' }).length, seen, Math.random()]);"
    )
    cases = "".join(
        textwrap.indent(
            f"- name: case {number}\n  session: {{customer: c_1}}\n"
            f"  expect: {{variables: {{n: [1, 1, $any]}}, entries: {{s: [{{id: $entry-1}}]}}}}\n",
            "  ",
        )
        for number in range(30)
    )
    (folder / "count.case.yaml").write_text(f"cases:\n{cases}")
    for jobs in ("1", "4"):
        answer = command("replay", "count.js", "--jobs", jobs)
        assert answer.out.splitlines()[-1] == "30 cases in 1 file: 30 as expected"


def replay_on_a_terminal(folder: Path, width: int, **environment: str) -> str:
    """What a terminal of that width is sent, standard error included."""
    main, side = pty.openpty()
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("funnelscript")), "replay"],
        cwd=folder,
        stdout=side,
        stderr=side,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": str(width), **environment},
    )
    os.close(side)
    data = b""
    try:
        while chunk := os.read(main, 65_536):
            data += chunk
    except OSError:  # how Linux says that nobody writes there any more
        pass
    os.close(main)
    assert process.wait() == 1
    return data.decode().replace("\r\n", "\n")


def test_terminal_shows_a_bar_and_colours_and_long_differences_on_lines_of_their_own(folder: Path) -> None:
    break_it(folder)
    wide = replay_on_a_terminal(folder, 120)
    assert "replaying" in wide
    assert '\n  logs[0].log: expected "Hello stranger", got "Goodbye stranger"\n' in wide
    assert "\x1b[1;31mdifferent\x1b[0m  greet.case.yaml:5 · a stranger\n" in wide
    narrow = replay_on_a_terminal(folder, 60, NO_COLOR="1")
    assert narrow.endswith(
        "different  greet.case.yaml:5 · a stranger\n"
        "  logs[0].log:\n"
        '    expected "Hello stranger"\n'
        '    got      "Goodbye stranger"\n'
        "different  greet.case.yaml:11 · a customer\n"
        '  logs[0].log: expected "Hello Ada", got "Goodbye Ada"\n'
        "\n2 cases in 1 file: 0 as expected, 2 different\n"
    )
