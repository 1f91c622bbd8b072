"""Which engine a URL means."""

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from storage.ids import IdSource, new_uuid7
from storage.port import Store

ALLOWED_URLS = (
    "sqlite:///relative.db, sqlite:////absolute/path.db, sqlite:// for a private store that is not kept,"
    " postgresql://user@host/database"
)
POOL_SIZE = "pool_size"
POSTGRES_SCHEMES = ("postgresql://", "postgres://")


class StoreUrlError(ValueError):
    """The URL names no store that can be opened. The message says what came and what is allowed."""

    def __init__(self, url: str) -> None:
        meant = f" (did you mean 'sqlite:///{url}'?)" if "." in url and ":" not in url else ""
        super().__init__(f"no store has the URL {url!r}{meant}; allowed: {ALLOWED_URLS}")


def open_store(url: str, *, ids: IdSource | None = None, clock_ms: Callable[[], int] | None = None) -> Store:
    """Open the store of a URL, made and brought up to date where need be; close it after use.

    ``sqlite:///shop.db`` is a file beside the working directory, ``sqlite:////var/shop.db`` one with an absolute path
    (the directory must be there), ``sqlite://`` a private one that is gone when closed.
    ``postgresql://user@host/database`` is a database that is there; libpq's parameters may follow, such as
    ``?sslmode=verify-full``, and ``pool_size`` (10), the most connections that this process has at once. ``ids`` names
    the further entries of commands that make several; ``clock_ms`` says how old records of operations are. Both are
    real unless given. Raises ``StoreUrlError``, ``SchemaMismatch``, ``StoreUnavailable``.
    """
    ids, clock_ms = ids or new_uuid7, clock_ms or _machine_clock_ms
    if speaks_postgres(url):
        return _open_postgres(url, ids, clock_ms)
    return _open_sqlite(sqlite_path(url), ids, clock_ms)


def speaks_postgres(url: str) -> bool:
    """Whether the URL means a PostgreSQL database."""
    return url.startswith(POSTGRES_SCHEMES)


def sqlite_path(url: str) -> str:
    """The path in the URL of an SQLite store; empty for a private one. Raises ``StoreUrlError`` for any other URL."""
    scheme, separator, path = url.partition("://")
    if scheme != "sqlite" or not separator or (path and not path.startswith("/")) or path == "/" or "?" in path:
        raise StoreUrlError(url)
    return path[1:]


def postgres_parts(url: str) -> tuple[str, int | None]:
    """What libpq is to be told, and the size of the pool where the URL names one. Raises ``StoreUrlError``."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    address, _, query = url.partition("?")
    parameters = [part.partition("=") for part in query.split("&") if part]
    sizes = [value for name, _, value in parameters if name == POOL_SIZE]
    kept = "&".join("".join(part) for part in parameters if part[0] != POOL_SIZE)
    conninfo = f"{address}?{kept}" if kept else address
    try:
        conninfo_to_dict(conninfo)
        pool_size = int(sizes[-1]) if sizes else None
    except (ProgrammingError, ValueError):
        raise StoreUrlError(url) from None
    if pool_size is not None and pool_size < 1:
        raise StoreUrlError(url)
    return conninfo, pool_size


def _open_sqlite(path: str, ids: IdSource, clock_ms: Callable[[], int]) -> Store:
    from storage.sqlite.connection import Shared
    from storage.sqlite.store import SqliteStore

    if path:
        return SqliteStore(Shared(str(Path(path).absolute()), ids, clock_ms))
    directory = Path(tempfile.mkdtemp(prefix="funnelscript-"))
    shared = Shared(str(directory / "private.db"), ids, clock_ms)
    return SqliteStore(shared, lambda: shutil.rmtree(directory, ignore_errors=True))


def _open_postgres(url: str, ids: IdSource, clock_ms: Callable[[], int]) -> Store:
    from storage.postgres.connection import Shared
    from storage.postgres.store import DEFAULT_POOL_SIZE, PostgresStore

    conninfo, pool_size = postgres_parts(url)
    return PostgresStore(conninfo, Shared(ids, clock_ms), pool_size or DEFAULT_POOL_SIZE)


def _machine_clock_ms() -> int:
    return time.time_ns() // 1_000_000
