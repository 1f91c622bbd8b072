"""Code blocks of Markdown pages, and what becomes of them when a reader follows the page from top to bottom."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.warm_command import warm_command

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One block. ``shows`` is the block of text that follows it: what the page says is printed."""

    language: str
    code: str
    shows: str | None


def blocks(page: Path) -> list[Block]:
    """The page's blocks in order; those of plain text belong to the one before."""
    found: list[Block] = []
    for language, code in _BLOCK.findall(page.read_text()):
        if language == "text":
            found[-1] = Block(found[-1].language, found[-1].code, code)
        else:
            found.append(Block(language, code, None))
    return found


def follow(page: Path, folder: Path) -> Iterator[tuple[str, str | None]]:
    """Do in the folder what the page says: what each block that runs prints, beside what the page shows.

    A script, page or case file whose first line names a file is written to it; shell and Python blocks run.
    """
    with TemporaryDirectory(prefix="fs-warm-") as programs, warm_command(Path(programs)):
        yield from _follow(page, folder, programs)


def _follow(page: Path, folder: Path, programs: str) -> Iterator[tuple[str, str | None]]:
    for block in blocks(page):
        if block.language in {"js", "html", "yaml"}:
            name = re.match(r"(?://|<!--|#) (\S+\.(?:js|html|yaml))\b", block.code)
            if name:
                (folder / name[1]).parent.mkdir(exist_ok=True)
                (folder / name[1]).write_text(block.code)
        elif block.language == "python":
            yield run([sys.executable, "-c", block.code], folder), block.shows
        elif block.language == "sh" and "make" not in block.code:
            yield run(["bash", "-euo", "pipefail", "-c", block.code], folder, programs), block.shows


def run(command: list[str], folder: Path, *programs: str) -> str:
    """The output of a command that must end well; ``programs`` are folders of them that come before all others."""
    path = os.pathsep.join([*programs, str(Path(sys.executable).parent), os.environ["PATH"]])
    answer = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stderr) == (0, ""), answer.stderr
    return answer.stdout


def matches(printed: str, shown: str) -> bool:
    """Whether the page shows what is printed; "…" stands for anything, also for several lines."""
    pattern = ".*".join(map(re.escape, shown.split("…")))
    return re.fullmatch(pattern, printed, re.DOTALL) is not None
