"""The page about the functions, made from the registry: ``python -m bindings.reference`` writes it."""

import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from bindings.arguments.base import Reading, Referenced, ScriptObject, Writing
from bindings.arguments.properties import Property, nested, properties
from bindings.function import Function
from bindings.registry import FUNCTIONS
from storage.models import Json

PAGE = Path(__file__).parent.parent / "docs" / "functions.md"

ENTRY_KEYS = {
    "id": "Its id, a string.",
    "title": "Its title, or `null`.",
    "reference_type": "Type of the record that it is attached to.",
    "reference_id": "Id of that record, a string.",
    "values": "`{key: value}`, in the order in which the keys were first set.",
    "values_flat": "The same object as `values`.",
    "relations": "`{key: [entry ids]}`, in order of setting; keys without a target are absent.",
    "pipeline_id": "Id of its pipeline, a number; `null` in data mode, as are the next four.",
    "pipeline_slug": "Slug of its pipeline.",
    "stage_id": "Id of its stage, a number.",
    "stage_slug": "Slug of its stage.",
    "stage_status": "What the stage means, such as `won`; `null` where nothing is said.",
    "created_at": "When it was made: ISO 8601 in UTC with milliseconds, `2026-03-15T10:00:00.000Z`.",
    "updated_at": "When it was last changed, in the same form.",
}

_LONGEST_TYPE = 60
_WIDTH = 120
_DEFAULT = " Default: "
"""What a description says after this is the default where the model has none of its own."""

_INTRODUCTION = """# The CRM functions

What a script calls to read and write CRM data. Each function is a global and takes one object:

```js
setCrmField({ slug: 'weight-tracker', fieldKey: 'current_weight', value: 182 });
```

- Its first letter may be a capital or a small one: `ensureCrmEntity` and `EnsureCrmEntity` are the same function.
- Properties may be written in camelCase or snake_case, also in objects inside: `fieldKey` or `field_key`.
- `null` and `undefined` for an optional property are the same as leaving it out.
- A property that a function does not know is ignored, with a warning that names the nearest known one. In strict mode
  it throws.
- A value is a string, a finite number, a boolean, `null`, or a plain object or array of those: at most 65,536
  characters as a string, 64 KiB as an object, 256 KiB for all values of an entry, 100 levels deep.
- A call happens whole or not at all. What it throws can be caught; [errors](errors.md) says what each one means.
- A run sees its own writes at once, and what others write meanwhile after its own next call at the latest.
"""

_REFERENCES = """## References

Entries are attached to a record, by default to the customer of the session. A function that takes `…reference` has
these properties:

{table}

A write makes the customer's record where there is none yet. Without a customer, reads find nothing and writes throw
`no_customer`; only a collection (an entity in data mode) has entries of its own then, under `('collection', slug)`.
An entry that came later is newer, also within one millisecond.
"""

_WRITES = """## Writes

A function that takes `…write` has these properties:

{table}

A write with `async: true` is checked at once, as far as that needs no entry, and throws as it would otherwise. It
returns `{{ ok: true, queued: true }}` with the keys that the call would have, `null` where they are not known yet; the
id of a new entry is. `EnsureCrmEntity` and `reassignCrmReference` always run at once. Reads take `async`, too, and
ignore it.
"""

_ENTRIES = """## Entries

An entry, as `getCrmEntries` returns it, has these keys:

{table}
"""


def page() -> str:
    """The whole page."""
    return "\n".join([*_head(), *(section(function) for function in FUNCTIONS.values())])


def summaries() -> str:
    """A table of all functions."""
    return _table(("function", "what it does"), (_line(function) for function in FUNCTIONS.values()))


def section(function: Function) -> str:
    """The part about one function."""
    parts = [f"## {function.name}", _filled(function.summary), _filled(function.notes)]
    parts += [_properties(_own(function)), _shared(function)]
    for path, model in nested(function.arguments):
        parts += [_where(path), _properties(properties(model))]
    parts += [_filled(f"Returns {function.returns}."), f"```js\n{function.example.strip()}\n```", _errors(function)]
    return "\n\n".join(part for part in parts if part) + "\n"


def shared_sections(function: Function) -> str:
    """The parts about what a function shares with others: references and writes."""
    told = {Referenced: _REFERENCES, Writing: _WRITES}
    models = [model for model in _shared_models(function) if model in told]
    return "\n".join(told[model].format(table=_properties(properties(model))) for model in models)


def _head() -> Iterator[str]:
    yield _INTRODUCTION
    yield summaries()
    yield _REFERENCES.format(table=_properties(properties(Referenced)))
    yield _WRITES.format(table=_properties(properties(Writing)))
    entry = ((f"`{key}`", meaning) for key, meaning in ENTRY_KEYS.items())
    yield _ENTRIES.format(table=_table(("key", "what it is"), entry).rstrip())


def _line(function: Function) -> tuple[str, str]:
    return f"[`{function.name}`](#{function.name.lower()})", function.summary


def _filled(text: str) -> str:
    return textwrap.fill(text, width=_WIDTH, break_long_words=False, break_on_hyphens=False)


def _where(path: str) -> str:
    return f"Each of `{path.removesuffix('[]')}`:" if path.endswith("[]") else f"`{path}` as an object:"


def _own(function: Function) -> list[Property]:
    """The properties that are not told of once for all functions."""
    shared = {one.name for model in _shared_models(function) for one in properties(model)}
    return [one for one in properties(function.arguments) if one.name not in shared]


def _shared_models(function: Function) -> list[type[ScriptObject]]:
    return [model for model in (Referenced, Writing, Reading) if issubclass(function.arguments, model)]


def _shared(function: Function) -> str:
    links = {Referenced: "[`…reference`](#references)", Writing: "[`…write`](#writes)", Reading: "`async`"}
    named = [links[model] for model in _shared_models(function)]
    return f"It also takes {' and '.join(named)}."


def _errors(function: Function) -> str:
    codes = [*function.codes]
    models = function.arguments.__mro__
    if Writing in models:
        codes += ["entry_not_found"] if Referenced in models else []
        codes += ["no_customer"] if function.name != "EnsureCrmEntity" else []
        codes += ["idempotency_conflict"]
    named = ", ".join(f"`{code}`" for code in [*codes, "unavailable"])
    return _filled(f"Throws `TypeError`, `RangeError`, and `CrmError` with {named}.")


def _properties(ones: Iterable[Property]) -> str:
    rows = ((f"`{one.name}`", _type(one), _default(one), _meaning(one)) for one in ones)
    return _table(("property", "type", "default", "meaning"), rows).rstrip()


def _type(one: Property) -> str:
    return "string" if len(one.says.type_name) > _LONGEST_TYPE else one.says.type_name


def _meaning(one: Property) -> str:
    meaning = one.description.partition(_DEFAULT)[0]
    return (
        meaning if _type(one) == one.says.type_name else f"{meaning} One of {one.says.type_name.replace(' | ', ', ')}."
    )


def _default(one: Property) -> str:
    if one.required:
        return "required"
    said = one.description.partition(_DEFAULT)[2].removesuffix(".")
    return said if one.default is None else f"`{_script_text(one.default)}`"


def _script_text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}'" if isinstance(value, str) else str(value)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
