"""The JSON Schema of case files, for editors: ``python -m runtime.replay.schema``."""

import json
import sys
from typing import Any

from pydantic.json_schema import models_json_schema

from bindings.arguments.entities import EnsureCrmEntity
from runtime.replay.case import CaseFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def case_schema() -> dict[str, Any]:
    """The schema: the models' own, and for entities that of ``EnsureCrmEntity``."""
    _, made = models_json_schema([(CaseFile, "validation"), (EnsureCrmEntity, "validation")], by_alias=True)
    definitions = made["$defs"]
    definitions["Before"]["properties"]["entities"]["items"] = {"$ref": "#/$defs/EnsureCrmEntity"}
    root = definitions.pop("CaseFile")
    return {"$schema": DIALECT, **root, "title": "Cases of a funnelscript script", "$defs": definitions}


def schema_text() -> str:
    """The schema as its file holds it."""
    return json.dumps(case_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
