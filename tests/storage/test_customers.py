"""The default reference: whose it is, and when a customer is made."""

import pytest

from storage.commands import (
    ClearEntries,
    CreateEntry,
    CustomerEnsured,
    EnsureCustomer,
    ReassignReference,
    SetFields,
)
from storage.errors import NoCustomer
from storage.models import Customer, Reference
from storage.queries import FindCustomer, Scope, Visitor
from tests.storage.shop import EVERYTHING, Shop, visitor


@pytest.fixture
def deals(shop: Shop) -> Shop:
    """An entity in each mode."""
    shop.entity("deals")
    shop.entity("cities", mode="data")
    return shop


def test_the_first_write_with_the_default_reference_makes_the_customer(deals: Shop) -> None:
    """Of id, e-mail and name; the second finds it."""
    ann = visitor("c_1", "Ann@shop.example", "Ann")
    applied = deals.apply(SetFields("deals", ann, "id1", {"a": 1}))
    assert applied.customer == CustomerEnsured("c_1", created=True, email_taken=False)
    again = deals.apply(SetFields("deals", ann, "id2", {"a": 1}))
    assert again.customer == CustomerEnsured("c_1", created=False, email_taken=False)
    assert deals.ask(FindCustomer(Visitor("c_1"))) == Customer("c_1", "Ann@shop.example", "Ann", 1_000_000)
    assert deals.entry("deals", "id1").reference == Reference("customer", "c_1")


def test_reads_never_create(deals: Shop) -> None:
    """Neither by id nor by e-mail."""
    for who in (visitor("c_1", "ann@shop.example"), visitor(email="ann@shop.example")):
        assert deals.entries("deals", who) == []
        assert deals.read("deals", "a", scope=who) == {}
        assert deals.ask(FindCustomer(who.visitor)) is None
    assert deals.ask(FindCustomer(Visitor())) is None


def test_a_visitor_known_by_e_mail_is_the_brand_s_customer_of_it(deals: Shop) -> None:
    """Compared case-insensitively; nothing of the stored one changes."""
    deals.create("deals", visitor("c_1", "Ann@Shop.Example", "Ann"), a=1)
    by_mail = visitor(email="aNN@sHOP.eXAMPLE", name="Other")
    assert deals.read("deals", "a", scope=by_mail) == {"a": 1}
    applied = deals.apply(SetFields("deals", by_mail, "id2", {"a": 2}))
    assert applied.customer == CustomerEnsured("c_1", created=False, email_taken=False)
    assert deals.ask(FindCustomer(by_mail.visitor)) == Customer("c_1", "Ann@Shop.Example", "Ann", 1_000_000)


def test_a_new_e_mail_makes_a_customer_once(deals: Shop) -> None:
    """By the id that came with the write; the next write finds it whatever id it brings."""
    applied = deals.apply(SetFields("deals", visitor(email="ann@shop.example"), "id1", {"a": 1}))
    assert applied.customer == CustomerEnsured("c_new", created=True, email_taken=False)
    outcome = deals.do(EnsureCustomer(Visitor(email="ANN@shop.example"), "c_other"))
    assert outcome == CustomerEnsured("c_new", created=False, email_taken=False)
    assert deals.entry("deals", "id1").reference == Reference("customer", "c_new")


def test_an_id_whose_e_mail_is_another_s_is_made_without_it(deals: Shop) -> None:
    """The e-mail stays where it is, and the outcome says so."""
    deals.do(EnsureCustomer(Visitor("c_1", "ann@shop.example"), "unused"))
    outcome = deals.do(EnsureCustomer(Visitor("c_2", "Ann@shop.example", "Imposter"), "unused"))
    assert outcome == CustomerEnsured("c_2", created=True, email_taken=True)
    assert deals.ask(FindCustomer(Visitor("c_2"))) == Customer("c_2", None, "Imposter", 1_000_000)
    found = deals.ask(FindCustomer(Visitor(email="ann@shop.example")))
    assert found == Customer("c_1", "ann@shop.example", None, 1_000_000)


