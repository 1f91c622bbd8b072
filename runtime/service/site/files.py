"""From the path of a request to a file below the site's folder, and never to one beside it.

``weight/checkin.html`` is at ``/weight/checkin``, ``index.html`` at its folder's path, and ``[name].html`` or a folder
``[name]`` stands for any one part of a path. What is neither a page nor of a known type of file is not served, nor is
what begins with ``.`` or ``_``.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from runtime.folders import is_file_below, prefix_of

PAGE_ENDING = ".html"
INDEX = "index"
STATIC_TYPES = {
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
"""What is served as it is, by the ending of its name."""
MAX_NEAR_NAMES = 5
MAX_NAME_BYTES, MAX_PATH_BYTES = 200, 2_000
"""Well within what a file system takes."""

_PART = re.compile(r"[^\W_][\w .~@+,-]*|-[\w .~@+,-]*")
_PARAMETER = re.compile(r"\[([A-Za-z][A-Za-z0-9_]*)\]")


@dataclass(frozen=True, slots=True)
class Found:
    """A file at a path. ``params`` are the parts of the path that ``[name]`` stood for."""

    file: Path
    name: str
    content_type: str | None
    params: dict[str, str] = field(default_factory=dict)

    @property
    def is_page(self) -> bool:
        """Whether it is run, and not sent as it is."""
        return self.content_type is None


@dataclass(frozen=True, slots=True)
class Moved:
    """The page has another path than the one that was asked for."""

    path: str


class SiteFiles:
    """The files of one site."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._prefix = prefix_of(folder)

    def find(self, raw_path: bytes) -> Found | Moved | None:
        """What is at a path, as it stands in the request line."""
        parts = _parts(raw_path)
        if parts is None:
            return None
        if parts and (canonical := _canonical(parts)) is not None:
            found = self.find(canonical.encode())
            return Moved(canonical) if isinstance(found, Found) and found.is_page else None
        return self._static(parts) or self._page(self.folder, parts, {})

    def near(self, raw_path: bytes) -> list[str]:
        """Paths of pages that were perhaps meant."""
        parts = _parts(raw_path)
        if parts is None:
            return []
        asked = "/" + "/".join(parts)
        return difflib.get_close_matches(asked, [*self.paths()], MAX_NEAR_NAMES, cutoff=0.5)

    def paths(self) -> Iterator[str]:
        """The paths of all pages, in order."""
        for file in sorted(self.folder.rglob(f"*{PAGE_ENDING}")):
            parts = [*file.relative_to(self.folder).with_suffix("").parts]
            if all(_PART.fullmatch(part) or _PARAMETER.fullmatch(part) for part in parts) and self._inside(file):
                yield "/" + "/".join(parts[:-1] if parts[-1] == INDEX else parts)

    def _static(self, parts: list[str]) -> Found | None:
        content_type = STATIC_TYPES.get(Path(parts[-1]).suffix.lower()) if parts else None
        if content_type is None or not self._inside(file := self.folder.joinpath(*parts)):
            return None
        return Found(file, "/".join(parts), content_type)

    def _page(self, folder: Path, parts: list[str], params: dict[str, str]) -> Found | None:
        """By names first, then by ``[name]``, part by part."""
        if not parts:
            return self._found(folder / f"{INDEX}{PAGE_ENDING}", params)
        first, *rest = parts
        if not rest and (found := self._found(folder / f"{first}{PAGE_ENDING}", params)):
            return found
        if (folder / first).is_dir() and (found := self._page(folder / first, rest, params)):
            return found
        for entry in self._parameters(folder):
            known = {**params, entry.name.removesuffix(PAGE_ENDING)[1:-1]: first}
            if found := self._page(entry, rest, known) if entry.is_dir() else self._last(entry, rest, known):
                return found
        return None

    def _last(self, file: Path, rest: list[str], params: dict[str, str]) -> Found | None:
        return None if rest else self._found(file, params)

    def _parameters(self, folder: Path) -> list[Path]:
        """What stands for any part in a folder: files before folders."""
        entries = [one for one in folder.glob("[[]*") if _PARAMETER.fullmatch(one.name.removesuffix(PAGE_ENDING))]
        return sorted(entries, key=lambda one: (one.is_dir(), one.name))

    def _found(self, file: Path, params: dict[str, str]) -> Found | None:
        if not self._inside(file):
            return None
        return Found(file, str(file).removeprefix(self._prefix), None, params)

    def _inside(self, file: Path) -> bool:
        return is_file_below(file, self._prefix)


def _parts(raw_path: bytes) -> list[str] | None:
    """The parts of a path, each decoded once and by itself; None where one could mean anything but a name."""
    if not raw_path.startswith(b"/") or b"//" in raw_path:
        return None
    if raw_path == b"/":
        return []
    if len(raw_path) > MAX_PATH_BYTES:
        return None
    parts = []
    for raw in raw_path[1:].split(b"/"):
        try:
            part = unquote_to_bytes(raw).decode("utf-8")
        except UnicodeDecodeError:
            return None
        parts.append(part)
    named = parts[:-1] if parts[-1] == "" else parts
    return parts if all(map(_is_name, named)) else None


def _is_name(part: str) -> bool:
    return _PART.fullmatch(part) is not None and not part.endswith((".", " ")) and len(part.encode()) <= MAX_NAME_BYTES


def _canonical(parts: list[str]) -> str | None:
    """The path under which the same page goes, where it is another: no slash at the end, no ``.html``, no ``index``."""
    named = [part for part in parts if part]
    last = named[-1].removesuffix(PAGE_ENDING)
    named[-1:] = [] if last == INDEX else [last]
    return None if named == parts else "/" + "/".join(map(quote, named))
