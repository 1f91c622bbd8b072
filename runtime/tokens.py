"""Bearer tokens: who may call the service for a brand. ``issue`` makes one, ``check`` says what its bearer may do.

A token's text is ``fst.<brand>.<id>.<secret>``. The brand is in it, so that the look-up is a brand's own like every
other. The secret is 256 bits of the system's randomness, of which the store has the SHA-256 only: who reads the store
cannot call the service. A slow hash would protect guessable secrets; this one cannot be guessed, and a slow hash at
each call would be a way to keep the service busy.
"""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from runtime.errors import TokenRefused
from storage.commands import Write
from storage.port import Store
from storage.tokens import CreateToken, FindToken

SECRET_BYTES = 32
MAX_NAME_CHARACTERS = 100
MAX_TEXT_CHARACTERS = 128

_TEXT = re.compile(r"fst\.([a-z0-9][a-z0-9_-]{0,62})\.([0-9a-f]{16})\.([A-Za-z0-9_-]{43})")
_NOBODYS_SECRET_SHA256 = "0" * 64


class Scope(StrEnum):
    """``run``: run scripts and pages. ``read``: look at runs on record."""

    RUN = "run"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Grant:
    """What the bearer of a token may do, and for which brand."""

    brand: str
    token_id: str
    scopes: frozenset[Scope]


def issue(store: Store, brand: str, name: str, scopes: Iterable[Scope | str]) -> str:
    """A new token of the brand, as the text to hand over; it can't be had again.

    ``name`` says to people what it is for. Raises ``ValueError`` for a name or scopes that cannot be, and what the
    store raises.
    """
    chosen = tuple(dict.fromkeys(Scope(scope).value for scope in scopes))
    if not chosen:
        raise ValueError(f"a token has at least one of these scopes: {', '.join(Scope)}")
    if not 0 < len(name) <= MAX_NAME_CHARACTERS or not name.isprintable():
        raise ValueError(f"a token's name is 1 to {MAX_NAME_CHARACTERS} printable characters (got {name!r})")
    id_, secret = secrets.token_hex(8), secrets.token_urlsafe(SECRET_BYTES)
    text = f"fst.{brand}.{id_}.{secret}"
    if not _TEXT.fullmatch(text):
        raise ValueError(f"no brand has the name {brand!r}")
    command = CreateToken(id_, name, chosen, _sha256(secret))
    store.apply(brand, Write(command, time.time_ns() // 1_000_000, ""))
    return text


def check(store: Store, text: str) -> Grant:
    """What the token allows. Raises ``TokenRefused``, whatever is wrong with it, and ``StoreUnavailable``.

    What is no token's text never reaches the store. An unknown id is compared like a known one, so that neither the
    answer nor its time tells which ids there are.
    """
    parts = _TEXT.fullmatch(text) if len(text) <= MAX_TEXT_CHARACTERS else None
    if parts is None:
        raise TokenRefused
    brand, id_, secret = parts.groups()
    token = store.query(brand, FindToken(id_))
    expected = _NOBODYS_SECRET_SHA256 if token is None else token.secret_sha256
    is_right = hmac.compare_digest(_sha256(secret), expected)
    if token is None or not is_right or token.revoked_at_ms is not None:
        raise TokenRefused
    return Grant(brand, id_, frozenset(map(Scope, token.scopes)))


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
