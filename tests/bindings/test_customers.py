"""The session's customer: found or made by the first write, and known to the run from then on."""

import pytest

from storage.queries import FindCustomer, Visitor
from tests.bindings.crm import Crm

ADA = Visitor(None, "Ada@example.com", "Ada")
A = {"slug": "homes", "fieldKey": "a"}


@pytest.fixture
def homes(crm: Crm) -> Crm:
    crm.entity("homes", "a")
    return crm


def test_a_write_makes_the_customer_of_the_session(homes: Crm) -> None:
    run = homes.run(Visitor("c_9", "ada@example.com", "Ada"))
    run("setCrmField", {**A, "value": 1})
    customer = run.store.query(run.brand, FindCustomer(Visitor("c_9")))
    assert customer is not None
    assert (customer.id, customer.email, customer.name) == ("c_9", "ada@example.com", "Ada")
    assert run.context.customer_id == "c_9"


def test_reads_and_writes_of_other_records_make_no_customer(homes: Crm) -> None:
    run = homes.run(ADA)
    run("getCrmField", A)
    run("getCrmEntries", {"slug": "homes"})
    run("setCrmField", {**A, "value": 1, "referenceType": "order", "referenceId": 1})
    assert run.store.query(run.brand, FindCustomer(ADA)) is None
    assert run.context.customer_id is None


def test_an_email_alone_is_a_customer_from_the_first_write_on(homes: Crm) -> None:
    run = homes.run(ADA)
    run("setCrmField", {**A, "value": 1})
    made = run.context.customer_id
    assert made is not None
    assert run.context.visitor == Visitor(made, "Ada@example.com", "Ada")
    assert [entry["reference_id"] for entry in run("getCrmEntries", {"slug": "homes"})] == [made]


def test_a_known_email_is_found_whatever_its_case(homes: Crm) -> None:
    first, second = homes.run(ADA), homes.run(Visitor(None, "aDA@EXAMPLE.com"))
    first("setCrmField", {**A, "value": 1})
    assert second("getCrmField", A) == 1
    second("setCrmField", {**A, "value": 2})
    assert second.context.customer_id == first.context.customer_id
    assert homes.values("homes", allReferences=True) == [{"a": 2}]


def test_an_email_of_another_customer_stays_there_with_a_warning(homes: Crm) -> None:
    homes.run(Visitor("c_8", "ada@example.com"))("setCrmField", {**A, "value": 1})
    run = homes.run(Visitor("c_9", "ADA@example.com"))
    run("setCrmField", {**A, "value": 2})
    assert run.context.customer_id == "c_9"
    assert run.warnings == [
        ("email_taken", "the session's e-mail belongs to another customer; 'c_9' was made without it")
    ]
    assert run("getCrmField", A) == 2
