"""``funnelscript runs``: what is on record, as a person reads it."""

import json
import re
from contextlib import closing
from pathlib import Path

import pytest

from runtime.record import LogLine, RunError, RunResult, Usage
from runtime.recorded import to_keep
from storage import Store, open_store
from storage.commands import Write
from tests.cli.conftest import Command

PAGE = """<h1>Check-in</h1>
<script scope="backend">
  console.log('hello');
  EnsureCrmEntity({ slug: 'deals' });
  nothing();
</script>
"""
IDS = [f"0190a8d0-fa0{number}-7000-8000-0000000000{number:02}" for number in range(4)]
FIRST_MS = 1_720_819_186_176
TIME = "2024-07-12 21:19:46"


def result_of(number: int) -> RunResult:
    failed = number % 2 == 1
    return RunResult(
        run_id=IDS[number],
        status="error" if failed else "ok",
        variables={"n": number},
        logs=[LogLine("log", "\x1b[31m")] if failed else [],
        error=RunError("TypeError", "not \x1b this", file=f"page{number}.html", line=2, column=3) if failed else None,
        usage=Usage(cpu_seconds=0.001, wall_seconds=0.0125 * (number + 1), memory_bytes=2048, host_calls=0),
        customer_id="c_1" if failed else None,
    )


@pytest.fixture
def stored(folder: Path) -> None:
    """Four runs in the default store, a millisecond apart; every other one failed."""
    with closing(open_store(f"sqlite:///{folder / 'funnelscript.db'}")) as store:
        for number in range(4):
            keep(store, result_of(number), f"page{number}.html")


def keep(store: Store, result: RunResult, file: str, max_record_bytes: int = 10_000) -> None:
    request = {"method": "POST", "path": "/checkin"}
    source = "<p>\n  nothing()\n"
    room = {"max_record_bytes": max_record_bytes, "max_source_bytes": 10_000}
    store.apply("demo", Write(to_keep(result, source, file, request, **room), 1, ""))


def listed(command: Command, *options: str) -> list[str]:
    return [run["run_id"] for run in json.loads(command("runs", "list", "--json", *options).out)]


def test_a_run_at_the_desk_is_on_record_where_it_is_asked_for(command: Command, folder: Path) -> None:
    """And looks there as it did when it ran, with its host calls."""
    (folder / "page.html").write_text(PAGE)
    assert command("run", "page.html").out.count("on record") == 0
    ran = command("run", "page.html", "--record", "--customer", "c_1")
    assert (ran.status, ran.err) == (1, "")
    *report, last = ran.out.splitlines()
    [id_] = listed(command)
    assert last == f"on record: funnelscript runs show {id_} --brand demo"
    shown = command("runs", "show", id_)
    assert (shown.status, shown.err) == (0, "")
    calls = r"\nHost calls\n  call             time +result\n  EnsureCrmEntity  [\d.]+ m?s +ok\n"
    assert re.search(calls, shown.out)
    *record, end = re.sub(calls, "", shown.out).splitlines()
    assert record == report
    assert re.fullmatch(rf"run {id_} · \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d", end)


def test_a_dry_run_is_not_put_on_record(command: Command, folder: Path) -> None:
    (folder / "page.html").write_text(PAGE)
    message = "funnelscript: --record: a dry run leaves nothing in the store\n"
    assert command("run", "page.html", "--record", "--dry-run") == (2, "", message)


