"""Connections to Redis, by URL: quick to give up for whoever serves a request, patient for a worker."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

REQUEST_SECONDS = 0.035
"""How long a request waits for a connection, or for an answer: under 50 ms for a server that is gone."""

WORKER_SECONDS = 5.0

ALLOWED_URLS = "redis://host:6379/0, rediss://host:6379/0 (TLS) or unix:///path/to/socket"


class QueueUrlError(ValueError):
    """The URL names no queue. The message says what is allowed, and the URL without its password."""

    def __init__(self, url: str) -> None:
        super().__init__(f"no queue has the URL '{without_password(url)}'; allowed: {ALLOWED_URLS}")


def connect(url: str, seconds: float = WORKER_SECONDS) -> Any:
    """A client, which connects when it is first used. Raises ``QueueUrlError``."""
    if urlsplit(url).scheme not in ("redis", "rediss", "unix"):
        raise QueueUrlError(url)
    try:
        return Redis.from_url(
            url,
            socket_timeout=seconds,
            socket_connect_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
            health_check_interval=0,
        )
    except ValueError as error:
        raise QueueUrlError(url) from error


def without_password(url: str) -> str:
    """The URL, fit for a message."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@", 1)))
