"""Standard output as a person's terminal or a pipe: what may be written to it, and what happens when it goes away."""

import os
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from runtime.cli.exits import CommandFailed, ExitStatus

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")  # parts of words and of emoji


def visible(text: str, keep: str = "") -> str:
    r"""The text with its control and formatting characters as escapes, such as ``\x1b`` for ESC.

    A script's text can then neither drive the terminal nor turn its writing round. ``keep`` names characters that may
    stay, such as a line feed.
    """
    return "".join(
        character if character in keep or not _is_hidden(character) else character.encode("unicode_escape").decode()
        for character in text
    )


def write(*parts: "RenderableType") -> None:
    """Render for what standard output is (styles only on a terminal, none with ``NO_COLOR``) and write it at once.

    Lines of text are left to the terminal to wrap, so that they can be copied whole; tables fit the width.
    """
    from rich.console import Console

    colors: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    write_text(_rendered(parts, Console(markup=False, highlight=False, emoji=False, color_system=colors)))


def plain(parts: Iterable["RenderableType"], width_cells: int) -> str:
    """The same as text without styles, for a file or a report."""
    from rich.console import Console

    return _rendered(parts, Console(width=width_cells, markup=False, highlight=False, emoji=False, color_system=None))


def write_aside(*parts: "RenderableType") -> None:
    """The same on standard error, for what is said beside an answer."""
    from rich.console import Console
    from rich.text import Text

    colors: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    console = Console(stderr=True, markup=False, highlight=False, emoji=False, color_system=colors)
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, Text))


def write_text(text: str) -> None:
    """Write to standard output. A reader that has gone, as ``head`` does, is no error: the rest is dropped."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whatever is still buffered would fail again when the interpreter closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_file(path: Path, text: str) -> None:
    """Write what a command was told to write to a file."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandFailed(ExitStatus.USAGE, f"{path}: {(error.strerror or str(error)).lower()}") from error


def width_cells() -> int:
    """How wide standard output is; 80 cells where it is no terminal and ``COLUMNS`` is not set."""
    from rich.console import Console

    return Console().width


def _rendered(parts: Iterable["RenderableType"], console: "Console") -> str:
    from rich.text import Text

    with console.capture() as capture:
        for part in parts:
            console.print(part, soft_wrap=isinstance(part, Text))
    return "".join(line.rstrip() + "\n" for line in capture.get().split("\n")[:-1])


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN_CATEGORIES and character not in _JOINERS
