"""A case, done: what a script finds in its world, and what came of it."""

from pathlib import Path
from typing import Any

from runtime import Runtime
from runtime.differing import NOTHING, Difference
from runtime.replay.reading import read_text
from runtime.replay.running import replay
from tests.replay.conftest import Replay

CHECK_INS = """
before:
  entities:
    - slug: check-ins
      fields: [{key: mood}, {key: city, type: reference, options: {target_entity: cities}}]
      pipelines: [{slug: care, stages: [{slug: new}, {slug: old}]}]
"""


def shown(found: list[Difference]) -> dict[str, tuple[Any, Any]]:
    return {".".join(map(str, one.path)): (one.expected, one.came) for one in found}


def test_nothing_said_means_that_nothing_comes(replayed: Replay) -> None:
    assert replayed("", "").differences == []


def test_everything_that_was_not_expected_is_a_difference(replayed: Replay) -> None:
    script = """
        setVariable('a', [1]); console.log('b'); console.warn({ c: 1 });
        EnsureCrmEntity({ slug: 'deals' }); CreateCrmEntry({ slug: 'deals', title: 'Ten seats' });
        setHeader('X-A', 1); cookie.set('d', 2); session.set('e', 3);
        session.setCustomer({ email: 'ada@example.com', id: 'c_1' }); response.json({ f: [4] });
    """
    found = replayed("session: {customer: c_1}\nrequest: {}", script)
    customer = {"email": "ada@example.com", "id": "c_1", "name": None, "first_name": None, "last_name": None}
    assert shown(found.differences) == {
        "variables.a": (NOTHING, [1]),
        "logs.0": (NOTHING, {"log": "b"}),
        "logs.1": (NOTHING, {"warn": "{ c: 1 }"}),
        "response": (NOTHING, {"status": 200, "content_type": "application/json", "body": {"f": [4]}}),
        "headers.x-a": (NOTHING, "1"),
        "cookies.d": (NOTHING, {"value": "2", "max_age_seconds": None, "path": "/"}),
        "session.e": (NOTHING, 3),
        "session_customer": (NOTHING, customer),
        "entries.deals.0": (NOTHING, {"title": "Ten seats"}),
    }


def test_an_error_is_compared_as_far_as_it_is_named(replayed: Replay) -> None:
    script = "\nsetVariable('x', 1); null.y;"
    assert replayed("expect: {error: {line: 2}, variables: {x: 1}}", script).differences == []
    assert shown(replayed("expect: {error: {line: 3, name: TypeError}, variables: {x: 1}}", script).differences) == {
        "error.line": (3, 2)
    }
    assert shown(replayed("expect: {error: {line: 3}}", "").differences) == {
        "status": ("error", "ok"),
        "error": ({"line": 3}, NOTHING),
    }


def test_any_value_will_do_where_the_case_says_so(replayed: Replay) -> None:
    script = "setVariable('a', { at: Math.random(), of: [1] }); console.log(Math.random())"
    assert replayed("expect: {variables: {a: {at: $any, of: $any}}, logs: $any}", script).differences == []
    assert shown(replayed("expect: {variables: {b: $any}, logs: []}", "").differences) == {
        "variables.b": ("$any", NOTHING)
    }


def test_what_is_there_before_is_there_and_stays_unless_the_case_says_otherwise(replayed: Replay) -> None:
    before = (
        "session: {customer: c_1}"
        + CHECK_INS.replace("entities:", "entities:\n    - {slug: cities, entityMode: data}")
        + """
  entries:
    check-ins:
      - {id: $first, title: One, stage: care/old, values: {mood: low}, relations: {city: [$springfield]}}
      - {values: {mood: high}}
    cities:
      - {id: $springfield, reference: "office:1", title: Springfield}
"""
    )
    script = """
        var all = getCrmEntries({ slug: 'check-ins' });
        setVariable('moods', all.map(function (one) { return one.values.mood; }));
        setVariable('stages', all.map(function (one) { return one.stage_slug; }));
        setVariable('city', getCrmEntries({ slug: 'cities', entryId: all[1].relations.city[0] })[0].title);
        setVariable('ids', all.map(function (one) { return one.id; }));
    """
    found = replayed(
        before + "expect:\n  variables:\n    {moods: [high, low], stages: [new, old], city: Springfield,"
        " ids: [$entry-1, $first]}",
        script,
    )
    assert (found.problem, found.differences) == (None, [])


def test_entries_that_change_are_expected_whole(replayed: Replay) -> None:
    case = "session: {customer: c_1}" + CHECK_INS.replace(
        ", {key: city, type: reference, options: {target_entity: cities}}", ""
    )
    case += "  entries: {check-ins: [{id: $first, title: One, values: {mood: low}}]}\n"
    script = "setCrmField({ slug: 'check-ins', fieldKey: 'mood', value: 'high' })"
    expected = "expect: {entries: {check-ins: [{title: One, stage: care/new, values: {mood: high}}]}}"
    assert replayed(case + expected, script).differences == []
    assert shown(replayed(case, script).differences) == {"entries.check-ins.0.values.mood": ("low", "high")}
    assert shown(replayed(case + "expect: {entries: {check-ins: [{id: $entry-1}]}}", script).differences) == {
        "entries.check-ins.0.id": ("$entry-1", "$first"),
        "entries.check-ins.0.title": (None, "One"),
        "entries.check-ins.0.stage": (None, "care/new"),
        "entries.check-ins.0.values.mood": (NOTHING, "high"),
    }


