"""What was there before a run, as far as its calls and their answers tell: entities, entries, whose they were.

What the run itself made or changed is taken out again. What cannot be known is said in ``doubts``.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bindings.registry import FUNCTIONS
from runtime.tape.model import Tape, TapedCall
from storage.models import Json

_CANONICAL = {name: one.name for one in FUNCTIONS.values() for name in (one.name, one.other_name)}
_NAMED_BEFORE = ("undefined_field",)

Reference = str


class Told(NamedTuple):
    """One CRM call that gave an answer, in the terms of the contract."""

    name: str
    slug: str
    reference: Reference | None
    arguments: dict[str, Json]
    answer: Any


@dataclass(slots=True)
class KnownEntry:
    """An entry that was there. ``id`` is None where no answer named it."""

    slug: str
    reference: Reference
    id: str | None = None
    title: str | None = None
    stage: str | None = None
    values: dict[str, Json] = field(default_factory=dict)
    relations: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class KnownEntity:
    """An entity that was there: what was said of it, and what its use tells."""

    slug: str
    definition: dict[str, Json] = field(default_factory=dict)
    keys: dict[str, None] = field(default_factory=dict)
    stages: dict[str, dict[str, None]] = field(default_factory=dict)


class Before:
    """What was there. Entries stand in the order in which they were made, as far as that is known."""

    def __init__(self, tape: Tape) -> None:
        self.entities: dict[str, KnownEntity] = {}
        self.entries: list[KnownEntry] = []
        self.doubts: dict[str, None] = {}
        self._tape = tape
        self._made_entities: set[str] = set()
        self._made: set[str] = set()
        self._written: set[tuple[str, Reference | None, str]] = set()
        self._disturbed: set[tuple[str, Reference | None]] = set()
        self._added: Counter[tuple[str, Reference | None, str]] = Counter()
        self._undefined = {one.message for one in tape.outcome.warnings if one.code in _NAMED_BEFORE}
        for told in _told(tape):
            self._take(told)

    def _take(self, told: Told) -> None:
        if told.name == "EnsureCrmEntity":
            self._take_entity(told)
            return
        if told.slug not in self._made_entities:
            entity = self.entities.setdefault(told.slug, KnownEntity(told.slug))
            for key in _keys(told):
                if not any(f"'{told.slug}' does not define the field '{key}'" in one for one in self._undefined):
                    entity.keys[key] = None
            taker = getattr(self, f"_take_{told.name}", None)
            if taker is not None:
                taker(told)

    def _take_entity(self, told: Told) -> None:
        if told.answer["created"]:
            self._made_entities.add(told.slug)
            return
        if told.slug in self._made_entities:
            return
        known = self.entities.setdefault(told.slug, KnownEntity(told.slug))
        definition = dict(told.arguments)
        if told.answer["fields_added"]:
            definition["fields"] = []
            self._doubt(f"entity {told.slug}: which of its fields were there before the run is not known")
        known.definition = {**definition, **known.definition}

    def _take_getCrmEntries(self, told: Told) -> None:  # noqa: N802 - called as the function is
        for shown in reversed(told.answer):
            self._see(told.slug, shown)

    def _see(self, slug: str, shown: dict[str, Any]) -> None:
        """An entry, whole; what the run wrote into it is left out."""
        id_, reference = shown["id"], f"{shown['reference_type']}:{shown['reference_id']}"
        if id_ in self._made or any(entry.id == id_ for entry in self.entries):
            return
        values = {key: value for key, value in shown["values"].items() if (slug, reference, key) not in self._written}
        if len(values) < len(shown["values"]) or (slug, reference) in self._disturbed:
            self._doubt(f"{slug} of {reference}: it is first read after the run has written to it")
        stage = f"{shown['pipeline_slug']}/{shown['stage_slug']}" if shown["stage_slug"] else None
        guess = self._guessed(slug, reference)
        entry = KnownEntry(slug, reference, id_, shown["title"], stage, values, dict(shown["relations"]))
        if guess is not None:
            guess.id, guess.title, guess.stage = entry.id, entry.title, entry.stage
            guess.values, guess.relations = {**guess.values, **values}, entry.relations
        else:
            self.entries.append(entry)
        if stage is not None and slug in self.entities:
            pipeline, _, name = stage.partition("/")
            self.entities[slug].stages.setdefault(pipeline, {})[name] = None

    def _take_getCrmField(self, told: Told) -> None:  # noqa: N802
        if told.answer is not None:
            self._hold(told, told.arguments["fieldKey"], told.answer)

    def _take_getCrmFields(self, told: Told) -> None:  # noqa: N802
        for key, value in told.answer.items():
            if value is not None:
                self._hold(told, key, value)

    def _take_getCrmFieldValues(self, told: Told) -> None:  # noqa: N802
        key = told.arguments["fieldKey"]
        known = [one for one in self._of(told) if key in one.values]
        place = (told.slug, told.reference, key)
        if told.reference is None or known or place in self._written:
            return
        values = told.answer[self._added[place] :]
        for value in reversed(values):
            self.entries.append(KnownEntry(told.slug, told.reference, values={key: value}))
        if values:
            self._doubt(f"{told.slug} of {told.reference}: what its entries hold beside '{key}' is not known")

    def _hold(self, told: Told, key: str, value: Json) -> None:
        """A value that some entry of the reference held."""
        place = (told.slug, told.reference, key)
        if told.reference is None or place in self._written or self._added[place]:
            return
        if any(key in one.values for one in self._of(told)):
            return
        guess = self._guessed(told.slug, told.reference) or self._newest(told)
        if guess is None:
            guess = KnownEntry(told.slug, told.reference)
            self.entries.append(guess)
            self._doubt(f"{told.slug} of {told.reference}: in how many entries its values stand is not known")
        guess.values[key] = value

    def _take_setCrmField(self, told: Told) -> None:  # noqa: N802
        self._write(told, [told.arguments["fieldKey"]])

    def _take_setCrmFields(self, told: Told) -> None:  # noqa: N802
        self._write(told, [one.get("fieldKey", one.get("field_key")) for one in told.arguments["fields"]])

    def _write(self, told: Told, keys: list[str]) -> None:
        id_ = told.answer.get("id")
        if told.answer.get("created"):
            self._made.add(id_)
        elif id_ is not None and id_ not in self._made:
            self._there(told, id_)
        self._written.update((told.slug, told.reference, key) for key in keys)

    def _there(self, told: Told, id_: str | None) -> None:
        """An entry of the reference was there, whatever it held."""
        if any(one.id == id_ for one in self.entries if id_ is not None) or told.reference is None:
            return
        guess = self._guessed(told.slug, told.reference)
        if guess is None:
            guess = KnownEntry(told.slug, told.reference)
            self.entries.append(guess)
            self._doubt(f"{told.slug} of {told.reference}: what an entry held before is not known")
        guess.id = id_

    def _take_CreateCrmEntry(self, told: Told) -> None:  # noqa: N802
        self._made.add(told.answer.get("id"))

    def _take_addCrmFieldValue(self, told: Told) -> None:  # noqa: N802
        self._made.add(told.answer.get("id"))
        self._added[told.slug, told.reference, told.arguments["fieldKey"]] += 1

    def _take_clearCrmEntries(self, told: Told) -> None:  # noqa: N802
        self._at_least(told, (told.answer.get("deleted") or 0) - self._made_here(told))
        self._disturbed.add((told.slug, told.reference))

    def _take_moveCrmLead(self, told: Told) -> None:  # noqa: N802
        self._move(told)

    def _take_moveCrmToStage(self, told: Told) -> None:  # noqa: N802
        self._move(told)

    def _take_moveCrmToPipeline(self, told: Told) -> None:  # noqa: N802
        self._move(told)

    def _move(self, told: Told) -> None:
        self._at_least(told, (told.answer.get("totalMatched") or 0) - self._made_here(told))
        self._disturbed.add((told.slug, told.reference))
        if told.answer.get("ok") and not self.entities[told.slug].definition.get("pipelines"):
            self._doubt(f"{told.slug}: its pipelines are known as far as the run shows them")
            stage, pipeline = told.arguments.get("stageSlug"), told.arguments.get("pipelineSlug")
            if pipeline is not None:
                self.entities[told.slug].stages.setdefault(pipeline, {}).update({stage: None} if stage else {})

    def _take_moveCrmToEntity(self, told: Told) -> None:  # noqa: N802
        self._made.update(told.answer.get("ids") or [])

    def _made_here(self, told: Told) -> int:
        return sum(1 for one in _told(self._tape) if _made_by(one, told))

    def _at_least(self, told: Told, count: int) -> None:
        """So many entries the reference had."""
        missing = count - len(self._of(told))
        if told.reference is None or missing <= 0 or "entryId" in told.arguments:
            return
        self._doubt(f"{told.slug} of {told.reference}: what {missing} of its entries held is not known")
        for _ in range(missing):
            self.entries.insert(0, KnownEntry(told.slug, told.reference))

    def _of(self, told: Told) -> list[KnownEntry]:
        return [one for one in self.entries if (one.slug, one.reference) == (told.slug, told.reference)]

    def _newest(self, told: Told) -> KnownEntry | None:
        return next(reversed(self._of(told)), None)

    def _guessed(self, slug: str, reference: Reference) -> KnownEntry | None:
        """An entry of the reference that was told of without its id."""
        mine = (one for one in self.entries if (one.slug, one.reference, one.id) == (slug, reference, None))
        return next(mine, None)

    def _doubt(self, text: str) -> None:
        self.doubts[text] = None


def _made_by(one: Told, before: Told) -> bool:
    """Whether a call of the run had made an entry of that reference."""
    same = (one.slug, one.reference) == (before.slug, before.reference)
    makes = one.name in ("CreateCrmEntry", "addCrmFieldValue") or bool(
        isinstance(one.answer, dict) and one.answer.get("created")
    )
    return same and makes and one.name != "EnsureCrmEntity"


def _told(tape: Tape) -> Iterator[Told]:
    """The CRM calls that gave an answer, each with the reference that it was about."""
    customer_id = tape.session.customer_id or (None if tape.session.email is None else tape.outcome.customer_id)
    for call in tape.calls:
        if call.name == "session.setCustomer" and isinstance(call.answer, dict):
            customer_id = call.answer.get("id") or tape.outcome.customer_id
        name = _CANONICAL.get(call.name)
        if name is not None and call.error is None and isinstance(call.arguments, dict):
            yield _of_call(name, call, customer_id)


def _of_call(name: str, call: TapedCall, customer_id: str | None) -> Told:
    arguments = {_camel(key): value for key, value in call.arguments.items()}
    slug = arguments.get("slug") or arguments.get("fromSlug") or ""
    type_, id_ = arguments.get("referenceType"), arguments.get("referenceId")
    if id_ is not None:
        reference: str | None = f"{type_ or 'customer'}:{id_}"
    elif customer_id is not None:
        reference = f"{type_ or 'customer'}:{customer_id}"
    else:
        reference = f"collection:{slug}" if type_ is None else None
    if arguments.get("allReferences") or arguments.get("entryId"):
        reference = None
    return Told(name, slug, reference, arguments, call.answer)


def _camel(key: str) -> str:
    first, *rest = key.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _keys(told: Told) -> Iterator[str]:
    """The field keys that a call names."""
    arguments = told.arguments
    if isinstance(arguments.get("fieldKey"), str):
        yield arguments["fieldKey"]
    yield from arguments.get("fieldKeys") or []
    yield from (one.get("fieldKey", one.get("field_key")) for one in arguments.get("fields") or [])
    yield from arguments.get("values") or {}
