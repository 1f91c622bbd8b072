"""Case files as they are read: what they may say, and what a person is told who gets one wrong."""

import pytest
import yaml

from runtime.placed_yaml import FileUnreadable, shown_path
from runtime.replay.reading import read_text

STATUS_WRONG = (
    "f.case.yaml:3:14: cases[0].expect.status: must be 'ok', 'error', 'time_limit', 'memory_limit', 'limit' or"
    " 'crashed' (got string \"okay\")"
)
HEAD = "cases:\n  - name: one\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f.case.yaml:1:1: the file is empty; it needs 'cases', a list"),
        ("# a comment\n", "f.case.yaml:1:1: the file is empty; it needs 'cases', a list"),
        ("[]", "f.case.yaml:1:1: the file: must be an object (got an array)"),
        ("case: []", "f.case.yaml:1:1: unknown key 'case', did you mean 'cases'?"),
        ("script: a.js", "f.case.yaml:1:1: the file: 'cases' is missing"),
        ("cases: []", "f.case.yaml:1:1: cases: must have at least 1 (got an array)"),
        ("cases:\n  - seed: 1", "f.case.yaml:2:5: cases[0]: 'name' is missing"),
        (HEAD + "    expct: {}", "f.case.yaml:3:5: cases[0]: unknown key 'expct', did you mean 'expect'?"),
        (
            HEAD + "    zzz: 1",
            "f.case.yaml:3:5: cases[0]: unknown key 'zzz' (known: name, session, request, before, clock, …)",
        ),
        (
            HEAD + "    session: {custmer: c_1}",
            "f.case.yaml:3:15: cases[0].session: unknown key 'custmer', did you mean 'customer'?",
        ),
        (
            HEAD + "    session:\n      customer: 5",
            "f.case.yaml:4:7: cases[0].session.customer: must be a string (got number 5)",
        ),
        (
            HEAD + "    request: {query: {page: 2}}",
            "f.case.yaml:3:23: cases[0].request.query.page: must be a string (got number 2)",
        ),
        (
            HEAD + "    request: {method: post}",
            'f.case.yaml:3:15: cases[0].request.method: must match ^[A-Z]{1,16}$ (got string "post")',
        ),
        (
            HEAD + "    seed: 0\n    clock:",
            "f.case.yaml:4:5: cases[0].clock: must be a time in ISO 8601, such as 2026-01-01T09:00:00Z (got null)",
        ),
        (HEAD + "    strict: no", 'f.case.yaml:3:5: cases[0].strict: must be true or false (got string "no")'),
        (
            HEAD + "    limits: {cpu_second: 1}",
            "f.case.yaml:3:14: cases[0].limits: unknown key 'cpu_second', did you mean 'cpu_seconds'?",
        ),
        (
            HEAD + "    limits: {cpu_seconds: -1}",
            "f.case.yaml:3:14: cases[0].limits.cpu_seconds: must be more than 0.0 (got number -1)",
        ),
        (
            HEAD + "    expect: {status: okay}",
            STATUS_WRONG,
        ),
        (
            HEAD + "    expect:\n      logs:\n        - wrn: x",
            "f.case.yaml:5:11: cases[0].expect.logs[0]: unknown level 'wrn', did you mean 'warn'? (got an object)",
        ),
        (
            HEAD + "    expect:\n      entries:\n        deals:\n          - valus: {}",
            "f.case.yaml:6:13: cases[0].expect.entries.deals[0]: unknown key 'valus', did you mean 'values'?",
        ),
        (
            HEAD + "    before:\n      entries:\n        a-b:\n          - id: $x\n          - id: $x",
            'f.case.yaml:7:13: cases[0].before.entries.a-b[1].id: another entry is called so (got string "$x")',
        ),
        (HEAD + "  - name: one", 'f.case.yaml:3:5: cases[1].name: the name "one" is taken by the case in line 2'),
        ("cases:\n  - {name: a, name: b}", "f.case.yaml:2:15: the key 'name' stands twice"),
        ("cases: [", "f.case.yaml:2:1: no YAML: did not find expected node content"),
        ("cases:\n\t- name", "f.case.yaml:2:1: no YAML: found character that cannot start any token"),
        (HEAD + "---\nb: 1", "f.case.yaml:3:1: no YAML: but found another document"),
        ("\0", "f.case.yaml: no YAML: it holds a character that YAML forbids (control characters are not allowed)"),
        ("[" * 100_000, "f.case.yaml:1:1001: no YAML: exceeded maximum nesting depth"),
        (
            HEAD + "    expect: {variables: {a: .nan}}",
            "f.case.yaml:3:29: no JSON value; a text needs quotes (got .nan)",
        ),
        (
            HEAD + "    expect: {variables: {a: 1e999}}",
            "f.case.yaml:3:29: no JSON value; a text needs quotes (got 1e999)",
        ),
        (
            HEAD + "    seed: 0x" + "f" * 6_000,
            f"f.case.yaml:3:11: no JSON value; a text needs quotes (got 0x{'f' * 37}…)",
        ),
        (
            HEAD + "  - <<: {name: b}\n    name: c",
            "f.case.yaml:3:5: cases[1]: unknown key '<<' (known: name, session, request, before, clock, …)",
        ),
        (
            HEAD + "".join(f"    k{n}: 1\n" for n in range(50_000)),
            "f.case.yaml:3:5: cases[0]: unknown key 'k0' (known: name, session, request, before, clock, …)",
        ),
        (
            HEAD + "    expect: {variables: !!python/name:os.system ''}",
            "f.case.yaml:3:25: tags are not allowed (got tag:yaml.org,2002:python/name:os.system)",
        ),
        ("? [a]\n: b", "f.case.yaml:1:3: a key must be text"),
        ("a: &a [*a]", "f.case.yaml:1:4: nested deeper than 100 levels"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_is_allowed(text: str, message: str) -> None:
    with pytest.raises(FileUnreadable) as problem:
        read_text(text, "f.case.yaml")
    assert str(problem.value) == message


def test_aliases_stand_for_no_more_than_a_million_values() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 8)]
    with pytest.raises(FileUnreadable, match="the file stands for more than 1,000,000 values"):
        read_text("\n".join(lines), "f")


