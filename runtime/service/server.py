"""The service as a process: a socket, uvicorn on it, and an end in good order."""

import signal
import socket
from collections.abc import Callable
from ipaddress import ip_address

import structlog
import uvicorn
from starlette.types import ASGIApp

from runtime.service.protocol import protocol_of
from runtime.service.settings import ServiceSettings
from workers.logs import route_to_structlog

BACKLOG = 512
log = structlog.get_logger("funnelscript.service")


class Server(uvicorn.Server):
    """uvicorn's server, which tells when it is up and before it waits for what is under way."""

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None], on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start, self._on_stop = on_start, on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self._on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, finish what is under way, close."""
        self._on_stop()
        await super().shutdown(sockets)


def serve(
    app: ASGIApp,
    listener: socket.socket,
    settings: ServiceSettings,
    *,
    longest_run_seconds: float,
    on_start: Callable[[], None],
    on_stop: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGTERM or Ctrl-C, then finish the runs that are under way; for a main thread."""
    server = make_server(app, settings, longest_run_seconds, on_start, on_stop)
    # uvicorn raises the signal that ended it once more, after its end: that is no second one.
    before = {number: signal.signal(number, _ignore) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        server.run([listener])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def make_server(
    app: ASGIApp,
    settings: ServiceSettings,
    longest_run_seconds: float,
    on_start: Callable[[], None],
    on_stop: Callable[[], None],
) -> Server:
    """A server that waits at its end for the longest run that can be under way."""
    route_to_structlog("uvicorn.error")
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=protocol_of(settings),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=round(settings.head_seconds),
        timeout_graceful_shutdown=round(longest_run_seconds + settings.max_wait_seconds + settings.body_seconds),
    )
    return Server(config, on_start, on_stop)


def listen(host: str, port: int, *, share_port: bool = False) -> socket.socket:
    """A socket that takes connections for a host name or address. Raises ``OSError``.

    With ``share_port`` others of the same user that say so, too, may listen on it: the kernel gives each its part of
    the connections.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if share_port:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except BaseException:  # raised again; also where Ctrl-C comes, the socket is closed
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    """The address as a person would type it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def local_url_of(listener: socket.socket) -> str:
    """The address for who sits at this machine: one that stands for all addresses is none to be asked for."""
    host, port = listener.getsockname()[:2]
    return f"http://localhost:{port}" if ip_address(host.partition("%")[0]).is_unspecified else url_of(listener)


def _ignore(*_: object) -> None:
    """Nothing more to do: the server is on its way out."""
