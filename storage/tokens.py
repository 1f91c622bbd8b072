"""Bearer tokens of a brand: who may call the service for it. Commands, queries and what they mean.

What a token's text is and how it is checked is the runtime's matter; here it is an id with the hash of a secret.
"""

from dataclasses import dataclass

from storage import jsontext
from storage.commands import Command
from storage.queries import Query
from storage.transaction import Row, Transaction
from storage.work import Work


@dataclass(frozen=True, slots=True)
class Token:
    """A token. ``secret_sha256`` is in hexadecimal; ``revoked_at_ms`` is None as long as it holds."""

    id: str
    name: str
    scopes: tuple[str, ...]
    secret_sha256: str
    created_at_ms: int
    revoked_at_ms: int | None


@dataclass(frozen=True, slots=True)
class FindToken(Query[Token | None]):
    """The brand's token of that id, revoked or not."""

    id: str


@dataclass(frozen=True, slots=True)
class ListTokens(Query[list[Token]]):
    """All tokens of the brand, the oldest first, revoked ones too."""


@dataclass(frozen=True, slots=True)
class TokenCreated:
    """The token that is stored now."""

    id: str


@dataclass(frozen=True, slots=True)
class CreateToken(Command[TokenCreated]):
    """Store a token under an id that the brand has not used: one that is taken is ``StoreUnavailable``."""

    id: str
    name: str
    scopes: tuple[str, ...]
    secret_sha256: str


@dataclass(frozen=True, slots=True)
class TokenRevoked:
    """Whether the brand has such a token, and whether it held until now."""

    found: bool
    revoked: bool


@dataclass(frozen=True, slots=True)
class RevokeToken(Command[TokenRevoked]):
    """End a token for good. One that was revoked before keeps the time of that."""

    id: str


def find_token(tx: Transaction, brand: str, query: FindToken) -> Token | None:
    """Answer ``FindToken``."""
    row = tx.row("token_by_id", (brand, query.id))
    return None if row is None else _token(row)


def list_tokens(tx: Transaction, brand: str, _query: ListTokens) -> list[Token]:
    """Answer ``ListTokens``."""
    return [_token(row) for row in tx.rows("tokens_of_brand", (brand,))]


def create_token(work: Work, command: CreateToken) -> TokenCreated:
    """Do ``CreateToken``."""
    scopes = jsontext.encode(command.scopes)
    work.tx.send("insert_token", (work.brand, command.id, command.name, scopes, command.secret_sha256, work.at_ms))
    return TokenCreated(command.id)


def revoke_token(work: Work, command: RevokeToken) -> TokenRevoked:
    """Do ``RevokeToken``."""
    revoked = work.tx.run("revoke_token", (work.brand, command.id, work.at_ms)) > 0
    found = revoked or work.tx.row("token_by_id", (work.brand, command.id)) is not None
    return TokenRevoked(found, revoked)


def _token(row: Row) -> Token:
    id_, name, scopes, secret_sha256, created_at_ms, revoked_at_ms = row
    return Token(id_, name, tuple(jsontext.decode(scopes)), secret_sha256, created_at_ms, revoked_at_ms)
