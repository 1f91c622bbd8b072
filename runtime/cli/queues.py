"""What the commands on the queue have in common: its option, and every reason why it cannot be used in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.options import environment
from runtime.variables import variable

QueueOption = Annotated[
    str | None,
    typer.Option(
        "--queue", metavar="URL", help=f"Redis for writes with async. \\[default: what {variable('queue')} says]"
    ),
]


def queue_url(given: str | None) -> str:
    """The URL of the option or of the environment; one of them has to say."""
    url = environment().queue if given is None else given
    if url is None:
        message = f"no queue is named: say --queue URL, or set {variable('queue')} (redis://host:6379/0)"
        raise CommandFailed(ExitStatus.USAGE, message)
    return url


@contextmanager
def connected(url: str) -> Iterator[Any]:
    """A client of the server that the URL names, which answers."""
    from redis import RedisError

    from workers.connections import QueueUrlError, connect, without_password

    try:
        connection = connect(url)
    except QueueUrlError as error:
        raise CommandFailed(ExitStatus.USAGE, f"--queue: {error}") from error
    try:
        with connection:
            connection.ping()
            yield connection
    except RedisError as error:
        message = f"the queue {without_password(url)} cannot be used: {type(error).__name__}"
        raise CommandFailed(ExitStatus.UNAVAILABLE, message) from error
