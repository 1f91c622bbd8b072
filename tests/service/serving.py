"""A service on loopback, for tests: the real server in a thread, with clients that speak HTTP and bytes."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from runtime import Limits, Runtime, tokens
from runtime.sandbox.pool import PoolSettings
from runtime.service.app import build_app
from runtime.service.core import Core
from runtime.service.panel.endpoint import Panel
from runtime.service.panel.history import History
from runtime.service.server import listen, make_server
from runtime.service.settings import ServiceSettings
from runtime.service.site import Site

Json = Any


GRANTS = {"acme": ("acme", ["run", "read"]), "other": ("other", ["run", "read"]), "reader": ("acme", ["read"])}
"""The tokens that every service of the tests has, by a name for each: brand and scopes."""
RETRY_AFTER = {"1", "2", "3"}
"""What the header may say, in seconds."""
SESSION_KEY = "a key for tests alone, of 32 or more"


class Answer(NamedTuple):
    """What came back on a raw connection: of the first answer the status, headers and body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The code of an error."""
        return str(json.loads(self.body)["error"]["code"])


class Service:
    """A service that runs."""

    def __init__(self, core: Core, port: int) -> None:
        self.core = core
        store = core.runtime.store
        self.tokens = {name: tokens.issue(store, brand, name, scopes) for name, (brand, scopes) in GRANTS.items()}
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    def run(self, order: Json, token: str | None = "acme", **options: Any) -> httpx.Response:
        """``POST /v1/runs``."""
        headers = {} if token is None else {"Authorization": self.bearer(token)}
        return self.client.post("/v1/runs", json=order, headers=headers, **options)

    def bearer(self, token: str = "acme") -> str:
        """The header of a token by its name here, or of a text that is none."""
        return f"Bearer {self.tokens.get(token, token)}"

    def signed(self, data: bytes) -> bytes:
        """Bytes with the token's text in the place of its name."""
        return data.replace(b"Bearer acme", self.bearer().encode())

    def record(self, script: str, **order: Json) -> Json:
        """The record of a script's run that was done."""
        answer = self.run({"script": script, **order})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def raw(self, data: bytes, *more: bytes) -> Answer:
        """Send bytes on a connection of their own, and read until the service closes it or has answered."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            for part in (data, *more):
                connection.sendall(self.signed(part))
            return read_answer(connection)


def read_answer(connection: socket.socket) -> Answer:
    """The first answer on a connection; status 0 where it was closed without one."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65_536)
        if not part:
            return Answer(0, {}, data)
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    length = int(headers.get("content-length", "0"))
    while len(body) < length and (part := connection.recv(65_536)):
        body += part
    return Answer(int(lines[0].split()[1]), headers, body[:length])


@contextmanager
def serving(
    store: str = "sqlite://",
    *,
    settings: ServiceSettings | None = None,
    limits: Limits | None = None,
    pool: PoolSettings | None = None,
    queue: str | None = None,
    pages: Path | None = None,
    reload: bool = False,
    panel_everywhere: bool | None = None,
) -> Iterator[Service]:
    """A service while the block runs; with ``pages`` it serves a site of the brand acme, too.

    Unless ``panel_everywhere`` is None there is a debug panel.
    """
    settings, limits = settings or ServiceSettings(max_runs=2), limits or Limits(cpu_seconds=1.0, wall_seconds=20.0)
    pool = pool or PoolSettings(max_workers=settings.max_runs, fresh_workers=1)
    with Runtime.open(store, limits=limits, pool=pool, queue=queue) as runtime:
        history = None if panel_everywhere is None else History()
        panel = Panel(history, everywhere=bool(panel_everywhere)) if history is not None else None
        core = Core(runtime, settings, history)
        listener, started = listen("127.0.0.1", 0), threading.Event()
        site = None if pages is None else Site(core, pages, SESSION_KEY, "acme", reload=[] if reload else None)

        def on_start() -> None:
            if site is not None:
                site.start()
            started.set()

        on_stop = site.stop if site else lambda: None
        server = make_server(build_app(core, site, panel), settings, limits.wall_seconds, on_start, on_stop)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        service = Service(core, listener.getsockname()[1])
        try:
            assert started.wait(30)
            yield service
        finally:
            service.client.close()
            server.should_exit = True
            thread.join()
            core.close()
