"""A run as it stands on record: what is stored of it, how much of that at most, and how it is read again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.limits import KIB
from runtime.record import RunResult
from runtime.request import Request
from runtime.tape.files import tape_of_text, tape_text
from runtime.tape.model import Tape
from storage.models import Json
from storage.port import Store
from storage.runs import FindRun, FindTape, KeepRun, RunFailure, RunListed

MAX_FILE_CHARACTERS = 512
MAX_MESSAGE_CHARACTERS = 500
"""Of an error's message where runs are listed; the record has more of it."""
MAX_ERROR_CHARACTERS = 8 * KIB
"""Of an error's message and of its stack in the record, each."""
LARGE_PARTS = ("response", "variables", "logs", "calls", "warnings", "session", "headers", "cookies")
"""What is left out of a record that is too large, the largest first, until the rest fits."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run on record, whole. ``cut`` says what was left out as too large, in bytes of JSON by the record's part.

    ``request`` is what was kept of the request, None for a run without one; ``source`` is None where it was too large
    to be kept.
    """

    listed: RunListed
    result: RunResult
    cut: dict[str, int]
    request: dict[str, Any] | None
    source: str | None


def to_keep(
    result: RunResult,
    source: str,
    file: str,
    request: Json,
    *,
    max_record_bytes: int,
    max_source_bytes: int,
) -> KeepRun:
    """The run as the store is to keep it."""
    parts = result.model_dump(mode="json", exclude={"tape"})
    cut = _fit(parts, max_record_bytes)
    return KeepRun(
        id=result.run_id,
        status=result.status,
        file=_plain(file)[:MAX_FILE_CHARACTERS],
        wall_us=round(result.usage.wall_seconds * 1_000_000),
        record=_storable({"result": parts, "cut": cut}),
        customer_id=None if result.customer_id is None else _plain(result.customer_id),
        error=_failure(result),
        request=_storable(request),
        source=_sound(source) if len(source.encode("utf-8", "replace")) <= max_source_bytes else None,
        tape=None if result.tape is None else tape_text(result.tape),
    )


def request_kept(request: Request | None, *, whole: bool) -> Json:
    """What is kept of a request: method and path; the ``whole`` of it where the host says so."""
    if request is None:
        return None
    if whole:
        return {**request.shown(lambda _code, _message: None), "cookies": dict(request.cookies)}
    return {"method": request.method, "path": request.path}


def find_recorded(store: Store, brand: str, id_: str) -> Recorded | tuple[str, ...]:
    """The run of that id, or the one that is meant by the beginning of it; else the ids that could be meant."""
    found = store.query(brand, FindRun(id_))
    if found.run is None:
        return found.ids
    record = found.run.record
    return Recorded(
        listed=found.run.listed,
        result=_result(record["result"]),
        cut=record["cut"],
        request=found.run.request,
        source=found.run.source,
    )


def find_tape(store: Store, brand: str, run_id: str) -> Tape | None:
    """The run's tape, None where it was kept without one. Raises ``TapeUnreadable`` for that of later code."""
    text = store.query(brand, FindTape(run_id))
    return None if text is None else tape_of_text(text)


def as_json(run: Recorded) -> dict[str, Json]:
    """The run for whoever reads it by program: the record, and around it what only the store knows."""
    return {
        "started_at_ms": run.listed.started_at_ms,
        "file": run.listed.file,
        "request": run.request,
        "record": run.result.model_dump(mode="json", exclude={"tape"}),
        "cut": run.cut,
        "source": run.source,
    }


def listed_as_json(run: RunListed) -> dict[str, Json]:
    """A run of a list, without all that it left."""
    error = run.error
    return {
        "run_id": run.id,
        "status": run.status,
        "file": run.file,
        "started_at_ms": run.started_at_ms,
        "wall_seconds": run.wall_us / 1_000_000,
        "customer_id": run.customer_id,
        "error": None
        if error is None
        else {"name": error.name, "message": error.message, "file": error.file, "line": error.line},
    }


def _result(parts: Mapping[str, Any]) -> RunResult:
    """The record, also one that other code wrote: what this code does not know is left out."""
    return RunResult.model_validate({name: part for name, part in parts.items() if name in RunResult.model_fields})


def _failure(result: RunResult) -> RunFailure | None:
    error = result.error
    if error is None:
        return None
    message = _shortened(error.message, MAX_MESSAGE_CHARACTERS)
    return RunFailure(
        _sound(error.name), _sound(message), None if error.file is None else _sound(error.file), error.line
    )


def _fit(parts: dict[str, Any], max_bytes: int) -> dict[str, int]:
    """Leave out what makes the record too large; what that was, in bytes."""
    error = parts.get("error")
    if error is not None:
        error["message"] = _shortened(error["message"], MAX_ERROR_CHARACTERS)
        error["stack"] = _shortened(error["stack"], MAX_ERROR_CHARACTERS)
    whole = _size_bytes(parts)
    if whole <= max_bytes:
        return {}
    sizes = {name: _size_bytes(parts[name]) for name in LARGE_PARTS}
    cut: dict[str, int] = {}
    for name in sorted(sizes, key=lambda name: -sizes[name]):
        if whole <= max_bytes:
            break
        del parts[name]
        cut[name] = sizes[name]
        whole -= sizes[name]
    return cut


def _size_bytes(value: Json) -> int:
    return len(_text(value).encode("utf-8", "replace"))


def _storable(value: Json) -> Json:
    """The value, without the lone surrogates that no store takes."""
    text = _text(value)
    return value if text.isascii() or _is_sound(text) else json.loads(_sound(text))


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _is_sound(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _sound(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _plain(text: str) -> str:
    """Fit for a column of text, which holds no U+0000 in every engine."""
    return _sound(text).replace("\0", "\ufffd")


def _shortened(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[:characters]}… ({len(text):,} characters in all)"
