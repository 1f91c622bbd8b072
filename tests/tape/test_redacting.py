"""Tapes without the values of chosen keys."""

from runtime import Request, Runtime, Session, TapeOptions
from runtime.tape.files import tape_text
from runtime.tape.replaying import replay_tape
from tests.tape.conftest import ADA, Record

REDACT = TapeOptions(redact=("*email*", "name", "phone", "weight"))
SCRIPT = """const {email, name} = getCustomer();
setCrmField({slug: 'notes', fieldKey: 'email', value: email});
setCrmFields({slug: 'notes', fields: [{fieldKey: 'weight', value: 182}, {fieldKey: 'text', value: `by ${name}`}]});
setVariable('mail', getCrmField({slug: 'notes', fieldKey: 'email'}));
setVariable('all', getCrmEntries({slug: 'notes', limit: 1})[0].values);
setVariable('weight', getCrmField({slug: 'notes', fieldKey: 'weight'}));
console.log(`hello ${name}`, request.body);
response.json({to: email, phone: request.body.phone});
"""
BODY = b'{"phone": "+49 151 2345678", "name": "Ada Lovelace", "n": 3}'
REQUEST = Request(method="POST", body=BODY, headers={"content-type": "application/json"}, cookies={"email": "a@b.de"})


def test_values_of_chosen_keys_and_what_repeats_them_are_replaced(record: Record) -> None:
    tape = record(SCRIPT, request=REQUEST, tape=REDACT)
    text = tape_text(tape)
    for secret in ("ada@example.com", "Lovelace", "2345678", "a@b.de", "182,", "182}"):
        assert secret not in text.replace(SCRIPT, "").replace(repr(SCRIPT), "").split('"session"')[1]
    assert (tape.session.email, tape.session.name) == ("redacted-1@example.com", "redacted-1")
    assert [call.arguments for call in tape.calls[:2]] == [
        {"slug": "notes", "fieldKey": "email", "value": "redacted-1@example.com"},
        {
            "slug": "notes",
            "fields": [{"fieldKey": "weight", "value": 1_000_001}, {"fieldKey": "text", "value": "by redacted-1"}],
        },
    ]
    assert tape.outcome.variables == {
        "mail": "redacted-1@example.com",
        "all": {"email": "redacted-1@example.com", "weight": 1_000_001, "text": "by redacted-1"},
        "weight": 1_000_001,
    }
    assert tape.request is not None
    assert tape.request.body == '{"phone": "+15550000001", "name": "redacted-1", "n": 3}'
    assert tape.request.cookies == {"email": "redacted-2@example.com"}
    assert (tape.outcome.response and tape.outcome.response.body) == (
        '{"to":"redacted-1@example.com","phone":"+15550000001"}'
    )
    assert (tape.source, tape.redacted) == (SCRIPT, ["*email*", "name", "phone", "weight"])


def test_redacted_tape_is_replayed(live: Runtime, offline: Runtime) -> None:
    source = SCRIPT.replace("{fieldKey: 'weight', value: 182}, ", "")
    tape = live.run(source, session=ADA, request=REQUEST, tape=REDACT).tape
    assert tape is not None
    verdict = replay_tape(offline, tape)
    assert (verdict.verdict, verdict.call, [*verdict.outcome]) == ("same", None, [])


def test_form_is_redacted_too(record: Record) -> None:
    form = Request(
        method="POST",
        body=b"email=eve%40example.com&n=3",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    tape = record("setVariable('to', request.body.email)", request=form, tape=REDACT)
    assert (tape.request and tape.request.body) == "email=redacted-2%40example.com&n=3"
    assert tape.outcome.variables == {"to": "redacted-2@example.com"}


def test_what_the_script_itself_says_stays(record: Record) -> None:
    source = "setCrmField({slug: 'notes', fieldKey: 'email', value: 'shop@example.com'})"
    tape = record(source, session=Session(brand="acme", customer_id="c_1"), tape=REDACT)
    assert tape.calls[0].arguments["value"] == "shop@example.com"
