"""Bytes on a connection: what could be read in two ways, is too long or too slow, and what becomes of the next one."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import h11
import pytest

from runtime.service.protocol import StrictConnection
from runtime.service.settings import ServiceSettings
from tests.service.serving import RETRY_AFTER, Service, read_answer, serving

HEAD = b"POST /v1/runs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer acme\r\nContent-Type: application/json\r\n"
BODY = b'{"script": "1"}'
SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """As patient as any; who is slow on a busy machine is served."""
    with serving(settings=ServiceSettings(max_runs=2, max_body_bytes=100_000, max_connections=20)) as running:
        yield running


@pytest.fixture(scope="module")
def impatient() -> Iterator[Service]:
    """One that waits for nobody longer than a second, for tests of what then happens."""
    settings = ServiceSettings(max_runs=2, head_seconds=1.0, body_seconds=1.0, max_body_bytes=100_000)
    with serving(settings=settings) as running:
        yield running


def chunked(*lines: bytes) -> bytes:
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"\r\n".join(lines)


def test_a_body_can_come_whole_or_in_chunks(service: Service) -> None:
    assert service.raw(HEAD + b"Content-Length: 15\r\n\r\n", BODY).status == 200
    assert service.raw(chunked(b"5", BODY[:5], b"a;x=y", BODY[5:], b"0", b"", b"")).status == 200


@pytest.mark.parametrize("size_bytes", [1, 2, 3, 7, 1_000])
def test_chunks_are_read_however_they_are_cut(size_bytes: int) -> None:
    connection, events = StrictConnection(h11.SERVER, 16_384), []
    data = chunked(b"5", BODY[:5], b"a", BODY[5:], b"0", b"", b"") + SMUGGLED
    for start in range(0, len(data), size_bytes):
        connection.receive_data(data[start : start + size_bytes])
        while (event := connection.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            events.append(event)
    assert b"".join(event.data for event in events if isinstance(event, h11.Data)) == BODY
    assert [type(event) for event in events if not isinstance(event, h11.Data)] == [h11.Request, h11.EndOfMessage]
    assert connection.trailing_data[0] == SMUGGLED


def test_a_head_goes_out_with_the_body_whose_length_it_says() -> None:
    """In one write; where no length says that a body follows at once, the head goes first."""
    said = {}
    for header in (("content-length", "2"), ("transfer-encoding", "chunked")):
        connection = StrictConnection(h11.SERVER, 16_384)
        connection.receive_data(SMUGGLED)
        connection.next_event()
        answer = h11.Response(status_code=200, headers=[header])
        said[header[0]] = [connection.send(event) for event in (answer, h11.Data(data=b"ok"), h11.EndOfMessage())]
    assert said == {
        "content-length": [b"", b"HTTP/1.1 200 \r\ncontent-length: 2\r\n\r\nok", b""],
        "transfer-encoding": [b"HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n", b"2\r\nok\r\n", b"0\r\n\r\n"],
    }


@pytest.mark.parametrize(
    "data",
    [
        HEAD + b"Content-Length: 15\r\nTransfer-Encoding: chunked\r\n\r\nf\r\n" + BODY + b"\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SMUGGLED,
        HEAD + b"Content-Length: 15\r\nContent-Length: 16\r\n\r\n" + BODY,
        HEAD + b"Content-Length: 15\r\ncontent-length: 15\r\n\r\n" + BODY,
        HEAD + b"Content-Length: 15, 15\r\n\r\n" + BODY,
        HEAD + b"Content-Length: -1\r\n\r\n" + BODY,
        HEAD + b"Content-Length: +15\r\n\r\n" + BODY,
        HEAD + b"Content-Length: 0x0f\r\n\r\n" + BODY,
        HEAD + b"Content-Length: 1 5\r\n\r\n" + BODY,
        HEAD + b"Content-Length: \xb2\r\n\r\n" + BODY,
        HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n" + BODY,
        HEAD + b"Content-Length : 15\r\n\r\n" + BODY,
        HEAD + b"Content-Length:\r\n 15\r\n\r\n" + BODY,
        HEAD + b"X: a\r\n\tb\r\nContent-Length: 15\r\n\r\n" + BODY,
        HEAD + b"Content-Length: 15\n\n" + BODY,
        HEAD + b"X: a\rContent-Length: 15\r\n\r\n" + BODY,
        HEAD + b"X: a\0b\r\nContent-Length: 15\r\n\r\n" + BODY,
        HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
        HEAD.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD.replace(b"1.1", b"9.9") + b"Content-Length: 15\r\n\r\n" + BODY,
        HEAD.replace(b"Host: a\r\n", b"") + b"Content-Length: 15\r\n\r\n" + BODY,
        HEAD + b"Host: b\r\nContent-Length: 15\r\n\r\n" + BODY,
        b" " + HEAD + b"Content-Length: 15\r\n\r\n" + BODY,
        b"\0" * 64,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\r\n\r\n",
        chunked(b"-1", b"x", b"0", b"", b""),
        chunked(b"0x5", BODY[:5], b"0", b"", b""),
        chunked(b"g", b"x", b"0", b"", b""),
        chunked(b" 5", BODY[:5], b"0", b"", b""),
        chunked(b"f", BODY + b"x", b"0", b"", b""),
        chunked(b"fffffffffffffffffffffffff", BODY),
        chunked(b"f", BODY, b"0", b"\n" + SMUGGLED),
        chunked(b"f", BODY, b"0", b"X: a\n\n" + SMUGGLED),
        chunked(b"f", BODY, b"0", b"X: a", b"", SMUGGLED),
        *(chunked(b"5;" + sign + b"a", BODY[:5], b"a", BODY[5:], b"0", b"", b"") for sign in (b"\n", b"\r", b"\0")),
        chunked(b'5;x="\r0\r"', BODY[:5], b"a", BODY[5:], b"0", b"", b""),
        chunked(b"5\r", BODY[:5], b"a", BODY[5:], b"0", b"", b""),
        chunked(b"5;" + b"x" * 300, BODY[:5], b"a", BODY[5:], b"0", b"", b""),
        chunked(b"f", BODY, b"0;\rx", b"", b""),
        chunked(b"5;" + b"x" * 300),
        b"\r\n" + HEAD + b"Content-Length: 15\r\n\r\n" + BODY,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_what_two_readers_could_read_differently_is_refused(service: Service, data: bytes) -> None:
    """With one answer, in the one shape, and the end of the connection: nothing behind it is ever read as a request."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.sendall(service.signed(data))
        answer = read_answer(connection)
        assert answer.status in {400, 501}, answer
        assert answer.code in {"bad_request", "not_implemented"}
        assert answer.headers["connection"] == "close"
        assert connection.recv(65_536) == b""
    assert service.client.get("/healthz").status_code == 200


