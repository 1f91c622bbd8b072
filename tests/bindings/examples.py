"""Arguments of every function, and what property tests draw: the one list that a test of all functions goes through."""

from typing import Any

from hypothesis import strategies as st

from bindings.arguments.properties import properties
from bindings.registry import FUNCTIONS

MINIMAL: dict[str, dict[str, Any]] = {
    "EnsureCrmEntity": {"slug": "homes"},
    "CreateCrmEntry": {"slug": "homes"},
    "getCrmEntries": {"slug": "homes"},
    "getCrmField": {"slug": "homes", "fieldKey": "price"},
    "getCrmFields": {"slug": "homes", "fieldKeys": ["price"]},
    "setCrmField": {"slug": "homes", "fieldKey": "price", "value": 1},
    "setCrmFields": {"slug": "homes", "fields": [{"fieldKey": "price", "value": 1}]},
    "addCrmFieldValue": {"slug": "homes", "fieldKey": "price", "value": 1},
    "getCrmFieldValues": {"slug": "homes", "fieldKey": "price"},
    "clearCrmEntries": {"slug": "homes"},
    "SetCrmRelation": {"slug": "homes", "relationKey": "town", "targetEntryId": "t_1"},
    "RemoveCrmRelation": {"slug": "homes", "relationKey": "town", "targetEntryId": "t_1"},
    "moveCrmLead": {"slug": "homes", "pipelineSlug": "sales", "stageSlug": "new"},
    "moveCrmToStage": {"slug": "homes", "stageSlug": "new"},
    "moveCrmToPipeline": {"slug": "homes", "pipelineSlug": "sales"},
    "moveCrmToEntity": {"fromSlug": "homes", "toSlug": "towns", "fieldMap": {"price": "cost"}},
    "reassignCrmReference": {"slug": "homes", "fromReferenceType": "visitor", "fromReferenceId": "v_1"},
}
"""What each function needs, and no more."""

_REFERENCE = {"referenceType": "order", "referenceId": "7", "entryId": "e_1"}
_READ = {**_REFERENCE, "async": True}
_WRITE = {**_REFERENCE, "async": True, "idempotencyKey": "k_1"}
_PLACE = {"pipelineSlug": "sales", "pipelineId": 1, "stageSlug": "new", "stageId": 2}
_PAGE = {"limit": 10, "offset": 20, "filters": {"price": 1}, "allReferences": True}

_FIELD = {
    "key": "price",
    "label": "Price",
    "type": "number",
    "uiEditable": False,
    "reportingConfig": {
        "reportable": True,
        "aggregationType": "numeric",
        "baseline": "min",
        "bucketSize": 10,
        "preferredChart": "histogram",
    },
}
_TOWN = {"key": "town", "type": "reference", "options": {"targetEntityId": 1, "displayField": "name"}}
_HOME = {"key": "home", "type": "reference", "options": {"targetEntity": "homes"}}
_CHOICE = {"key": "state", "type": "select", "options": ["open", {"value": "sold", "label": "Sold"}]}
_STAGE = {"slug": "new", "name": "New", "color": "#0a0", "status": "active"}

_MORE: dict[str, dict[str, Any]] = {
    "EnsureCrmEntity": {
        "name": "Homes",
        "singularName": "Home",
        "pluralName": "Homes",
        "icon": "building",
        "color": "#00a",
        "entityMode": "crm",
        "fields": [_FIELD, _TOWN, _HOME, _CHOICE],
        "pipelines": [{"slug": "sales", "name": "Sales", "stages": [_STAGE]}],
        "referenceType": "order",
        "referenceId": "7",
        "async": True,
        "idempotencyKey": "k_1",
    },
    "CreateCrmEntry": {"title": "A home", "values": {"price": 1}, **_PLACE, **_WRITE},
    "getCrmEntries": {**_PAGE, "pipelineSlug": "sales", "stageSlug": "new", **_READ},
    "getCrmField": _READ,
    "getCrmFields": _READ,
    "setCrmField": {"force": True, **_WRITE},
    "setCrmFields": {"force": True, **_WRITE},
    "addCrmFieldValue": _WRITE,
    "getCrmFieldValues": {**_PAGE, **_READ},
    "clearCrmEntries": _WRITE,
    "SetCrmRelation": _WRITE,
    "RemoveCrmRelation": _WRITE,
    "moveCrmLead": {**_PLACE, "allEntries": True, **_WRITE},
    "moveCrmToStage": {**_PLACE, "allEntries": True, **_WRITE},
    "moveCrmToPipeline": {**_PLACE, "allEntries": True, **_WRITE},
    "moveCrmToEntity": {**_PLACE, "removeFromOld": True, "allEntries": True, **_WRITE},
    "reassignCrmReference": {
        "toReferenceType": "customer",
        "toReferenceId": "c_2",
        "async": True,
        "idempotencyKey": "k_1",
    },
}
FULL: dict[str, dict[str, Any]] = {name: MINIMAL[name] | more for name, more in _MORE.items()}
"""Every property of every function, by its canonical name."""

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
storable = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=10
)
"""Values that may be stored."""

hostile_texts = st.text(st.characters(exclude_categories=()), max_size=30) | st.sampled_from(
    ["", "homes", "towns", "price", "\0", "\ud800", "a" * 300, "x" * 70_000, "__proto__", "'; drop table entries"]
)
hostile_numbers = st.integers() | st.floats() | st.sampled_from([2**53, -(2**63), 10**30, 10**400, 0.5, -1])
hostile = st.recursive(
    st.none() | st.booleans() | hostile_numbers | hostile_texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(hostile_texts, inner, max_size=3),
    max_leaves=8,
)
"""Whatever JSON can say, NaN and lone surrogates included."""


plausible = st.sampled_from(
    [None, True, False, 1, 50, "customer", "c_1", "homes", "towns", "new", "price", {"price": 1}, ["price"], {}, []]
)
"""Values that some property takes."""


@st.composite
def hostile_calls(draw: st.DrawFn) -> tuple[str, Any]:
    """A function with arguments most of which are right, some wrong, some not its own."""
    name = draw(st.sampled_from(list(MINIMAL)))
    known = [spelling for one in properties(FUNCTIONS[name].arguments) for spelling in (one.name, one.snake_name)]
    arguments = dict(MINIMAL[name])
    if draw(st.integers(0, 4)) == 0:
        del arguments[draw(st.sampled_from(list(arguments)))]
    names = st.sampled_from(known) | hostile_texts
    return name, arguments | draw(st.dictionaries(names, plausible | hostile, max_size=3))
