"""``http`` for the commands that run scripts: its option, and what option and environment come to."""

from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli.options import build
from runtime.variables import variable

if TYPE_CHECKING:
    from runtime.http.settings import HttpSettings
    from runtime.settings import Settings

HttpOption = Annotated[
    bool | None,
    typer.Option(
        "--http/--no-http",
        help=f"Scripts find http, and may call other sites. \\[default: what {variable('http')} says]",
    ),
]


def http_of(settings: "Settings", given: bool | None) -> "HttpSettings | None":
    """The bounds of ``http``, None where it is off; ``given`` is the option."""
    from runtime.http.settings import HttpSettings

    if not (settings.http == "on" if given is None else given):
        return None
    hosts = None if settings.http_hosts is None else settings.http_hosts.split(",")
    return build(HttpSettings, {"allowed_hosts": variable("http_hosts")}, {"allowed_hosts": hosts})
