"""Servers on loopback that say exactly what a test wants, and note what they were asked."""

import contextlib
import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

CERTIFICATES = Path(__file__).parent / "certificates"
"""Made with openssl for these tests alone: an authority, and two of a server shop.example, one of them expired."""

CLIENT_HELLO = b"\x16"
"""How a client begins that wants TLS, which it gets no answer to where the server speaks none."""

Reply = bytes | Callable[[socket.socket, str], None]


class Server:
    """Answers each connection with one reply, or by the path of the request, and hangs up."""

    def __init__(
        self, reply: Reply | dict[str, Reply], *, host: str = "127.0.0.1", certificate: str | None = None
    ) -> None:
        self.requests: list[str] = []
        self._reply = reply
        self._tls = None if certificate is None else _tls(certificate)
        self._listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self.port}"
        self._closing = threading.Event()
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing.set()
        with contextlib.suppress(OSError), socket.create_connection(self._listener.getsockname()[:2]):
            pass
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            connection = self._listener.accept()[0]
            if self._closing.is_set():
                connection.close()
                return
            thread = threading.Thread(target=self._answer, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _answer(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(60)
            secure = connection if self._tls is None else self._tls.wrap_socket(connection, server_side=True)
            with secure:
                request = _read(secure)
                self.requests.append(request)
                reply = self._reply
                if isinstance(reply, dict):
                    reply = reply.get(request.split(" ")[1], ok(b"nothing here", status="404 Not Found"))
                if isinstance(reply, bytes):
                    secure.sendall(reply)
                else:
                    reply(secure, request)


def ok(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """An answer with its length."""
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]).encode() + body


def to(location: str, status: int = 302) -> bytes:
    """A redirect."""
    return ok(b"", f"Location: {location}", status=f"{status} Elsewhere")


def gzipped(body: bytes) -> bytes:
    """An answer packed with gzip."""
    return ok(gzip.compress(body), "Content-Encoding: gzip")


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """One that nothing listens on, nor can begin to."""
    with socket.socket() as holding:
        holding.bind(("127.0.0.1", 0))
        yield holding.getsockname()[1]


def _read(connection: socket.socket) -> str:
    """A request, with as much of a body as it says."""
    data = b""
    while b"\r\n\r\n" not in data and not data.startswith(CLIENT_HELLO):
        more = connection.recv(65_536)
        if not more:
            break
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length and (more := connection.recv(65_536)):
        body += more
    return (head + b"\r\n\r\n" + body).decode("latin-1")


def _tls(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / certificate)
    return context
