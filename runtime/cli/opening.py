"""Opening what a command works on, with every reason why not as one line for the person who typed it."""

import difflib
import errno
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.options import build, environment
from storage.errors import SchemaMismatch, StorageError

if TYPE_CHECKING:
    from bindings.queue import WriteQueue
    from runtime.http.settings import HttpSettings
    from runtime.limits import Limits
    from runtime.modules.source import ModuleSource
    from runtime.recording import Recording
    from runtime.runtime import Runtime
    from runtime.templates.source import TemplateSource
    from storage.models import Entity
    from storage.port import Store

_PASSWORD_PARAMETER = re.compile(r"([?&](?:ssl)?password=)[^&]*")
STANDARD_INPUT = "-"
MAX_FILE_BYTES = 16 * 1024 * 1024
"""Far above what a run takes as a source, which the run itself reports; this ends the reading of endless files."""


def open_runtime(
    url: str,
    queue: str | None = None,
    *,
    own_queue: bool = False,
    http: "HttpSettings | None" = None,
    modules: str | None = None,
    templates: "TemplateSource | None" = None,
    recording: "Recording | None" = None,
) -> "Runtime":
    """A runtime on the store that the URL names, and on the queue; ``own_queue`` makes one where none is named.

    ``modules`` is a folder whose modules come before the store's.

    Authors run scripts of their own here, so a sandbox that lacks a layer is told of in the record, not refused.
    """
    from runtime.runtime import Runtime
    from runtime.sandbox.pool import PoolSettings

    one_run = PoolSettings(max_workers=1, fresh_workers=1, max_runs_per_worker=1)
    opened_queue = _own_queue(url) if own_queue and queue is None else queue
    with _opening(url):
        return Runtime.open(
            url,
            queue=opened_queue,
            modules=None if modules is None else modules_before_the_stores(modules),
            http=http,
            templates=templates,
            pool=one_run,
            allow_weaker_sandbox=True,
            recording=recording,
            for_one_run=True,
        )


def open_service_runtime(
    url: str,
    queue: str | None,
    limits: "Limits",
    max_runs: int,
    *,
    http: "HttpSettings | None" = None,
    modules: str | None = None,
    templates: "Path | None" = None,
    allow_weaker_sandbox: bool,
    recording: "Recording | None" = None,
) -> "Runtime":
    """A runtime for a service, which admits ``max_runs`` at a time; a host that lacks a layer is refused.

    ``modules`` is a folder whose modules come before the store's, ``templates`` one of layouts and components.
    """
    from runtime.runtime import Runtime
    from runtime.sandbox.pool import PoolSettings
    from runtime.templates.source import FolderTemplates

    pool = PoolSettings(max_workers=max_runs)
    with _opening(url):
        return Runtime.open(
            url,
            queue=queue,
            http=http,
            allow_weaker_sandbox=allow_weaker_sandbox,
            limits=limits,
            modules=None if modules is None else modules_before_the_stores(modules),
            pool=pool,
            recording=recording,
            templates=None if templates is None else FolderTemplates(templates),
        )


@contextmanager
def _opening(url: str) -> Iterator[None]:
    """Why a runtime cannot be opened on a store and a queue, in one line."""
    from storage.opening import StoreUrlError

    with store_named(url):
        try:
            yield
        except StoreUrlError:
            raise
        except ValueError as error:
            raise CommandFailed(ExitStatus.USAGE, f"--queue: {error}") from error


def modules_before_the_stores(folder: str) -> "Callable[[Store], ModuleSource]":
    """The modules of a folder, and behind them those of the store."""
    from runtime.modules.source import FirstOf, FolderModules, StoreModules

    try:
        own = FolderModules(Path(folder))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CommandFailed(ExitStatus.USAGE, f"--modules: {folder}: {reason}{_nearest_file(folder)}") from error
    return lambda store: FirstOf([own, StoreModules(store)])


def open_store_of(url: str) -> "Store":
    """The store that the URL names."""
    from storage.opening import open_store

    with store_named(url):
        return open_store(url)


