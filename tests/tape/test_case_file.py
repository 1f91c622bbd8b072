"""Cases made of tapes: they pass when they are replayed, and tell of nobody."""

from pathlib import Path

import pytest

from runtime import Request, Runtime, Session, Tape
from runtime.replay.reading import read_text
from runtime.replay.running import Replayed, replay
from runtime.tape.case_file import case_text
from runtime.tape.stand_ins import PHONE
from tests.tape.conftest import NOW_MS
from tests.tape.round_trips import REQUEST, SESSIONS, open_runtime
from tests.tape.scripts import script

SAMPLES = sorted((Path(__file__).parents[2] / "scripts_examples").glob("*.js"))
EVE = Session(brand="demo", customer_id="eve-77", email="eve@mail.test", name="Eve Smith", attributes={"plan": "gold"})
ELSEWHERE = "# The recorded run gave something else here:"


def taped(live: Runtime, source: str, **options: object) -> Tape:
    how = {"session": EVE, "filename": "made.js", "now_ms": NOW_MS, "seed": 1, **options}
    tape = live.run(source, tape=True, **how).tape  # type: ignore[arg-type]  # a test's own options
    assert tape is not None
    return tape


def done(offline: Runtime, text: str, tape: Tape) -> Replayed:
    return replay(offline, read_text(text, "made.case.yaml"), 0, tape.source, tape.file)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_case_of_a_sample_script_passes_and_gives_what_was_recorded(offline: Runtime, path: Path) -> None:
    """On an empty store, and again on what the first run left there."""
    with open_runtime() as live:
        for _ in range(2):
            tape = taped(live, path.read_text(encoding="utf-8"), filename=path.name)
            text = case_text(offline, tape, f"{path.stem}.case.yaml")
            assert done(offline, text, tape).is_as_expected
            assert ELSEWHERE not in text
            assert "script:" not in text


@pytest.mark.parametrize("seed", range(8))
def test_case_of_a_script_made_by_chance_passes(offline: Runtime, seed: int) -> None:
    request = REQUEST if seed % 2 else None
    with open_runtime() as live:
        tape = taped(live, script(seed), session=SESSIONS[seed % 3], request=request)
    assert done(offline, case_text(offline, tape, "made.case.yaml"), tape).is_as_expected


def test_case_has_what_was_there_before(offline: Runtime) -> None:
    before = """EnsureCrmEntity({slug: 'deals', fields: [{key: 'amount', type: 'number'}],
      pipelines: [{slug: 'sales', name: 'Sales', stages: [{slug: 'new', name: 'New'}, {slug: 'won', name: 'Won'}]}]});
    CreateCrmEntry({slug: 'deals', title: 'Ten seats', values: {amount: 10, owner: 'sam@corp.test'}});"""
    source = """const [deal] = getCrmEntries({slug: 'deals'});
setCrmField({slug: 'deals', fieldKey: 'amount', value: deal.values.amount + 1});
moveCrmToStage({slug: 'deals', stageSlug: 'won', pipelineSlug: 'sales'});
setVariable('owner', deal.values.owner);
setVariable('who', `${getCustomer().name} <${getCustomer().email}>, ${request.query.deal === deal.id}`);
null.x;
"""
    with open_runtime() as live:
        live.run(before, session=EVE)
        id_ = live.run("setVariable('id', getCrmEntries({slug: 'deals'})[0].id)", session=EVE).variables["id"]
        tape = taped(live, source, request=Request(path="/d", query={"deal": id_}))
    text = case_text(offline, tape, "made.case.yaml", "a deal is won")
    assert text == (
        "# What was there before is known as far as the run has read it:\n"
        "# - deals: its pipelines are known as far as the run shows them\n"
        "cases:\n"
        "  - name: a deal is won\n"
        "    session:\n"
        "      customer: c_1\n"
        "      email: person-1@example.com\n"
        "      name: person-1\n"
        "      attributes:\n"
        "        plan: gold\n"
        "    request:\n"
        "      path: /d\n"
        "      query:\n"
        "        deal: $before-1\n"
        "    before:\n"
        "      entities:\n"
        "        - slug: deals\n"
        "          fields:\n"
        "            - key: amount\n"
        "          pipelines:\n"
        "            - slug: sales\n"
        "              name: sales\n"
        "              stages:\n"
        "                - slug: new\n"
        "                  name: new\n"
        "                - slug: won\n"
        "                  name: won\n"
        "      entries:\n"
        "        deals:\n"
        "          - id: $before-1\n"
        "            title: Ten seats\n"
        "            stage: sales/new\n"
        "            values:\n"
        "              amount: 10\n"
        "              owner: person-2@example.com\n"
        "    clock: '2026-03-15T09:00:00.000Z'\n"
        "    seed: 1\n"
        "    strict: false\n"
        "    expect:\n"
        "      error:\n"
        "        name: TypeError\n"
        "        message: cannot read property 'x' of null\n"
        "        line: 6\n"
        "      variables:\n"
        "        owner: person-2@example.com\n"
        "        who: person-1 <person-1@example.com>, true\n"
        "      entries:\n"
        "        deals:\n"
        "          - title: Ten seats\n"
        "            stage: sales/won\n"
        "            values: {amount: 11, owner: person-2@example.com}\n"
    )
    assert done(offline, text, tape).is_as_expected


