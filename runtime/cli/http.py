"""``http`` for the commands that run scripts: its option, and what option and environment come to."""

from typing import Annotated

import typer

from runtime.cli.options import build
from runtime.http.settings import HttpSettings
from runtime.settings import Settings
from runtime.variables import variable

HttpOption = Annotated[
    bool | None,
    typer.Option(
        "--http/--no-http",
        help=f"Scripts find http, and may call other sites. \\[default: what {variable('http')} says]",
    ),
]


def http_of(settings: Settings, given: bool | None) -> HttpSettings | None:
    """The bounds of ``http``, None where it is off; ``given`` is the option."""
    if not (settings.http == "on" if given is None else given):
        return None
    hosts = None if settings.http_hosts is None else settings.http_hosts.split(",")
    return build(HttpSettings, {"allowed_hosts": variable("http_hosts")}, {"allowed_hosts": hosts})
