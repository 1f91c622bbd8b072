"""What a script finds beside the CRM functions: its session, its customer, what is left of its limits."""

import pytest

from runtime import Limits, Session, SessionCustomer
from runtime.prelude import PAGE_GLOBALS
from tests.pages.conftest import Script

ANONYMOUS = Session(brand="acme")
ENSURE = "EnsureCrmEntity({ slug: 'mood', fields: [{ key: 'now' }] });"


def test_a_session_gives_what_the_host_knows_and_what_was_set(script: Script) -> None:
    record = script(
        "session.set('o', { b: 2 }); session.set('gone', 1); session.set('gone', null);"
        "setVariable('all', ['step', 'o', 'gone', 'never', '__proto__'].map((key) => session.get(key)))"
    )
    assert record.variables == {"all": [2, {"b": 2}, None, None, None]}
    assert record.session == {"o": {"b": 2}, "gone": None}


def test_what_a_session_gives_is_the_scripts_own(script: Script) -> None:
    assert script.value("(session.get('o').a = 5, session.get('o'))") == {"a": 1}


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("session.set('brand', 1)", "TypeError: session.set: the key 'brand' is the host's own"),
        ("session.set('_x', 1)", "TypeError: session.set: the key '_x' is the host's own"),
        (
            "session.set('email', 1)",
            "TypeError: session.set: the key 'email' is the host's own; use session.setCustomer",
        ),
        ("session.set('', 1)", "TypeError: session.set: 'key' must not be empty"),
        ("session.set(1, 1)", "TypeError: session.set: 'key' must be a string (got number)"),
        ("session.set('k'.repeat(129), 1)", "RangeError: session.set: 'key' has 129 characters, the limit is 128"),
        (
            "session.set('k', 'x'.repeat(65537))",
            "RangeError: session.set: 'value' is a string of 65537 UTF-16 units, the limit is 65536",
        ),
        (
            "session.setCustomer()",
            "TypeError: session.setCustomer: takes one object, such as {email: 'ada@example.com'} (got nothing)",
        ),
        (
            "session.setCustomer('a@b')",
            "TypeError: session.setCustomer: takes one object, such as {email: 'ada@example.com'} (got string \"a@b\")",
        ),
        ("session.setCustomer({})", "TypeError: session.setCustomer: 'email' is missing"),
        (
            "session.setCustomer({ email: 'ada' })",
            "TypeError: session.setCustomer: 'email' must be an e-mail address (got string \"ada\")",
        ),
        (
            "session.setCustomer({ email: 'a@b', id: {} })",
            "TypeError: session.setCustomer: 'id' must be a string (got an object)",
        ),
        (
            "session.setCustomer({ email: 'a@b', name: 'x'.repeat(513) })",
            "RangeError: session.setCustomer: 'name' has 513 characters, the limit is 512",
        ),
        (
            "session.setCustomer({ email: 'a@b', first_name: 'x'.repeat(512), last_name: 'y' })",
            (
                "RangeError: session.setCustomer: 'first_name' and 'last_name' together have 514 characters, the limit"
                " is 512"
            ),
        ),
        (
            "session.setCustomer({ email: 'a@' + 'b'.repeat(319) })",
            "RangeError: session.setCustomer: 'email' has 321 characters, the limit is 320",
        ),
        (
            "session.setCustomer({ email: 'a@b', name: 'x\\0' })",
            (
                "TypeError: session.setCustomer: 'customer.name' is a string with the character U+0000 in it"
                " (allowed: strings, finite numbers, booleans, null, and plain objects and arrays of those)"
            ),
        ),
    ],
)
def test_what_a_session_refuses_is_told(script: Script, source: str, told: str) -> None:
    assert script.refusal(source) == told


