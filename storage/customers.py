"""Customers: found by id or e-mail, made by the first write that needs one."""

from storage.commands import CustomerEnsured, EnsureCustomer
from storage.errors import NoCustomer
from storage.models import Customer
from storage.queries import FindCustomer, Visitor
from storage.transaction import Transaction
from storage.work import Work


def find_customer(tx: Transaction, brand: str, query: FindCustomer) -> Customer | None:
    """Answer ``FindCustomer``."""
    visitor = query.visitor
    if visitor.id is not None:
        row = tx.row("customer_by_id", (brand, visitor.id))
    elif visitor.email is not None:
        row = tx.row("customer_by_email", (brand, fold_email(visitor.email)))
    else:
        return None
    return None if row is None else Customer(*row)


def ensure_customer(work: Work, command: EnsureCustomer) -> CustomerEnsured:
    """Do ``EnsureCustomer``."""
    return ensured(work, command.visitor, command.new_customer_id)


def unchanged_customer(tx: Transaction, brand: str, command: EnsureCustomer) -> CustomerEnsured | None:
    """The outcome of an ``EnsureCustomer`` that finds its customer; None where one is to be made."""
    id_ = _stored_id(tx, brand, command.visitor)
    return None if id_ is None else CustomerEnsured(id_, created=False, email_taken=False)


def customer_id(tx: Transaction, brand: str, visitor: Visitor) -> str | None:
    """The id that the default reference means to a read: the visitor's own, stored or not, else that of the e-mail."""
    return visitor.id if visitor.id is not None else _id_of_email(tx, brand, visitor.email)


def ensured(work: Work, visitor: Visitor, new_customer_id: str) -> CustomerEnsured:
    """The visitor's customer, stored now at the latest. A stored one is never changed.

    Raises ``NoCustomer`` for a visitor who is nobody.
    """
    if visitor.id is None and visitor.email is None:
        raise NoCustomer
    found = _stored_id(work.tx, work.brand, visitor)
    if found is not None:
        return CustomerEnsured(found, created=False, email_taken=False)
    return _made(work, visitor, new_customer_id)


def fold_email(email: str) -> str:
    """The e-mail as compared: without regard to case, in any script."""
    return email.casefold()


def _stored_id(tx: Transaction, brand: str, visitor: Visitor) -> str | None:
    if visitor.id is None:
        return _id_of_email(tx, brand, visitor.email)
    return visitor.id if tx.row("customer_exists", (brand, visitor.id)) else None


def _id_of_email(tx: Transaction, brand: str, email: str | None) -> str | None:
    if email is None:
        return None
    row = tx.row("customer_by_email", (brand, fold_email(email)))
    return None if row is None else str(row[0])


def _made(work: Work, visitor: Visitor, new_customer_id: str) -> CustomerEnsured:
    tx, brand = work.tx, work.brand
    for name in sorted(("id " + (visitor.id or ""), "email " + fold_email(visitor.email or ""))):
        tx.lock(brand, "customer", name)
    found = _stored_id(tx, brand, visitor)
    if found is not None:  # made by another writer while this one waited
        return CustomerEnsured(found, created=False, email_taken=False)
    id_ = new_customer_id if visitor.id is None else visitor.id
    email_taken = _id_of_email(tx, brand, visitor.email) is not None
    email = None if email_taken else visitor.email
    folded = None if email is None else fold_email(email)
    tx.send("insert_customer", (brand, id_, email, folded, visitor.name, work.at_ms))
    return CustomerEnsured(id_, created=True, email_taken=email_taken)
