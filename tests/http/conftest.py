"""Calls of a client to servers on loopback. No test can send anything elsewhere: a socket that tries to fails it."""

import socket
import time
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from runtime.http.client import HttpClient
from runtime.http.fetching import HttpAnswer
from runtime.http.settings import HttpSettings
from tests.http.servers import CERTIFICATES

HERE = ip_network("127.0.0.1/32")
SETTINGS = HttpSettings(
    allowed_networks=(HERE,), allowed_ports=None, ca_file=CERTIFICATES / "ca.pem", timeout_seconds=20.0
)
"""Only 127.0.0.1 is allowed: 127.0.0.2 is an address of this machine that scripts may not reach."""

Fetch = Callable[..., HttpAnswer]


@pytest.fixture(autouse=True)
def _nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not ip_address(address[0]).is_loopback:
            pytest.fail(f"a test connects to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def fetch(
    url: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    names: dict[str, list[str]] | None = None,
    seconds: float = 30.0,
    **settings: Any,
) -> HttpAnswer:
    """One call; ``names`` are all that the resolver knows."""

    def resolve(host: str, _: int) -> list[str]:
        if host not in (names or {}):
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return (names or {})[host]

    client = HttpClient(SETTINGS.model_copy(update=settings), resolve=resolve)
    return client.fetch(method, url, body, headers or {}, time.monotonic() + seconds)