def test_the_customer_of_the_session_is_the_default_from_then_on(script: Script) -> None:
    """For writes and reads of this run, and on its record; what was a snapshot stays one."""
    record = script(
        ENSURE + "session.setCustomer({ email: 'Bo@example.com', first_name: 'Bo', last_name: 'Li' });"
        "setVariable('seen', [customer, is_customer, getUser(), getCustomer().name, Object.isFrozen(getCustomer())]);"
        "setCrmField({ slug: 'mood', fieldKey: 'now', value: 'well' })",
        session=ANONYMOUS,
    )
    assert record.error is None
    assert record.variables == {"seen": [None, False, {"name": "Bo Li", "email": "Bo@example.com"}, "Bo Li", True]}
    assert record.session_customer == SessionCustomer("Bo@example.com", None, "Bo Li", "Bo", "Li")
    again = script(
        "session.setCustomer({ email: 'bo@example.com' });"
        "setVariable('mood', [getCustomer().id, getCrmField({ slug: 'mood', fieldKey: 'now' })])",
        session=ANONYMOUS,
    )
    assert record.customer_id is not None
    assert again.variables == {"mood": [record.customer_id, "well"]}
    assert (again.customer_id, again.session_customer) == (
        record.customer_id,
        SessionCustomer("bo@example.com", record.customer_id),
    )


def test_the_same_person_stays_the_same_customer(script: Script) -> None:
    """Also one who is in no store yet; another e-mail is somebody else."""
    assert script.value("(session.setCustomer({ email: 'ADA@example.com' }), getCustomer().id)") == "c_1"
    assert script.value("(session.setCustomer({ email: 'new@example.com' }), getCustomer().id)") is None
    assert script.value("(session.setCustomer({ email: 'new@example.com', id: 7 }), getCustomer().id)") == "7"


def test_a_customer_is_one_of_the_brand(script: Script) -> None:
    """The same e-mail of another brand is a stranger."""
    made = script(
        ENSURE + "session.setCustomer({ email: 'cy@example.com' });"
        "setCrmField({ slug: 'mood', fieldKey: 'now', value: 'well' })",
        session=ANONYMOUS,
    )
    other = script("session.setCustomer({ email: 'cy@example.com' })", session=Session(brand="globex"))
    assert (made.customer_id is None, other.customer_id) == (False, None)


def test_a_script_can_ask_what_is_left(script: Script) -> None:
    limits = Limits(cpu_seconds=5.0, wall_seconds=9.0, max_host_calls=20, memory_bytes=4 << 20)
    first, second = script.value("[limits.left(), (session.set('a', 1), limits.left())]", limits=limits)
    assert set(first) == {"cpu_ms", "wall_ms", "host_calls", "memory_bytes"}
    assert (first["host_calls"], second["host_calls"]) == (20, 19)
    assert 0 < second["cpu_ms"] <= first["cpu_ms"] <= 5_000
    assert 0 < second["wall_ms"] <= first["wall_ms"] <= 9_000
    assert 1 << 20 < first["memory_bytes"] < 4 << 20


@pytest.mark.parametrize("name", PAGE_GLOBALS)
def test_a_global_is_as_the_languages_own(script: Script, name: str) -> None:
    """Not enumerable, deletable, and a script may declare or assign its own of that name."""
    assert script.value(f"Object.keys(globalThis).includes('{name}')") is False
    assert script.value(f"[typeof {name}, Object.getOwnPropertyDescriptor(globalThis, '{name}').writable]") == [
        "function" if name in {"redirect", "setHeader"} else "object",
        True,
    ]
    for declaration in ("var {} = 1;", "let {} = 1;", "{} = 1;", "delete globalThis.{}; var {} = 1;"):
        record = script(declaration.replace("{}", name) + f"setVariable('value', {name})")
        assert (record.error, record.variables) == (None, {"value": 1})
    assert script(f"function {name}() {{ return 1 }} setVariable('value', {name}())").variables == {"value": 1}
    assert "native code" in script.value(f"String(Object.getOwnPropertyDescriptor(globalThis, '{name}').get)")


@pytest.mark.parametrize(
    "source",
    [
        "typeof request",
        "typeof r\\u0065quest",
        "typeof this['re' + 'quest']",
        "typeof globalThis['re' + 'quest']",
        "typeof gl\\u006fbalThis['re' + 'quest']",
        "typeof (function () { return this })()['re' + 'quest']",
    ],
)
def test_a_global_is_there_however_it_is_named(script: Script, source: str) -> None:
    """Also where its name stands nowhere in the source."""
    assert script.value(source) == "object"


def test_a_script_that_names_no_global_of_a_page_pays_for_none(script: Script) -> None:
    plain, page = script("[1]").usage.memory_bytes, script("[1]; // redirect").usage.memory_bytes
    assert page - plain > 2_000
