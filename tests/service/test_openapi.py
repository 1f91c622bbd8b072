"""The OpenAPI document: it says what the models and the table of codes say, and what is answered is what it says."""

from typing import Any

import pytest

from runtime import Limits, RunResult
from runtime.service.openapi import document
from runtime.service.refusals import CODES
from tests.service.serving import Service


@pytest.mark.long
def test_every_request_is_answered_as_the_document_says(service: Service) -> None:
    """Right and wrong ones, made up by schemathesis; ``make schema`` tries thousands."""
    from tests.service.schema_runs import check_all  # loads schemathesis, in half a second

    statuses = check_all(service, 10)
    assert {200, 422} <= set(statuses)
    assert {status for status in statuses if status >= 500} == set()


def test_the_document_names_this_hosts_limits_and_no_secret(service: Service) -> None:
    found: dict[str, Any] = service.client.get("/openapi.json").json()
    assert found == document(service.core.runtime.limits)
    assert found["openapi"] == "3.1.0"
    limits = found["components"]["schemas"]["Limits"]["properties"]
    assert {name: one["maximum"] for name, one in limits.items()} == service.core.runtime.limits.model_dump()


def test_every_endpoint_is_in_the_document(service: Service) -> None:
    app_paths = {"/v1/runs", "/v1/runs/{run_id}", "/healthz", "/readyz", "/openapi.json"}
    assert set(document(Limits())["paths"]) == app_paths
    assert {service.client.request("DELETE", path).status_code for path in app_paths} == {405}


def test_the_record_is_described_whole() -> None:
    described = document(Limits())["components"]["schemas"]["RunResult"]["properties"]
    assert set(described) == {name for name, field in RunResult.model_fields.items() if not field.exclude}


def test_every_code_is_named_where_it_can_come() -> None:
    """But for those of the pages and the panel, which are no part of the API."""
    text = str(document(Limits())["paths"])
    assert {code for code in CODES if f"`{code}`" not in text} == {
        *("bad_page", "forbidden", "method_not_allowed"),
    }
