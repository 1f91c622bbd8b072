"""Tapes as files, ``*.tape.json``: JSON for people to read and compare, checked as it is read."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bindings.problems import describe
from runtime.limits import MIB
from runtime.tape.model import VERSION, Tape

ENDING = ".tape.json"
MAX_FILE_BYTES = 64 * MIB
"""Above the largest tape that is written; this ends the reading of endless files."""


class TapeUnreadable(Exception):
    """A file that is no tape, or not one of this version. The message says what came and where."""


def tape_text(tape: Tape) -> str:
    """The text of a tape's file: what is as it mostly is, is left out."""
    plain = tape.model_dump(mode="json", exclude_defaults=True) | {"version": tape.version}
    ordered = {name: plain[name] for name in Tape.model_fields if name in plain}
    text = json.dumps(ordered, indent=1, ensure_ascii=False)
    return (json.dumps(ordered, indent=1) if _has_half_characters(text) else text) + "\n"


def write_tape(tape: Tape, path: Path) -> None:
    """Write a tape's file, for its owner alone to read: a tape can hold what a customer told. Raises ``OSError``."""
    path.touch(mode=0o600)
    path.write_text(tape_text(tape), encoding="utf-8")


def read_tape(path: Path) -> Tape:
    """The tape of a file. Raises ``TapeUnreadable``, ``OSError``."""
    with path.open("rb") as stream:
        data = stream.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise TapeUnreadable(f"larger than {MAX_FILE_BYTES:,} bytes, which is no tape")
    return tape_of_text(data)


def tape_of_text(data: str | bytes) -> Tape:
    """The tape of a file's content. Raises ``TapeUnreadable``."""
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise TapeUnreadable(f"no JSON: {error}") from None
    if not isinstance(plain, dict) or "version" not in plain:
        raise TapeUnreadable(f"no tape: it has no 'version' (got {describe(plain)})")
    if plain["version"] != VERSION:
        raise TapeUnreadable(f"a tape of version {describe(plain['version'])}; this release reads version {VERSION}")
    try:
        return Tape.model_validate(plain)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise TapeUnreadable(f"{_path(problem['loc'])}: {problem['msg']}") from None


def _path(steps: tuple[Any, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


def _has_half_characters(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