def test_chunks_that_end_in_bare_line_feeds_are_never_a_body(impatient: Service) -> None:
    answer = impatient.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nf\n" + BODY + b"\n0\n\n")
    assert (answer.status, answer.code) == (408, "timeout")


def test_the_second_request_on_a_connection_is_held_to_the_same(service: Service) -> None:
    first = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.sendall(service.signed(first + b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n"))
        said = b""
        while part := connection.recv(65_536):
            said += part
    assert re.findall(rb"HTTP/1.1 (\d+)", said) == [b"200", b"400"]


@pytest.mark.parametrize("first", [HEAD + b"Content-Length: 15\r\n\r\n" + BODY, chunked(b"f", BODY, b"0", b"", b"")])
@pytest.mark.parametrize("size_bytes", [1, 64, 10_000])
def test_bytes_behind_a_body_are_the_next_request(service: Service, first: bytes, size_bytes: int) -> None:
    """However they are cut."""
    second = chunked(b"a", BODY[:10], b"5", BODY[10:], b"0", b"", b"")
    last = SMUGGLED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    data = service.signed(first + second + last)
    parts = [data[start : start + size_bytes] for start in range(0, len(data), size_bytes)]
    assert statuses(service, *parts) == [200, 200, 200]


def test_an_end_of_chunks_is_told_in_what_came_before_it_could_be_read() -> None:
    """While a request is answered, more of the next ones can come, piece by piece."""
    connection = StrictConnection(h11.SERVER, 16_384)
    message = chunked(b"f", BODY, b"0", b"", b"")
    connection.receive_data(message * 2 + message[:-3])
    answer = (h11.Response(status_code=200, headers=[("Content-Length", "0")]), h11.EndOfMessage())
    ends = []
    for more in (message[-3:] + message[:9], b"", b""):
        while (event := connection.next_event()) is not h11.PAUSED and event is not h11.NEED_DATA:
            ends += [event] if isinstance(event, h11.EndOfMessage) else []
        connection.receive_data(more) if more else None
        for part in answer:
            connection.send(part)
        connection.start_next_cycle()
    assert len(ends) == 3


def test_a_connection_that_waits_holds_nothing_of_the_last_request() -> None:
    connection = StrictConnection(h11.SERVER, 16_384)
    connection.receive_data(HEAD + b"Content-Length: 200000\r\n\r\n" + b" " * 200_000 + SMUGGLED[:9])
    while connection.next_event() is not h11.PAUSED:
        pass
    assert (connection._received, connection.trailing_data[0]) == (SMUGGLED[:9],) * 2


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 200),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 200),
        (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        (b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        (b"GET http://evil.example/healthz HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        (b"get /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nGET", 200),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nGET\r\n0\r\n\r\n", 200),
        (b"POST /v1/runs HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nGET", 401),
    ],
)
def test_an_odd_request_has_one_answer_and_the_next_one_its_own(service: Service, head: bytes, status: int) -> None:
    """Whatever it asks the connection to become, and whether or not its body is looked at."""
    last = SMUGGLED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert statuses(service, head + last) == [status, 200]


