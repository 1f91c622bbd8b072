"""Writes as JSON: what goes in comes out, and what could not have gone in is refused."""

import contextlib
import copy
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindings import WriteMalformed, decode_write, encode_write
from bindings.codec import COMMANDS
from bindings.registry import FUNCTIONS
from storage import Store
from storage.commands import (
    START,
    Applied,
    ClearEntries,
    CreateEntry,
    Destination,
    EnsureEntity,
    Idempotency,
    Move,
    MoveToEntity,
    RemoveRelation,
    SetFields,
    SetRelation,
    Write,
)
from storage.errors import StorageError
from storage.models import Reference
from storage.queries import Scope, Visitor
from tests.bindings.crm import Crm
from tests.bindings.examples import MINIMAL, hostile, storable

keys = st.from_regex(r"[a-zA-Z0-9_.-]{1,20}", fullmatch=True)
slugs = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True)
ids = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=50)
numbers = st.integers(1, 2**53 - 1)
maybe = st.none() | ids
scopes = st.builds(
    Scope,
    st.none() | st.builds(Reference, keys, ids),
    st.none() | keys,
    maybe,
    visitor=st.builds(Visitor, maybe, maybe, maybe),
)
kinds = st.sampled_from(["lead", "stage", "pipeline", "start"])
places = st.builds(Destination, kinds, maybe, st.none() | numbers, maybe, st.none() | numbers) | st.just(START)
values = st.dictionaries(keys, storable, max_size=3)
commands = st.one_of(
    st.builds(ClearEntries, slugs, scopes),
    st.builds(CreateEntry, slugs, scopes, ids, values, st.none() | ids, places),
    st.builds(Move, slugs, scopes, places, st.booleans()),
    st.builds(
        MoveToEntity,
        slugs,
        slugs,
        scopes,
        st.dictionaries(keys, keys, min_size=1, max_size=3),
        ids,
        places,
        st.booleans(),
        st.booleans(),
    ),
    st.builds(RemoveRelation, slugs, scopes, keys, ids),
    st.builds(SetFields, slugs, scopes, ids, values, st.booleans()),
    st.builds(SetRelation, slugs, scopes, keys, ids),
)
deferring = st.sampled_from([name for name, function in FUNCTIONS.items() if function.defers])
idempotencies = st.builds(Idempotency, deferring, ids, st.from_regex(r"[0-9a-f]{64}", fullmatch=True))
writes: st.SearchStrategy[Write[Any]] = st.builds(
    Write, commands, st.integers(0, 2**53 - 1), ids, maybe, st.none() | idempotencies
)


@given(write=writes)
def test_a_write_comes_back_as_it_was(write: Write[Any]) -> None:
    """Values with their types and the order of their keys, too."""
    payload = json.dumps(encode_write(write))
    decoded = decode_write(json.loads(payload))
    assert decoded == write
    assert json.dumps(encode_write(decoded)) == payload


@given(payload=hostile)
def test_any_json_is_decoded_or_refused(payload: Any) -> None:
    with pytest.raises(WriteMalformed):
        decode_write(payload)


@given(write=writes, path=st.randoms(use_true_random=False), forged=hostile)
def test_a_write_with_one_part_forged_is_decoded_or_refused(write: Write[Any], path: Any, forged: Any) -> None:
    payload = encode_write(write)
    part = payload
    while isinstance(part[key := path.choice(list(part))], dict) and part[key] and path.random() < 0.8:
        part = part[key]
    forgery = copy.deepcopy(payload)
    _replace(forgery, payload, part, key, forged)
    with contextlib.suppress(WriteMalformed):
        assert encode_write(decode_write(forgery))["name"] in COMMANDS


def _replace(forgery: Any, payload: Any, part: Any, key: str, forged: Any) -> None:
    """Replace in the copy what stands at the key of the part in the original."""
    if payload is part:
        forgery[key] = forged
        return
    for name, inner in payload.items():
        if isinstance(inner, dict):
            _replace(forgery[name], inner, part, key, forged)


def test_defaults_are_left_out() -> None:
    assert encode_write(Write(ClearEntries("homes", Scope(visitor=Visitor("c_1"))), 5, "c_1")) == {
        "name": "ClearEntries",
        "command": {"slug": "homes", "scope": {"visitor": {"id": "c_1"}}},
        "at_ms": 5,
        "new_customer_id": "c_1",
    }


def test_a_write_with_everything_is_spelled_out() -> None:
    write = Write(
        SetFields("homes", Scope(Reference("order", "7")), "e_1", {"price": 1}, force=True),
        5,
        "c_2",
        "o_1",
        Idempotency("setCrmField", "k_1", "0" * 64),
    )
    assert encode_write(write) == {
        "name": "SetFields",
        "command": {
            "slug": "homes",
            "scope": {"reference": {"type": "order", "id": "7"}},
            "new_entry_id": "e_1",
            "values": {"price": 1},
            "force": True,
        },
        "at_ms": 5,
        "new_customer_id": "c_2",
        "operation_id": "o_1",
        "idempotency": {"function": "setCrmField", "key": "k_1", "arguments_digest": "0" * 64},
    }


