"""The schema that editors complete case files by is the form itself."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from runtime.replay.case import CaseFile
from runtime.replay.schema import case_schema, schema_text

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "schemas" / "case.schema.json"
SAMPLES = sorted((ROOT / "scripts_examples").glob("*.case.yaml"))


def test_schema_in_the_docs_is_made_from_the_models() -> None:
    """``make docs`` renews it."""
    assert FILE.read_text() == schema_text()


def test_schema_names_every_key_of_a_case_file() -> None:
    assert {*case_schema()["properties"]} == {*CaseFile.model_fields}
    assert {"Case", "Before", "Expectation", "EnsureCrmEntity"} <= {*case_schema()["$defs"]}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_samples_fit_the_schema_that_their_first_line_names(sample: Path) -> None:
    first, _, rest = sample.read_text().partition("\n")
    named = (sample.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve()
    assert named == FILE
    jsonschema_rs.validator_for(json.loads(FILE.read_text())).validate(yaml.load(rest, _TextTimes))


@pytest.mark.parametrize(
    "case",
    [
        {"nam": "a"},
        {"name": "a", "clock": 5},
        {"name": "a", "expect": {"logs": [{"wrn": "x"}]}},
        {"name": "a", "expect": {"entries": {"s": [{"vals": {}}]}}},
        {"name": "a", "before": {"entities": [{"name": "no slug"}]}},
    ],
)
def test_schema_finds_what_the_reader_finds(case: dict[str, Any]) -> None:
    assert not jsonschema_rs.is_valid(case_schema(), {"cases": [case]})


class _TextTimes(yaml.SafeLoader):  # type: ignore[misc]  # the library has no types
    """Leaves times as they are written, as YAML 1.2 does."""


_TextTimes.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))
