"""Payloads: what goes in comes out; what could not have gone in is refused."""

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindings.codec import WriteMalformed
from storage.commands import SetFields, Write
from storage.models import Reference
from storage.queries import Scope, Visitor
from tests.workers.writes import BRAND, deferred, setting
from workers import payload
from workers.keys import shard_of

CUSTOMER = Reference("customer", "c_1")
SHARD = shard_of(BRAND, CUSTOMER)
PLAIN = setting(CUSTOMER, {"note": "é\u2028", "number": 1.5})
RECORD = json.loads(payload.encode(PLAIN))


@pytest.mark.parametrize(
    "scope",
    [
        Scope(reference=CUSTOMER),
        Scope(visitor=Visitor("c_1", "ada@example.com", "Ada")),
        Scope(entry_id="e1", visitor=Visitor(email="ada@example.com")),
    ],
)
def test_a_write_comes_back_as_it_was(scope: Scope) -> None:
    one = replace(deferred(SetFields("deals", scope, "e1", {"a": 1}), CUSTOMER), run_id="run-1", place=3)
    assert payload.decode(payload.encode(one), SHARD) == one


def test_a_collection_s_own_reference_is_understood() -> None:
    reference = Reference("collection", "cities")
    one = deferred(SetFields("cities", Scope(), "e1", {"a": 1}), reference)
    assert payload.decode(payload.encode(one), shard_of(BRAND, reference)) == one


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"version": 2}, "must be version 1"),
        ({"more": 1}, "must be version 1"),
        ({"brand": "Acme"}, "'brand'"),
        ({"brand": "acme\n"}, "'brand'"),
        ({"brand": ["acme"]}, "'brand'"),
        ({"brand": "other"}, "'brand' and 'reference' belong to another shard"),
        ({"reference": ["customer", "c_2"]}, "'brand' and 'reference' belong to another shard"),
        ({"reference": ["customer", 1]}, "'reference' must be"),
        ({"reference": None}, "'reference' must be"),
        ({"function": "os.system"}, "'function'"),
        ({"function": "getCrmField"}, "'function'"),
        ({"function": ["setCrmField"]}, "'function'"),
        ({"place": -1}, "'run_id'"),
        ({"place": True}, "'run_id'"),
        ({"run_id": "\ud800"}, "'run_id'"),
        ({"write": None}, "'name' must be"),
    ],
)
def test_what_is_altered_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(WriteMalformed) as refused:
        payload.decode(json.dumps({**RECORD, **change}).encode(), SHARD)
    assert str(refused.value).startswith(problem)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("write", "operation_id"), None),
        (("write", "command", "scope", "reference"), {"type": "customer", "id": "c_2"}),
        (("write", "command", "scope"), {"visitor": {"id": "c_2"}}),
        (("write", "command", "scope"), {"visitor": {"email": "ada@example.com"}}),
        (("write", "command", "scope"), {}),
        (("write", "command", "scope"), {"every_reference": True}),
        (("write", "command", "slug"), "no slug"),
    ],
)
def test_a_write_about_another_record_is_refused(path: tuple[str, ...], value: Any) -> None:
    record = copy.deepcopy(RECORD)
    inner = record
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(WriteMalformed):
        payload.decode(json.dumps(record).encode(), SHARD)


@pytest.mark.parametrize("text", [b"NaN", b'{"a": Infinity}', b"[" * 100_000, b"1" * 5000, b"\xff", b" " * 5_000_000])
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(WriteMalformed):
        payload.decode(text, SHARD)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*RECORD, "x"]), inner, max_size=8),
    max_leaves=10,
)


@given(value=json_values, key=st.sampled_from(sorted(RECORD)))
def test_nothing_but_a_refusal_comes_of_what_is_odd(value: Any, key: str) -> None:
    """A worker that met another exception would try it again and again."""
    for odd in (value, {**RECORD, key: value}):
        try:
            assert isinstance(payload.decode(json.dumps(odd).encode(), SHARD).write, Write)
        except WriteMalformed:
            continue
