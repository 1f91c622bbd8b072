"""A process that writes: ``writer.py fields|customer|endless URL NUMBER``. It starts when a line comes in."""

import sys
from itertools import count

from storage import Store, open_store
from storage.commands import ClearEntries, CreateEntry, EnsureCustomer, SetFields
from storage.models import Reference
from storage.queries import Scope, Visitor
from tests.storage.shop import ORDER_1, Shop, fields

WRITES = 25


def main(mode: str, url: str, number: str) -> None:
    """Open the store at once with all the others, then do what the mode says."""
    sys.stdin.readline()
    store = open_store(url)
    MODES[mode](store, number)
    store.close()


def write_fields(store: Store, number: str) -> None:
    """The same entity and record as all others, with keys of our own."""
    shop = Shop(store)
    tell(shop.entity("deals", *fields(f"field_{number}")))
    for turn in range(WRITES):
        shop.do(SetFields("deals", ORDER_1, f"entry_{number}", {f"key_{number}_{turn % 5}": turn}))


def make_customer(store: Store, number: str) -> None:
    """The same e-mail as all others, each with an id of its own."""
    tell(Shop(store).do(EnsureCustomer(Visitor(email="Ann@shop.example"), f"c_{number}")).id)


def write_endlessly(store: Store, number: str) -> None:
    """Entries, keys and deletions until killed; each line says what is stored for good."""
    shop, scope = Shop(store), Scope(Reference("writer", number))
    shop.entity("deals")
    for turn in count():
        entry_id = f"entry_{number}_{turn}"
        shop.do(CreateEntry("deals", scope, entry_id, {f"key_{n}": turn for n in range(6)}))
        shop.do(SetFields("deals", scope, "unused", {"turn": turn, f"new_{turn}": turn}))
        if turn % 10 == 9:
            shop.do(ClearEntries("deals", Scope(entry_id=f"entry_{number}_{turn - 5}")))
        tell(turn)


def tell(what: object) -> None:
    """One line to whoever started us, at once."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


MODES = {"fields": write_fields, "customer": make_customer, "endless": write_endlessly}

if __name__ == "__main__":
    main(*sys.argv[1:])
