"""Tapes without the values of chosen keys: one stand-in for the same value everywhere, so that a replay still works."""

import json
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qs, urlencode

from runtime.tape.model import Tape
from runtime.tape.stand_ins import StandIns, shaped
from storage.models import Json

WORD = "redacted"
DEFINING = "ensurecrmentity"
"""Names in such a call are those of entities, fields and stages: the brand's, no visitor's."""
FIELD_KEYS = ("fieldKey", "field_key")
TEXTS = ("message", "text", "stack", "url", "customer_id")
FORM = "application/x-www-form-urlencoded"


def redacted(tape: Tape, patterns: Sequence[str]) -> Tape:
    """A tape with stand-ins for the values of keys that match a pattern, and for all that repeats one of them.

    What stands in the script itself is no secret of the run's and stays; the script and its modules are untouched.
    """
    stand_ins = StandIns(keep="\n".join([tape.source, *tape.modules.values()]))
    replaced = with_stand_ins(tape, patterns, stand_ins, WORD)
    return replaced.model_copy(update={"redacted": [*tape.redacted, *patterns]})


def with_stand_ins(tape: Tape, patterns: Sequence[str], stand_ins: StandIns, word: str) -> Tape:
    """A tape with stand-ins, those that are known already and new ones (with the word) for values of keys."""
    plain = tape.model_dump(mode="json")
    plain["request"] = _with_body(plain["request"], _opened)
    matches = _Matches(patterns)
    for holder, key, whole in _data(plain, matches):
        for value in [holder[key]] if whole else matches.values(holder[key]):
            for scalar in _scalars(value):
                stand_ins.add(scalar, *shaped(scalar, word))
    for holder, key, whole in [*_data(plain, matches)]:
        holder[key] = stand_ins.of(holder[key]) if whole else _replaced(holder[key], matches, stand_ins)
    for holder in _with_texts(plain):
        holder.update({key: stand_ins.in_value(holder[key]) for key in TEXTS if key in holder})
    plain["request"] = _with_body(plain["request"], _closed)
    return Tape.model_validate(plain)


def _data(plain: Json, matches: "_Matches") -> Iterator[tuple[dict[str, Json], str, bool]]:
    """Where on a tape data stands: its holder and key, and whether all of it is the value of a key that matches."""
    brand = plain["session"].pop("brand")
    yield plain, "session", False
    plain["session"]["brand"] = brand
    yield plain, "request", False
    for call in plain["calls"]:
        if call["name"].lower() == DEFINING:
            continue
        yield call, "answer", matches.asked(call["arguments"]) and not isinstance(call["answer"], dict)
        yield call, "arguments", False
    outcome = plain["outcome"]
    for key in ("variables", "session", "session_customer", "headers", "response"):
        yield outcome, key, False
    for cookie in outcome["cookies"]:
        yield cookie, "value", matches.key(cookie["name"])


def _with_texts(plain: Json) -> Iterator[dict[str, Json]]:
    """What has texts made of data."""
    outcome = plain["outcome"]
    for holder in [*plain["calls"], outcome]:
        yield holder
        yield from holder["warnings"]
        yield holder["error"] or {}
    yield from outcome["logs"]
    yield outcome["redirect"] or {}


class _Matches:
    """Which values are those of a key that matches."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [pattern.casefold() for pattern in patterns]

    def key(self, key: Any) -> bool:
        """Whether a key matches, whatever its case."""
        return isinstance(key, str) and any(fnmatchcase(key.casefold(), pattern) for pattern in self._patterns)

    def asked(self, arguments: Json) -> bool:
        """Whether a call was about one field, whose key matches."""
        return isinstance(arguments, dict) and any(self.key(arguments.get(name)) for name in FIELD_KEYS)

    def values(self, value: Json) -> Iterator[Json]:
        """The values of all keys that match, also of keys that are named beside their value."""
        if isinstance(value, list):
            for part in value:
                yield from self.values(part)
        elif isinstance(value, dict):
            for key, part in value.items():
                if self.key(key) or self.beside(value, key):
                    yield part
                else:
                    yield from self.values(part)

    def beside(self, holder: dict[str, Json], key: str) -> bool:
        """The value of ``{fieldKey: 'email', value}``, or of ``{key: 'email', value}`` as the session has it."""
        return key == "value" and any(self.key(holder.get(name)) for name in (*FIELD_KEYS, "key"))


def _scalars(value: Json) -> Iterator[Json]:
    if isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _scalars(part)
    else:
        yield value


def _replaced(value: Json, matches: _Matches, stand_ins: StandIns) -> Json:
    if isinstance(value, dict):
        return {
            stand_ins.in_text(key): stand_ins.of(part)
            if matches.key(key) or matches.beside(value, key)
            else _replaced(part, matches, stand_ins)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [_replaced(part, matches, stand_ins) for part in value]
    return stand_ins.in_value(value)


def _with_body(request: Json, change: Any) -> Json:
    if request is None or request["body"] is None:
        return request
    kind = request["headers"].get("content-type", "").partition(";")[0].strip().lower()
    return {**request, "body": change(request["body"], kind)}


def _opened(body: str, kind: str) -> Json:
    """The body as a value, where it is one that a script would get as one."""
    try:
        if kind == FORM:
            return {"form": parse_qs(body, keep_blank_values=True)}
        return {"json": json.loads(body)} if "json" in kind else body
    except ValueError:
        return body


def _closed(body: Json, _: str) -> str:
    if isinstance(body, str):
        return body
    if "form" in body:
        return urlencode(body["form"], doseq=True)
    return json.dumps(body["json"], ensure_ascii=False)
