"""What can be said on the command line and in the environment, and how each word becomes a value."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.variables import variable

if TYPE_CHECKING:
    from pydantic import BaseModel

    from runtime.settings import Settings

Model = TypeVar("Model", bound="BaseModel")

DEFAULT_BRAND = "demo"

BrandOption = Annotated[str, typer.Option("--brand", metavar="BRAND", help="The brand whose data it is.")]
StoreOption = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", help=f"Where the data is. \\[default: what {variable('store')} says]"),
]
ModulesOption = Annotated[
    str | None,
    typer.Option(
        "--modules",
        metavar="DIR",
        help=f"A folder with modules that scripts may import. \\[default: what {variable('modules')} says]",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def environment() -> "Settings":
    """The settings, with logging set up as they say."""
    from runtime.logging import configure
    from runtime.settings import Settings, said

    settings = build(Settings, {name: variable(name) for name in Settings.model_fields}, said())
    configure(settings.log_level, settings.log_format)
    return settings


def build(model: type[Model], names: Mapping[str, str], values: Mapping[str, object]) -> Model:
    """A model of the values that were given (None is not); what it refuses is said of the name that a person knows.

    ``names`` maps the model's fields to options or variables.
    """
    from pydantic import ValidationError

    try:
        return model(**{name: value for name, value in values.items() if value is not None})
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        name = names[str(problem["loc"][0])]
        raise CommandFailed(ExitStatus.USAGE, f"{name}: {problem['msg']} (got {problem['input']!r})") from error


def milliseconds(text: str, option: str = "--now") -> int:
    """A time in ISO 8601 as milliseconds since 1970 UTC; one without a zone is UTC."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{option}: not a time in ISO 8601 such as 2026-03-15T09:00:00Z (got {text!r})"
        raise CommandFailed(ExitStatus.USAGE, message) from error
    return round((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000)
