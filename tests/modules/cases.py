"""Cases as texts: each a script, the modules that it may import, and what must come of it.

A case begins with ``## name``. Its script follows, then each module behind ``--- code``, then the lines ``=> words``.
"""

from pathlib import Path
from typing import NamedTuple

DIRECTORY = Path(__file__).parent


class Case(NamedTuple):
    """One case; ``expected`` has its ``=>`` lines in order."""

    name: str
    script: str
    modules: dict[str, str]
    expected: list[str]


def load_cases(name: str) -> list[Case]:
    """The cases of a file of this folder. Raises ``ValueError`` where a name stands twice."""
    text = (DIRECTORY / name).read_text(encoding="utf-8")
    cases = [_case(section) for section in ("\n" + text).split("\n## ")[1:]]
    if len({case.name for case in cases}) != len(cases):
        raise ValueError("a name stands twice")
    return cases


def _case(section: str) -> Case:
    name, _, body = section.partition("\n")
    expected = [line.removeprefix("=> ") for line in body.splitlines() if line.startswith("=> ")]
    script, *modules = body.partition("\n=> ")[0].split("\n--- ")
    named = dict(module.partition("\n")[::2] for module in modules)
    return Case(name, script, named, expected)