@contextmanager
def opened_store(url: str | None, brand: str, *, may_make: bool = False) -> "Iterator[Store]":
    """The store of the option, else of the environment, for as long as it is used; ``brand`` is one that can be.

    Without ``may_make``, a file that is not there is not made: it is a mistake where the option named it, else an empty
    store.
    """
    from runtime.session import Session

    settings = environment()
    build(Session, {"brand": "--brand"}, {"brand": brand})
    named = settings.store if url is None else url
    if not may_make and (found := store_to_read(named)) != named:
        if url is not None:
            message = f"the store {named} cannot be opened: there is no such file"
            raise CommandFailed(ExitStatus.UNAVAILABLE, message)
        named = found
    store = open_store_of(named)
    try:
        yield store
    finally:
        store.close()


def entities_of(url: str, brand: str) -> "list[Entity]":
    """What a brand has defined in the store that the URL names; a brand that has nothing is a mistake."""
    from storage.queries import ListEntities

    with opened_store(url, brand) as store:
        entities = store.query(brand, ListEntities())
    if not entities:
        message = f"--brand: {brand!r} has no entities in this store; without --store any is right"
        raise CommandFailed(ExitStatus.USAGE, message)
    return entities


def store_to_read(url: str) -> str:
    """The URL of a store that is only to be read: of an empty one, where it would have to be made first."""
    from storage.opening import speaks_postgres, sqlite_path

    with store_named(url):
        is_missing = not speaks_postgres(url) and (path := sqlite_path(url)) != "" and not Path(path).exists()
    return "sqlite://" if is_missing else url


def read_source(file: str) -> str:
    """The text of a script, from a file or from standard input. A byte order mark is left out."""
    try:
        data = _read_bytes(file)
    except OSError as error:
        reason = f"{file}: {(error.strerror or str(error)).lower()}{_nearest_file(file)}"
        raise CommandFailed(ExitStatus.USAGE, reason) from error
    if len(data) > MAX_FILE_BYTES:
        raise CommandFailed(ExitStatus.USAGE, f"{file}: larger than {MAX_FILE_BYTES:,} bytes, which is no script")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"{file}: not UTF-8 text (byte 0x{data[error.start]:02x} in line {line})"
        raise CommandFailed(ExitStatus.USAGE, reason) from error


def without_password(url: str) -> str:
    """The URL, fit for a message."""
    password = urlsplit(url).password
    shown = url.replace(f":{password}@", ":***@", 1) if password else url
    return _PASSWORD_PARAMETER.sub(r"\1***", shown)


@contextmanager
def store_named(url: str, option: str = "--store") -> Iterator[None]:
    """Why a store that an option named cannot be opened, in one line."""
    from storage.opening import StoreUrlError

    try:
        yield
    except StoreUrlError as error:
        message = str(error).replace(url, without_password(url))
        raise CommandFailed(ExitStatus.USAGE, f"{option}: {message}") from error
    except StorageError as error:
        reason = error if isinstance(error, SchemaMismatch) else error.__cause__ or error
        message = f"the store {without_password(url)} cannot be opened: {' '.join(str(reason).split())}"
        raise CommandFailed(ExitStatus.UNAVAILABLE, message) from error


def _own_queue(store_url: str) -> "Callable[[Store], WriteQueue] | None":
    from workers.embedded import EmbeddedQueue, directory_beside

    directory = directory_beside(store_url)
    return None if directory is None else lambda store: EmbeddedQueue(directory, store)


def _read_bytes(file: str) -> bytes:
    if file == STANDARD_INPUT:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "standard input is closed")
        return sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    with Path(file).open("rb") as stream:
        return stream.read(MAX_FILE_BYTES + 1)


def _nearest_file(file: str) -> str:
    """Words on the neighbour that was perhaps meant, where there is one."""
    path = Path(file)
    if path.exists() or not path.parent.is_dir():
        return ""
    near = difflib.get_close_matches(path.name, [neighbour.name for neighbour in path.parent.iterdir()], 1)
    return f"; did you mean {path.with_name(near[0])}?" if near else ""
