"""The OpenAPI document, made from the models that check and answer, and from the table of error codes."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from runtime.limits import Limits
from runtime.record import RunResult
from runtime.service.health import Health, Readiness
from runtime.service.orders import PageRun, order_model
from runtime.service.records import RUN_ID_PATTERN, KeptRun, RunList, RunsAsked
from runtime.service.refusals import CODES, ErrorAnswer

Json = dict[str, Any]

_COMPONENT = "#/components/schemas/"
_ALWAYS = ("bad_request", "timeout", "headers_too_large", "internal_error", "not_implemented")
"""Codes that any request can have, whatever it asks."""
_TOKEN = ("no_token", "bad_token", "missing_scope")


def document(limits: Limits) -> Json:
    """The document of a service with these limits for a run."""
    order = order_model(limits)
    taken: list[type[BaseModel]] = [order]
    given: list[type[BaseModel]] = [RunResult, PageRun, RunList, KeptRun, Health, Readiness, ErrorAnswer]
    inputs: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "validation") for model in taken]
    outputs: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "serialization") for model in given]
    names, schemas = models_json_schema([*inputs, *outputs], ref_template=_COMPONENT + "{model}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "funnelscript",
            "version": version("funnelscript"),
            "description": "Runs funnel pages' backend scripts, with the CRM functions at hand.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": _paths(_operations(names[order, "validation"])),
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "fst.<brand>.<id>.<secret>"}
            },
        },
    }


def _paths(operations: list[tuple[str, str, Json]]) -> Json:
    paths: Json = {}
    for path, method, operation in operations:
        paths.setdefault(path, {})[method] = operation
    return paths


def _operations(order: Json) -> list[tuple[str, str, Json]]:
    start = _operation(
        "startRun",
        "Run a script or page, and give its record",
        {"anyOf": [{"$ref": _COMPONENT + "RunResult"}, {"$ref": _COMPONENT + "PageRun"}]},
        (
            *_TOKEN,
            *("wrong_brand", "bad_json", "length_required", "too_large", "unsupported_media_type", "invalid"),
            *("too_many_runs", "busy", "sandbox_unavailable", "store_unavailable", "runtime_closed"),
        ),
    )
    start["requestBody"] = {"required": True, "content": {"application/json": {"schema": order}}}
    reading = (*_TOKEN, "store_unavailable")
    listing = _operation(
        "listRuns", "List runs on record, newest first", {"$ref": _COMPONENT + "RunList"}, (*reading, "invalid")
    )
    listing["parameters"] = [
        {"name": name, "in": "query", "schema": _of_text(schema)}
        for name, schema in RunsAsked.model_json_schema()["properties"].items()
    ]
    showing = _operation("showRun", "Show a run on record", {"$ref": _COMPONENT + "KeptRun"}, (*reading, "not_found"))
    run_id = {"type": "string", "pattern": RUN_ID_PATTERN}
    showing["parameters"] = [{"name": "run_id", "in": "path", "required": True, "schema": run_id}]
    health = _operation("health", "Whether the process lives", {"$ref": _COMPONENT + "Health"})
    ready = _operation("readiness", "Whether runs can be done now", {"$ref": _COMPONENT + "Readiness"})
    ready["responses"]["503"] = _answer("A part cannot be used.", {"$ref": _COMPONENT + "Readiness"})
    this = _operation("openapi", "This document", {"type": "object"})
    for open_to_all in (health, ready, this):
        open_to_all["security"] = []
    return [
        ("/v1/runs", "post", start),
        ("/v1/runs", "get", listing),
        ("/v1/runs/{run_id}", "get", showing),
        ("/healthz", "get", health),
        ("/readyz", "get", ready),
        ("/openapi.json", "get", this),
    ]


def _of_text(schema: Json) -> Json:
    """A schema without null, which an address cannot say: a parameter is there or is left out."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**kinds[0], **{key: value for key, value in schema.items() if key not in {"anyOf", "default"}}}


def _operation(name: str, summary: str, schema: Json, codes: Sequence[str] = ()) -> Json:
    return {
        "operationId": name,
        "summary": summary,
        "responses": {"200": _answer("Done.", schema), **_errors((*codes, *_ALWAYS))},
    }


def _errors(codes: Sequence[str]) -> Json:
    """An answer for each status, which names its codes."""
    statuses = sorted({CODES[code].status for code in codes})
    return {
        str(status): _answer(
            " ".join(f"`{code}`: {CODES[code].meaning}" for code in codes if CODES[code].status == status),
            {"$ref": _COMPONENT + "ErrorAnswer"},
        )
        for status in statuses
    }


def _answer(description: str, schema: Json) -> Json:
    return {
        "description": description,
        "headers": {"X-Request-Id": {"description": "Names this request in the log.", "schema": {"type": "string"}}},
        "content": {"application/json": {"schema": schema}},
    }