@pytest.mark.parametrize("ending", [b"", b"Connection: keep-alive\r\n"])
def test_http_1_0_has_one_answer_without_chunks_and_the_end(service: Service, ending: bytes) -> None:
    assert statuses(service, b"GET /healthz HTTP/1.0\r\n" + ending + b"\r\n" + SMUGGLED) == [200]


def test_a_client_that_waits_for_a_word_gets_it_where_its_body_is_wanted(service: Service) -> None:
    waiting = HEAD + b"Expect: 100-continue\r\nContent-Length: 15\r\n\r\n"
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.sendall(service.signed(waiting))
        assert connection.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(BODY)
        assert read_answer(connection).status == 200
    assert service.raw(waiting.replace(b"Bearer acme", b"Bearer nobody")).status == 401


def statuses(service: Service, *parts: bytes) -> list[int]:
    """Of all that a connection answers until it ends, whatever parts came one after the other."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in parts:
            connection.sendall(part)
        said = b""
        while part := connection.recv(65_536):
            said += part
    return [int(status) for status in re.findall(rb"HTTP/1.1 (\d+)", said)]


def test_a_body_that_is_too_large_is_refused_before_and_while_it_comes(service: Service) -> None:
    assert service.raw(HEAD + b"Content-Length: 100001\r\n\r\n").code == "too_large"
    part = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.sendall(service.signed(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + part * 4))
        assert read_answer(connection).code == "too_large"


def test_a_body_without_a_length_is_refused(service: Service) -> None:
    answer = service.raw(HEAD + b"\r\n")
    assert (answer.status, answer.code) == (411, "length_required")


def test_a_head_that_is_too_large_is_refused(service: Service) -> None:
    for data in (
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"".join(b"X%d: a\r\n" % n for n in range(3_000)) + b"\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 40_000,
    ):
        answer = service.raw(data)
        assert (answer.status, answer.code) == (431, "headers_too_large"), data[:40]


def test_a_head_that_drips_ends(impatient: Service) -> None:
    """However many bytes come meanwhile."""
    with socket.create_connection(("127.0.0.1", impatient.port), timeout=30) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n")
        data = drip(connection, b"X: a\r\n")
    assert (b" 408 " in data, b'"timeout"' in data) == (True, True)


def test_a_connection_that_says_nothing_ends(impatient: Service) -> None:
    with socket.create_connection(("127.0.0.1", impatient.port), timeout=30) as connection:
        assert connection.recv(100) == b""


def test_a_body_that_drips_ends(impatient: Service) -> None:
    with socket.create_connection(("127.0.0.1", impatient.port), timeout=30) as connection:
        connection.sendall(impatient.signed(HEAD + b"Content-Length: 50000\r\n\r\n"))
        data = drip(connection, b" ")
    assert (b" 408 " in data, b'"timeout"' in data) == (True, True)


def test_a_body_that_goes_on_after_its_refusal_ends(impatient: Service) -> None:
    with socket.create_connection(("127.0.0.1", impatient.port), timeout=30) as connection:
        connection.sendall(impatient.signed(HEAD + b"Content-Length: 100001\r\n\r\n"))
        assert b" 413 " in drip(connection, b" ")


def test_all_bodies_together_are_bounded(tmp_path: Path) -> None:
    """While they come and while they wait: of each connection's own bound there are too many."""
    (tmp_path / "form.html").write_text("<p>form</p>")
    settings = ServiceSettings(max_held_bytes=100_000)
    half = b"POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n" + b" " * 59_999
    order = {"script": "1", "filename": "x" * 255, "session": {"values": {"a": "x" * 50_000}}}
    with serving(pages=tmp_path, settings=settings) as service:
        with socket.create_connection(("127.0.0.1", service.port), timeout=30) as slow:
            slow.sendall(half)
            while service.core.held._left_bytes > 40_001:
                time.sleep(0.001)  # until all of it has come
            answer = service.run(order)
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "busy")
            assert service.client.get("/form").text == "<p>form</p>"
            slow.sendall(b" ")
            assert read_answer(slow).body == b"<p>form</p>"
        assert [service.run(order).status_code for _ in range(5)] == [200] * 5
        assert service.core.held._left_bytes == 100_000


