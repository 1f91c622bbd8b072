"""Whatever JSON a worker sends, a function answers with JSON or throws what a script can catch."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bindings
from bindings import ScriptError
from bindings.registry import FUNCTIONS
from storage import Store
from tests.bindings.crm import Crm
from tests.bindings.examples import hostile, hostile_calls


@pytest.fixture(scope="module")
def shop(store: Store) -> Crm:
    """A brand with something to be hit."""
    crm = Crm(store)
    crm.linked()
    crm("setCrmField", {"slug": "homes", "fieldKey": "price", "value": 1})
    return crm


@settings(max_examples=400)
@given(call=hostile_calls(), strict=st.booleans())
def test_any_json_gives_json_or_an_error_for_the_script(shop: Crm, call: tuple[str, Any], strict: bool) -> None:
    assert outcome(shop.run(strict=strict), *call).startswith((f"{call[0]}: ", "answered"))


@given(name=st.sampled_from(list(FUNCTIONS)), arguments=hostile)
def test_arguments_of_any_shape_are_refused_or_answered(shop: Crm, name: str, arguments: Any) -> None:
    assert outcome(shop.run(), name, arguments).startswith((f"{name}: ", "answered"))


def outcome(crm: Crm, name: str, arguments: Any) -> str:
    """The message of the error, or that there was an answer; both can be sent on, as can the warnings."""
    try:
        result = bindings.call(name, arguments, crm.context)
    except ScriptError as error:
        text = error.message
    else:
        text = f"answered {json.dumps(result, ensure_ascii=False, allow_nan=False)}"
    "".join([text, *(message for _, message in crm.warnings)]).encode()
    return text
