"""schemathesis on the OpenAPI document: a test has the short form, ``make schema`` the long one.

Each request that it makes up, right and wrong ones, must be answered as the document says: with a status, headers and a
body that it names, never 5xx; right ones are taken, wrong ones are not.
"""

import sys
from collections import Counter
from typing import Any

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase

from runtime.logging import configure
from tests.properties import PROJECT
from tests.service.serving import Service, serving

LONG_EXAMPLES = 2_000


def check_all(service: Service, examples: int) -> Counter[int]:
    """Try so many requests of each operation and kind; the statuses that came. Raises where an answer is not right."""
    statuses: Counter[int] = Counter()
    schema = schemathesis.openapi.from_dict(service.client.get("/openapi.json").json())
    for found in schema.get_all_operations():
        operation: schemathesis.APIOperation[Any, Any, Any, Any] = found.ok()  # type: ignore[union-attr]  # it is in order
        takes_much = bool(operation.body or operation.query)
        modes = list(schemathesis.GenerationMode) if takes_much else [schemathesis.GenerationMode.POSITIVE]
        for mode in modes:
            _check(service, operation, mode, examples if takes_much else 3, statuses)
    return statuses


def _check(
    service: Service,
    operation: schemathesis.APIOperation[Any, Any, Any, Any],
    mode: schemathesis.GenerationMode,
    examples: int,
    statuses: Counter[int],
) -> None:
    @hypothesis.settings(
        PROJECT,
        max_examples=examples,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(mode))
    def one(case: schemathesis.Case[Any]) -> None:
        hypothesis.assume(_has_doubles_only(case.body))
        # A parameter of the address that nobody knows is no mistake on the web.
        hypothesis.assume(set(case.query or {}) <= {parameter.name for parameter in operation.query})
        headers = {"Authorization": service.bearer()} if operation.path.startswith("/v1/") else {}
        answer = case.call_and_validate(base_url=service.url, headers=headers, timeout=60)
        assert b"Traceback" not in answer.content
        statuses[answer.status_code] += 1

    one()


def _has_doubles_only(value: Any) -> bool:
    """Whether all numbers are such as JavaScript prints; a schema cannot say that of values of any type."""
    if isinstance(value, dict | list):
        return all(map(_has_doubles_only, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, int) or abs(value) < 10**21


if __name__ == "__main__":
    configure("error")
    with serving() as running:
        print(dict(sorted(check_all(running, LONG_EXAMPLES).items())), file=sys.stderr)  # noqa: T201 - the answer
