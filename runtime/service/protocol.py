"""HTTP/1.1 on a connection, stricter and less patient than uvicorn's own.

Refused, with the connection closed, is what two readers could read differently: both a length and a transfer encoding,
two lengths, folded header lines, bare line feeds, chunks in HTTP/1.0, control characters behind a chunk's size, header
lines behind the last chunk. A head has a time in which to arrive, what the client does not read ends the connection,
and there are so many connections and no more.
"""

import asyncio
import re
import sys
from typing import Any

import h11
from h11._receivebuffer import ReceiveBuffer
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from runtime.service.refusals import Refused
from runtime.service.settings import ServiceSettings

LINGER_SECONDS = 2.0
"""What a closed connection has to take what was sent, before it is cut off."""

_LENGTH, _ENCODING = b"\ncontent-length:", b"\ntransfer-encoding:"
_OTHER_VERSION = re.compile(rb"(?![^\r]* HTTP/1\.[01]\r)[^\r]*\r\n")
_OLD = re.compile(rb"[^\r]* HTTP/1\.0\r")
_END_OF_CHUNKS = b"\r\n\r\n"
_CHUNK_LINE = re.compile(rb"[0-9A-Fa-f]+(?:;[\t -~\x80-\xff]*)?\r\n")
MAX_CHUNK_LINE_BYTES = 256
"""Of a chunk's size and extension. Nobody uses one, and it counts for no body's length."""
_CODES = {431: "headers_too_large", 501: "not_implemented"}


class StrictBuffer(ReceiveBuffer):
    """h11's own, from which the line of a chunk comes only where it is one: h11 takes any byte behind the size."""

    def maybe_extract_next_line(self) -> bytearray | None:
        """The line, None where it is not there yet. Raises ``h11.RemoteProtocolError``."""
        line = super().maybe_extract_next_line()
        size_bytes = len(self) if line is None else len(line)
        if size_bytes > MAX_CHUNK_LINE_BYTES or (line is not None and not _CHUNK_LINE.fullmatch(line)):
            raise _ambiguous()
        return line


class StrictConnection(h11.Connection):
    """h11's reading of HTTP, which looks at each head, and each end of chunks, as it came."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._receive_buffer = StrictBuffer()
        self._is_chunked = False
        self._received = b""
        self._waiting_head = b""

    def receive_data(self, data: bytes) -> None:
        """Take what came, and keep it with what is not read yet and the little before that an end may begin with."""
        self._received = self._received[-len(self._receive_buffer) - len(_END_OF_CHUNKS) :] + data
        super().receive_data(data)

    def next_event(self) -> Any:
        """The next event. Raises ``h11.RemoteProtocolError``."""
        if self.their_state is h11.IDLE:
            _check_head(self.trailing_data[0])
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._is_chunked = any(name == b"transfer-encoding" for name, _ in event.headers)
        elif isinstance(event, h11.EndOfMessage):
            self._end_message(event)
        return event

    def send(self, event: Any) -> Any:
        """What is to be written of an event.

        The head of an answer that says its length goes out with the first of its body, in one write and one packet:
        each write wakes the client, which costs the sender 20 µs and more.
        """
        data = super().send(event)
        if isinstance(event, h11.Response) and data and any(name == b"content-length" for name, _ in event.headers):
            self._waiting_head = data
            return b""
        if self._waiting_head:
            data, self._waiting_head = self._waiting_head + (data or b""), b""
        return data

    def _end_message(self, event: h11.EndOfMessage) -> None:
        """Refuse header lines behind chunks, which nobody needs, and an end by a bare line feed, which h11 takes.

        What was read is let go: a connection that waits for its next request holds nothing of the last one.
        """
        following, _ = self.trailing_data
        read, self._received = self._received.removesuffix(following), following
        if self._is_chunked and (event.headers or not read.endswith(_END_OF_CHUNKS)):
            raise _ambiguous()


class GuardedProtocol(H11Protocol):
    """One connection."""

    settings = ServiceSettings()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.conn = StrictConnection(h11.SERVER, self.settings.max_head_bytes)
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        """Start the clock of the first head, or refuse where there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.settings.max_connections:
            self._refuse(Refused("busy", "there are too many connections"))
            return
        self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks."""
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Take what came. The clock of a head goes on until all of it is there: a drip does not stop it."""
        self.conn.receive_data(data)
        self.handle_events()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - ours says more
        """Answer what is no HTTP, in the one shape, and close. Called while the error is handled."""
        error = sys.exception()
        hint = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
        code = _CODES.get(hint, "bad_request")
        self._refuse(Refused(code, "the request is not HTTP/1.1 as it should be"))

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: any client can ask for another protocol, and gets its answer in this one."""

    def timeout_keep_alive_handler(self) -> None:
        """The clock ran out: a head that is on its way is told so; then the connection ends."""
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._refuse(Refused("timeout", f"the head was not there after {self.settings.head_seconds:g} s"))
        else:
            self._close()

    def pause_writing(self) -> None:
        """The client does not read: it has some time to."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(self.settings.write_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _start_clock(self) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(self.settings.head_seconds, self.timeout_keep_alive_handler)

    def _refuse(self, refused: Refused) -> None:
        """Answer without an application, where no answer has begun, and close."""
        if not self.transport.is_closing() and self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            body = refused.body()
            headers = {**refused.headers, "Content-Type": "application/json", "Content-Length": str(len(body))}
            response = h11.Response(
                status_code=refused.status,
                headers=[*headers.items(), ("Connection", "close")],
                reason=STATUS_PHRASES[refused.status],
            )
            for event in (response, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self._close()

    def _close(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)


def protocol_of(settings: ServiceSettings) -> type[asyncio.Protocol]:
    """The protocol's class, for a server of these settings."""
    return type("GuardedProtocol", (GuardedProtocol,), {"settings": settings})


def _check_head(data: bytes) -> None:
    """Refuse a head that could be read in two ways. What is not all there yet is looked at as far as it goes.

    By counting, 3 µs: regular expressions that try each place of a head took 30.
    """
    if not data:
        return
    head, end, _ = data.partition(b"\r\n\r\n")
    if end:
        head += end
    elif head.endswith(b"\r"):
        head = head[:-1]  # its line feed may be on the way
    lower = b"\n" + head.lower()
    lengths, encodings = lower.count(_LENGTH), lower.count(_ENCODING)
    if (
        not head.count(b"\r\n") == head.count(b"\n") == head.count(b"\r")
        or b"\n " in head
        or b"\n\t" in head
        or b"\0" in head
        or _OTHER_VERSION.match(head)
        or lengths + encodings > 1
        or (lengths and b"," in lower.partition(_LENGTH)[2].partition(b"\r")[0])
        or (encodings and _OLD.match(head))
    ):
        raise _ambiguous()


def _ambiguous() -> h11.RemoteProtocolError:
    return h11.RemoteProtocolError("ambiguous", error_status_hint=400)
