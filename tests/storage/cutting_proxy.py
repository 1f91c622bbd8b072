"""A stand-in for the network between a store and its server, which can be cut at a chosen place."""

import select
import socket
import tempfile
import threading
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

When = Literal["before", "after"]
COMMIT = b"\0commit\0"
"""The name under which a session has its COMMIT prepared, as it stands in the message that runs it."""


class CuttingProxy:
    """Passes everything on; ``cut`` has it end a connection when the next COMMIT goes by.

    "before": the server never hears of it. "after": the server has done it, and its answer is lost.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
        self._directory = tempfile.mkdtemp(prefix="fs-cut-")
        self.url = f"postgresql://postgres@/{parts.path.lstrip('/')}?host={self._directory}"
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(f"{self._directory}/.s.PGSQL.5432")
        self._server.listen()
        self._cuts: list[When] = []
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def cut(self, *when: When) -> None:
        """Cut at the next commits, one after another."""
        self._cuts.extend(when)

    @property
    def cuts_left(self) -> int:
        """How many of them have not come yet."""
        return len(self._cuts)

    def close(self) -> None:
        """When every client is gone: end."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for thread in self._threads:
            thread.join(5)
        Path(f"{self._directory}/.s.PGSQL.5432").unlink()
        Path(self._directory).rmdir()

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
            self._start(self._pass_on, client)

    def _pass_on(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self._target)
            while True:
                ready = select.select([client, server], [], [])[0]
                for source, other in ((client, server), (server, client)):
                    if source in ready and not self._pass_one(source, other, from_client=source is client):
                        return

    def _pass_one(self, source: socket.socket, other: socket.socket, *, from_client: bool) -> bool:
        data = source.recv(1 << 16)
        if not data:
            return False
        cut = self._cuts.pop(0) if from_client and self._cuts and COMMIT in data else None
        if cut == "before":
            return False
        other.sendall(data)
        if cut == "after":
            other.recv(1 << 16)  # the server answers when it has done it
            return False
        return True
