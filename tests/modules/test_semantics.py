"""What modules do, case by case, as the language has it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.modules.cases import Case, load_cases

UNITS = "export const KG = 2.5;"


@pytest.mark.parametrize("case", load_cases("semantics.txt"), ids=lambda case: case.name)
def test_modules_behave_as_the_language_has_it(variables_of: Callable[..., dict[str, Any]], case: Case) -> None:
    expression, value = case.expected
    variables = variables_of(f"{case.script}\nsetVariable('value', {expression});", case.modules)
    assert variables["value"] == json.loads(value)


def test_imports_are_there_before_the_scripts_first_line(variables_of: Callable[..., dict[str, Any]]) -> None:
    source = "setVariable('early', [KG, globalThis.seen]);\nimport { KG } from 'units';\nimport 'm';"
    assert variables_of(source, {"units": UNITS, "m": "globalThis.seen = 1;"}) == {"early": [2.5, 1]}


def test_a_change_of_a_module_counts_from_the_next_run_on(variables_of: Callable[..., dict[str, Any]]) -> None:
    script = "import { a } from 'm';\nsetVariable('a', a);"
    assert [variables_of(script, {"m": f"export const a = {value};"}) for value in (1, 2, 1)] == [
        {"a": 1},
        {"a": 2},
        {"a": 1},
    ]
