"""What surrounds the sandbox, looked at without changing it: the store, the queue and the clock."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from runtime.cli.exits import CommandFailed
from runtime.cli.opening import store_named, without_password
from runtime.cli.queues import connected
from storage import MigrationState, StorageError, migration_status
from storage.errors import SchemaMismatch
from storage.opening import speaks_postgres, sqlite_path

MAX_SKEW_SECONDS = 2.0
State = Literal["ok", "look", "BAD"]


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was looked at: how it is, and what to do where it is not as it should be."""

    name: str
    state: State
    says: str
    remedy: str = ""


def surroundings(store_url: str, queue_url: str | None) -> list[Checked]:
    """Store, queue and clock. Makes no store and changes nothing; a server that does not answer costs seconds."""
    found: list[MigrationState] = []
    checked = list(_store(store_url, found))
    skew_seconds: list[float] = []
    checked += _queue(queue_url, skew_seconds)
    return [*checked, _clock(found, skew_seconds)]


def _store(url: str, found: list[MigrationState]) -> Iterator[Checked]:
    shown = without_password(url)
    try:
        with store_named(url):
            found += migration_status(url)
    except CommandFailed as error:
        is_told = isinstance(error.__cause__, SchemaMismatch)  # the message says what to do
        yield Checked("store", "BAD", error.message, "" if is_told else _store_remedy(url))
        return
    path = None if speaks_postgres(url) else sqlite_path(url)
    if path and not os.access(path if Path(path).exists() else Path(path).absolute().parent, os.W_OK):
        yield Checked("store", "BAD", f"{shown} cannot be written to", f"let this user write to {path} and its folder")
    elif path and not Path(path).exists():
        yield Checked("store", "ok", f"{shown} is not there yet; it is made when it is first used")
    else:
        yield _migrations(shown, found)
    if speaks_postgres(url):
        yield from _login(url)


def _migrations(shown: str, found: list[MigrationState]) -> Checked:
    pending = [one for one in found if one.applied_at_ms is None]
    if not pending:
        return Checked("store", "ok", f"{shown} has had all of its {len(found)} migrations")
    names = ", ".join(f"{one.number:04} {one.name}" for one in pending)
    return Checked("store", "look", f"{shown} lacks {names}", "run funnelscript migrate up")


def _login(url: str) -> Iterator[Checked]:
    """Whether who faces the web could get round the wall between brands."""
    from storage.postgres.logins import login_of

    with suppress(StorageError):  # it has just answered; what is wrong now comes up again
        login = login_of(url)
        own = "let services have a login of their own that is only a member of funnelscript_app"
        if login.is_unwalled:
            says = f"{login.name} is a superuser, or may bypass row-level security: no wall between brands holds it"
            yield Checked("login", "look", says, own)
        elif login.is_member is False:
            grant = f"GRANT funnelscript_app TO {login.name}, as the owner of the schema"
            yield Checked("login", "BAD", f"{login.name} is no member of funnelscript_app", grant)
        elif login.is_owner:
            yield Checked("login", "look", f"{login.name} owns the schema, and may take down the wall in it", own)
        else:
            yield Checked("login", "ok", f"{login.name} may do what a service needs, and no more")


def _store_remedy(url: str) -> str:
    if speaks_postgres(url):
        return "see that the server runs, and that the URL's host, port, database and login are right"
    return "see that the path is right and that no other program made the file"


def _queue(url: str | None, skew_seconds: list[float]) -> Iterator[Checked]:
    if url is None:
        yield Checked("queue", "ok", "none is named; funnelscript run has one of its own beside its store")
        return
    from redis import RedisError

    try:
        with connected(url) as connection:
            before = time.time()
            seconds, microseconds = connection.time()
            skew_seconds.append(seconds + microseconds / 1e6 - (before + time.time()) / 2)
            yield _fares(without_password(url), connection)
            yield from _keeps(connection)
    except CommandFailed as error:
        yield Checked("queue", "BAD", error.message, "start the server, or name another with --queue")
    except RedisError as error:
        yield Checked(
            "queue", "BAD", f"the server refuses what is needed of it: {type(error).__name__}", "see its access list"
        )


def _fares(shown: str, connection: Any) -> Checked:
    from workers.status import status_of

    status = status_of(connection)
    says = f"{shown}: {status.waiting} writes wait, {len(status.workers)} workers, {status.dead_letters} dead letters"
    if status.waiting and not status.workers:
        return Checked("queue", "BAD", says, "run funnelscript worker: nobody applies what waits")
    if status.dead_letters:
        return Checked("queue", "look", says, "funnelscript dead-letters list says what could not be done")
    return Checked("queue", "ok", says)


def _keeps(connection: Any) -> Iterator[Checked]:
    """Whether the server keeps what it was given; one that does not say is not asked again."""
    from redis import RedisError

    try:
        settings = connection.config_get("appendonly", "maxmemory-policy")
    except RedisError:
        return
    said = {_text(name): _text(value) for name, value in settings.items()}
    if said.get("maxmemory-policy", "noeviction") != "noeviction":
        yield Checked(
            "queue", "BAD", "its server drops writes when its memory is full", "set maxmemory-policy noeviction"
        )
    if said.get("appendonly") == "no":
        yield Checked("queue", "look", "its server forgets writes when it is killed", "set appendonly yes")


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _clock(found: list[MigrationState], skew_seconds: list[float]) -> Checked:
    now = datetime.now(UTC)
    shown = now.isoformat(sep=" ", timespec="seconds").replace("+00:00", " UTC")
    latest_ms = max((one.applied_at_ms or 0 for one in found), default=0)
    if latest_ms / 1000 > now.timestamp() + MAX_SKEW_SECONDS:
        return Checked(
            "clock", "BAD", f"{shown} is before the store's last migration", "set the clock; let NTP keep it"
        )
    if any(abs(skew) > MAX_SKEW_SECONDS for skew in skew_seconds):
        difference = f"the queue's server is {skew_seconds[0]:+.1f} s from it"
        return Checked("clock", "look", f"{shown}, {difference}", "let NTP keep both: times of writes are compared")
    return Checked("clock", "ok", shown)
