"""Where the sources of modules come from: a folder, the store, or one behind the other."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from runtime.record import RunResult
from storage.modules import FindModule, ListModules, is_module_code
from storage.port import Store

ENDING = ".js"
MAX_FILE_BYTES = 16 * 1024 * 1024
"""Far above what a run takes; this ends the reading of endless files."""
MAX_LISTED = 1_000


class ModuleSource(Protocol):
    """Gives a brand's modules by code: names of lower-case letters, digits and ``_ . -``, parted by slashes.

    Asked anew in each run, so that a change counts from the next run on. Safe for many threads.
    """

    def get(self, brand: str, code: str) -> str | None:
        """The source; None where the brand has no such module. Raises ``OSError`` or ``StorageError``."""

    def codes(self, brand: str) -> list[str]:
        """The codes that there are, for messages about one that is not."""


class FolderModules:
    """Files of one folder for every brand: the module ``shop/prices`` is ``FOLDER/shop/prices.js``.

    What a link leads to outside of the folder is not there, nor is what is no UTF-8.
    """

    def __init__(self, folder: Path) -> None:
        """Raises ``NotADirectoryError`` where there is no such folder."""
        self.folder = folder.resolve()
        if not self.folder.is_dir():
            raise NotADirectoryError(20, "not a folder", str(folder))

    def get(self, brand: str, code: str) -> str | None:  # noqa: ARG002 - one folder serves every brand
        """See ``ModuleSource``."""
        path = self.path(code)
        if path is None:
            return None
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES)
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None

    def codes(self, brand: str) -> list[str]:  # noqa: ARG002 - as above
        """See ``ModuleSource``."""
        found = []
        for path in self.folder.rglob(f"*{ENDING}"):
            code = path.relative_to(self.folder).as_posix().removesuffix(ENDING)
            if self.path(code) is not None:
                found.append(code)
            if len(found) >= MAX_LISTED:
                break
        return sorted(found)

    def path(self, code: str) -> Path | None:
        """The file of a module, None where there is none in the folder."""
        if not is_module_code(code):
            return None
        try:
            path = (self.folder / (code + ENDING)).resolve()
        except RuntimeError:  # links that lead in a circle
            return None
        return path if path.is_relative_to(self.folder) and path.is_file() else None


class StoreModules:
    """The modules that the store keeps for each brand."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, brand: str, code: str) -> str | None:
        """See ``ModuleSource``."""
        return self._store.query(brand, FindModule(code))

    def codes(self, brand: str) -> list[str]:
        """See ``ModuleSource``."""
        return [module.code for module in self._store.query(brand, ListModules())]


class GivenModules:
    """Modules that are at hand, the same for every brand: what a recorded run had."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = dict(sources)

    def get(self, brand: str, code: str) -> str | None:  # noqa: ARG002 - the same for every brand
        """See ``ModuleSource``."""
        return self._sources.get(code)

    def codes(self, brand: str) -> list[str]:  # noqa: ARG002 - as above
        """See ``ModuleSource``."""
        return sorted(self._sources)


NO_MODULES = GivenModules({})


class FirstOf:
    """Several sources: the first one that has a module gives it. An author's folder in front of the store, say."""

    def __init__(self, sources: Sequence[ModuleSource]) -> None:
        self._sources = list(sources)

    def get(self, brand: str, code: str) -> str | None:
        """See ``ModuleSource``."""
        found = (source.get(brand, code) for source in self._sources)
        return next((text for text in found if text is not None), None)

    def codes(self, brand: str) -> list[str]:
        """See ``ModuleSource``."""
        return sorted({code for source in self._sources for code in source.codes(brand)})


def source_at_fault(record: RunResult, filename: str, source: str, modules: ModuleSource, brand: str) -> str:
    """The source that the error's place is in: the file's, or that of a module."""
    if record.error is None or record.error.file in {None, filename}:
        return source
    return modules.get(brand, record.error.file or "") or ""
