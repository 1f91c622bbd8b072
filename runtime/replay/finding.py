"""Which cases and tapes the paths of a command line mean, and which scripts have no cases."""

import difflib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from runtime.pages.folders import SCRIPT_ENDINGS, without_browsers_scripts
from runtime.placed_yaml import FileUnreadable
from runtime.replay.reading import ReadFile, read_file
from runtime.tape.files import ENDING as TAPE_ENDING

CASE_ENDING = ".case.yaml"
SKIPPED_FOLDERS = frozenset({"node_modules", "modules", "__pycache__"})
"""Beside those whose names begin with a dot: what lies in them is nobody's script with cases."""


class Script(NamedTuple):
    """A case file's script. ``name`` is what it is called in errors: seen from the case file."""

    path: Path
    name: str
    source: str


class Suite(NamedTuple):
    """What is to be replayed: case files with their scripts, tapes, and scripts that have no cases, by their paths."""

    files: list[tuple[ReadFile, Script]]
    without_cases: list[str]
    tapes: list[str]


def find(paths: Sequence[str]) -> Suite:
    """What the paths mean: case files, tapes, scripts with their cases, all of these in a folder.

    Case files are read, tapes are not. Raises ``FileUnreadable``.
    """
    named = [*dict.fromkeys(name for path in paths for name in _meant(path))]
    case_files = [name for name in named if name.endswith(CASE_ENDING)]
    read = [(one, _script_of(one)) for one in (read_file(Path(file), file) for file in case_files)]
    scripts = [name for name in named if name.lower().endswith(SCRIPT_ENDINGS)]
    return Suite(read, [*_without_cases(scripts, read)], [name for name in named if name.endswith(TAPE_ENDING)])


def tapes_in(folder: Path) -> list[str]:
    """The tapes in a folder and those in it, sorted."""
    return [str(path) for path in _walk(folder) if path.name.endswith(TAPE_ENDING)]


def _without_cases(scripts: list[str], read: list[tuple[ReadFile, Script]]) -> Iterator[str]:
    """Not what is seen with a page alone: what browsers run, and layouts and components where a case says they are."""
    used = {os.path.normpath(script.path) for _, script in read}
    templates = {
        (Path(one.file).parent / case.templates).resolve()
        for one, _ in read
        for case in one.cases.cases
        if case.templates is not None
    }
    for path in without_browsers_scripts([*map(Path, scripts)]):
        if os.path.normpath(path) not in used and templates.isdisjoint(path.resolve().parents):
            yield str(path)


def _meant(path: str) -> list[str]:
    if path.endswith(TAPE_ENDING):
        return [path]
    return _in_folder(Path(path)) if Path(path).is_dir() else [_case_file_of(path)]


def _in_folder(folder: Path) -> list[str]:
    """Case files, tapes and scripts, sorted. Raises where there is nothing to replay."""
    names = [str(path) for path in _walk(folder)]
    if not any(name.endswith((CASE_ENDING, TAPE_ENDING)) for name in names):
        problem = f"no cases or tapes in this folder: no file ends in {CASE_ENDING} or {TAPE_ENDING}"
        raise FileUnreadable(str(folder), None, problem)
    return names


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
        allowed = f"a folder, *{CASE_ENDING}, a script ({', '.join(SCRIPT_ENDINGS)}) or *{TAPE_ENDING}"
        problem = "no such file or folder" if not Path(path).exists() else f"no cases; give {allowed}"
        raise FileUnreadable(path, None, problem + _near(path))
    if not Path(path).exists():
        raise FileUnreadable(path, None, f"no such file or directory{_near(path)}")
    case_file = str(Path(path).with_name(Path(path).stem + CASE_ENDING))
    if not Path(case_file).exists():
        raise FileUnreadable(path, None, f"this script has no cases: there is no {case_file}")
    return case_file


def _script_of(read: ReadFile) -> Script:
    folder = Path(read.file).parent
    if read.cases.script is not None:
        return _script(read, folder / read.cases.script, read.cases.script)
    stem = Path(read.file).name.removesuffix(CASE_ENDING)
    beside = [stem + ending for ending in SCRIPT_ENDINGS if (folder / (stem + ending)).exists()]
    if len(beside) > 1:
        raise FileUnreadable(read.file, None, f"'script' has to say which one is meant: {' or '.join(beside)}")
    if not beside:
        expected = " or ".join(stem + ending for ending in SCRIPT_ENDINGS)
        near = _near(str(folder / (stem + SCRIPT_ENDINGS[0])))
        raise FileUnreadable(read.file, None, f"its script is not there: no {expected}{near}")
    return _script(read, folder / beside[0], beside[0])


def _script(read: ReadFile, path: Path, name: str) -> Script:
    try:
        return Script(path, name, path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        place = read.place(("script",))
        reason = f"the script {path}: {(error.strerror or str(error)).lower()}{_near(str(path))}"
        raise FileUnreadable(read.file, place, reason) from error
    except UnicodeDecodeError as error:
        raise FileUnreadable(str(path), None, f"not UTF-8 text (byte 0x{error.object[error.start]:02x})") from error


def _near(path: str) -> str:
    """Words on the neighbour that was perhaps meant, where there is one."""
    wanted = Path(path)
    if wanted.exists() or not wanted.parent.is_dir():
        return ""
    endings = CASE_ENDING if path.endswith(CASE_ENDING) else SCRIPT_ENDINGS
    names = [one.name for one in wanted.parent.iterdir() if one.name.endswith(endings)]
    near = difflib.get_close_matches(wanted.name, names, 1)
    return f"; did you mean {wanted.with_name(near[0])}?" if near else ""
