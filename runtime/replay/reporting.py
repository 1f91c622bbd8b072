"""What came of cases and tapes, for machines: where to look, and a report in JUnit's XML."""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple
from xml.etree import ElementTree as ET

from runtime.differing import Difference
from runtime.replay.running import Replayed
from runtime.replay.wording import difference_lines

WIDTH = 100
"""Of the lines of a report, as far as that is in its own hands."""
_FORBIDDEN_IN_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


class Result(NamedTuple):
    """What came of one case or tape. ``suite`` is the file that it is in, ``file`` and ``line`` the place to look at.

    ``difference`` says what is different, a line or more; ``problem``, why it could not be done at all.
    """

    suite: str
    name: str
    file: str
    line: int | None
    seconds: float
    difference: str | None = None
    problem: str | None = None


def case_result(one: Replayed) -> Result:
    """What came of a case."""
    difference = difference_text(one) if one.differences else None
    problem = None if one.problem is None else one.problem.problem
    return Result(
        one.read.file, one.case.name, one.read.file, place_of(one)[0], one.seconds, difference, problem=problem
    )


def junit(results: Sequence[Result]) -> bytes:
    """A JUnit report: a suite for each file of cases, and for each tape. What XML cannot hold is shown as an escape."""
    root = ET.Element("testsuites", _counts(results))
    for name, members in groupby(results, lambda one: one.suite):
        ones = list(members)
        suite = ET.SubElement(root, "testsuite", {"name": _fit(name), **_counts(ones)})
        for one in ones:
            suite.append(_testcase(one))
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def difference_text(one: Replayed) -> str:
    """All that is not as expected in a case, a difference a line or more."""
    return "\n".join(line for found in one.differences for line in difference_lines(found, WIDTH))


def place_of(one: Replayed) -> tuple[int, int]:
    """Where in the case file to look: at the first difference, or at what is wrong."""
    if one.problem is not None and one.problem.place is not None:
        return one.problem.place
    return difference_place(one, one.differences[0]) if one.differences else one.read.place(("cases", one.number))


def difference_place(one: Replayed, found: Difference) -> tuple[int, int]:
    """Where the value of a difference is expected, or the case's name where nothing of it is."""
    place = one.read.place(("cases", one.number, "expect", *found.path))
    return place if "expect" in one.case.model_fields_set else one.read.place(("cases", one.number, "name"))


def _testcase(one: Result) -> ET.Element:
    said = {"classname": one.suite, "name": one.name, "time": f"{one.seconds:.3f}", "file": one.file}
    place = {} if one.line is None else {"line": str(one.line)}
    case = ET.Element("testcase", {key: _fit(value) for key, value in said.items()} | place)
    if one.problem is not None:
        ET.SubElement(case, "error", {"type": "case", "message": _fit(one.problem)})
    elif one.difference is not None:
        text = _fit(one.difference)
        ET.SubElement(case, "failure", {"type": "difference", "message": text.partition("\n")[0]}).text = text
    return case


def _counts(results: Sequence[Result]) -> dict[str, str]:
    return {
        "tests": str(len(results)),
        "failures": str(sum(one.difference is not None for one in results)),
        "errors": str(sum(one.problem is not None for one in results)),
        "time": f"{sum(one.seconds for one in results):.3f}",
    }


def _fit(text: str) -> str:
    r"""The text with characters that XML 1.0 forbids as escapes, such as ``\x1b``."""
    return _FORBIDDEN_IN_XML.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
