"""``funnelscript run``: what a script's author sees, and what the shell gets."""

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from runtime import RunResult
from tests.cli.conftest import Command

FIGURES = re.compile(r"^[\d.,]+ m?s wall · [\d.,]+ m?s CPU( · [\d,]+ KiB memory)? · (\d+ host calls?)$", re.MULTILINE)
TRACKER = """
EnsureCrmEntity({ slug: 'weight-tracker', fields: [{ key: 'current_weight', type: 'number' }] });
var written = setCrmField({ slug: 'weight-tracker', fieldKey: 'current_weight', value: 185 });
console.log('created', written.created);
setVariable('weight', getCrmField({ slug: 'weight-tracker', fieldKey: 'current_weight' }));
"""


def steady(text: str) -> str:
    """The text with what differs from run to run, times and ids, taken out."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", FIGURES.sub(r"FIGURES · \2", text))


def test_run_shows_log_variables_entries_and_figures(command: Command, folder: Path) -> None:
    (folder / "tracker.js").write_text(TRACKER)
    answer = command("run", "tracker.js", "--customer", "c_1", "--now", "2026-03-15T09:00:00Z")
    assert (answer.status, answer.err) == (0, "")
    assert steady(answer.out) == (
        "ok  tracker.js · brand demo · customer c_1\n"
        "\n"
        "Log\n"
        "  log    created true\n"
        "\n"
        "Variables\n"
        "  weight  185\n"
        "\n"
        "Entries of customer c_1\n"
        "\n"
        "Weight Tracker (weight-tracker)\n"
        "  2026-03-15T09:00:00.000Z  ID\n"
        "    current_weight  185\n"
        "\n"
        "FIGURES · 3 host calls\n"
    )


def test_second_run_finds_the_data_of_the_first(command: Command, folder: Path) -> None:
    (folder / "tracker.js").write_text(TRACKER)
    logs = [command("run", "tracker.js", "--customer", "c_1").out.splitlines()[3] for _ in range(2)]
    assert logs == ["  log    created true", "  log    created false"]


def test_brands_and_stores_are_apart(command: Command, folder: Path) -> None:
    (folder / "tracker.js").write_text(TRACKER)
    for options in (["--brand", "acme"], ["--brand", "demo"], ["--store", "sqlite:///other.db"]):
        assert "created true" in command("run", "tracker.js", "--customer", "c_1", *options).out
    assert sorted(path.name for path in folder.glob("*.db")) == ["funnelscript.db", "other.db"]


def test_store_of_the_environment_is_the_default(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNNELSCRIPT_STORE", "sqlite:///mine.db")
    (folder / "tracker.js").write_text(TRACKER)
    assert command("run", "tracker.js", "--customer", "c_1").status == 0
    assert [path.name for path in folder.glob("*.db")] == ["mine.db"]


def test_customer_found_by_email_is_named_also_by_a_run_that_writes_nothing(command: Command, folder: Path) -> None:
    (folder / "tracker.js").write_text(TRACKER)
    first = command("run", "tracker.js", "--customer", "c_1", "--email", "ada@example.com")
    (folder / "idle.js").write_text("")
    second = command("run", "idle.js", "--email", "ADA@example.com")
    assert [answer.out.partition("\n")[0] for answer in (first, second)] == [
        "ok  tracker.js · brand demo · customer c_1",
        "ok  idle.js · brand demo · customer c_1",
    ]
    assert "\nEntries of customer c_1\n\nWeight Tracker (weight-tracker)\n" in second.out


def test_json_is_the_record_and_nothing_else(command: Command, folder: Path) -> None:
    (folder / "tracker.js").write_text(TRACKER)
    answer = command("run", "tracker.js", "--customer", "c_1", "--json")
    record = RunResult.model_validate_json(answer.out)
    assert (answer.status, answer.err) == (0, "")
    assert (record.status, record.variables, record.customer_id) == ("ok", {"weight": 185}, "c_1")
    assert [call.name for call in record.calls] == ["EnsureCrmEntity", "setCrmField", "getCrmField"]
    # A tape is a file of its own.
    assert set(json.loads(answer.out)) == set(RunResult.model_fields) - {"tape"}


def test_standard_input_is_a_script_too(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfsetVariable('a', 'caf\xc3\xa9')")))
    assert steady(command("run", "-").out) == (
        'ok  <stdin> · brand demo\n\nVariables\n  a  "café"\n\nFIGURES · 0 host calls\n'
    )


def test_error_is_shown_with_its_place_and_a_caret(command: Command, folder: Path) -> None:
    (folder / "checkin.js").write_text(
        "// check-in\nfunction note() {\n\tsetCrmField({ slug: 'x', value: 2 });\n}\nnote();\n"
    )
    answer = command("run", "checkin.js")
    assert (answer.status, answer.err) == (1, "")
    assert steady(answer.out) == (
        "error  checkin.js · brand demo\n"
        "\n"
        "TypeError: setCrmField: 'fieldKey' is missing (got slug, value)\n"
        "  at checkin.js:3:2\n"
        "  3 |     setCrmField({ slug: 'x', value: 2 });\n"
        "    |     ^\n"
        "\n"
        "FIGURES · 1 host call\n"
    )


def test_caret_stands_right_behind_characters_of_other_scripts(command: Command, folder: Path) -> None:
    (folder / "wide.js").write_text("var s = 'é漢字🙂'; null.x;")
    lines = command("run", "wide.js").out.splitlines()
    assert lines[4:6] == ["  1 | var s = 'é漢字🙂'; null.x;", "    |                    ^"]


def test_syntax_error_has_its_place(command: Command, folder: Path) -> None:
    (folder / "typo.js").write_text("var a = 1;\nvar b = = 2;\n")
    answer = command("run", "typo.js")
    assert answer.status == 1
    assert answer.out.splitlines()[3:6] == ["  at typo.js:2:9", "  2 | var b = = 2;", "    |         ^"]


def test_blocks_of_a_page_run_and_errors_show_its_lines(command: Command, folder: Path) -> None:
    (folder / "page.HTM").write_text(
        "<h1>é</h1>\n<script scope=backend>let a = 1</script>\n"
        "<p><script scope=backend>setVariable('a', a); a.b.c</script>"
    )
    answer = command("run", "page.HTM")
    assert (answer.status, answer.err) == (1, "")
    assert steady(answer.out) == (
        "error  page.HTM · brand demo\n"
        "\n"
        "Variables\n"
        "  a  1\n"
        "\n"
        "TypeError: cannot read property 'c' of undefined: a.b is undefined\n"
        "  at page.HTM:3:47\n"
        "  3 | <p><script scope=backend>setVariable('a', a); a.b.c</script>\n"
        "    |                                               ^\n"
        "\n"
        "FIGURES · 0 host calls\n"
    )


def test_what_a_script_says_to_the_visitor_is_shown(command: Command, folder: Path) -> None:
    (folder / "answer.js").write_text(
        "setHeader('X-A', 1); cookie.set('b', 2); cookie.delete('c'); session.set('d', [3]); response.send('<p>')"
    )
    assert steady(command("run", "answer.js").out) == (
        "ok  answer.js · brand demo\n"
        "\n"
        "Answer\n"
        "  status        200\n"
        '  content-type  "text/html"\n'
        '  body          "<p>"\n'
        '  header x-a    "1"\n'
        '  cookie b      "2"\n'
        "  cookie c      null\n"
        "\n"
        "Session\n"
        "  d  [3]\n"
        "\n"
        "FIGURES · 5 host calls\n"
    )


def test_script_cannot_drive_the_terminal(command: Command, folder: Path) -> None:
    """Escape sequences and markup come out as text, wherever a script can put them."""
    (folder / "hostile.js").write_text(
        "var t = '\\x1b[2J[red]\\u202e';\n"
        "EnsureCrmEntity({ slug: 's', name: t, fields: [{ key: 'k' }] });\n"
        "CreateCrmEntry({ slug: 's', title: t, values: { k: t } });\n"
        "console.log(t); setVariable(t, t); throw new Error(t);\n"
    )
    answer = command("run", "hostile.js", "--customer", "c_1")
    assert answer.status == 1
    assert set(re.findall(r"[^ -~\n·]", answer.out)) == set()
    assert answer.out.count("[red]") == 7


@pytest.mark.parametrize(
    ("source", "options", "status", "shown"),
    [
        ("for (;;) {}", ["--cpu", "0.2"], 3, "time limit  script.js"),
        ("for (;;) {}", ["--wall", "0.3"], 3, "time limit  script.js"),
        (
            "var a = []; for (;;) a.push(new Array(9999).fill(1));",
            ["--memory", "2000000"],
            3,
            "memory limit  script.js",
        ),
        ("EnsureCrmEntity({ slug: 's' }); for (;;) getCrmEntries({ slug: 's' });", [], 3, "limit  script.js"),
        ("for (;;) getVariable('x'), setVariable('x', 'y'.repeat(3e5));", [], 3, "limit  script.js"),
        ("throw 1", [], 1, "error  script.js"),
        ("getCrmEntries({ slug: 's', limits: 1 })", [], 1, "error  script.js"),
        ("", [], 0, "ok  script.js"),
    ],
)
def test_exit_status_tells_how_the_run_ended(
    command: Command, folder: Path, source: str, options: list[str], status: int, shown: str
) -> None:
    (folder / "script.js").write_text(source)
    answer = command("run", "script.js", *options)
    assert (answer.status, answer.out.partition(" · ")[0], answer.err) == (status, shown, "")


def test_strict_makes_unknown_properties_errors(command: Command, folder: Path) -> None:
    (folder / "script.js").write_text(
        "EnsureCrmEntity({ slug: 's' }); getCrmEntries({ slug: 's', limitt: 1 }); setVariable('done', true);"
    )
    lax, strict = (command("run", "script.js", "--json", *options) for options in ([], ["--strict"]))
    assert (lax.status, [warning["code"] for warning in json.loads(lax.out)["warnings"]]) == (0, ["unknown_property"])
    assert (strict.status, json.loads(strict.out)["error"]["message"]) == (
        1,
        "getCrmEntries: unknown property 'limitt', did you mean 'limit'?",
    )


def test_clock_and_random_numbers_can_be_fixed(command: Command, folder: Path) -> None:
    (folder / "script.js").write_text("setVariable('r', [new Date().toISOString(), Math.random()])")

    def variables(*options: str) -> Any:
        return json.loads(command("run", "script.js", "--json", *options).out)["variables"]["r"]

    fixed = ["--now", "2026-03-15T10:00:00+01:00", "--seed", "7"]
    assert variables(*fixed)[0] == "2026-03-15T09:00:00.000Z"
    assert variables(*fixed) == variables(*fixed)
    assert variables() != variables()


def test_older_entries_are_told_of(command: Command, folder: Path) -> None:
    (folder / "script.js").write_text(
        "EnsureCrmEntity({ slug: 's', fields: [{ key: 'n' }] });"
        "for (var n = 0; n < 21; n++) addCrmFieldValue({ slug: 's', fieldKey: 'n', value: n });"
    )
    lines = command("run", "script.js", "--customer", "c_1").out.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("    n ")] == [str(n) for n in range(20, 0, -1)]
    assert lines[-3] == "… and older ones: funnelscript entries --reference customer:c_1"
