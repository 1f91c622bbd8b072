"""Doing things once: operation ids, idempotency keys, batches."""

import random
import string
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from storage import StorageError, Store, open_store
from storage.commands import (
    Applied,
    ClearEntries,
    Command,
    CreateEntry,
    CustomerEnsured,
    Destination,
    EnsureCustomer,
    EnsureEntity,
    EntryStored,
    Idempotency,
    Move,
    MoveToEntity,
    NewPipeline,
    NewStage,
    ReassignReference,
    RemoveRelation,
    SetFields,
    SetRelation,
)
from storage.errors import EntityNotFound, EntryTooLarge, IdempotencyConflict, MoveRefused, StoreUnavailable
from storage.models import Reference
from storage.queries import FindCustomer, Scope, Visitor
from tests.storage.shop import EVERYTHING, ORDER_1, ORDER_2, SALES, Shop, fields, relation, visitor

DAY_MS = 24 * 3600 * 1000
KEY = Idempotency("setCrmField", "k", "digest")


@pytest.fixture
def deals(shop: Shop) -> Shop:
    """Deals with a pipeline and a relation to themselves, two entries, and an empty entity."""
    shop.entity("deals", *fields("a"), relation("next", "multi_reference", "deals"), pipelines=(SALES,))
    shop.entity("archive")
    shop.create("deals", a=1)
    shop.create("deals", a=2)
    return shop


