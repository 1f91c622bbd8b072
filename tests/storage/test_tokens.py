"""Tokens in the store: created, found, listed, revoked, on every engine."""

import pytest

from storage.errors import StoreUnavailable
from storage.tokens import CreateToken, FindToken, ListTokens, RevokeToken, Token, TokenCreated, TokenRevoked
from tests.storage.shop import Shop

HASH = "0f" * 32


def create(id_: str = "t1", name: str = "page server") -> CreateToken:
    return CreateToken(id_, name, ("run", "read"), HASH)


def test_a_token_is_found_by_its_id(shop: Shop) -> None:
    assert shop.ask(FindToken("t1")) is None
    assert shop.do(create()) == TokenCreated("t1")
    assert shop.ask(FindToken("t1")) == Token("t1", "page server", ("run", "read"), HASH, 1_000_000, None)


def test_a_revoked_token_keeps_the_time_of_that(shop: Shop) -> None:
    """Revoking again changes nothing, and one that isn't there is told of."""
    shop.do(create())
    shop.now_ms = 2_000_000
    assert shop.do(RevokeToken("t1")) == TokenRevoked(found=True, revoked=True)
    shop.now_ms = 3_000_000
    assert shop.do(RevokeToken("t1")) == TokenRevoked(found=True, revoked=False)
    assert shop.do(RevokeToken("t2")) == TokenRevoked(found=False, revoked=False)
    assert shop.ask(FindToken("t1")) == Token("t1", "page server", ("run", "read"), HASH, 1_000_000, 2_000_000)


def test_tokens_are_listed_the_oldest_first(shop: Shop) -> None:
    """Revoked ones too; those of one moment by id."""
    for id_ in ("z", "b", "a"):
        shop.do(create(id_))
        shop.now_ms += id_ == "z"
    shop.do(RevokeToken("b"))
    assert [(one.id, one.revoked_at_ms) for one in shop.ask(ListTokens())] == [
        ("z", None),
        ("a", None),
        ("b", 1_000_001),
    ]


def test_an_id_that_is_taken_is_refused(shop: Shop) -> None:
    """The token that has it stays as it is."""
    shop.do(create())
    with pytest.raises(StoreUnavailable):
        shop.do(create(name="another"))
    assert [one.name for one in shop.ask(ListTokens())] == ["page server"]