@pytest.mark.usefixtures("stored")
def test_runs_are_listed_newest_first_with_their_errors(command: Command) -> None:
    answer = command("runs", "list")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out == (
        f"0190a8d0-fa03-7000  {TIME}  error            50.0 ms  page3.html · customer c_1\n"
        "    TypeError: not \\x1b this (page3.html:2)\n"
        f"0190a8d0-fa02-7000  {TIME}  ok               37.5 ms  page2.html\n"
        f"0190a8d0-fa01-7000  {TIME}  error            25.0 ms  page1.html · customer c_1\n"
        "    TypeError: not \\x1b this (page1.html:2)\n"
        f"0190a8d0-fa00-7000  {TIME}  ok               12.5 ms  page0.html\n"
    )
    assert command("runs", "list", "--limit", "1", "--status", "ok").out == (
        f"0190a8d0-fa02-7000  {TIME}  ok               37.5 ms  page2.html\n… and older ones: --limit shows more\n"
    )
    assert command("runs", "list", "--brand", "acme").out == "no such runs on record in brand acme\n"


@pytest.mark.usefixtures("stored")
def test_options_narrow_the_list(command: Command) -> None:
    assert listed(command) == [IDS[3], IDS[2], IDS[1], IDS[0]]
    assert listed(command, "--status", "error") == [IDS[3], IDS[1]]
    assert listed(command, "--file", "page2.html") == [IDS[2]]
    assert listed(command, "--file", "page2.html", "--status", "error") == []
    assert listed(command, "--since", "2024-07-12T21:19:46.178+00:00") == [IDS[3], IDS[2]]
    assert listed(command, "--since", "2036-01-01") == []
    assert listed(command, "--limit", "2") == [IDS[3], IDS[2]]


@pytest.mark.usefixtures("stored")
def test_json_lists_what_a_program_needs_to_choose(command: Command) -> None:
    [newest, *_] = json.loads(command("runs", "list", "--json").out)
    assert newest == {
        "run_id": IDS[3],
        "status": "error",
        "file": "page3.html",
        "started_at_ms": FIRST_MS + 3,
        "wall_seconds": 0.05,
        "customer_id": "c_1",
        "error": {"name": "TypeError", "message": "not \x1b this", "file": "page3.html", "line": 2},
    }


@pytest.mark.usefixtures("stored")
def test_a_run_is_shown_with_the_line_of_its_error(command: Command) -> None:
    """By the whole id, by its beginning, or as the newest."""
    expected = (
        "error  page3.html · brand demo · customer c_1\n"
        "\n"
        "Log\n"
        "  log    \\x1b[31m\n"
        "\n"
        "Variables\n"
        "  n  3\n"
        "\n"
        "TypeError: not \\x1b this\n"
        "  at page3.html:2:3\n"
        "  2 |   nothing()\n"
        "    |   ^\n"
        "\n"
        "Request\n"
        '  method  "POST"\n'
        '  path    "/checkin"\n'
        "\n"
        "50.0 ms wall · 1.0 ms CPU · 2 KiB memory · 0 host calls\n"
        f"run {IDS[3]} · {TIME}\n"
    )
    assert command("runs", "show", IDS[3]) == (0, expected, "")
    assert command("runs", "show", IDS[3][:18]).out == command("runs", "show").out == expected


@pytest.mark.usefixtures("stored")
def test_json_of_a_run_is_its_record_and_what_only_the_store_knows(command: Command) -> None:
    assert json.loads(command("runs", "show", IDS[1], "--json").out) == {
        "started_at_ms": FIRST_MS + 1,
        "file": "page1.html",
        "request": {"method": "POST", "path": "/checkin"},
        "record": result_of(1).model_dump(mode="json", exclude={"tape"}),
        "cut": {},
        "source": "<p>\n  nothing()\n",
    }


def test_what_was_too_large_to_be_kept_is_said(command: Command, folder: Path) -> None:
    with closing(open_store(f"sqlite:///{folder / 'funnelscript.db'}")) as store:
        keep(store, RunResult(run_id=IDS[0], status="ok", variables={"a": "x" * 2000}), "p.html", 1000)
    out = command("runs", "show", IDS[0]).out
    assert "\n\nToo large to be kept: variables (2,009 bytes)\n\n" in out