def test_many_slow_connections_leave_the_service_to_others(service: Service) -> None:
    """Up to the most there may be; who comes on top is told so at once."""
    address = ("127.0.0.1", service.port)
    slow = [socket.create_connection(address, timeout=30) for _ in range(15)]
    for connection in slow:
        connection.sendall(service.signed(HEAD + b"Content-Length: 15\r\n\r\n{"))
    assert service.run({"script": "1"}).status_code == 200
    slow += [socket.create_connection(address, timeout=30) for _ in range(10)]
    with socket.create_connection(address, timeout=30) as one_more:
        answer = read_answer(one_more)
        assert (answer.status, answer.code) == (503, "busy")
        assert answer.headers["retry-after"] in RETRY_AFTER
    for connection in slow:
        connection.close()
    while not is_served(service):
        pass  # until the service has seen that they are gone


def is_served(service: Service) -> bool:
    """Whether a new connection is: one too many may be closed before it has sent its request."""
    try:
        return service.raw(SMUGGLED).status == 200
    except OSError:
        return False


def test_a_client_that_does_not_read_loses_its_connection(tmp_path: Path) -> None:
    """One that reads gets all of it, whatever its size."""
    size_bytes = 50 * 1024 * 1024
    with (tmp_path / "film.mp4").open("wb") as film:
        film.truncate(size_bytes)
    asking = b"GET /film.mp4 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with serving(pages=tmp_path) as service:
        assert received(service, asking, wait=False) > size_bytes
    with serving(pages=tmp_path, settings=ServiceSettings(write_seconds=0.5)) as service:
        assert received(service, asking, wait=True) < size_bytes


def received(service: Service, asking: bytes, *, wait: bool) -> int:
    """How many bytes came, where the client begins to read at once or ``wait``s until the service has given it up."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.sendall(asking)
        while wait and is_established(service.port, connection.getsockname()[1]):
            pass
        count = 0
        with suppress(ConnectionResetError):
            while part := connection.recv(65_536):
                count += len(part)
    return count


def is_established(service_port: int, client_port: int) -> bool:
    """Whether the service's side of a connection is open, as the kernel says."""
    sides = (line.split()[1:4] for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return any(
        local.endswith(f":{service_port:04X}") and remote.endswith(f":{client_port:04X}") and state == "01"
        for local, remote, state in sides
    )


def drip(connection: socket.socket, data: bytes) -> bytes:
    """Send a little again and again until the other side ends; all that it said."""
    said, connection_is_open = b"", True
    connection.settimeout(0.05)
    while connection_is_open:
        try:
            connection.sendall(data)
        except OSError:
            connection_is_open = False
        try:
            part = connection.recv(65_536)
            said, connection_is_open = said + part, connection_is_open and part != b""
        except TimeoutError:
            continue
        except OSError:
            break
    return said
