"""One write under way."""

from dataclasses import dataclass

from storage.commands import CustomerEnsured
from storage.transaction import Transaction


@dataclass(slots=True)
class Work:
    """Whose write it is, where and when. ``customer`` is filled in once the default reference meant a customer."""

    tx: Transaction
    brand: str
    at_ms: int
    new_customer_id: str
    customer: CustomerEnsured | None = None