_names = [f"'{name}'" for name, function in FUNCTIONS.items() if function.defers]
DEFERRING = f"{', '.join(_names[:-1])} or {_names[-1]}"

GOOD = encode_write(
    Write(
        SetFields("homes", Scope(Reference("order", "7"), visitor=Visitor("c_1")), "e_1", {"price": 1}),
        5,
        "c_1",
        "o_1",
        Idempotency("setCrmField", "k_1", "0" * 64),
    )
)


@pytest.mark.parametrize(
    ("path", "forged", "message"),
    [
        ("name", "EnsureEntity", f"'name' must be one of {', '.join(COMMANDS)}"),
        ("name", None, f"'name' must be one of {', '.join(COMMANDS)}"),
        ("brand", "acme", "'brand': Extra inputs are not permitted"),
        ("at_ms", -1, "'at_ms': Input should be greater than or equal to 0"),
        ("at_ms", 5.0, "'at_ms': Input should be a valid integer"),
        ("operation_id", "", "'operation_id': String should have at least 1 character"),
        ("command", [], "'command': Input should be a valid dictionary or instance of SetFields"),
        ("command.slug", "Homes", "'command.slug': String should match pattern '^[a-z0-9][a-z0-9_-]*$'"),
        ("command.force", 1, "'command.force': Input should be a valid boolean"),
        (
            "command.values",
            {"a b": 1},
            "'command.values': has the malformed key \"a b\": a key is made of letters, digits, '_', '.' and '-'",
        ),
        ("command.values", {"a": ["\0"]}, "'command.values.a[0]': must not contain U+0000"),
        (
            "command.scope.reference.type",
            "",
            "'command.scope.reference.type': String should match pattern '^[a-zA-Z0-9_.-]+$'",
        ),
        (
            "command.scope.reference.id",
            "x" * 513,
            "'command.scope.reference.id': String should have at most 512 characters",
        ),
        ("command.scope.every_reference", True, "'command.scope.every_reference': Input should be False"),
        ("command.scope.visitor.id", "a\0", "'command.scope.visitor.id': String should match pattern '^[^\\x00]*$'"),
        ("idempotency.function", "EnsureCrmEntity", f"'idempotency.function': Input should be {DEFERRING}"),
        (
            "idempotency.arguments_digest",
            "0",
            "'idempotency.arguments_digest': String should match pattern '^[0-9a-f]{64}$'",
        ),
    ],
)
def test_what_could_not_have_been_put_off_is_refused(path: str, forged: Any, message: str) -> None:
    payload = copy.deepcopy(GOOD)
    *parents, last = path.split(".")
    part = payload
    for parent in parents:
        part = part[parent]
    part[last] = forged
    with pytest.raises(WriteMalformed) as caught:
        decode_write(payload)
    assert str(caught.value) == message


@pytest.mark.parametrize("missing", ["name", "command", "at_ms", "new_customer_id"])
def test_a_write_that_lacks_something_is_refused(missing: str) -> None:
    with pytest.raises(WriteMalformed):
        decode_write({name: part for name, part in GOOD.items() if name != missing})


def test_only_what_can_be_put_off_is_encoded() -> None:
    with pytest.raises(TypeError, match=r"^EnsureEntity cannot be put off$"):
        encode_write(Write(EnsureEntity("homes", "Homes", "Home", "Homes"), 5, "c_1"))


class Recorder:
    """A store that notes what it is told to do."""

    def __init__(self, store: Store) -> None:
        self.writes: list[Write[Any]] = []
        self._store = store
        self.query = store.query

    def apply(self, brand: str, write: Write[Any]) -> Applied[Any]:
        """Note the write and do it."""
        self.writes.append(write)
        return self._store.apply(brand, write)

    def apply_batch(self, writes: Sequence[tuple[str, Write[Any]]]) -> list[Applied[Any] | StorageError]:
        """Do them."""
        return self._store.apply_batch(writes)

    def close(self) -> None:
        """Leave the store open for others."""


@pytest.mark.parametrize("name", [name for name, function in FUNCTIONS.items() if function.defers])
def test_what_the_functions_write_survives(crm: Crm, name: str) -> None:
    """With a key, for a customer known by e-mail alone."""
    crm.linked()
    crm.pipelined("homes")
    run = crm.run(Visitor(None, "ada@example.com"))
    run.context.store = recorder = Recorder(crm.store)
    run(name, MINIMAL[name] | {"async": True, "idempotencyKey": "k_1"})
    assert len(recorder.writes) == 1
    assert [decode_write(json.loads(json.dumps(encode_write(write)))) for write in recorder.writes] == recorder.writes
