"""Asks the web for scripts: one new connection for each request, nothing kept between them.

It stands on httpx's parts (URLs, requests, and below it httpcore, which speaks HTTP) and leaves its client out: there
are no cookies, no proxies and credentials of the environment, no redirects that nobody checks, to be switched off.
"""

import ssl
import time
from contextlib import closing
from functools import cached_property
from typing import NamedTuple

import httpcore
import httpx

from bindings.problems import printable
from runtime.http.allowance import HEAD_BYTES, Allowance
from runtime.http.bodies import collect, text_of
from runtime.http.failures import CallFailed
from runtime.http.fetching import Headers, HttpAnswer
from runtime.http.headers import for_another_host, shown_headers
from runtime.http.network import GuardedBackend
from runtime.http.resolving import Lookups, Resolve, system_addresses
from runtime.http.settings import HttpSettings
from runtime.http.targets import BadUrl, follow, port_of, read_url

KEEPS_METHOD = (307, 308)
REDIRECTS = (301, 302, 303, *KEEPS_METHOD)
OF_A_BODY = frozenset({"content-type", "content-language"})


class Hop(NamedTuple):
    """One request of a call; redirects make more of them."""

    method: str
    url: httpx.URL
    body: bytes | None
    headers: Headers


class HttpClient:
    """The ``Fetcher`` that scripts have. Safe for many threads; holds no connection between calls."""

    def __init__(self, settings: HttpSettings, *, resolve: Resolve = system_addresses) -> None:
        """``resolve`` finds the addresses of names."""
        self.settings = settings
        self._lookups = Lookups(resolve)

    def fetch(self, method: str, url: str, body: bytes | None, headers: Headers, deadline_seconds: float) -> HttpAnswer:
        """See ``Fetcher``."""
        allowance = Allowance(min(deadline_seconds - time.monotonic(), self.settings.timeout_seconds))
        try:
            hop = Hop(method, read_url(url), body, headers)
        except BadUrl as bad:
            return HttpAnswer(0, error=f"the address {bad}")
        for _ in range(self.settings.max_redirects + 1):
            try:
                found = self._send(hop, allowance)
            except CallFailed as failure:
                return _no_answer(hop, failure)
            if isinstance(found, HttpAnswer):
                return found
            hop = found
        return _no_answer(hop, CallFailed(f"more than {self.settings.max_redirects} redirects lead there"))

    def _send(self, hop: Hop, allowance: Allowance) -> HttpAnswer | Hop:
        """What a request gives: the answer, or what to ask next."""
        allowance.expect(HEAD_BYTES)
        backend = GuardedBackend(self.settings, self._lookups, allowance)
        tls = self._tls if hop.url.scheme == "https" else None
        origin = httpcore.Origin(hop.url.raw_scheme, hop.url.raw_host, port_of(hop.url))
        with closing(httpcore.HTTPConnection(origin, tls, network_backend=backend)) as connection:
            try:
                answer = connection.handle_request(self._request(hop))
                location = next((value for name, value in answer.headers if name.lower() == b"location"), None)
                if answer.status in REDIRECTS and location is not None:
                    return _next(hop, answer.status, location.decode("utf-8", "replace"))
                return self._read(answer, allowance)
            except httpcore.ProtocolError as error:
                raise CallFailed("what came is no HTTP answer", cause=str(error)) from error

    def _request(self, hop: Hop) -> httpcore.Request:
        own = {"accept": "*/*", "user-agent": self.settings.user_agent, **hop.headers}
        own |= {"accept-encoding": "gzip", "connection": "close"}
        request = httpx.Request(hop.method, hop.url, headers=own, content=hop.body)
        url = httpcore.URL(
            scheme=hop.url.raw_scheme, host=hop.url.raw_host, port=port_of(hop.url), target=hop.url.raw_path
        )
        return httpcore.Request(hop.method, url, headers=request.headers.raw, content=hop.body)

    def _read(self, answer: httpcore.Response, allowance: Allowance) -> HttpAnswer:
        headers = shown_headers(answer.headers)
        fields = {name: value for name, value in headers.items() if isinstance(value, str)}
        most_bytes = self.settings.max_body_bytes
        allowance.expect(2 * most_bytes + HEAD_BYTES)
        body = collect(answer.iter_stream(), fields.get("content-encoding", ""), most_bytes)
        text, problem = text_of(body, fields.get("content-type", ""))
        return HttpAnswer(answer.status, headers, text, problem)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Trusts the public authorities, as Mozilla lists them. Reading them takes longer than a call: once."""
        context = httpx.create_ssl_context(trust_env=False)
        if self.settings.ca_file is not None:
            context.load_verify_locations(self.settings.ca_file)
        return context


def _next(hop: Hop, status: int, location: str) -> Hop:
    """Where a redirect leads. What is to be a GET by it has no body any more."""
    try:
        url = follow(hop.url, location)
    except BadUrl as bad:
        raise CallFailed(f"it redirects to an address that {bad}") from bad
    if (hop.url.scheme, url.scheme) == ("https", "http"):
        raise CallFailed("it redirects from https to http", refused=True)
    is_same_host = (url.host, url.port) == (hop.url.host, hop.url.port)
    headers = dict(hop.headers) if is_same_host else for_another_host(hop.headers)
    if status in KEEPS_METHOD:
        return Hop(hop.method, url, hop.body, headers)
    return Hop("GET", url, None, {name: value for name, value in headers.items() if name not in OF_A_BODY})


def _no_answer(hop: Hop, failure: CallFailed) -> HttpAnswer:
    host = printable(hop.url.host)
    return HttpAnswer(0, error=f"{host}: {failure.reason}", cause=f"{host}: {failure.cause}", refused=failure.refused)
