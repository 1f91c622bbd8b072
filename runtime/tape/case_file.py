"""A case file made of a tape: what was given and what was there before, then what comes of it when it is done.

Expected is what the case gives, not what stands on the tape: so the made case passes, and where the two differ, since
something that was there before is not known, the file says so.
"""

import json
import re
from io import StringIO
from pathlib import PurePosixPath
from typing import Any

from ruamel.yaml import YAML

from bindings.times import iso_time
from runtime.differing import differences
from runtime.limits import Limits
from runtime.placed_yaml import FileUnreadable
from runtime.replay.reading import read_text
from runtime.replay.running import replay
from runtime.replay.updating import updated
from runtime.runtime import Runtime
from runtime.tape.before import Before, KnownEntity, KnownEntry
from runtime.tape.model import Tape, TapedRequest
from runtime.tape.people import without_people
from runtime.tape.replaying import shown_path
from storage.models import Json

CASE_ENDING = ".case.yaml"
COMPARED = ("status", "variables", "redirect", "headers", "session")
MAX_TOLD = 20
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def case_text(runtime: Runtime, tape: Tape, file: str, name: str | None = None) -> str:
    """The text of a case file (which is to be called ``file``) that passes when it is replayed beside the script.

    Raises ``FileUnreadable`` where none can be made.
    """
    tape = without_people(tape)
    before = Before(tape)
    case = _case(tape, before, name or f"as in the run {tape.run_id}")
    head = {} if _stem(tape.file) == _stem(file) else {"script": PurePosixPath(tape.file).name}
    text = _yaml({**head, "cases": [case]})
    read = read_text(text, file)
    done = replay(runtime, read, 0, tape.source, tape.file)
    if done.problem is not None:
        raise done.problem
    text = updated(text, [done]) if done.differences else text
    again = replay(runtime, read_text(text, file), 0, tape.source, tape.file)
    if not again.is_as_expected:
        raise FileUnreadable(file, None, "done twice, it gives two things")
    return _comments([*before.doubts], _otherwise(tape, done.came or {})) + text


def _stem(file: str) -> str:
    return PurePosixPath(file).name.partition(".")[0]


def _case(tape: Tape, before: Before, name: str) -> dict[str, Json]:
    names = {entry.id: f"$before-{n}" for n, entry in enumerate(before.entries, 1) if entry.id is not None}
    session = tape.session.model_dump(mode="json", exclude={"brand"}, exclude_defaults=True)
    if "customer_id" in session:
        session = {"customer": session.pop("customer_id"), **session}
    case: dict[str, Json] = {"name": name}
    parts = {
        "session": _named(session, names),
        "request": None if tape.request is None else _named(_request(tape.request), names),
        "before": _before(tape, before, names),
    }
    case |= {key: value for key, value in parts.items() if value}
    case["clock"] = iso_time(tape.now_ms)
    case["seed"] = tape.seed
    if not tape.strict:
        case["strict"] = False
    if tape.limits != Limits():
        case["limits"] = tape.limits.model_dump(mode="json", exclude_defaults=True)
    return case


def _request(request: TapedRequest) -> dict[str, Json]:
    said = request.model_dump(mode="json", exclude_defaults=True, exclude={"body", "body_base64"})
    kind = request.headers.get("content-type", "")
    if request.body is not None:
        said["body"] = request.body
    if request.body is not None and "json" in kind:
        try:
            value = json.loads(request.body)
            said["body"] = request.body if isinstance(value, str) else value
        except ValueError:
            pass
    return said


def _before(tape: Tape, before: Before, names: dict[str, str]) -> dict[str, Json]:
    entities = [_entity(one) for one in _targets_first(before, before.entities)]
    entries: dict[str, list[Json]] = {}
    for entry in before.entries:
        entries.setdefault(entry.slug, []).append(_entry(entry, tape, before, names))
    customers = []
    if tape.session.customer_id is None and tape.session.email is not None and entries:
        customers = [{"id": tape.outcome.customer_id, "email": tape.session.email}]
    parts = {"entities": entities, "customers": customers, "entries": entries}
    return {name: part for name, part in parts.items() if part}


