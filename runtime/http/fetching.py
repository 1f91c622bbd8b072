"""What stands behind ``http``: one function that fetches. ``HttpClient`` asks the web; another can stand in for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from runtime.http.settings import HttpSettings

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came of a call. ``status`` is 0 where none was had: then ``error`` says why, to the script's author.

    ``headers`` have names in lower case; ``set-cookie`` is a list. ``body`` is None where what came is no text;
    ``body_problem`` then says what it is, or that some of it could not be read. ``cause`` is for the host's log alone,
    and ``refused`` says that the host's own rules stood against the call.
    """

    status: int
    headers: dict[str, str | list[str]] = field(default_factory=dict)
    body: str | None = ""
    body_problem: str | None = None
    error: str | None = None
    cause: str | None = None
    refused: bool = False


class Fetcher(Protocol):
    """Fetches for many threads. ``settings`` are the bounds that it, and the counting of calls, go by."""

    @property
    def settings(self) -> HttpSettings:
        """The host's bounds."""

    def fetch(self, method: str, url: str, body: bytes | None, headers: Headers, deadline_seconds: float) -> HttpAnswer:
        """The answer, redirects followed; never raises for what a script or a server does.

        It is there by the deadline (of ``time.monotonic``), or sooner by the settings' own.
        """