def test_plain_scalars_mean_what_the_core_schema_of_yaml_says() -> None:
    """Where YAML 1.1 saw booleans, dates, octals and sexagesimals, YAML 1.2 sees text and decimals."""
    plain = "[2026-03-15, no, on, 012, 0o17, 0x1f, 1_000, 12:30:45, 1e3, .5, -0.5, '1', null, ~, True, 1.]"
    read = read_text(f"{HEAD}    expect: {{variables: {{v: {plain}, e: }}}}", "f")
    assert read.cases.cases[0].expect.variables == {
        "v": ["2026-03-15", "no", "on", 12, 15, 31, "1_000", "12:30:45", 1000.0, 0.5, -0.5, "1", None, None, True, 1.0],
        "e": None,
    }


def test_cases_may_share_parts_by_aliases() -> None:
    read = read_text("cases:\n  - name: a\n    session: &who {customer: c_1}\n  - name: b\n    session: *who", "f")
    assert [case.session.customer for case in read.cases.cases] == ["c_1", "c_1"]


def test_a_path_that_leads_nowhere_has_the_place_of_what_is_nearest() -> None:
    read = read_text(HEAD + "    expect:\n      variables: {a: 1}", "f")
    assert read.place(("cases", 0, "expect", "variables", "b", "c")) == (4, 7)
    assert shown_path(("cases", 0, "a b", "$c", "d-e")) == 'cases[0]["a b"].$c.d-e'


def test_scanner_is_the_fast_one() -> None:
    """Wheels of PyYAML bring libyaml along; without it a thousand cases take ten times as long to read."""
    assert yaml.__with_libyaml__
