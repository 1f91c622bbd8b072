"""A visitor's session, kept by the visitor: signed, so that it is ours, and bounded, so that a browser keeps it.

There is no id that could be fixed or guessed, and nothing on the host: the cookie is the session. It is signed and not
encrypted; a visitor can read their own. Its name has the brand in it, since cookies know no ports: two servers on one
host would take each other's away.
"""

import hashlib
import json
import time
from http.cookies import CookieError
from typing import Any, NamedTuple

from itsdangerous import BadData, Signer, URLSafeTimedSerializer
from pydantic import ValidationError

from runtime.record import RunResult, SessionCustomer
from runtime.session import Session

COOKIE_NAME = "funnelscript_session"
ONLY_THIS_HOST = "__Host-"
"""Under such a name browsers take a cookie from this very host over TLS alone: no subdomain can plant one."""
MAX_COOKIE_BYTES = 3_800
"""Browsers keep 4,096 bytes of a cookie, its name and attributes with it."""
MAX_SESSION_BYTES = 64 * 1024
"""As JSON: what repeats itself packs to a thousandth, and would be unpacked for every request."""
MAX_AGE_SECONDS = 30 * 24 * 60 * 60
RENEWED_AFTER_SECONDS = 24 * 60 * 60


class Kept(NamedTuple):
    """What a cookie held, and whether it is to be renewed before it gets too old."""

    session: Session
    is_aging: bool


class VisitorSessions:
    """Reads and writes the cookie of one brand's visitors."""

    def __init__(self, key: str, brand: str) -> None:
        self._brand = brand
        # The brand's own key is derived here, once: by itself the serializer does it anew for each cookie.
        own = Signer(key, f"funnelscript.session.{brand}", key_derivation="hmac", digest_method=hashlib.sha256)
        self._serializer = URLSafeTimedSerializer(
            own.derive_key(), signer_kwargs={"key_derivation": "none", "digest_method": hashlib.sha256}
        )

    def cookie_name(self, *, secure: bool) -> str:
        """What the cookie is called, where it is for TLS alone (``secure``) and where it is not."""
        return f"{ONLY_THIS_HOST if secure else ''}{COOKIE_NAME}_{self._brand}"

    def read(self, cookie: str | None) -> Kept:
        """The session that a cookie holds; a new one where it is none of ours, or too old."""
        if not cookie:
            return self._nobody()
        try:
            data, signed_at = self._serializer.loads(cookie, max_age=MAX_AGE_SECONDS, return_timestamp=True)
            session = Session(**{**data, "brand": self._brand})
        except (BadData, ValidationError, TypeError, CookieError):
            return self._nobody()
        return Kept(session, time.time() - signed_at.timestamp() >= RENEWED_AFTER_SECONDS)

    def write(self, session: Session) -> str | None:
        """The value of the cookie that holds a session; None where that is too large, packed or unpacked."""
        data = session.model_dump(exclude={"brand"}, exclude_defaults=True)
        if len(json.dumps(data)) > MAX_SESSION_BYTES:
            return None
        text = self._serializer.dumps(data)
        value = text if isinstance(text, str) else text.decode()
        return value if len(value) <= MAX_COOKIE_BYTES else None

    def _nobody(self) -> Kept:
        return Kept(Session(brand=self._brand), is_aging=False)


def after(session: Session, record: RunResult) -> Session:
    """The session as a run leaves it.

    Where the script made another person the session's customer, what it kept of the one before is dropped.
    """
    changed = record.session_customer
    values = {} if changed is not None and _is_another(session, changed) else dict(session.values)
    values |= record.session
    kept = {key: value for key, value in values.items() if value is not None}
    if changed is None:
        known_id = session.customer_id or (record.customer_id if session.email else None)
        return session.model_copy(update={"values": kept, "customer_id": known_id})
    names: dict[str, Any] = {"first_name": changed.first_name, "last_name": changed.last_name}
    return Session(
        brand=session.brand,
        customer_id=record.customer_id or changed.id,
        email=changed.email,
        name=changed.name,
        attributes={key: value for key, value in names.items() if value is not None},
        values=kept,
    )


def _is_another(session: Session, customer: SessionCustomer) -> bool:
    """Whether the session was somebody's, and is now somebody else's."""
    if session.email is not None:
        return session.email.casefold() != customer.email.casefold()
    return session.customer_id is not None and session.customer_id != customer.id
