"""Reports for machines: well-formed whatever scripts and cases say."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from runtime.differing import NOTHING, Difference
from runtime.placed_yaml import FileUnreadable, Place
from runtime.replay.reading import read_text
from runtime.replay.reporting import case_result, junit
from runtime.replay.running import Replayed
from runtime.replay.wording import difference_lines, value_text

TEXT = """\
cases:
  - name: "one: 100 %, <b>"
    expect:
      variables:
        a: 1
  - name: two
  - name: three
"""
READ = read_text(TEXT, "a,b/s.case.yaml")
DIFFERENT = Replayed(
    READ, 0, 0.25, [Difference(("variables", "a"), 1, 2), Difference(("logs", 0), NOTHING, {"log": "<&\x1b\ud800>"})]
)
WELL = Replayed(READ, 1, 0.5, [])
UNUSABLE = Replayed(READ, 2, 0.0, [], problem=FileUnreadable("a,b/s.case.yaml", Place(7, 5), "cases[2]: no"))


def test_report_counts_and_names_each_case() -> None:
    assert junit([case_result(one) for one in (DIFFERENT, WELL, UNUSABLE)]).decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<testsuites tests="3" failures="1" errors="1" time="0.750">\n'
        '  <testsuite name="a,b/s.case.yaml" tests="3" failures="1" errors="1" time="0.750">\n'
        '    <testcase classname="a,b/s.case.yaml" name="one: 100 %, &lt;b&gt;" time="0.250" file="a,b/s.case.yaml"'
        ' line="5">\n'
        '      <failure type="difference" message="variables.a: expected 1, got 2">variables.a: expected 1, got 2\n'
        'logs[0]: expected nothing, got {"log": "&lt;&amp;\\u001b\\ud800&gt;"}</failure>\n'
        "    </testcase>\n"
        '    <testcase classname="a,b/s.case.yaml" name="two" time="0.500" file="a,b/s.case.yaml" line="6" />\n'
        '    <testcase classname="a,b/s.case.yaml" name="three" time="0.000" file="a,b/s.case.yaml" line="7">\n'
        '      <error type="case" message="cases[2]: no" />\n'
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n"
    )


@given(st.text(), st.text())
def test_report_is_xml_whatever_comes(expected: str, came: str) -> None:
    one = DIFFERENT._replace(differences=[Difference(("html",), expected, came)])
    failure = ET.fromstring(junit([case_result(one)])).find(".//failure")
    assert failure is not None
    assert (failure.text or "").startswith("html:")


def test_difference_is_on_one_line_where_it_fits() -> None:
    one = Difference(("entries", "check-ins", 0, "values", "my mood"), "rested", "tired")
    line = 'entries.check-ins[0].values["my mood"]: expected "rested", got "tired"'
    assert difference_lines(one, len(line)) == [line]
    assert difference_lines(one, len(line) - 1) == [
        'entries.check-ins[0].values["my mood"]:',
        '  expected "rested"',
        '  got      "tired"',
    ]


def test_texts_of_many_lines_are_shown_as_a_diff() -> None:
    lines = [str(number) for number in range(9)]
    other = [*lines[:4], "four", *lines[5:]]
    assert difference_lines(Difference(("html",), "\n".join(lines), "\n".join(other)), 80) == [
        "html:",
        "  …",
        "    3",
        "  - 4",
        "  + four",
        "    5",
    ]


def test_long_values_are_cut_with_a_word_of_how_long_they_are() -> None:
    assert value_text("x" * 1_000) == '"' + "x" * 399 + "… (1,002 characters in all)"
    assert value_text(NOTHING) == "nothing"