def test_personal_data_is_nowhere_in_a_case(offline: Runtime, live: Runtime) -> None:
    """By key, by the field's type, and by what it looks like; what the script itself says stays."""
    source = """EnsureCrmEntity({slug: 'people', entityMode: 'data', fields: [{key: 'reach', type: 'phone'}]});
const {body} = request;
setCrmFields({slug: 'people', fields: [{fieldKey: 'reach', value: body.reach}, {fieldKey: 'street', value: body.street},
  {fieldKey: 'note', value: `call ${body.reach} or write to ${body.to}`}]});
setVariable('all', getCrmEntries({slug: 'people'})[0].values);
console.log(`${customer.name} of ${body.street}`, customer.id, request.ip, 'shop@shop.example');
"""
    body = b'{"reach": "x 99 88", "street": "1 Elm Road", "to": "zoe@mail.test or +49 151 2345678"}'
    request = Request(method="POST", body=body, headers={"content-type": "application/json"}, ip="203.0.113.7")
    tape = taped(live, source, request=request)
    text = case_text(offline, tape, "made.case.yaml")
    for datum in ("eve", "Eve", "Smith", "99 88", "Elm", "zoe", "2345678", "203.0.113.7"):
        assert datum not in text
    assert "shop@shop.example" in text
    assert done(offline, text, tape).is_as_expected


def test_case_beside_another_name_says_whose_it_is(offline: Runtime, live: Runtime) -> None:
    tape = taped(live, "1", filename="scripts/checkin.js")
    assert case_text(offline, tape, "run-7.case.yaml").startswith("script: checkin.js\ncases:\n")


def test_what_the_case_cannot_know_is_said(offline: Runtime) -> None:
    """A read of a whole entity that the run wrote to before: another customer's entries are not on the tape."""
    with open_runtime() as live:
        live.run("EnsureCrmEntity({slug: 'notes', entityMode: 'data'})", session=EVE)
        live.run("for (const a of [1, 2, 3]) addCrmFieldValue({slug: 'notes', fieldKey: 'a', value: a})", session=EVE)
        source = "setVariable('few', getCrmFieldValues({slug: 'notes', fieldKey: 'a', allReferences: true}).length)"
        tape = taped(live, source)
    text = case_text(offline, tape, "made.case.yaml")
    assert f"{ELSEWHERE}\n# - variables.few\n" in text
    assert done(offline, text, tape).is_as_expected


def test_dates_and_ids_are_nobody_s_phone_number() -> None:
    text = "2026-03-15T09:00:00.000Z 01a218b1-7155-8710-9123-456789012345 1234567890 12.50"
    assert PHONE.findall(text) == []
    assert PHONE.findall("+49 151 2345678, (030) 123456 or 0151/2345678") == [
        "+49 151 2345678",
        "(030) 123456",
        "0151/2345678",
    ]
