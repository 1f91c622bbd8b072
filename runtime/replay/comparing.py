"""What was expected beside what came: the differences, each with the path of its value."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from runtime.differing import NOTHING, Difference, differences, item, same
from runtime.replay.case import ANY, Expectation, ExpectedEntry
from storage.models import Json

Came: TypeAlias = dict[str, Json]
"""What came of a run, in the shape of an expectation with nothing left out."""
COMPARED_WHERE_NAMED = ("customer", "deferred_writes", "html")


def case_differences(expected: Expectation, came: Came, before: Mapping[str, Json]) -> list[Difference]:
    """All of them, in the order of the form. ``before`` are the entries that were there before, as in ``came``."""
    found: list[Difference] = []
    for section, wanted, got in compared(expected, came, before):
        found.extend(differences(wanted, got, (section,), ANY))
    return found


def compared(expected: Expectation, came: Came, before: Mapping[str, Json]) -> Iterator[tuple[str, Any, Any]]:
    """The sections that count, each as it is expected and as it came."""
    yield "status", expected.status or ("error" if expected.error else "ok"), came["status"]
    yield "error", *_named(expected.error and expected.error.model_dump(exclude_unset=True), came["error"])
    for section in ("variables", "logs", "warnings"):
        yield section, getattr(expected, section), came[section]
    for section in ("response", "redirect"):
        yield section, _or_nothing(getattr(expected, section)), _or_nothing(came[section])
    yield "headers", expected.headers, came["headers"]
    yield "cookies", {name: _dumped(cookie) for name, cookie in expected.cookies.items()}, came["cookies"]
    yield "session", expected.session, came["session"]
    yield "session_customer", _or_nothing(expected.session_customer), _or_nothing(came["session_customer"])
    yield "entries", *_entries(expected, came, before)
    for section in COMPARED_WHERE_NAMED:
        if section in expected.model_fields_set:
            yield section, getattr(expected, section), came[section]


def is_expected(expected: Json, came: Json) -> bool:
    """Whether a JSON value is the one that was expected, or any will do."""
    return same(expected, came, ANY)


def whose(slug: str, came: Came) -> str:
    """The reference of an entry that says nothing of it."""
    return f"collection:{slug}" if came["customer"] is None else f"customer:{came['customer']}"


def _named(expected: Json, came: Json) -> tuple[Any, Any]:
    """An error as far as it is named."""
    if expected is None or came is None:
        said = came and {key: value for key, value in came.items() if value is not None}
        return _or_nothing(expected), _or_nothing(said)
    return expected, {key: came[key] for key in expected}


def _or_nothing(value: Any) -> Any:
    return NOTHING if value is None else _dumped(value)


def _dumped(value: Any) -> Any:
    return value.model_dump() if hasattr(value, "model_dump") else value


def brief_entry(entry: Json, slug: str, came: Came) -> dict[str, Json]:
    """An entry with nothing that need not be said."""
    unsaid: dict[str, Json] = {
        "title": None,
        "stage": None,
        "relations": {},
        "values": {},
        "reference": whose(slug, came),
    }
    return {key: value for key, value in entry.items() if key not in unsaid or value != unsaid[key]}


def _entries(expected: Expectation, came: Came, before: Mapping[str, Json]) -> tuple[Any, Any]:
    """Of entities that are not named, the entries as they were before; what one side lacks, in brief."""
    wanted: dict[str, Any] = {slug: before.get(slug, []) for slug in [*before, *came["entries"]]}
    got: dict[str, Any] = {slug: came["entries"].get(slug, []) for slug in [*wanted, *expected.entries]}
    for slug, entries in expected.entries.items():
        if entries == ANY:
            wanted[slug] = ANY
            continue
        wanted[slug] = [_entry(entry, slug, came) for entry in entries]
        named: list[Any] = [*entries]
        got[slug] = [_as_named(one, item(named, index)) for index, one in enumerate(got[slug])]
    for slug, entries in wanted.items():
        if entries != ANY:
            both = min(len(entries), len(got[slug]))
            more = [brief_entry(_without_id(one), slug, came) for one in got[slug][both:]]
            fewer = [one if one == ANY else brief_entry(one, slug, came) for one in entries[both:]]
            wanted[slug], got[slug] = [*entries[:both], *fewer], [*got[slug][:both], *more]
    return wanted, got


def _entry(entry: Any, slug: str, came: Came) -> Any:
    if not isinstance(entry, ExpectedEntry):
        return entry
    whole = {**entry.model_dump(), "reference": entry.reference or whose(slug, came)}
    return whole if entry.id is not None else _without_id(whole)


def _as_named(came: Json, expected: Any) -> Json:
    return came if isinstance(expected, ExpectedEntry) and expected.id is not None else _without_id(came)


def _without_id(entry: Json) -> Json:
    return {key: value for key, value in entry.items() if key != "id"}
