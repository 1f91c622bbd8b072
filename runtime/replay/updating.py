"""``--update``: what came, written into the case file as what is expected; comments and order stay the author's.

Only values that differ are touched. What was written is read again and has to expect what came, or the file is left.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from runtime.placed_yaml import FileUnreadable
from runtime.replay.blanks import indents, put_on, taken_off
from runtime.replay.case import ANY, Expectation
from runtime.replay.comparing import COMPARED_WHERE_NAMED, Came, brief_entry, compared, is_expected
from runtime.replay.reading import read_text
from runtime.replay.running import Replayed
from storage.models import Json

WIDTH = 100_000
"""No line is broken: one that the author wrote stays as it is."""
SHORT_CHARACTERS = 60
"""What is put on one line, where it is a list or an object of plain values."""
EMPTY: tuple[Any, ...] = (None, {}, [])


def update(replayed: Sequence[Replayed]) -> bool:
    """Write what came of cases of one file into it, in one step; whether that changed anything.

    Raises ``FileUnreadable`` where the file cannot be written, or has changed in form since it was read.
    """
    changed = [one for one in replayed if one.differences and one.came is not None]
    if not changed:
        return False
    file = replayed[0].read.file
    text = Path(file).read_bytes().decode("utf-8-sig")
    new_text = updated(text, changed)
    _check(new_text, changed, file)
    try:
        _replace(Path(file), new_text)
    except OSError as error:
        raise FileUnreadable(file, None, f"cannot be written: {(error.strerror or str(error)).lower()}") from error
    return True


def updated(text: str, changed: Sequence[Replayed]) -> str:
    """The text of a case file with what came of some of its cases."""
    yaml, document = _loaded(text)
    for one in changed:
        case = document["cases"][one.number]
        behind = taken_off(case)
        expected = case.get("expect")
        if not isinstance(expected, CommentedMap):
            expected = case["expect"] = CommentedMap()
        _write_expectation(expected, one)
        if not expected:
            del case["expect"]
        put_on(case, behind)
    written = StringIO()
    yaml.dump(document, written)
    return written.getvalue().replace("\n", "\r\n" if "\r\n" in text else "\n")


def _loaded(text: str) -> tuple[YAML, Any]:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    for tag in (_FLOAT, _TIME):
        yaml.constructor.add_constructor(tag, _as_written)
    yaml.representer.add_representer(_AsWritten, _written_as_it_was)
    yaml.representer.add_representer(type(None), _null)
    document = yaml.load(text)
    yaml.map_indent, yaml.sequence_indent, yaml.sequence_dash_offset = indents(document)
    return yaml, document


_FLOAT, _TIME = "tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp"


class _AsWritten(str):
    """A scalar that the library would write in another way than the author: a number with many digits, a time."""

    __slots__ = ("tag",)
    tag: str


def _as_written(_: Any, node: Any) -> _AsWritten:
    scalar = _AsWritten(node.value)
    scalar.tag = node.tag
    return scalar


def _written_as_it_was(representer: Any, value: _AsWritten) -> Any:
    return representer.represent_scalar(value.tag, str(value))


def _write_expectation(expected: CommentedMap, one: Replayed) -> None:
    assert one.came is not None  # noqa: S101 - the caller chose those that came
    wanted = one.case.expect
    for section, value, came in compared(wanted, one.came, one.before):
        if is_expected(value, came):
            continue
        new = minimal(section, wanted, one.came, one.before)
        if new in EMPTY and section not in COMPARED_WHERE_NAMED:
            expected.pop(section, None)
        else:
            _put(expected, section, new)


def minimal(section: str, wanted: Expectation, came: Came, before: Mapping[str, Json]) -> Json:
    """A section of what came, with nothing that need not be said."""
    value = came[section]
    if section == "status":
        return None if value == ("error" if came["error"] else "ok") else value
    if section == "entries":
        return _entries(wanted, came, before)
    if section == "logs":
        return [line.get("log", line) for line in value]
    if section == "cookies":
        return {name: _without(cookie, {"max_age_seconds": None, "path": "/"}) for name, cookie in value.items()}
    if section == "error" and value is not None:
        named = wanted.error.model_fields_set if wanted.error else {"name", "message", "line", "code"}
        return {key: one for key, one in value.items() if key in named and one is not None}
    is_record = section in ("response", "redirect", "session_customer")
    return _without(value, dict.fromkeys(value)) if is_record and value is not None else value


def _entries(wanted: Expectation, came: Came, before: Mapping[str, Json]) -> Json:
    """Entities whose entries are as before are left out, unless the author names them."""
    slugs = [slug for slug in wanted.entries if slug in before or slug in came["entries"]]
    slugs += [slug for slug in [*before, *came["entries"]] if slug not in slugs]
    shown: dict[str, Json] = {}
    for slug in slugs:
        entries = came["entries"].get(slug, [])
        if slug in wanted.entries or not is_expected(before.get(slug, []), entries):
            shown[slug] = [_entry(entry, slug, index, wanted, came) for index, entry in enumerate(entries)]
    return shown


def _entry(entry: Any, slug: str, index: int, wanted: Expectation, came: Came) -> Json:
    expected = wanted.entries.get(slug, ANY)
    one = expected[index] if isinstance(expected, list) and index < len(expected) else None
    names_id = one is not None and not isinstance(one, str) and one.id is not None
    return brief_entry({key: value for key, value in entry.items() if key != "id" or names_id}, slug, came)


def _without(value: Any, left_out: dict[str, Json]) -> Any:
    return {key: one for key, one in value.items() if key not in left_out or one != left_out[key]}


def _put(holder: Any, key: Any, new: Json) -> None:
    """Set a value of a mapping or list, touching no more of what is there than differs."""
    is_there = isinstance(holder, CommentedSeq) or key in holder
    old = holder[key] if is_there else None
    if isinstance(old, CommentedMap) and isinstance(new, dict):
        for gone in [name for name in old if name not in new and old[name] != ANY]:
            del old[gone]
        for name, value in new.items():
            if name not in old or not is_expected(_read(old[name]), value):
                _put(old, name, value)
    elif isinstance(old, CommentedSeq) and isinstance(new, list):
        del old[len(new) :]
        for index, value in enumerate(new):
            if index == len(old):
                old.append(_noted(value, in_list=True))
            elif not is_expected(_read(old[index]), value):
                _put(old, index, value)
    else:
        holder[key if is_there else _text(key)] = _noted(new, in_list=isinstance(holder, CommentedSeq))


def _read(value: Any) -> Any:
    """What is there, as the rest of the runtime reads it; a log line in the shorter way of writing it."""
    if isinstance(value, _AsWritten):
        return float(value) if value.tag == _FLOAT else str(value)
    if isinstance(value, dict):
        return value["log"] if [*value] == ["log"] else {key: _read(one) for key, one in value.items()}
    return [_read(one) for one in value] if isinstance(value, list) else value


def _noted(value: Json, *, in_list: bool = False) -> Any:
    """A value as the writer takes it: blocks, but for short lists and objects of plain values."""
    if isinstance(value, str):
        return LiteralScalarString(value) if "\n" in value and _fits_a_block(value) else _text(value)
    if not isinstance(value, dict | list):
        return value
    if isinstance(value, dict):
        noted: Any = CommentedMap({_text(key): _noted(one) for key, one in value.items()})
    else:
        noted = CommentedSeq([_noted(one, in_list=True) for one in value])
    if _fits_a_line(value) and not (in_list and len(value) == 1):
        noted.fa.set_flow_style()
    return noted


def _fits_a_line(value: Any) -> bool:
    items = value.values() if isinstance(value, dict) else value
    is_plain = not any(isinstance(one, dict | list) or (isinstance(one, str) and "\n" in one) for one in items)
    return is_plain and len(repr(value)) <= SHORT_CHARACTERS


def _text(text: str) -> str:
    """In quotes where the library would leave out those that a strict reader wants."""
    return DoubleQuotedScalarString(text) if text[:1] in (":", "?") or "\x85" in text else text


def _fits_a_block(text: str) -> bool:
    return text[0] not in " \n" and all(line.isprintable() and line == line.rstrip() for line in text.split("\n"))


def _null(representer: Any, _: None) -> Any:
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")


def _check(text: str, changed: Sequence[Replayed], file: str) -> None:
    """Whether the text, read again, expects what came."""
    read = read_text(text, file)
    for one in changed:
        assert one.came is not None  # noqa: S101 - as above
        expect = read.cases.cases[one.number].expect
        left = [
            section for section, wanted, came in compared(expect, one.came, one.before) if not is_expected(wanted, came)
        ]
        if left:
            raise FileUnreadable(file, None, f"could not be updated: '{left[0]}' would not be read as it was written")


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all, with the permissions that it has."""
    target = path.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    written = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        written.chmod(target.stat().st_mode & 0o7777)
        written.replace(target)
    except BaseException:  # raised again; also where Ctrl-C comes, no half file is left
        written.unlink()
        raise
