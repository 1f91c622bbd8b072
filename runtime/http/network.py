"""Connections to addresses that were checked, and streams that keep to a call's allowance."""

import errno
import socket
import ssl
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

import httpcore

from runtime.http.addresses import Address, literal, may_reach, plain
from runtime.http.allowance import Allowance
from runtime.http.failures import CallFailed
from runtime.http.resolving import Lookups, no_public_address
from runtime.http.settings import HttpSettings
from runtime.http.targets import is_public_name

MAX_ADDRESSES = 4
"""How many of a name's addresses are tried."""


class GuardedBackend(httpcore.NetworkBackend):
    """The only way out: whatever the redirect or the name, a connection is made here, to an address that was checked.

    The name is looked up once, all its addresses are checked, and the socket is connected to one of these by number:
    what the name means a moment later does not matter. TLS still asks for the name.
    """

    def __init__(self, settings: HttpSettings, lookups: Lookups, allowance: Allowance) -> None:
        self._settings = settings
        self._lookups = lookups
        self._allowance = allowance

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the allowance counts
        local_address: str | None = None,  # noqa: ARG002 - none is ever given
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - as above
    ) -> httpcore.NetworkStream:
        """A connection, or ``CallFailed``."""
        addresses = self._addresses(host, port)
        for place, address in enumerate(addresses, start=1):
            seconds = self._allowance.seconds_left() / (len(addresses) + 1 - place)
            try:
                return BoundedStream(_connect(address, port, seconds), self._allowance)
            except OSError as error:
                if place == len(addresses):
                    raise self._unreachable(error) from error
        raise no_public_address("the resolver gave no address")

    def _addresses(self, host: str, port: int) -> list[Address]:
        """Those behind a host, all of them such as scripts may reach."""
        settings = self._settings
        if not settings.allows_host(host):
            raise CallFailed("it is not among the hosts that scripts may call", refused=True)
        if settings.allowed_ports is not None and port not in settings.allowed_ports:
            raise CallFailed(f"scripts may not call port {port}", refused=True)
        addresses = self._found(host, port)
        for address in addresses:
            if not may_reach(address, settings):
                raise no_public_address(f"the address {address} is not public", refused=True)
        return addresses[:MAX_ADDRESSES]

    def _found(self, host: str, port: int) -> list[Address]:
        address = literal(host)
        if address is not None:
            return [plain(address)]
        if self._settings.names_host(host):
            return self._lookups.addresses(host, port, self._allowance)
        if not is_public_name(host):
            raise no_public_address("the name is one for local use", refused=True)
        # The dot keeps the resolver from trying the name under this machine's own domains.
        return self._lookups.addresses(host + ".", port, self._allowance)

    def _unreachable(self, error: OSError) -> CallFailed:
        if isinstance(error, TimeoutError):
            return self._allowance.used_up()
        cause = _symbol(error)
        if isinstance(error, ConnectionRefusedError):
            return CallFailed("the connection was refused", cause=cause)
        return CallFailed("it cannot be reached", cause=cause)


class BoundedStream(httpcore.NetworkStream):
    """A connection whose every read and write ends when the call's time does, and that gives no more than it may."""

    def __init__(self, connection: socket.socket, allowance: Allowance) -> None:
        self._connection = connection
        self._allowance = allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the allowance counts
        """What has come, ``b""`` at its end."""
        self._connection.settimeout(self._allowance.seconds_left())
        try:
            data = self._connection.recv(max_bytes)
        except TimeoutError:
            raise self._allowance.used_up() from None
        except OSError as error:
            raise CallFailed("the connection broke off", cause=_symbol(error)) from error
        self._allowance.take(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - as above
        """Send all. A server that hangs up early may have answered: ``WriteError`` leaves that to be read."""
        rest = memoryview(buffer)
        while rest:
            self._connection.settimeout(self._allowance.seconds_left())
            try:
                rest = rest[self._connection.send(rest) :]
            except TimeoutError:
                raise self._allowance.used_up() from None
            except OSError as error:
                raise httpcore.WriteError from error

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - as above
    ) -> httpcore.NetworkStream:
        """The same connection under TLS, its certificate checked for the name; closed where there is none."""
        with ExitStack() as failing:
            failing.callback(self.close)
            try:
                self._connection.settimeout(self._allowance.seconds_left())
                wrapped = ssl_context.wrap_socket(self._connection, server_hostname=server_hostname)
            except TimeoutError:
                raise self._allowance.used_up() from None
            except OSError as error:
                raise _no_tls(error) from error
            failing.pop_all()
        return BoundedStream(wrapped, self._allowance)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _connect(address: Address, port: int, seconds: float) -> socket.socket:
    connection = socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET, socket.SOCK_STREAM)  # noqa: PLR2004 - IPv6
    try:
        connection.settimeout(seconds)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.connect((str(address), port))
    except BaseException:  # raised again; also where Ctrl-C comes, the socket is closed
        connection.close()
        raise
    return connection


def _no_tls(error: OSError) -> CallFailed:
    if isinstance(error, ssl.SSLCertVerificationError):
        return CallFailed(f"its certificate does not hold: {error.verify_message.rstrip('.')}")
    cause = error.reason if isinstance(error, ssl.SSLError) else _symbol(error)
    return CallFailed("no TLS could be agreed on with it", cause=cause)


def _symbol(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, type(error).__name__)
