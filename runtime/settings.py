"""What the environment sets. Command-line options come before it; ``reference()`` is the page that documents it."""

import os
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt, SecretStr

from runtime.limits import HeapBytes
from runtime.service.settings import ServiceSettings
from runtime.usual_limits import CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS
from runtime.variables import variable

Switch = Literal["off", "on"]
LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["text", "json"]
_SERVICE = ServiceSettings()


class Settings(BaseModel):
    """Read once, when a command starts. Raises pydantic's ``ValidationError`` for a value that is not allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)

    store: Annotated[
        str,
        Field(
            min_length=1,
            description="Where the data is, as a URL. `sqlite:///` is followed by a path: `sqlite:///./crm.db` lies in"
            " the working directory, `sqlite:////var/lib/crm.db` does not depend on it."
            " `postgresql://user@host/shop` is a PostgreSQL database.",
        ),
    ] = "sqlite:///./funnelscript.db"
    queue: Annotated[
        str | None,
        Field(
            min_length=1,
            description="Redis for writes with `async`, as a URL: `redis://host:6379/0`, `rediss://…` with TLS or"
            " `unix:///path`. Where it is not set, `funnelscript run` has a server of its own for them.",
        ),
    ] = None
    http: Annotated[
        Switch, Field(description="Whether scripts find `http`, with which they call public addresses.")
    ] = "off"
    http_hosts: Annotated[
        str | None,
        Field(
            min_length=1,
            description="The only hosts that `http` may call, parted by commas: `api.example.com,*.partner.example`."
            " Where it is not set, any public host.",
        ),
    ] = None
    modules: Annotated[
        str | None,
        Field(
            min_length=1,
            description="A folder with modules that scripts may import: `prices` is its file `prices.js`. They come"
            " before those of the store.",
        ),
    ] = None
    log_level: Annotated[LogLevel, Field(description="The least severe of the events that are logged.")] = "warning"
    log_format: Annotated[
        LogFormat, Field(description="How events look on standard error: text, or one JSON object a line.")
    ] = "text"
    max_runs: Annotated[PositiveInt, Field(description="`serve`: how many runs are at work at a time.")] = (
        _SERVICE.max_runs
    )
    max_waiting: Annotated[int, Field(ge=0, description="`serve`: how many runs wait behind them.")] = (
        _SERVICE.max_waiting
    )
    max_wait_seconds: Annotated[PositiveFloat, Field(description="`serve`: how long a run waits at most.")] = (
        _SERVICE.max_wait_seconds
    )
    max_brand_runs: Annotated[
        PositiveInt, Field(description="`serve`: how many runs one brand may have, at work and waiting together.")
    ] = _SERVICE.max_brand_runs
    max_body_bytes: Annotated[PositiveInt, Field(description="`serve`: the largest body that is taken.")] = (
        _SERVICE.max_body_bytes
    )
    max_held_bytes: Annotated[
        PositiveInt,
        Field(description="`serve`: the most bytes of bodies that are held at a time, of all requests together."),
    ] = _SERVICE.max_held_bytes
    cpu_seconds: Annotated[PositiveFloat, Field(description="`serve`: the most CPU time of one run.")] = CPU_SECONDS
    wall_seconds: Annotated[PositiveFloat, Field(description="`serve`: the most time of one run in all.")] = (
        WALL_SECONDS
    )
    memory_bytes: Annotated[HeapBytes, Field(description="`serve`: the most heap of one run.")] = MEMORY_BYTES
    record_share: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="`serve`: which share of the runs that ended well is kept on record, beside all others:"
            " `0` none, `0.01` one in a hundred, `1` all.",
        ),
    ] = 0.0
    keep_runs_days: Annotated[PositiveFloat, Field(description="For how many days a run stays on record.")] = 14.0
    session_key: Annotated[
        SecretStr | None,
        Field(
            min_length=32,
            description="`serve --pages`: what signs visitors' sessions, 32 characters or more. Where it is not set,"
            " one is made and kept beside the store.",
        ),
    ] = None


def said(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the environment (of the process, by default) sets, by setting; its names may be in either case."""
    values = {name.upper(): value for name, value in (os.environ if environment is None else environment).items()}
    return {name: values[variable(name)] for name in Settings.model_fields if variable(name) in values}


def reference() -> str:
    """The page `docs/settings.md`, in Markdown."""
    from runtime import store_urls

    rows = [
        f"| `{variable(name)}` | {_allowed(field.annotation)} | {_shown(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            "The commands read these environment variables; an option of the command line comes before its variable.",
            "",
            "| variable | allowed | default | what it sets |",
            "|---|---|---|---|",
            *rows,
            "",
            store_urls.section(),
        ]
    )


def _shown(default: object) -> str:
    return "not set" if default is None else f"`{default}`"


def _allowed(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(annotation))
    return "whole number" if annotation is int else "number" if annotation is float else "text"
