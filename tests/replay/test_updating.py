"""``--update``: what came stands in the file, and nothing else has changed."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.replay.case import ANY
from runtime.replay.comparing import Came
from runtime.replay.reading import read_text
from runtime.replay.running import Replayed
from runtime.replay.updating import update, updated
from tests.replay.conftest import Replay

NOTHING_CAME: Came = {
    "status": "ok",
    "error": None,
    "variables": {},
    "logs": [],
    "warnings": [],
    "response": None,
    "redirect": None,
    "headers": {},
    "cookies": {},
    "session": {},
    "session_customer": None,
    "customer": "c_1",
    "deferred_writes": 0,
    "html": "",
    "entries": {},
}

WRITTEN = """\
# yaml-language-server: $schema=case.schema.json
cases:
    # The first of all
    - name:   "first"   # in quotes
      session: {customer: c_1}   # Ada
      expect:
          variables:
              # stays
              mood: good   # changes
              gone: 1
              any: $any
              date: 2026-03-15
              pi: 3.140
          logs: [one, two]
          entries:
              check-ins:
                  - values: {mood: good}   # its line
                  # the second one
                  - title: x

    # The second
    - {name: second, session: {customer: c_1}, expect: {variables: {a: 1}}}
    # The end
"""
UPDATED = """\
# yaml-language-server: $schema=case.schema.json
cases:
    # The first of all
    - name: "first"     # in quotes
      session: {customer: c_1}   # Ada
      expect:
          variables:
              # stays
              mood: bad    # changes
              any: $any
              date: 2026-03-15
              pi: 3.140
              new:
                  a: [1]
          logs: [one, two, 'no: 3']
          entries:
              check-ins:
                  - values: {mood: bad}    # its line
                  # the second one
                  - title: y
                  - title: z
                    values: {mood: good, since: 2026}
          warnings:
              - careful: Look out

    # The second
    - {name: second, session: {customer: c_1}, expect: {variables: {a: 1, b: 2}}}
    # The end
"""


def replayed_as(text: str, *came: Came) -> list[Replayed]:
    """What comes of the cases of a text, as if it had come of runs."""
    read = read_text(text, "s.case.yaml")
    return [Replayed(read, number, 0.0, [], NOTHING_CAME | one) for number, one in enumerate(came)]


def entry(**said: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "id": "$entry-1",
        "reference": "customer:c_1",
        "title": None,
        "stage": None,
        "values": {},
        "relations": {},
    }
    return whole | said


def test_comments_order_quotes_and_blank_lines_stay() -> None:
    first = {
        "variables": {"date": "2026-03-15", "pi": 3.14, "mood": "bad", "any": 5, "new": {"a": [1]}},
        "logs": [{"log": "one"}, {"log": "two"}, {"log": "no: 3"}],
        "warnings": [{"careful": "Look out"}],
        "entries": {
            "check-ins": [
                entry(values={"mood": "bad"}),
                entry(title="y"),
                entry(title="z", values={"mood": "good", "since": 2026}),
            ]
        },
    }
    assert updated(WRITTEN, replayed_as(WRITTEN, first, {"variables": {"b": 2, "a": 1}})) == UPDATED


def test_an_anchor_changes_no_indentation() -> None:
    text = """cases:
  - name: a
    before: &same
      entities:
        - slug: deals
    expect: {}
  - name: b
    before: *same
"""
    first = "    expect:\n      variables: {a: 1}\n"
    assert updated(text, replayed_as(text, {"variables": {"a": 1}}, {})) == text.replace("    expect: {}\n", first)


def test_what_need_not_be_said_is_not() -> None:
    text = "cases:\n- name: a\n  session: {customer: c_1}\n- name: b\n"
    came = {
        "status": "error",
        "error": {"name": "E", "message": "m", "file": "f.js", "line": 3, "column": 4, "code": None},
        "redirect": {"url": "/x", "status": 302},
        "cookies": {"a": {"value": "1", "max_age_seconds": None, "path": "/"}},
        "entries": {"s": [entry(values={"text": "two\nlines\n"}), entry(reference="order:1", stage="a/b")]},
    }
    limit = {"status": "time_limit", "error": {"name": "LimitError", "message": "m", "line": None, "code": "c"}}
    assert updated(text, replayed_as(text, came, limit)) == (
        "cases:\n"
        "- name: a\n"
        "  session: {customer: c_1}\n"
        "  expect:\n"
        "    error: {name: E, message: m, line: 3}\n"
        "    redirect: {url: /x, status: 302}\n"
        "    cookies:\n"
        "      a: {value: '1'}\n"
        "    entries:\n"
        "      s:\n"
        "      - values:\n"
        "          text: |\n"
        "            two\n"
        "            lines\n"
        "      - {reference: order:1, stage: a/b}\n"
        "- name: b\n"
        "  expect:\n"
        "    status: time_limit\n"
        "    error: {name: LimitError, message: m, code: c}\n"
    )


def test_what_does_not_come_any_more_is_taken_out() -> None:
    text = "cases:\n  - name: a\n    expect:\n      error: {line: 1}\n      logs: [x]   # gone\n\n  - name: b\n"
    assert updated(text, replayed_as(text, {})) == "cases:\n  - name: a\n\n  - name: b\n"


def test_line_ends_of_another_system_stay() -> None:
    text = "cases:\r\n  - name: a\r\n    expect:\r\n      variables: {a: 1}\r\n"
    assert updated(text, replayed_as(text, {"variables": {"a": 2}})) == text.replace("1", "2")


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.sampled_from(
        [
            "no",
            "~",
            "012",
            "0x1f",
            "1_000",
            "2026-03-15",
            "=",
            "<<",
            "a\nb",
            " a\n",
            "?a",
            ":a",
            "\x85",
            "#",
            "- a",
            ": ",
            "\t",
        ]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40)
@given(json_values, json_values)
def test_what_is_written_is_read_as_it_came(old: Any, new: Any) -> None:
    """Whatever stood there before, and whatever YAML makes of such texts: dates, booleans, line breaks, quotes."""
    variables = {"v": new, "w": [new]}
    empty = "cases:\n  - name: a\n    expect:\n      variables: {k: 1}\n\n  - name: b\n"
    text = updated(empty, replayed_as(empty, {"variables": {"v": old, "w": [old]}}))
    again = updated(text, replayed_as(text, {"variables": variables}))
    expected = read_text(again, "f").cases.cases[0].expect.variables
    assert ANY in str(old) or expected == variables


def test_file_is_replaced_whole_with_its_permissions(tmp_path: Path, replayed: Replay) -> None:
    file = tmp_path / "s.case.yaml"
    file.write_text("cases:\n  - name: one\n")
    file.chmod(0o640)
    one = replayed("", "setVariable('a', 1)")
    one = one._replace(read=read_text(file.read_text(), str(file)))
    assert update([one]) is True
    assert file.read_text() == "cases:\n  - name: one\n    expect:\n      variables: {a: 1}\n"
    assert (file.stat().st_mode & 0o777, [path.name for path in tmp_path.iterdir()]) == (0o640, ["s.case.yaml"])


@pytest.mark.parametrize("script", ["", "setVariable('a', 1)"])
def test_nothing_is_written_where_nothing_differs(tmp_path: Path, replayed: Replay, script: str) -> None:
    case = "expect: {variables: {a: 1}}" if script else ""
    one = replayed(case, script)
    assert update([one._replace(read=one.read._replace(file=str(tmp_path / "none")))]) is False
