"""Runs on record: what came of them, what ran, and for how long that is kept. Commands, queries and what they mean.

A run's id is a UUIDv7, so it says when the run began, and the order of ids is that of their starts. What ran is stored
once, by its hash, however many runs there are of it; it goes with the last of them.
"""

import hashlib
import re
from dataclasses import dataclass

from storage import jsontext
from storage.commands import Command
from storage.ids import first_uuid7_of, uuid7_time_ms
from storage.models import Json
from storage.queries import Page, Query
from storage.transaction import Row, StatementName, Transaction
from storage.walks import LAST_ID
from storage.work import Work

FIRST_ID = ""
MAX_MATCHES = 5

_PREFIX = re.compile(r"[0-9a-f-]{1,36}")


@dataclass(frozen=True, slots=True)
class RunFailure:
    """What ended a run, in short."""

    name: str
    message: str
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class RunListed:
    """A run without all that it left. ``wall_us`` is how long it took, in microseconds."""

    id: str
    status: str
    file: str
    wall_us: int
    customer_id: str | None
    error: RunFailure | None

    @property
    def started_at_ms(self) -> int:
        """When it began."""
        return uuid7_time_ms(self.id)


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run whole, but for its tape. ``source`` is None where it was not kept."""

    listed: RunListed
    record: Json
    request: Json
    source: str | None


@dataclass(frozen=True, slots=True)
class RunsFound:
    """The run that was meant, where it is one; else the ids of the first that could have been, at most 5."""

    run: StoredRun | None
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindRun(Query[RunsFound]):
    """The run of that id, or the only one whose id begins so."""

    id: str


@dataclass(frozen=True, slots=True)
class FindTape(Query[Json]):
    """The tape of the run of that id; None where there is no such run or it was kept without one."""

    run_id: str


@dataclass(frozen=True, slots=True)
class ListRuns(Query[Page[RunListed]]):
    """Runs, newest first: those of a status, of a file, begun at ``since_ms`` or later, before the run ``before_id``.

    For the next page ``before_id`` is the last id of this one.
    """

    limit: int
    status: str | None = None
    file: str | None = None
    since_ms: int | None = None
    before_id: str | None = None


@dataclass(frozen=True, slots=True)
class RunKept:
    """Whether the run was new; one of the same id stays as it is."""

    kept: bool


@dataclass(frozen=True, slots=True)
class KeepRun(Command[RunKept]):
    """Put a run on record. ``ValueError`` for an id that is no UUIDv7."""

    id: str
    status: str
    file: str
    wall_us: int
    record: Json
    customer_id: str | None = None
    error: RunFailure | None = None
    request: Json = None
    source: str | None = None
    tape: Json = None


@dataclass(frozen=True, slots=True)
class RunsForgotten:
    """How many runs and sources were deleted, and whether there is more to do."""

    runs: int
    sources: int
    more: bool


@dataclass(frozen=True, slots=True)
class ForgetRuns(Command[RunsForgotten]):
    """Delete the oldest runs, at most ``limit``: those begun before ``before_ms``, and those past the newest ``keep``.

    What ran goes along where no other run is of it.
    """

    before_ms: int | None = None
    keep: int | None = None
    limit: int = 500


def find_run(tx: Transaction, brand: str, query: FindRun) -> RunsFound:
    """Answer ``FindRun``."""
    prefix = query.id.lower()
    if not _PREFIX.fullmatch(prefix):
        return RunsFound(None, ())
    rows = tx.rows("runs_of_brand", (brand, prefix, prefix + LAST_ID, MAX_MATCHES))
    ids = tuple(str(row[0]) for row in rows)
    return RunsFound(_whole(tx, brand, ids[0]) if len(ids) == 1 else None, ids)


def find_tape(tx: Transaction, brand: str, query: FindTape) -> Json:
    """Answer ``FindTape``."""
    row = tx.row("tape_of_run", (brand, query.run_id))
    return None if row is None or row[0] is None else jsontext.decode(row[0])


def list_runs(tx: Transaction, brand: str, query: ListRuns) -> Page[RunListed]:
    """Answer ``ListRuns``: one look in an index."""
    since_id = FIRST_ID if query.since_ms is None else first_uuid7_of(query.since_ms)
    before_id = LAST_ID if query.before_id is None else query.before_id
    narrowed = tuple(value for value in (query.file, query.status) if value is not None)
    rows = tx.rows(_statement(query), (brand, *narrowed, since_id, before_id, query.limit + 1))
    return Page([_listed(row) for row in rows[: query.limit]], more=len(rows) > query.limit)


def keep_run(work: Work, command: KeepRun) -> RunKept:
    """Do ``KeepRun``. No ``ForgetRuns`` comes between the source and its run."""
    tx, brand = work.tx, work.brand
    uuid7_time_ms(command.id)
    sha256 = None if command.source is None else hashlib.sha256(command.source.encode()).hexdigest()
    if sha256 is not None:
        tx.lock(brand, "runs")
        tx.send("insert_run_source", (brand, sha256, jsontext.encode(command.source)))
    what = (
        command.id,
        command.status,
        command.file,
        command.wall_us,
        command.customer_id,
        _failure_text(command.error),
    )
    texts = (jsontext.encode(command.request), jsontext.encode(command.record))
    tape = None if command.tape is None else jsontext.encode(command.tape)
    return RunKept(tx.run("insert_run", (brand, *what, sha256, *texts, tape)) > 0)


def forget_runs(work: Work, command: ForgetRuns) -> RunsForgotten:
    """Do ``ForgetRuns``."""
    tx, brand = work.tx, work.brand
    before_id = _end(tx, brand, command)
    tx.lock(brand, "runs")
    rows = tx.rows("oldest_runs", (brand, before_id, command.limit + 1))
    gone = rows[: command.limit]
    if not gone:
        return RunsForgotten(0, 0, more=False)
    runs = tx.run("delete_runs_up_to", (brand, gone[-1][0]))
    hashes = sorted({str(sha256) for _, sha256 in gone if sha256 is not None})
    sources = sum(tx.run("delete_unused_source", (brand, sha256)) for sha256 in hashes)
    return RunsForgotten(runs, sources, more=len(rows) > command.limit)


def _end(tx: Transaction, brand: str, command: ForgetRuns) -> str:
    """The id before which runs are to go."""
    by_age = FIRST_ID if command.before_ms is None else first_uuid7_of(command.before_ms)
    too_many = None if command.keep is None else tx.row("newest_run_too_many", (brand, command.keep))
    by_count = FIRST_ID if too_many is None else str(too_many[0]) + LAST_ID
    return max(by_age, by_count)


def _statement(query: ListRuns) -> StatementName:
    if query.file is None:
        return "runs_of_brand" if query.status is None else "runs_of_status"
    return "runs_of_file" if query.status is None else "runs_of_file_and_status"


def _whole(tx: Transaction, brand: str, id_: str) -> StoredRun | None:
    row = tx.row("run_by_id", (brand, id_))
    if row is None:
        return None
    sha256, request, record = row[6:]
    source = None if sha256 is None else tx.row("run_source", (brand, sha256))
    return StoredRun(
        _listed(row[:6]),
        jsontext.decode(record),
        jsontext.decode(request),
        None if source is None else jsontext.decode(source[0]),
    )


def _listed(row: Row) -> RunListed:
    id_, status, file, wall_us, customer_id, error = row
    failure = jsontext.decode(error)
    return RunListed(id_, status, file, wall_us, customer_id, None if failure is None else RunFailure(*failure))


def _failure_text(error: RunFailure | None) -> str:
    return jsontext.encode(None if error is None else [error.name, error.message, error.file, error.line])
