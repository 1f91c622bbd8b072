"""The installed command as a process among others: pipes, signals, terminals, closed streams."""

import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import psutil
import pytest

from storage import open_store
from storage.queries import ListEntities

COMMAND = str(Path(sys.executable).with_name("funnelscript"))


@pytest.fixture(autouse=True)
def _script(folder: Path) -> None:
    (folder / "script.js").write_text(
        "console.warn('caf\\u00e9'); for (var n = 0; n < 900; n++) setVariable('v' + n, n)"
    )


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    program = f"set -o pipefail; alias f='{COMMAND}'\n{line}"
    return subprocess.run(
        ["bash", "-O", "expand_aliases", "-c", program],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


def test_command_is_installed_with_its_version() -> None:
    answer = shell("f --version")
    assert (answer.returncode, answer.stdout.decode()) == (0, f"funnelscript {version('funnelscript')}\n")


def test_reader_that_goes_away_is_no_error() -> None:
    answer = shell("f run script.js | head -1; f run script.js --json | head -c 1; f entries --help | head -1")
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert answer.stdout.startswith("ok  script.js · brand demo\n{".encode())


def test_full_disk_is_one_line() -> None:
    answer = shell("f run script.js > /dev/full")
    assert (answer.returncode, answer.stderr) == (4, b"funnelscript: standard output: no space left on device\n")


def test_closed_streams_are_no_traceback() -> None:
    assert shell("f run script.js >&-").stderr == b""
    answer = shell("f run - <&-")
    assert (answer.returncode, answer.stderr) == (2, b"funnelscript: -: standard input is closed\n")


def test_any_encoding_of_standard_output_will_do() -> None:
    answer = shell("f run script.js", PYTHONIOENCODING="ascii")
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert answer.stdout.splitlines()[3] == b"  warn   caf\\xe9"


def test_interrupt_is_one_line_and_leaves_no_process(folder: Path) -> None:
    (folder / "endless.js").write_text("EnsureCrmEntity({ slug: 'begun' }); for (;;) {}")
    with (
        closing(open_store(f"sqlite:///{folder / 'funnelscript.db'}")) as store,
        subprocess.Popen(
            [COMMAND, "run", "endless.js"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        ) as process,
    ):
        while not store.query("demo", ListEntities()):  # the test's own time limit ends it
            time.sleep(0.01)
        children = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, out, err) == (130, b"", b"funnelscript: interrupted\n")
    assert psutil.wait_procs(children, timeout=30)[1] == []


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_is_for_terminals_that_want_it(environment: dict[str, str], coloured: bool) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [COMMAND, "run", "script.js"], stdout=theirs, env={**os.environ, "TERM": "xterm", **environment}
    ):
        os.close(theirs)
        shown = read_all(ours)
    assert (b"\x1b[" in shown) is coloured


def test_pipes_get_no_colour() -> None:
    assert b"\x1b" not in shell("f run script.js", TERM="xterm-256color").stdout


def read_all(descriptor: int) -> bytes:
    """All that is written to a terminal until its last writer is gone, which Linux tells by an error."""
    data = b""
    while True:
        try:
            part = os.read(descriptor, 65_536)
        except OSError:
            part = b""
        if not part:
            os.close(descriptor)
            return data
        data += part
