"""Which reference a scope means, for reads and for writes."""

from storage import customers
from storage.models import Entity, Reference
from storage.queries import Scope
from storage.transaction import Transaction
from storage.work import Work

CUSTOMER = "customer"
COLLECTION = "collection"


def reference_to_read(tx: Transaction, brand: str, entity: Entity | None, scope: Scope) -> Reference | None:
    """The reference that a read is about; None where there is none to be had. Makes nothing."""
    if scope.reference is not None:
        return scope.reference
    id_ = customers.customer_id(tx, brand, scope.visitor)
    if id_ is not None:
        return Reference(scope.reference_type or CUSTOMER, id_)
    return _collection(entity, scope)


def reference_to_write(work: Work, entity: Entity, scope: Scope) -> Reference:
    """The reference that a write is about; the visitor's customer is made where the brand has none.

    Raises ``NoCustomer`` where the visitor is nobody.
    """
    if scope.reference is not None:
        return scope.reference
    collection = _collection(entity, scope)
    if collection is not None:
        return collection
    if work.customer is None:
        work.customer = customers.ensured(work, scope.visitor, work.new_customer_id)
    return Reference(scope.reference_type or CUSTOMER, work.customer.id)


def refuse_every_reference(scope: Scope) -> None:
    """A write is never about the whole entity."""
    if scope.every_reference:
        raise ValueError("every_reference is for reads")


def _collection(entity: Entity | None, scope: Scope) -> Reference | None:
    """The reference of a data collection's own entries, where neither a reference nor a visitor is known."""
    nobody = scope.visitor.id is None and scope.visitor.email is None
    if nobody and scope.reference_type is None and entity is not None and entity.mode == "data":
        return Reference(COLLECTION, entity.slug)
    return None