COMMANDS: dict[str, Callable[[], Command[Any]]] = {
    "create": lambda: CreateEntry("deals", ORDER_1, "n", {"a": 3}),
    "set": lambda: SetFields("deals", visitor(email="ann@shop.example"), "n", {"a": 3}),
    "clear": lambda: ClearEntries("deals", ORDER_1),
    "relate": lambda: SetRelation("deals", ORDER_1, "next", "e0001"),
    "unrelate": lambda: RemoveRelation("deals", ORDER_1, "next", "e0001"),
    "move": lambda: Move("deals", ORDER_1, Destination("stage", stage_slug="won")),
    "convert": lambda: MoveToEntity(
        "deals", "archive", ORDER_1, {"a": "a"}, "n", remove_from_old=True, all_entries=True
    ),
    "reassign": lambda: ReassignReference("deals", Reference("order", "1"), ORDER_2),
    "entity": lambda: EnsureEntity("new", "New", "New", "New", fields=fields("a")),
    "customer": lambda: EnsureCustomer(Visitor("c_1", "ann@shop.example"), "unused"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_an_operation_done_twice_changes_nothing_and_gives_the_first_outcome(deals: Shop, name: str) -> None:
    """Every command's, with the customer that the first one made, whatever the second brings."""
    first = deals.apply(COMMANDS[name](), operation_id="op")
    assert first.repeated is False
    before = deals.entries(None, EVERYTHING)
    deals.now_ms += 5
    again = deals.apply(COMMANDS[name](), operation_id="op")
    assert again == Applied(first.outcome, first.customer, repeated=True)
    assert deals.entries(None, EVERYTHING) == before


@pytest.mark.parametrize("name", COMMANDS)
def test_an_idempotency_key_used_again_gives_the_first_outcome(deals: Shop, name: str) -> None:
    """Every command's."""
    first = deals.apply(COMMANDS[name](), idempotency=KEY)
    before = deals.entries(None, EVERYTHING)
    again = deals.apply(COMMANDS[name](), idempotency=KEY)
    assert (first.repeated, again.outcome, again.repeated) == (False, first.outcome, True)
    assert deals.entries(None, EVERYTHING) == before


def test_an_operation_id_counts_within_its_brand(deals: Shop) -> None:
    """Another brand's write of the same id is done."""
    other = Shop(deals.store, "other")
    other.entity("deals")
    for shop in (deals, other):
        assert shop.apply(CreateEntry("deals", ORDER_2, "n"), operation_id="op").repeated is False


def test_a_key_counts_within_brand_function_and_reference(deals: Shop) -> None:
    """A difference in any of them makes it another key."""
    other = Shop(deals.store, "other")
    other.entity("deals")
    add = Idempotency("addCrmFieldValue", "k", "digest")
    ids = [
        deals.apply(CreateEntry("deals", ORDER_1, "n1"), idempotency=KEY),
        other.apply(CreateEntry("deals", ORDER_1, "n1"), idempotency=KEY),
        deals.apply(CreateEntry("deals", ORDER_1, "n2"), idempotency=add),
        deals.apply(CreateEntry("deals", ORDER_2, "n3"), idempotency=KEY),
        deals.apply(CreateEntry("deals", Scope(entry_id="n1"), "n4"), idempotency=KEY),
        deals.apply(CreateEntry("deals", Scope(entry_id="n2"), "n5"), idempotency=KEY),
    ]
    assert [applied.repeated for applied in ids] == [False] * 6
    assert deals.apply(CreateEntry("deals", ORDER_2, "n6"), idempotency=KEY).outcome == EntryStored("n3", created=True)


def test_a_clock_that_goes_back_changes_no_order_and_repeats_nothing(store_url: str) -> None:
    """By a day and more, of the machine and of the writes: the newest entry is the last made, what was done stays."""
    now_ms = [10 * DAY_MS]
    store = open_store(store_url, clock_ms=lambda: now_ms[0])
    shop = Shop(store)
    shop.entity("deals")
    shop.now_ms = now_ms[0]
    first = CreateEntry("deals", ORDER_1, "n1", {"a": 1})
    shop.apply(first, operation_id="o1", idempotency=KEY)
    now_ms[0] -= 2 * DAY_MS
    shop.now_ms -= 2 * DAY_MS
    assert shop.apply(first, operation_id="o1").repeated is True
    assert shop.apply(CreateEntry("deals", ORDER_1, "n2", {"a": 2}), idempotency=KEY).repeated is True
    shop.do(CreateEntry("deals", ORDER_1, "n3", {"a": 3}))
    assert shop.set("deals", b=4) == "n3"
    assert [(entry.id, entry.values) for entry in shop.entries("deals")] == [("n3", {"a": 3, "b": 4}), ("n1", {"a": 1})]
    store.close()


def test_the_longest_names_are_taken_together(store: Store) -> None:
    """Of brand, reference, field, visitor and key: as long as they may be, of four bytes a character where any may."""
    dice = random.Random(1)

    def name(count: int, characters: Sequence[str] = string.ascii_lowercase) -> str:
        return "".join(dice.choices(characters, k=count))  # nothing that an index could compress

    four_bytes = [chr(number) for number in range(0x10000, 0x10FFFF)]
    shop, field = Shop(store, name(63)), name(255)
    shop.entity(
        slug := name(255), *fields(field), pipelines=(NewPipeline(name(255), "P", (NewStage(name(255), "S"),)),)
    )
    scope = Scope(Reference(name(255), name(512, four_bytes)))
    person = visitor(name(512, four_bytes), name(320, four_bytes), name(512, four_bytes))
    for number, where in enumerate((scope, person)):
        keys = [Idempotency("moveCrmToPipeline", name(200, four_bytes), "digest") for _ in range(2)]
        write, other = (SetFields(slug, where, f"n{number}{n}", {field: n}) for n in range(2))
        stored = shop.apply(write, idempotency=keys[0])
        again = shop.apply(write, idempotency=keys[0])
        assert (stored.repeated, again.outcome, again.repeated) == (False, stored.outcome, True)
        assert shop.apply(other, idempotency=keys[1]).repeated is False
        assert shop.read(slug, field, scope=where) == {field: 1}
        with pytest.raises(IdempotencyConflict):
            shop.apply(write, idempotency=replace(keys[0], arguments_digest="other"))


def test_a_key_counts_within_the_resolved_reference(deals: Shop) -> None:
    """The same customer by e-mail and by id is one reference, and the repeat says who."""
    by_mail = deals.apply(CreateEntry("deals", visitor(email="ann@shop.example"), "n1"), idempotency=KEY)
    by_id = deals.apply(CreateEntry("deals", visitor("c_new"), "n2"), idempotency=KEY)
    assert by_mail.customer == CustomerEnsured("c_new", created=True, email_taken=False)
    customer = CustomerEnsured("c_new", created=False, email_taken=False)
    assert by_id == Applied(EntryStored("n1", created=True), customer, repeated=True)


def test_a_key_with_other_arguments_is_a_conflict(deals: Shop) -> None:
    """Nothing changes, and the first outcome stays."""
    deals.apply(CreateEntry("deals", ORDER_2, "n1"), idempotency=KEY)
    with pytest.raises(IdempotencyConflict):
        deals.apply(CreateEntry("deals", ORDER_2, "n2"), idempotency=Idempotency("setCrmField", "k", "other"))
    assert deals.apply(CreateEntry("deals", ORDER_2, "n3"), idempotency=KEY).outcome.id == "n1"
    assert deals.ids("deals", ORDER_2) == ["n1"]


def test_a_key_counts_for_24_hours_of_the_writes_own_times(deals: Shop) -> None:
    """One millisecond less repeats; then it starts anew, also with other arguments."""
    deals.apply(CreateEntry("deals", ORDER_2, "n1"), idempotency=KEY)
    deals.now_ms += DAY_MS - 1
    assert deals.apply(CreateEntry("deals", ORDER_2, "n2"), idempotency=KEY).repeated is True
    deals.now_ms += 1
    other = Idempotency("setCrmField", "k", "other")
    assert deals.apply(CreateEntry("deals", ORDER_2, "n3"), idempotency=other).repeated is False
    assert deals.apply(CreateEntry("deals", ORDER_2, "n4"), idempotency=other).repeated is True
    assert deals.ids("deals", ORDER_2) == ["n3", "n1"]


def test_what_was_refused_is_not_recorded(deals: Shop) -> None:
    """The same operation and key can succeed later."""
    to = Destination("stage", stage_slug="won")
    for _ in range(2):
        with pytest.raises(MoveRefused):
            deals.apply(Move("deals", ORDER_2, to), operation_id="op", idempotency=KEY)
    deals.create("deals", ORDER_2)
    assert deals.apply(Move("deals", ORDER_2, to), operation_id="op", idempotency=KEY).repeated is False


def test_an_operation_repeated_by_its_key_is_remembered_too(deals: Shop) -> None:
    """After the key has run out the operation is still done."""
    deals.apply(CreateEntry("deals", ORDER_2, "n1"), operation_id="one", idempotency=KEY)
    assert deals.apply(CreateEntry("deals", ORDER_2, "n2"), operation_id="two", idempotency=KEY).repeated is True
    deals.now_ms += DAY_MS
    again = deals.apply(CreateEntry("deals", ORDER_2, "n3"), operation_id="two", idempotency=KEY)
    assert again.outcome == EntryStored("n1", created=True)
    assert deals.ids("deals", ORDER_2) == ["n1"]


def test_operations_are_forgotten_after_seven_days_of_the_store_s_clock(store_url: str) -> None:
    """A few with each new one, the oldest first; an operation id counts to the end of them."""
    now_ms = [0]
    store = open_store(store_url, clock_ms=lambda: now_ms[0])
    shop = Shop(store)
    shop.entity("deals")

    def create(operation_id: str) -> bool:
        return shop.apply(CreateEntry("deals", ORDER_1, shop.new_id()), operation_id=operation_id).repeated

    for number in range(4):
        assert create(f"old {number}") is False
    now_ms[0] = 7 * DAY_MS
    assert [create("old 0"), create("new 1"), create("old 0")] == [True, False, True]
    now_ms[0] += 1
    assert [create("old 3"), create("new 2"), create("old 3")] == [True, False, True]
    assert [create("old 0"), create("old 3")] == [False, False]
    assert create("new 1") is True
    store.close()


def test_a_batch_does_all_in_order_and_a_refused_one_takes_none_with_it(deals: Shop) -> None:
    """Each outcome stands in its place: brands mixed, definitions and customers made on the way."""
    other = Shop(deals.store, "other")
    writes: list[tuple[Shop, Command[Any]]] = [
        (deals, SetFields("deals", visitor("c_9"), "n1", {"a": 1})),
        (deals, CreateEntry("deals", visitor("c_8"), "n2", {"a": "x" * 300_000})),
        (other, CreateEntry("deals", ORDER_1, "n3")),
        (other, EnsureEntity("deals", "D", "D", "D", fields=fields("z"))),
        (other, CreateEntry("deals", ORDER_1, "n3", {"z": 1})),
        (deals, SetFields("deals", visitor("c_9"), "n4", {"a": 2})),
    ]
    outcomes = deals.store.apply_batch([(shop.brand, shop.write(command)) for shop, command in writes])
    kinds = [type(outcome) if isinstance(outcome, StorageError) else outcome.outcome for outcome in outcomes]
    assert kinds[:3] == [EntryStored("n1", created=True), EntryTooLarge, EntityNotFound]
    assert kinds[4:] == [EntryStored("n3", created=True), EntryStored("n1", created=False)]
    assert deals.read("deals", "a", scope=visitor("c_9")) == {"a": 2}
    assert other.read("deals", "z") == {"z": 1}
    assert deals.ask(FindCustomer(Visitor("c_8"))) is None


def test_a_batch_repeats_what_was_done_before(deals: Shop) -> None:
    """Handed in twice, it changes nothing; within it too."""
    write = deals.write(CreateEntry("deals", ORDER_2, "n1"), operation_id="op")
    for expected in ([False, True], [True, True]):
        outcomes = deals.store.apply_batch([("acme", write), ("acme", write)])
        assert [isinstance(outcome, Applied) and outcome.repeated for outcome in outcomes] == expected
    assert deals.ids("deals", ORDER_2) == ["n1"]


def test_a_write_at_odds_with_what_is_stored_is_refused_alone(deals: Shop) -> None:
    """An entry id that is taken: its neighbours in a batch are applied."""
    commands = [CreateEntry("deals", ORDER_2, id_) for id_ in ("n1", "n1", "n2")]
    outcomes = deals.store.apply_batch([("acme", deals.write(command)) for command in commands])
    assert [isinstance(outcome, StoreUnavailable) for outcome in outcomes] == [False, True, False]
    assert deals.ids("deals", ORDER_2) == ["n2", "n1"]
    assert deals.store.apply_batch([]) == []
