"""Which cases the paths of a command line mean, and which scripts have none."""

import difflib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from runtime.replay.reading import CaseUnreadable, ReadFile, read_file

CASE_ENDING = ".case.yaml"
SCRIPT_ENDINGS = (".js", ".html", ".htm")
SKIPPED_FOLDERS = frozenset({"node_modules", "modules", "__pycache__"})
"""Beside those whose names begin with a dot: what lies in them is nobody's script with cases."""


class Script(NamedTuple):
    """A case file's script. ``name`` is what it is called in errors: seen from the case file."""

    path: Path
    name: str
    source: str


class Suite(NamedTuple):
    """What is to be replayed: case files with their scripts, and scripts that have no cases, by their paths."""

    files: list[tuple[ReadFile, Script]]
    without_cases: list[str]


def find(paths: Sequence[str]) -> Suite:
    """The case files that the paths mean: themselves, those of scripts, all in a folder. Raises ``CaseUnreadable``."""
    case_files: dict[str, None] = {}
    without_cases: dict[str, None] = {}
    for path in paths or ["."]:
        if Path(path).is_dir():
            found, lonely = _in_folder(Path(path))
            case_files |= dict.fromkeys(found)
            without_cases |= dict.fromkeys(lonely)
        else:
            case_files[_case_file_of(path)] = None
    read = [(one, _script_of(one)) for one in (read_file(Path(file), file) for file in case_files)]
    used = {os.path.normpath(script.path) for _, script in read}
    return Suite(read, [script for script in without_cases if os.path.normpath(script) not in used])


def _in_folder(folder: Path) -> tuple[list[str], list[str]]:
    """Case files and scripts, sorted. Raises where there is no case file."""
    names = [str(path) for path in _walk(folder)]
    case_files = [name for name in names if name.endswith(CASE_ENDING)]
    if not case_files:
        raise CaseUnreadable(str(folder), None, f"no cases in this folder: no file ends in {CASE_ENDING}")
    return case_files, [name for name in names if name.lower().endswith(SCRIPT_ENDINGS)]


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if not path.name.startswith(".") and path.name not in SKIPPED_FOLDERS:
                yield from _walk(path)
        else:
            yield path


def _case_file_of(path: str) -> str:
    """The case file that a path names, or that belongs to the script that it names."""
    if path.endswith(CASE_ENDING):
        return path
    if not path.lower().endswith(SCRIPT_ENDINGS):
        allowed = f"a folder, *{CASE_ENDING} or a script ({', '.join(SCRIPT_ENDINGS)})"
        problem = "no such file or folder" if not Path(path).exists() else f"no cases; give {allowed}"
        raise CaseUnreadable(path, None, problem + _near(path))
    if not Path(path).exists():
        raise CaseUnreadable(path, None, f"no such file or directory{_near(path)}")
    case_file = str(Path(path).with_name(Path(path).stem + CASE_ENDING))
    if not Path(case_file).exists():
        raise CaseUnreadable(path, None, f"this script has no cases: there is no {case_file}")
    return case_file


def _script_of(read: ReadFile) -> Script:
    folder = Path(read.file).parent
    if read.cases.script is not None:
        return _script(read, folder / read.cases.script, read.cases.script)
    stem = Path(read.file).name.removesuffix(CASE_ENDING)
    beside = [stem + ending for ending in SCRIPT_ENDINGS if (folder / (stem + ending)).exists()]
    if len(beside) > 1:
        raise CaseUnreadable(read.file, None, f"'script' has to say which one is meant: {' or '.join(beside)}")
    if not beside:
        expected = " or ".join(stem + ending for ending in SCRIPT_ENDINGS)
        near = _near(str(folder / (stem + SCRIPT_ENDINGS[0])))
        raise CaseUnreadable(read.file, None, f"its script is not there: no {expected}{near}")
    return _script(read, folder / beside[0], beside[0])


def _script(read: ReadFile, path: Path, name: str) -> Script:
    try:
        return Script(path, name, path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        place = read.place(("script",))
        reason = f"the script {path}: {(error.strerror or str(error)).lower()}{_near(str(path))}"
        raise CaseUnreadable(read.file, place, reason) from error
    except UnicodeDecodeError as error:
        raise CaseUnreadable(str(path), None, f"not UTF-8 text (byte 0x{error.object[error.start]:02x})") from error


def _near(path: str) -> str:
    """Words on the neighbour that was perhaps meant, where there is one."""
    wanted = Path(path)
    if wanted.exists() or not wanted.parent.is_dir():
        return ""
    endings = CASE_ENDING if path.endswith(CASE_ENDING) else SCRIPT_ENDINGS
    names = [one.name for one in wanted.parent.iterdir() if one.name.endswith(endings)]
    near = difflib.get_close_matches(wanted.name, names, 1)
    return f"; did you mean {wanted.with_name(near[0])}?" if near else ""