def test_an_error_in_a_module_is_shown_in_its_source_as_it_was(command: Command, folder: Path) -> None:
    """Not in that of the page, and no more when the module has changed."""
    (folder / "prices.js").write_text("export const of = () => {\n  nothing();\n};\n")
    (folder / "shop.js").write_text('import { of } from "prices";\n\n\nof();\n')
    command("modules", "put", "prices.js")
    assert command("run", "shop.js", "--record").status == 1
    [id_] = listed(command)
    error = "ReferenceError: nothing is not defined\n  at prices:2:3\n"
    assert error + "  2 |   nothing();\n    |   ^\n" in command("runs", "show", id_).out
    (folder / "prices.js").write_text("// \n  somethingElse();\n")
    command("modules", "put", "prices.js")
    assert error + "\n" in command("runs", "show", id_).out


def test_the_tape_of_a_run_comes_out_as_it_was(command: Command, folder: Path) -> None:
    """Byte for byte, also where the script made half of a character, and readable by its owner alone."""
    (folder / "half.js").write_text("console.log(getUser().name); setVariable('a', 'é\\ud800'); nothing()")
    options = ("--record", "--customer", "c_1", "--tape", "first.tape.json")
    assert command("run", "half.js", *options).status == 1
    [id_] = listed(command)
    answer = command("runs", "show", id_, "--tape", "second.tape.json")
    assert answer == (0, f"the tape of run {id_} is in second.tape.json\n", "")
    first, second = folder / "first.tape.json", folder / "second.tape.json"
    assert second.read_bytes() == first.read_bytes()
    assert second.stat().st_mode & 0o777 == 0o600
    assert command("runs", "show", id_, "--tape", "no/such/folder.json") == (
        2,
        "",
        "funnelscript: --tape: no/such/folder.json: no such file or directory\n",
    )


@pytest.mark.usefixtures("stored")
def test_runs_are_forgotten_on_demand(command: Command) -> None:
    assert command("runs", "forget", "--keep", "3") == (0, "1 run deleted\n", "")
    assert listed(command) == [IDS[3], IDS[2], IDS[1]]
    assert command("runs", "forget", "--days", "100000").out == "0 runs deleted\n"
    assert command("runs", "forget", "--days", "1").out == "3 runs deleted\n"
    assert listed(command) == []


@pytest.mark.usefixtures("stored")
def test_wrong_uses_are_told_in_one_line(command: Command) -> None:
    known = "ok, error, time_limit, memory_limit, limit, crashed"
    wrong = {
        ("list", "--status", "eror"): "--status: no run ends as 'eror', did you mean 'error'?",
        ("list", "--status", "x"): f"--status: no run ends as 'x' (known: {known})",
        ("list", "--since", "yesterday"): (
            "--since: not a time in ISO 8601 such as 2026-03-15T09:00:00Z (got 'yesterday')"
        ),
        ("list", "--limit", "0"): (
            "Invalid value for '--limit': Input should be greater than or equal to 1"
            " (see funnelscript runs list --help)"
        ),
        ("show", "--brand", "acme"): "brand 'acme' has no runs on record",
        ("show", "x"): "no run on record has the id 'x' (see funnelscript runs list --brand demo)",
        ("show", IDS[2][:-1] + "9"): f"no run on record has the id '{IDS[2][:-1]}9', did you mean '{IDS[2]}'?",
        ("show", "0190"): f"several runs have ids that begin with '0190', such as {', '.join(reversed(IDS))}",
        ("show", IDS[2], "--brand", "acme"): (
            f"no run on record has the id '{IDS[2]}' (brand 'acme' has no runs on record)"
        ),
        ("show", IDS[2], "--tape", "t.json"): (
            f"the run {IDS[2]} was kept without a tape: only runs that were put on tape have one"
        ),
        ("forget",): "say how old, with --days, or how many are to stay, with --keep",
    }
    for arguments, message in wrong.items():
        assert command("runs", *arguments) == (2, "", f"funnelscript: {message}\n"), arguments