def test_names_stand_for_ids_on_the_way_in_and_out(replayed: Replay) -> None:
    case = """
        request:
          path: /cities/$springfield
          query: {id: $springfield, more: [$springfields, x]}
          body: {of: $springfield}
        session: {values: {seen: $springfield}, attributes: {home: $springfield}, customer: c_1}
        before:
          entities: [{slug: cities, entityMode: data}]
          entries: {cities: [{id: $springfield, reference: "office:1"}]}
        expect:
          variables:
            path: /cities/$springfield
            query: {id: $springfield, more: [$springfields, x]}
            found: $springfield
            same: true
            body: {of: $springfield}
    """
    script = """
        setVariable('path', request.path); setVariable('query', request.query); setVariable('body', request.body);
        setVariable('found', getCrmEntries({ slug: 'cities', entryId: session.get('seen') })[0].id);
        setVariable('same', customer.home === request.query.id && customer.home.length === 36);
    """
    assert replayed(case, script).differences == []


def test_a_customer_made_by_the_run_has_a_name_too(replayed: Replay) -> None:
    case = """
        session: {email: ada@example.com}
        expect: {customer: $customer-1, entries: {deals: [{reference: "customer:$customer-1", title: x}]}}
    """
    script = "EnsureCrmEntity({ slug: 'deals' }); CreateCrmEntry({ slug: 'deals', title: 'x' });"
    assert replayed(case, script).differences == []


def test_async_writes_happen_in_order_behind_the_run(replayed: Replay) -> None:
    """What reads sees is as with a real queue: the write comes later, or before a write of the same reference now."""
    script = """
        EnsureCrmEntity({ slug: 's', fields: [{ key: 'k' }] });
        addCrmFieldValue({ slug: 's', fieldKey: 'k', value: 1, async: true });
        var first = getCrmFieldValues({ slug: 's', fieldKey: 'k' });
        addCrmFieldValue({ slug: 's', fieldKey: 'k', value: 2, referenceType: 'order', referenceId: '1', async: true });
        addCrmFieldValue({ slug: 's', fieldKey: 'k', value: 3 });
        setVariable('read', [first, getCrmFieldValues({ slug: 's', fieldKey: 'k' }),
          getCrmFieldValues({ slug: 's', fieldKey: 'k', referenceType: 'order', referenceId: '1' })]);
        moveCrmToStage({ slug: 's', stageSlug: 'none', async: true, referenceType: 'order', referenceId: '2' });
        SetCrmRelation({ slug: 's', relationKey: 'k', targetEntryId: 'x', async: true });
    """
    case = """
        session: {customer: c_1}
        expect:
          error: {name: CrmError, code: not_a_relation, line: 10}
          variables: {read: [[], [3, 1], []]}
          warnings: [{stage_not_found: "moveCrmToStage: no stage 'none' in 's' (there are none)"}]
          deferred_writes: 2
          entries:
            s:
              - {values: {k: 1}}
              - {values: {k: 2}, reference: "order:1"}
              - {values: {k: 3}}
    """
    assert shown(replayed(case, script).differences) == {}


def test_async_write_that_misses_is_a_warning(replayed: Replay) -> None:
    script = """
        EnsureCrmEntity({ slug: 's', fields: [{ key: 'k' }] });
        setCrmField({ slug: 's', entryId: 'gone', fieldKey: 'k', value: 1, async: true });
    """
    case = "session: {customer: c_1}\nexpect: {warnings: [{deferred_write: 'setCrmField: EntryNotFound'}]}"
    assert replayed(case, script).differences == []


def test_clock_and_random_numbers_are_the_same_each_time_and_can_be_set(replayed: Replay) -> None:
    script = "setVariable('v', [new Date().toISOString(), Math.random()])"
    first = replayed("", script).came
    assert first is not None
    assert first["variables"]["v"][0] == "2026-01-01T09:00:00.000Z"
    assert replayed("", script).came == first
    other = replayed("clock: 2026-03-15T10:00:00+01:00\nseed: 2", script).came
    assert other is not None
    assert other["variables"]["v"][0] == "2026-03-15T09:00:00.000Z"
    assert other["variables"]["v"][1] != first["variables"]["v"][1]


def test_unknown_properties_are_errors_unless_the_case_is_not_strict(replayed: Replay) -> None:
    script = "EnsureCrmEntity({ slug: 's', nam: 'S' })"
    message = "EnsureCrmEntity: unknown property 'nam', did you mean 'name'?"
    assert replayed(f'expect: {{error: {{message: "{message}"}}}}', script).differences == []
    lax = f'strict: false\nexpect: {{warnings: [{{unknown_property: "{message}"}}]}}'
    assert replayed(lax, script).differences == []


