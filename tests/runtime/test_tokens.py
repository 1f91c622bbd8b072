"""Bearer tokens: what is issued is granted, all else is refused in the same words."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.errors import TokenRefused
from runtime.tokens import Grant, Scope, check, issue
from storage import Store, open_store
from storage.commands import Write
from storage.errors import StoreUnavailable
from storage.tokens import ListTokens, RevokeToken

WELL_FORMED = "fst.acme." + "0" * 16 + "." + "A" * 43


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store."""
    opened = open_store("sqlite://")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def one_store() -> Iterator[Store]:
    """A store for many examples."""
    opened = open_store("sqlite://")
    yield opened
    opened.close()


class UnaskedStore:
    """A store that nobody may ask."""

    def query(self, *_: Any) -> Any:
        raise AssertionError("the store was asked")

    apply = apply_batch = close = query


def refusal(store: Store, text: str) -> str:
    with pytest.raises(TokenRefused) as refused:
        check(store, text)
    assert refused.value.code == "token_refused"
    return str(refused.value)


def test_an_issued_token_grants_its_scopes_for_its_brand(store: Store) -> None:
    text = issue(store, "acme", "page server", ["run", Scope.READ, "run"])
    assert re.fullmatch(r"fst\.acme\.[0-9a-f]{16}\.[A-Za-z0-9_-]{43}", text)
    grant = check(store, text)
    assert grant == Grant("acme", text.split(".")[2], frozenset({Scope.RUN, Scope.READ}))
    assert "run" in grant.scopes
    assert check(store, issue(store, "globex", "x", [Scope.READ])).scopes == {"read"}


def test_the_store_has_the_hash_of_the_secret_only(store: Store) -> None:
    text = issue(store, "acme", "page server", ["run"])
    secret = text.split(".")[3]
    [token] = store.query("acme", ListTokens())
    assert token.secret_sha256 == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in repr(token)


def test_no_two_tokens_are_alike(store: Store) -> None:
    texts = [issue(store, "acme", "same", ["run"]).split(".") for _ in range(50)]
    assert (len({text[2] for text in texts}), len({text[3] for text in texts})) == (50, 50)


def test_every_token_that_opens_nothing_is_refused_in_the_same_words(store: Store) -> None:
    """Revoked, with another's secret, of another brand, with an id that is not there, cut off."""
    mine, other = issue(store, "acme", "mine", ["run"]), issue(store, "acme", "other", ["run"])
    theirs, revoked = issue(store, "rival", "theirs", ["run"]), issue(store, "acme", "old", ["run"])
    store.apply("acme", Write(RevokeToken(revoked.split(".")[2]), 1, ""))
    id_, secret = mine.split(".")[2:]
    wrong = [
        revoked,
        f"fst.acme.{id_}.{other.split('.')[3]}",
        f"fst.rival.{id_}.{secret}",
        f"fst.acme.{theirs.split('.')[2]}.{theirs.split('.')[3]}",
        f"fst.nobody.{id_}.{secret}",
        f"fst.acme.{'0' * 16}.{secret}",
        mine[:-1],
        mine[:-1] + ("A" if mine[-1] != "A" else "B"),
        mine.swapcase(),
    ]
    assert {refusal(store, text) for text in wrong} == {"the token is not valid"}
    assert check(store, mine).token_id == id_


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fst",
        "fst...",
        f"Bearer {WELL_FORMED}",
        WELL_FORMED + "\n",
        " " + WELL_FORMED,
        WELL_FORMED.replace("fst", "FST"),
        WELL_FORMED.replace("acme", "ACME"),
        WELL_FORMED.replace("acme", "acmé"),
        WELL_FORMED.replace("acme", "a.b"),
        WELL_FORMED.replace("acme", "a" * 64),
        WELL_FORMED.replace("0", "٠"),
        WELL_FORMED.replace("A", "\uff21"),
        WELL_FORMED.replace("A", "\0"),
        WELL_FORMED + "A" * 10_000_000,
        "\ud800" * 80,
    ],
    ids=ascii,
)
def test_what_is_no_token_is_refused_before_the_store_is_asked(text: str) -> None:
    assert refusal(UnaskedStore(), text) == "the token is not valid"


@given(st.text(max_size=140))
def test_no_text_is_a_token_by_chance(text: str) -> None:
    assert refusal(UnaskedStore(), text) == "the token is not valid"


@given(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,62}", fullmatch=True), st.sets(st.sampled_from(Scope), min_size=1))
@settings(max_examples=30)
def test_what_is_issued_is_granted_whatever_the_brand(one_store: Store, brand: str, scopes: set[Scope]) -> None:
    text = issue(one_store, brand, "x", scopes)
    assert check(one_store, text) == Grant(brand, text.split(".")[2], frozenset(scopes))


@pytest.mark.parametrize(
    ("brand", "name", "scopes", "message"),
    [
        ("acme", "x", [], "a token has at least one of these scopes: run, read"),
        ("acme", "x", ["write"], "'write' is not a valid Scope"),
        ("acme", "", ["run"], "a token's name is 1 to 100 printable characters (got '')"),
        ("acme", "a\nb", ["run"], "a token's name is 1 to 100 printable characters (got 'a\\nb')"),
        ("a.b", "x", ["run"], "no brand has the name 'a.b'"),
    ],
)
def test_what_cannot_be_issued_is_refused(brand: str, name: str, scopes: list[str], message: str) -> None:
    """And nothing is stored."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        issue(UnaskedStore(), brand, name, scopes)


def test_a_store_that_is_down_is_no_refusal(store: Store) -> None:
    """The caller can tell "not now" from "not you"."""
    text = issue(store, "acme", "x", ["run"])
    store.close()
    with pytest.raises(StoreUnavailable):
        check(store, text)
