"""Where layouts and components come from."""

import re
from pathlib import Path
from typing import Protocol

from runtime.folders import is_file_below, prefix_of, read_up_to

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(?:/[A-Za-z0-9][A-Za-z0-9_.-]{0,99}){0,4}", re.ASCII)
"""What names a layout or component: no name leads out of a folder."""
MAX_FILE_BYTES = 512 * 1024
MAX_TEMPLATE_CHARACTERS = 1_000_000
"""Of a page, layout or component that is a template: compiling takes the host 1 µs for each, 6 where all is odd."""


class TemplateSource(Protocol):
    """Gives the text of a layout or component of a brand by its code; called for each page that is run."""

    def get(self, brand: str, code: str) -> str | None:
        """The text, or None where the brand has no such template."""
        ...


class FolderTemplates:
    """Templates in a folder, the same ones for every brand: ``card`` is ``card.html``, ``parts/card`` in ``parts``.

    A file to which a link leads out of the folder is not there; nor is one of more than 512 KiB, or that is no UTF-8.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._prefix = folder.resolve(), prefix_of(folder)

    def get(self, brand: str, code: str) -> str | None:  # noqa: ARG002 - as the protocol has it
        """The text of a file; read anew each time, so that a change shows at once. About 20 µs."""
        if not CODE.fullmatch(code):
            return None
        file = self._folder / f"{code}.html"
        try:
            data = read_up_to(file, MAX_FILE_BYTES) if is_file_below(file, self._prefix) else None
            return None if data is None else data.decode("utf-8-sig")
        except (OSError, ValueError):
            return None


class NoTemplates:
    """Where a host has no layouts and components."""

    def get(self, brand: str, code: str) -> str | None:  # noqa: ARG002 - as the protocol has it
        """None."""
        return None
