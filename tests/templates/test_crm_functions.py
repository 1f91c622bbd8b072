"""The CRM functions are the same in a template as in a script: one table of cases, done both ways."""

import itertools
import json
import re
from typing import Any

import pytest

from bindings.registry import FUNCTIONS
from runtime import Runtime, Session
from tests.bindings.examples import MINIMAL
from tests.templates.conftest import NOW_MS

SETUP = """
EnsureCrmEntity({ slug: 'towns', entityMode: 'data', fields: [{ key: 'name' }] });
EnsureCrmEntity({
  slug: 'homes',
  fields: [
    { key: 'price', type: 'number' }, { key: 'cost' },
    { key: 'town', type: 'reference', options: { targetEntity: 'towns' } }
  ],
  pipelines: [{ slug: 'sales', stages: [{ slug: 'new' }, { slug: 'won' }] }]
});
EnsureCrmEntity({ slug: 'towns', fields: [{ key: 'cost' }] });
CreateCrmEntry({ slug: 'homes', title: 'A', values: { price: 7 } });
"""

MORE: list[tuple[str, Any]] = [
    ("getCrmField", {"slug": "homes", "fieldKey": "nix"}),
    ("getCrmField", {"slug": "homes", "field_key": "price"}),
    ("getCrmField", {"slug": "homes", "fieldKey": "price", "referenceType": "order", "referenceId": 7}),
    ("getCrmFields", {"slug": "homes", "fieldKeys": ["price", "nix"]}),
    ("getCrmEntries", {"slug": "homes", "filters": {"price": 7}, "limit": 1}),
    ("setCrmField", {"slug": "homes", "fieldKey": "price", "value": {"a": [1, None, "é"]}, "force": True}),
    ("CreateCrmEntry", {"slug": "homes", "values": {"price": 1.5}, "async": True}),
    ("moveCrmToStage", {"slug": "homes", "stageSlug": "wn"}),
    # what each refuses
    ("getCrmField", {"slug": "hoems", "fieldKey": "price"}),
    ("getCrmField", {"slug": "homes"}),
    ("getCrmEntries", {"slug": "homes", "limit": 500}),
    ("setCrmField", {"slug": "homes", "fieldKey": "price"}),
    ("SetCrmRelation", {"slug": "homes", "relationKey": "price", "targetEntryId": "t_1"}),
    ("getCrmField", None),
    ("getCrmField", [1]),
]
CASES = [*((name, MINIMAL[name]) for name in FUNCTIONS), *MORE]
_brands = (f"crm-{number}" for number in itertools.count())
_CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def test_every_function_is_a_case() -> None:
    assert {name for name, _ in CASES} == set(FUNCTIONS)


@pytest.mark.parametrize("other_spelling", [False, True], ids=["", "other"])
@pytest.mark.parametrize(("name", "arguments"), CASES, ids=[f"{name} {json.dumps(one)[:60]}" for name, one in CASES])
def test_a_function_gives_the_same_in_a_template_as_in_a_script(
    runtime: Runtime, name: str, arguments: Any, *, other_spelling: bool
) -> None:
    """Value or error, warnings and calls on the record, and what is stored afterwards; ids differ from run to run."""
    spelling = FUNCTIONS[name].other_name if other_spelling else name
    call = f"{spelling}({json.dumps(arguments)})"
    told = "catch (e) { setVariable('e', e.name + ': ' + e.message) }"
    script = f"<script scope=backend>try {{ setVariable('v', {call}) }} {told}</script>"
    assert _done(runtime, script) == _done(runtime, f"{{{{ setVariable('v', {call}) }}}}")


def _done(runtime: Runtime, page: str) -> str:
    session = Session(brand=next(_brands), customer_id="c_1")
    assert runtime.run(SETUP, session=session, now_ms=NOW_MS).error is None
    record = runtime.run_page(page, session=session, now_ms=NOW_MS).record
    error = record.variables.get("e")
    if record.template and record.template.errors:
        error = f"{record.template.errors[0].name}: {record.template.errors[0].message}"
    seen = runtime.run(
        "setVariable('a', [getCrmEntries({slug: 'homes'}), getCrmEntries({slug: 'towns'})])", session=session
    )
    found = [
        record.variables.get("v"),
        error,
        [(one.code, one.message) for one in record.warnings],
        [(one.name, one.ok) for one in record.calls],
        seen.variables["a"],
    ]
    return _CHANGING.sub("ID", json.dumps(found, indent=1))


def test_a_warning_has_the_place_of_its_expression(runtime: Runtime) -> None:
    """In the page, or in the component that it stands in."""
    session = Session(brand=next(_brands), customer_id="c_1")
    assert runtime.run(SETUP, session=session, now_ms=NOW_MS).error is None
    asked = "getCrmEntries({slug: 'homes', limt: 1})"
    page = f"<p>\n{{{{ {asked} | length }}}} @if(getCrmEntries({{slug: 'towns', al: 1}}))x@endif"
    assert [(one.file, one.line, one.column) for one in runtime.run_page(page, session=session).record.warnings] == [
        ("page.html", 2, 1),
        ("page.html", 2, 56),
    ]