def test_a_page_runs_its_blocks_and_gives_what_the_visitor_gets(replayed: Replay) -> None:
    page = "<h1>Hi</h1><script scope=backend>\nredirect('/next')</script>"
    case = "request: {}\nexpect: {redirect: {url: /next}, html: <h1>Hi</h1>}"
    assert replayed(case, page, "page.html").differences == []


def test_a_body_is_sent_as_json_as_a_form_or_as_it_is(replayed: Replay) -> None:
    script = "setVariable('body', request.body)"
    form = "application/x-www-form-urlencoded"
    assert replayed("request: {body: {a: [1]}}\nexpect: {variables: {body: {a: [1]}}}", script).differences == []
    as_form = f"request: {{body: {{a: [x, y]}}, headers: {{Content-Type: {form}}}}}"
    assert replayed(f"{as_form}\nexpect: {{variables: {{body: {{a: [x, y]}}}}}}", script).differences == []
    text = f"request: {{body: 'a=1&b=%20', headers: {{Content-Type: {form}}}}}"
    assert replayed(f"{text}\nexpect: {{variables: {{body: {{a: '1', b: ' '}}}}}}", script).differences == []


def test_what_cannot_be_there_before_is_told_with_its_place(replayed: Replay) -> None:
    def problem(case: str) -> str:
        return str(replayed(case, "").problem)

    assert problem("before:\n  entities:\n    - {slug: s, feilds: []}") == (
        "s.case.yaml:5:11: cases[0].before.entities[0]: EnsureCrmEntity: unknown property 'feilds', did you mean"
        " 'fields'?"
    )
    assert problem("before: {entities: [{slug: deals}], entries: {deal: [{reference: 'order:1'}]}}") == (
        "s.case.yaml:3:58: cases[0].before.entries.deal[0]: CreateCrmEntry: no entity 'deal', did you mean 'deals'?"
    )
    assert problem("before: {entities: [{slug: deals}], entries: {deals: [{}]}}") == (
        "s.case.yaml:3:59: cases[0].before.entries.deals[0]: CreateCrmEntry: the session has no customer; name the"
        " record with 'referenceType' and 'referenceId'"
    )
    stage = CHECK_INS.replace(", {key: city, type: reference, options: {target_entity: cities}}", "")
    stage += "  entries: {check-ins: [{reference: 'order:1', stage: care/neww}]}"
    assert problem(stage) == (
        "s.case.yaml:8:29: cases[0].before.entries.check-ins[0]: CreateCrmEntry: no stage 'neww' in 'check-ins', did"
        " you mean 'new'?"
    )
    relation = "before: {entities: [{slug: s, fields: [{key: k, type: reference, options: {target_entity: s}}]}],"
    assert problem(relation + " entries: {s: [{id: $one, reference: 'a:1', relations: {k: [$onne]}}]}}") == (
        "s.case.yaml:3:158: cases[0].before.entries.s[0].relations.k: no entry is called '$onne', did you mean '$one'?"
    )
    assert problem("before: {customers: [{id: a, email: x@y.z}, {id: b, email: X@y.z}]}") == (
        "s.case.yaml:3:57: cases[0].before.customers[1].email: another customer has this e-mail address"
    )


def test_modules_are_those_of_the_folder_beside_or_of_the_one_that_the_case_names(
    runtime: Runtime, tmp_path: Path
) -> None:
    for folder, kind in (("modules", "beside"), ("shared", "named")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "kind.js").write_text(f"export const kind = '{kind}';")
    text = "cases:\n  - {name: a}\n  - {name: b, modules: shared}\n  - {name: c, modules: none}"
    read = read_text(text, str(tmp_path / "s.case.yaml"))
    script = "import { kind } from 'kind'; setVariable('kind', kind);"
    found = [replay(runtime, read, number, script, "s.js") for number in range(3)]
    assert [one.came and one.came["variables"] for one in found] == [{"kind": "beside"}, {"kind": "named"}, None]
    assert str(found[2].problem) == (f"{tmp_path}/s.case.yaml:4:15: cases[2].modules: no such folder: {tmp_path}/none")


def test_layouts_are_those_of_the_page_s_folder_or_of_the_one_that_the_case_names(
    tmp_path: Path, runtime: Runtime
) -> None:
    (tmp_path / "page.html").write_text('@extends("layout")')
    for folder in (tmp_path, tmp_path / "shared"):
        folder.mkdir(exist_ok=True)
        (folder / "layout.html").write_text(f"<p>{folder.name[:6]}</p>")
    text = "cases:\n  - {name: a}\n  - {name: b, templates: shared}"
    read = read_text(text, f"{tmp_path}/page.case.yaml")
    pages = [replay(runtime, read, number, '@extends("layout")', "page.html").came for number in (0, 1)]
    assert [page and page["html"] for page in pages] == [f"<p>{tmp_path.name[:6]}</p>", "<p>shared</p>"]