def _targets_first(before: Before, entities: dict[str, KnownEntity]) -> list[KnownEntity]:
    """Entities that others point to stand before those."""
    pointing = {entry.slug for entry in before.entries if entry.relations}
    pointing |= {slug for slug, one in entities.items() if "reference" in json.dumps(one.definition)}
    return sorted(entities.values(), key=lambda one: one.slug in pointing)


def _entity(known: KnownEntity) -> dict[str, Json]:
    definition: dict[str, Json] = {"slug": known.slug, **known.definition}
    fields = list(definition.get("fields") or [])
    said = {one.get("key") for one in fields}
    fields += [{"key": key} for key in known.keys if key not in said]
    if fields:
        definition["fields"] = fields
    pipelines = {one["slug"]: one for one in definition.get("pipelines") or []}
    for slug, stages in known.stages.items():
        if slug not in pipelines:
            pipelines[slug] = {"slug": slug, "name": slug, "stages": [{"slug": one, "name": one} for one in stages]}
    if pipelines:
        definition["pipelines"] = [*pipelines.values()]
    return definition


def _entry(entry: KnownEntry, tape: Tape, before: Before, names: dict[str, str]) -> dict[str, Json]:
    shown: dict[str, Json] = {}
    if entry.id is not None:
        shown["id"] = names[entry.id]
    if entry.reference != f"customer:{tape.session.customer_id}":
        shown["reference"] = entry.reference
    relations = {
        key: [names[target] for target in targets if target in names] for key, targets in entry.relations.items()
    }
    if any(target not in names for targets in entry.relations.values() for target in targets):
        before.doubts[f"{entry.slug}: an entry points to another one that the run has not read"] = None
    parts = {
        "title": entry.title,
        "stage": entry.stage,
        "values": _named(entry.values, names),
        "relations": {key: targets for key, targets in relations.items() if targets},
    }
    return shown | {key: value for key, value in parts.items() if value}


def _named(value: Any, names: dict[str, str]) -> Any:
    """A value with the names of entries in the place of their ids."""
    if isinstance(value, str):
        return _UUID.sub(lambda id_: names.get(id_[0], id_[0]), value)
    if isinstance(value, list):
        return [_named(one, names) for one in value]
    if isinstance(value, dict):
        return {key: _named(one, names) for key, one in value.items()}
    return value


def _otherwise(tape: Tape, came: dict[str, Any]) -> list[str]:
    """Where what the case gives is not what was recorded; ids and times aside."""
    then = tape.outcome.model_dump(mode="json")
    then["logs"] = [{line["level"]: line["text"]} for line in then["logs"]]
    kept = (*COMPARED, "logs")
    found = differences({name: then[name] for name in kept}, {name: came.get(name) for name in kept})
    told = [shown_path(one.path) for one in found if not (_has_id(one.expected) or _has_id(one.came))]
    return told[:MAX_TOLD]


def _has_id(value: Any) -> bool:
    text = str(value)
    return _UUID.search(text) is not None or "$entry-" in text or "$before-" in text or "$customer-" in text


def _comments(doubts: list[str], otherwise: list[str]) -> str:
    lines = []
    if doubts:
        lines += ["What was there before is known as far as the run has read it:", *(f"- {one}" for one in doubts)]
    if otherwise:
        lines += ["The recorded run gave something else here:", *(f"- {one}" for one in otherwise)]
    return "".join(f"# {_on_one_line(line)}\n" for line in lines)


def _on_one_line(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


def _yaml(document: Json) -> str:
    yaml = YAML()
    yaml.width = 100_000
    yaml.representer.add_representer(type(None), lambda it, _: it.represent_scalar("tag:yaml.org,2002:null", "null"))
    yaml.map_indent, yaml.sequence_indent, yaml.sequence_dash_offset = 2, 4, 2
    text = StringIO()
    yaml.dump(document, text)
    return text.getvalue()
