"""Stand-ins for the network between a store and its server: one that cuts, one that speaks TLS."""

import os
import select
import signal
import socket
import ssl
import struct
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

When = Literal["before", "after", "late", "kill"]
COMMIT = b"\0commit\0"
"""The name under which a session has its COMMIT prepared, as it stands in the message that runs it."""

TLS_QUESTION = struct.pack("!ii", 8, 80877103)
"""What a client of PostgreSQL sends before anything else where it may or must have TLS."""

CHUNK_BYTES = 1 << 16
"""More than a record of TLS, so that nothing stays behind in its buffer."""


class Relay:
    """Passes on to the server of a URL what comes to ``server``, and back, a thread for each connection."""

    def __init__(self, url: str, server: socket.socket) -> None:
        parts = urlsplit(url)
        self.database = parts.path.lstrip("/")
        self._target = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
        self._server = server
        self._server.listen()
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def close(self) -> None:
        """When every client is gone: end."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for thread in self._threads:
            thread.join(5)

    def await_ends(self) -> None:
        """Until every client that has come is gone."""
        for thread in self._threads[1:]:
            thread.join(5)

    def welcome(self, client: socket.socket) -> socket.socket | None:
        """How to speak with a client; None where it is not to be spoken with."""
        return client

    def pass_one(self, source: socket.socket, other: socket.socket, *, from_client: bool) -> bool:  # noqa: ARG002 - for those who look
        """Pass on what is there; whether the connection is to go on."""
        data = source.recv(CHUNK_BYTES)
        other.sendall(data)
        return bool(data)

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            self._start(self._serve, client)

    def _serve(self, caller: socket.socket) -> None:
        with caller, suppress(OSError):  # whoever is dead has hung up
            client = self.welcome(caller)
            if client is not None:
                with client, socket.socket(socket.AF_UNIX) as server:
                    server.connect(self._target)
                    self._pass_on(client, server)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        while True:
            ready = select.select([client, server], [], [])[0]
            for source, other in ((client, server), (server, client)):
                if source in ready and not self.pass_one(source, other, from_client=source is client):
                    return


class CuttingProxy(Relay):
    """Passes everything on; ``cut`` has it end a connection when the next COMMIT goes by.

    "before": the server never hears of it. "after": the server has done it, and its answer is lost. "late": the server
    hears of it when ``let_go`` is called, long after the client has given up. "kill": as after, and the process that
    waits for it is dead.
    """

    def __init__(self, url: str) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="fs-cut-"))
        server = socket.socket(socket.AF_UNIX)
        server.bind(f"{self._directory}/.s.PGSQL.5432")
        self._cuts: list[When] = []
        self._let_go = threading.Event()
        super().__init__(url, server)
        self.url = f"postgresql://postgres@/{self.database}?host={self._directory}"

    def cut(self, *when: When) -> None:
        """Cut at the next commits, one after another."""
        self._cuts.extend(when)

    def let_go(self) -> None:
        """Let the server hear what was held back."""
        self._let_go.set()

    @property
    def cuts_left(self) -> int:
        """How many of them have not come yet."""
        return len(self._cuts)

    def close(self) -> None:
        """When every client is gone: end."""
        super().close()
        (self._directory / ".s.PGSQL.5432").unlink()
        self._directory.rmdir()

    def pass_one(self, source: socket.socket, other: socket.socket, *, from_client: bool) -> bool:
        """Pass on what is there, unless it is where to cut."""
        data = source.recv(CHUNK_BYTES)
        if not data:
            return False
        cut = self._cuts.pop(0) if from_client and self._cuts and COMMIT in data else None
        if cut == "before":
            return False
        if cut == "late":
            source.shutdown(socket.SHUT_RDWR)
            self._let_go.wait(60)
        other.sendall(data)
        if cut is None:
            return True
        other.recv(CHUNK_BYTES)  # the server answers when it has done it
        if cut == "kill":
            os.kill(process_behind(source), signal.SIGKILL)
        return False


def process_behind(client: socket.socket) -> int:
    """The id of the process that has connected."""
    credentials = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid: int = struct.unpack("3i", credentials)[0]
    return pid


class TlsFront(Relay):
    """Speaks TLS with clients, and none with the server, which may have been built without; counts who came through."""

    def __init__(self, url: str, context: ssl.SSLContext) -> None:
        self._context = context
        self.served = 0
        self.refused: list[str] = []
        """Why a client went away in the handshake, in its own words."""
        super().__init__(url, socket.create_server(("localhost", 0)))
        self.address = f"localhost:{self._server.getsockname()[1]}/{self.database}"

    def welcome(self, client: socket.socket) -> socket.socket | None:
        """What is asked for before TLS gets no answer."""
        if client.recv(len(TLS_QUESTION)) != TLS_QUESTION:
            return None
        client.sendall(b"S")
        try:
            encrypted = self._context.wrap_socket(client, server_side=True)
        except ssl.SSLError as error:
            self.refused.append(str(error.reason))
            return None
        self.served += 1
        return encrypted
