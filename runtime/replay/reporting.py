"""What came of cases, for machines: where to look, and a report in JUnit's XML."""

import re
from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from runtime.replay.comparing import Difference
from runtime.replay.running import Replayed
from runtime.replay.wording import difference_lines

WIDTH = 100
_FORBIDDEN_IN_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def junit(replayed: Sequence[Replayed]) -> bytes:
    """A JUnit report: a suite for each case file. What XML cannot hold is shown as an escape."""
    root = ET.Element("testsuites", _counts(replayed))
    for file, cases in groupby(replayed, lambda one: one.read.file):
        ones = list(cases)
        suite = ET.SubElement(root, "testsuite", {"name": _fit(file), **_counts(ones)})
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


def _testcase(one: Replayed) -> ET.Element:
    line = place_of(one)[0]
    case = ET.Element(
        "testcase",
        {
            "classname": _fit(one.read.file),
            "name": _fit(one.case.name),
            "time": f"{one.seconds:.3f}",
            "file": _fit(one.read.file),
            "line": str(line),
        },
    )
    if one.problem is not None:
        ET.SubElement(case, "error", {"type": "case", "message": _fit(one.problem.problem)})
    elif one.differences:
        text = _fit(difference_text(one))
        ET.SubElement(case, "failure", {"type": "difference", "message": text.partition("\n")[0]}).text = text
    return case


def _counts(replayed: Sequence[Replayed]) -> dict[str, str]:
    return {
        "tests": str(len(replayed)),
        "failures": str(sum(bool(one.differences) for one in replayed)),
        "errors": str(sum(one.problem is not None for one in replayed)),
        "time": f"{sum(one.seconds for one in replayed):.3f}",
    }


def _fit(text: str) -> str:
    r"""The text with characters that XML 1.0 forbids as escapes, such as ``\x1b``."""
    return _FORBIDDEN_IN_XML.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
