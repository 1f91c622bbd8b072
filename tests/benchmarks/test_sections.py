"""Every section of the benchmarks runs and prints its tables. The figures are for a quiet machine, not for a test."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import SECTIONS

ROOT = Path(__file__).parents[2]
TITLES = {
    "runs": ["The weight tracker, one run after another"],
    "split": [
        "Where a run of the weight tracker goes, on the host's clock",
        "Where the worker's time goes",
        "CPU a run, by who uses it",
    ],
    "calls": ["A run of so many reads with an idle, warm worker, µs"],
    "throughput": ["Runs a second on 1 core", "Runs a second on 2 cores"],
    "growth": ["Growth: entries of the one customer, µs", "Growth: entries in the store, µs"],
    "start": ["Starts, ms"],
    "load": ["Within capacity", "Past capacity"],
    "modules": ["A run with modules, µs"],
    "queue": [
        "A write to the store and one to the queue, in the host, µs",
        "A run with so many writes, µs",
        "Writes applied a second, SQLite",
        "From handing in to being seen, one idle worker, ms",
        "The end of a run whose queue cannot be reached, one write applied there, ms",
    ],
    "stores": [
        "The engines side by side as entries add up, calls of the same 10 customers, µs",
        "The engines side by side as entries add up, calls of any customer, µs",
        "The weight tracker on one store, by one service process and by two",
        "Processes side by side on one store, calls a second in all",
    ],
    "templates": ["A page of three CRM calls and a loop of a hundred rows"],
}
LONG = ("throughput", "start", "load", "queue", "stores")
SHORT = tuple(section for section in TITLES if section not in LONG)
"""They share a process, as all do in ``make bench``."""


@pytest.mark.long
@pytest.mark.parametrize("sections", [SHORT, *((section,) for section in LONG)], ids=" ".join)
def test_sections_print_their_tables_whole(
    sections: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the comparator on Node, which is not there where there is an empty cache, and is said to be missing."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    command = [sys.executable, "-m", "benchmarks", *sections, "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    tables = re.split(r"^### ", done.stdout, flags=re.MULTILINE)[1:]
    titles = [(section, title) for section in sections for title in TITLES[section]]
    possible = titles if has_two_cores() else [one for one in titles if "2 cores" not in one[1]]
    assert [table.split("\n")[0] for table in tables] == [title for _, title in possible]
    for table, (section, _) in zip(tables, possible, strict=True):
        assert f"\n`python -m benchmarks {section}`\n" in table
        widths = {line.count("|") for line in table.split("\n") if line.startswith("|")}
        assert len(widths) == 1, table
    told = re.findall(r"^Without the comparator on Node: (.*)\.$", done.stdout, re.MULTILINE)
    assert len(told) >= len({"runs", "throughput"}.intersection(sections))
    assert set(told) <= {
        "there is no `node` on the path",
        "its packages are not installed; a run without `--quick` installs them",
    }


def has_two_cores() -> bool:
    return len(os.sched_getaffinity(0)) >= 2


def test_an_unknown_section_is_answered_with_those_that_are_there() -> None:
    command = [sys.executable, "-m", "benchmarks", "speed"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"error: no section speed; there are {', '.join(SECTIONS)}" in done.stderr