def test_a_stored_customer_is_never_changed(deals: Shop) -> None:
    """Not even where it lacks what the visitor has."""
    deals.do(EnsureCustomer(Visitor("c_1"), "unused"))
    deals.do(EnsureCustomer(Visitor("c_1", "ann@shop.example", "Ann"), "unused"))
    assert deals.ask(FindCustomer(Visitor("c_1"))) == Customer("c_1", None, None, 1_000_000)
    assert deals.ask(FindCustomer(Visitor(email="ann@shop.example"))) is None


def test_a_visitor_who_is_nobody_reads_nothing_and_writes_nothing(deals: Shop) -> None:
    """In crm mode; a name makes nobody somebody."""
    nobody = visitor(name="Ann")
    assert deals.entries("deals", nobody) == []
    for command in (
        SetFields("deals", nobody, "x", {"a": 1}),
        CreateEntry("deals", nobody, "x"),
        ClearEntries("deals", nobody),
        ReassignReference("deals", Reference("order", "1"), nobody),
        EnsureCustomer(nobody.visitor, "x"),
    ):
        with pytest.raises(NoCustomer):
            deals.do(command)


def test_a_data_collection_of_nobody_has_a_reference_of_its_own(deals: Shop) -> None:
    """Where no reference is given at all; a visitor with a customer still has their own."""
    entry_id = deals.create("cities", visitor(), a=1)
    assert deals.entry("cities", entry_id).reference == Reference("collection", "cities")
    assert deals.ids("cities", visitor()) == [entry_id]
    assert deals.entries("cities", visitor("c_1")) == []
    assert deals.entries("cities", visitor(email="new@shop.example")) == []
    assert deals.entries("cities", Scope(reference_type="order")) == []
    assert deals.apply(CreateEntry("cities", visitor(), "x")).customer is None
    with pytest.raises(NoCustomer):
        deals.create("cities", Scope(reference_type="order"))


def test_a_type_alone_goes_with_the_visitor_s_customer_id(deals: Shop) -> None:
    """Which is made by a write, as with the default reference."""
    scope = Scope(reference_type="order", visitor=Visitor("c_1"))
    applied = deals.apply(CreateEntry("deals", scope, "id1"))
    assert applied.customer == CustomerEnsured("c_1", created=True, email_taken=False)
    assert deals.entry("deals", "id1").reference == Reference("order", "c_1")
    assert (deals.ids("deals", scope), deals.ids("deals", visitor("c_1"))) == (["id1"], [])


def test_a_given_reference_or_entry_needs_no_customer_and_makes_none(deals: Shop) -> None:
    """Even one that names a customer."""
    scope = Scope(Reference("customer", "c_1"), visitor=Visitor("c_2"))
    applied = deals.apply(CreateEntry("deals", scope, "id1"))
    assert (applied.customer, deals.entry("deals", "id1").reference) == (None, Reference("customer", "c_1"))
    by_id = Scope(entry_id="id1", visitor=Visitor("c_2"))
    assert deals.apply(SetFields("deals", by_id, "x", {"a": 1})).customer is None
    assert [deals.ask(FindCustomer(Visitor(id_))) for id_ in ("c_1", "c_2")] == [None, None]


def test_an_anonymous_visitor_s_entries_become_the_customer_s(deals: Shop) -> None:
    """The default target is made if need be."""
    deals.create("deals", Scope(Reference("visitor", "v_1")), a=1)
    applied = deals.apply(ReassignReference("deals", Reference("visitor", "v_1"), visitor("c_1")))
    assert applied.customer == CustomerEnsured("c_1", created=True, email_taken=False)
    assert [entry.reference for entry in deals.entries("deals", EVERYTHING)] == [Reference("customer", "c_1")]


def test_ensuring_a_customer_that_is_there_finds_it(deals: Shop) -> None:
    """By id before e-mail."""
    deals.do(EnsureCustomer(Visitor("c_1", "ann@shop.example"), "unused"))
    deals.do(EnsureCustomer(Visitor("c_2", "bob@shop.example"), "unused"))
    outcome = deals.do(EnsureCustomer(Visitor("c_2", "ann@shop.example"), "unused"))
    assert outcome == CustomerEnsured("c_2", created=False, email_taken=False)
