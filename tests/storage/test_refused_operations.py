"""What a batch refused stays refused, since what stood behind it is done already."""

from storage import Store
from storage.commands import CreateEntry, EnsureEntity, SetRelation
from storage.errors import EntryNotFound, OperationRefused, StoreUnavailable
from tests.storage.shop import ORDER_1, ORDER_2, Shop, relation


def test_a_refused_operation_of_a_batch_is_not_done_later(shop: Shop) -> None:
    """A second drain that comes late finds the entry that the first one lacked, and must not use it."""
    shop.do(EnsureEntity("deals", "Deals", "Deal", "Deals", fields=(relation("next", "reference", "deals"),)))
    shop.do(CreateEntry("deals", ORDER_2, "target"))
    early = shop.write(SetRelation("deals", ORDER_1, "next", "target"), operation_id="op-1")
    late = shop.write(CreateEntry("deals", ORDER_1, "e1"), operation_id="op-2")
    batch = [(shop.brand, early), (shop.brand, late)]
    assert type(shop.store.apply_batch(batch)[0]) is EntryNotFound
    again = shop.store.apply_batch(batch)[0]
    assert isinstance(again, OperationRefused)
    assert again.error == "EntryNotFound"
    assert shop.entries("deals", ORDER_1)[0].relations == {}


def test_a_refusal_counts_in_its_own_brand(store: Store) -> None:
    acme, other = Shop(store), Shop(store, "other")
    for shop in (acme, other):
        shop.do(EnsureEntity("deals", "Deals", "Deal", "Deals"))
    acme.do(CreateEntry("deals", ORDER_1, "taken"))
    write = acme.write(CreateEntry("deals", ORDER_1, "taken"), operation_id="op-1")
    assert isinstance(store.apply_batch([("acme", write)])[0], StoreUnavailable)
    assert isinstance(store.apply_batch([("acme", write)])[0], OperationRefused)
    store.apply_batch([("other", write)])
    assert other.ids("deals", ORDER_1) == ["taken"]
