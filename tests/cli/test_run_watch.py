"""``funnelscript run --watch`` as a person uses it: a real process, real saves, the ways in which editors save."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Command

PATIENCE_SECONDS = 60
END = "; Ctrl-C ends it\n"

HEAD = "ok  w.js · brand demo · customer c_1\n\n"
SCRIPT = """\
EnsureCrmEntity({ slug: 'check-ins', fields: [{ key: 'mood' }] });
setCrmField({ slug: 'check-ins', fieldKey: 'mood', value: 'rested' });
console.log('ran');
"""


class Watching:
    """The command at work, and what it has printed."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [str(Path(sys.executable).with_name("funnelscript")), "run", "w.js", "--customer", "c_1", "--watch"]
        self.output = folder / "output.txt"
        with self.output.open("wb") as stream:
            self.process = subprocess.Popen(
                [*command, *options], cwd=folder, stdout=stream, stderr=subprocess.STDOUT, env={**os.environ}
            )

    def runs(self, count: int) -> list[str]:
        """What each of so many runs printed, once they are done; ids and figures are steady."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (text := self.output.read_text()).count(END) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        text = re.sub(r"\n[^\n]* wall · [^\n]*", "\nFIGURES", text)
        return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text).split(END)


@pytest.fixture
def watching(folder: Path) -> Iterator[Watching]:
    (folder / "w.js").write_text(SCRIPT)
    one = Watching(folder)
    yield one
    one.process.kill()
    one.process.wait()


def save(path: Path, text: str) -> None:
    """As many editors do: a new file takes the place of the old one."""
    (path.parent / "w.js~").write_text(text)
    (path.parent / "w.js~").replace(path)


def write_over(path: Path, text: str) -> None:
    """As others do: into the file, at once and in its whole length, so that nobody finds it half written."""
    with path.open("r+b", buffering=0) as file:
        file.write(text.encode().ljust(path.stat().st_size, b"\n"))


def test_each_save_runs_it_again_and_tells_what_changed(watching: Watching, folder: Path) -> None:
    script = folder / "w.js"
    assert watching.runs(1)[0] == (
        HEAD + "Log\n  log    ran\n\nFIGURES\n\nChanges since the last run\n"
        '  + check-ins of customer:c_1  ID\n    + mood "rested"\n\nwatching w.js'
    )
    save(script, SCRIPT.replace("rested", "tired"))
    assert watching.runs(2)[1] == (
        "\n--- w.js ---\n\n" + HEAD + "Log\n  log    ran\n\nFIGURES\n\nChanges since the last run\n"
        '  ~ check-ins of customer:c_1  ID\n    ~ mood "rested" -> "tired"\n\nwatching w.js'
    )
    write_over(script, "var a = ;")
    assert watching.runs(3)[2] == (
        "\n--- w.js ---\n\n"
        + HEAD.replace("ok", "error")
        + "SyntaxError: unexpected token in expression: ';'\n  at w.js:1:9\n  1 | var a = ;\n    |         ^\n\n"
        "FIGURES\n\n"
        "Changes since the last run\n  none\n\nwatching w.js"
    )
    script.unlink()
    assert watching.runs(4)[3] == (
        "\n--- w.js ---\n\nnot run  w.js: no such file or directory\n\n"
        "Changes since the last run\n  none\n\nwatching w.js"
    )
    (folder / "other.js").write_text("is not looked at")
    save(script, "clearCrmEntries({ slug: 'check-ins' });")
    assert watching.runs(5)[4] == (
        "\n--- w.js ---\n\n" + HEAD + "FIGURES\n\nChanges since the last run\n"
        '  - check-ins of customer:c_1  ID\n    - mood "tired"\n\nwatching w.js'
    )
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(PATIENCE_SECONDS) == 0
    assert watching.output.read_text().endswith(END)


def test_what_another_program_changed_since_is_told_of_too(watching: Watching, folder: Path, command: Command) -> None:
    watching.runs(1)
    (folder / "other.js").write_text("CreateCrmEntry({ slug: 'check-ins', title: 'Other', values: { mood: 'calm' } });")
    assert command("run", "other.js", "--customer", "c_2").status == 0
    save(folder / "w.js", SCRIPT.replace("ran", "again"))
    assert watching.runs(2)[1].partition("Changes since the last run\n")[2] == (
        '  + check-ins of customer:c_2  ID\n    + title "Other"\n    + mood  "calm"\n\nwatching w.js'
    )


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["-"], "needs a file (got -)"),
        (["w.js", "--dry-run"], "goes with neither --dry-run nor --json"),
        (["w.js", "--json"], "goes with neither --dry-run nor --json"),
    ],
)
def test_what_cannot_be_watched_is_told(command: Command, options: list[str], problem: str) -> None:
    assert command("run", *options, "--watch") == (2, "", f"funnelscript: --watch: {problem}\n")
