"""Which engine a URL means."""

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from storage.ids import IdSource, new_uuid7
from storage.port import Store

ALLOWED_URLS = "sqlite:///relative.db, sqlite:////absolute/path.db, or sqlite:// for a private store that is not kept"


class StoreUrlError(ValueError):
    """The URL names no store that can be opened. The message says what came and what is allowed."""

    def __init__(self, url: str) -> None:
        super().__init__(f"no store has the URL {url!r}; allowed: {ALLOWED_URLS}")


def open_store(url: str, *, ids: IdSource | None = None, clock_ms: Callable[[], int] | None = None) -> Store:
    """Open the store of a URL, made and brought up to date where need be; close it after use.

    ``sqlite:///shop.db`` is a file beside the working directory, ``sqlite:////var/shop.db`` one with an absolute path
    (the directory must be there), ``sqlite://`` a private one that is gone when closed. ``ids`` names the further
    entries of commands that make several; ``clock_ms`` says how old records of operations are. Both are real unless
    given. Raises ``StoreUrlError``, ``SchemaMismatch``, ``StoreUnavailable``.
    """
    scheme, separator, path = url.partition("://")
    if scheme != "sqlite" or not separator or (path and not path.startswith("/")) or path == "/" or "?" in path:
        raise StoreUrlError(url)
    return _open_sqlite(path[1:], ids or new_uuid7, clock_ms or _machine_clock_ms)


def _open_sqlite(path: str, ids: IdSource, clock_ms: Callable[[], int]) -> Store:
    from storage.sqlite.connection import Shared
    from storage.sqlite.store import SqliteStore

    if path:
        return SqliteStore(Shared(str(Path(path).absolute()), ids, clock_ms))
    directory = Path(tempfile.mkdtemp(prefix="funnelscript-"))
    shared = Shared(str(directory / "private.db"), ids, clock_ms)
    return SqliteStore(shared, lambda: shutil.rmtree(directory, ignore_errors=True))


def _machine_clock_ms() -> int:
    return time.time_ns() // 1_000_000
