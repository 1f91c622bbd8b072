"""The session that a visitor keeps: nobody else's word counts, and it is as large as a browser keeps."""

import json
import stat
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer

from runtime import RunResult, Session, SessionCustomer
from runtime.service.site.session_key import KeyUnsafe, key_beside
from runtime.service.site.visitor import MAX_AGE_SECONDS, VisitorSessions, after

KEY = "k" * 32
ACME = VisitorSessions(KEY, "acme")
NOBODY = Session(brand="acme")
ADA = Session(brand="acme", customer_id="c_1", email="ada@example.com", name="Ada", values={"step": 2})


def left(session: Session, /, **record: object) -> Session:
    """The session after a run with this record."""
    return after(session, RunResult(run_id="r", status="ok", **record))


@given(
    values=st.dictionaries(
        st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(max_size=5), max_size=4
    ),
    name=st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5) | st.none(),
)
def test_what_is_written_is_read(values: dict[str, object], name: str | None) -> None:
    session = Session(brand="acme", email="ada@example.com", name=name, values=values)
    cookie = ACME.write(session)
    assert cookie is not None
    assert ACME.read(cookie).session == session


def test_a_forged_or_changed_cookie_is_nobodys() -> None:
    cookie = ACME.write(ADA)
    assert cookie is not None
    payload, signed_at, signature = cookie.split(".")
    other = ACME.write(Session(brand="acme", customer_id="c_2"))
    assert other is not None
    forged = [
        *(cookie[:n] + ("A" if cookie[n] != "A" else "B") + cookie[n + 1 :] for n in range(len(cookie) - 1)),
        f"{other.split('.')[0]}.{signed_at}.{signature}",
        f"{payload}.{signature}",
        f"{payload}..{signature}",
        f"{payload}.{signed_at}.",
        URLSafeTimedSerializer("x" * 32, salt="funnelscript.session.acme").dumps({"customer_id": "c_1"}),
        URLSafeTimedSerializer(KEY).dumps({"customer_id": "c_1"}),
        json.dumps({"customer_id": "c_1"}),
        *("", ".", "..", "a" * 10_000, "é", "\0"),
    ]
    assert [one for one in forged if ACME.read(str(one)).session != NOBODY] == []


def test_a_cookie_of_another_brand_or_key_is_nobodys() -> None:
    cookie = ACME.write(ADA)
    assert VisitorSessions(KEY, "other").read(cookie).session == Session(brand="other")
    assert VisitorSessions("x" * 32, "acme").read(cookie).session == NOBODY


@pytest.mark.parametrize(
    ("age_seconds", "session", "is_aging"),
    [(0, ADA, False), (86_401, ADA, True), (MAX_AGE_SECONDS - 5, ADA, True), (MAX_AGE_SECONDS + 5, NOBODY, False)],
)
def test_a_cookie_ages(monkeypatch: pytest.MonkeyPatch, age_seconds: int, session: Session, is_aging: bool) -> None:
    cookie = ACME.write(ADA)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + age_seconds)
    assert ACME.read(cookie) == (session, is_aging)


def test_a_signed_cookie_of_another_shape_is_nobodys() -> None:
    for data in ({"email": 5}, {"colour": "red"}, [1], "text", None):
        assert ACME.read(ACME._serializer.dumps(data)).session == NOBODY


def test_a_session_that_no_browser_keeps_is_not_written() -> None:
    words = "".join(chr(0x4E00 + n) for n in range(2_000))
    assert ACME.write(Session(brand="acme", values={"words": words})) is None
    assert ACME.write(Session(brand="acme", values={"words": "a" * 20_000})) is not None


def test_a_session_that_packs_to_little_is_bounded_unpacked() -> None:
    """Else it would grow with every request, to megabytes that each one unpacks."""
    most = 64 * 1024 - len('{"values": {"a": ""}}')
    assert ACME.write(Session(brand="acme", values={"a": "a" * most})) is not None
    assert ACME.write(Session(brand="acme", values={"a": "a" * (most + 1)})) is None


def test_brands_on_one_host_have_cookies_of_their_own() -> None:
    """Whatever their ports: cookies know none."""
    names = {VisitorSessions(KEY, brand).cookie_name(secure=secure) for brand in ("a", "b") for secure in (True, False)}
    ends = ("funnelscript_session_a", "funnelscript_session_b")
    assert names == {*ends, *(f"__Host-{name}" for name in ends)}


def test_a_run_sets_and_clears_values() -> None:
    assert left(ADA, session={"step": 3, "new": [1]}).values == {"step": 3, "new": [1]}
    assert left(ADA, session={"step": None}) == ADA.model_copy(update={"values": {}})
    assert left(ADA) == ADA


def test_the_customer_that_a_run_made_is_the_sessions() -> None:
    visitor = Session(brand="acme", email="ada@example.com")
    assert left(visitor, customer_id="c_9").customer_id == "c_9"
    assert left(NOBODY, customer_id=None) == NOBODY


def test_who_signs_in_keeps_what_they_did_before() -> None:
    customer = SessionCustomer("ada@example.com", "c_1", "Ada", "Ada", None)
    before = Session(brand="acme", values={"cart": [1]})
    assert left(before, session_customer=customer, customer_id="c_1", session={"step": 1}) == Session(
        brand="acme",
        customer_id="c_1",
        email="ada@example.com",
        name="Ada",
        attributes={"first_name": "Ada"},
        values={"cart": [1], "step": 1},
    )
    assert left(ADA, session_customer=SessionCustomer("ADA@example.com", "c_1")).values == {"step": 2}


def test_the_longest_customer_that_a_script_can_name_is_a_sessions() -> None:
    """Nothing that a script may say of its visitor breaks the answer to them."""
    most = {"customer_id": "c" * 512}
    customer = SessionCustomer("a@" + "b" * 318, "c" * 512, "n" * 512, "f" * 512, "l" * 512)
    session = left(NOBODY, session_customer=customer, **most)
    assert (session.customer_id, session.email, session.name) == ("c" * 512, customer.email, "n" * 512)
    cookie = ACME.write(session)
    assert cookie is not None
    assert ACME.read(cookie).session == session


def test_who_comes_after_another_finds_nothing_of_theirs() -> None:
    """Else one who shares a browser, or planted a session, would see or steer what the next one does."""
    bob = left(ADA, session_customer=SessionCustomer("bob@example.com", "c_2"), customer_id="c_2", session={"new": 1})
    assert (bob.customer_id, bob.email, bob.name, bob.values) == ("c_2", "bob@example.com", None, {"new": 1})
    by_id = Session(brand="acme", customer_id="c_1", values={"a": 1})
    assert left(by_id, session_customer=SessionCustomer("bob@example.com", "c_2")).values == {}


def test_a_key_is_made_once_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    key = key_beside(url)
    assert (len(key), key_beside(url)) == (64, key)
    file = tmp_path / ".funnelscript" / "shop.db.session-key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert key_beside(f"sqlite:///{tmp_path}/other.db") != key


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    key_beside(url)
    file = tmp_path / ".funnelscript" / "shop.db.session-key"
    file.chmod(0o640)
    with pytest.raises(KeyUnsafe):
        key_beside(url)
    file.chmod(0o600)
    file.write_text("short")
    with pytest.raises(KeyUnsafe):
        key_beside(url)


def test_a_private_store_has_a_key_of_the_process_alone() -> None:
    assert key_beside("sqlite://") != key_beside("sqlite://")
