"""``http.get`` and ``http.post`` as a script calls them: arguments checked, calls counted, failures told."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import structlog

from bindings.context import RunContext
from bindings.errors import ScriptRangeError, ScriptTypeError
from bindings.problems import describe
from runtime.effects import Arguments, Effect
from runtime.frames import ProtocolViolation, decode
from runtime.http.fetching import Fetcher, HttpAnswer
from runtime.http.headers import request_headers
from runtime.http.targets import BadUrl, read_url
from runtime.outcome import Outcome
from storage.models import Json

HTTP_CALLS = ("http.get", "http.post")
FORM, JSON, TEXT = "application/x-www-form-urlencoded", "application/json", "text/plain; charset=utf-8"
NEAR = 0.8
"""The share of the calls at which the run is warned, as for other limits."""

log = structlog.get_logger("funnelscript.http")


class HttpCalls:
    """The calls of any run; all that is one run's is in its outcome."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self.effects: Mapping[str, Effect] = {"http.get": self._get, "http.post": self._post}

    def _get(self, arguments: Arguments, outcome: Outcome, context: RunContext) -> Json:
        call = "http.get"
        url, headers = _url(call, arguments.get("url")), request_headers(call, arguments.get("headers"))
        return self._fetch(call, url, None, headers, outcome, context)

    def _post(self, arguments: Arguments, outcome: Outcome, context: RunContext) -> Json:
        call = "http.post"
        url, headers = _url(call, arguments.get("url")), request_headers(call, arguments.get("headers"))
        body, kind = _body(call, arguments, headers.get("content-type", ""))
        size_bytes, most_bytes = len(body), self._fetcher.settings.max_body_bytes
        if size_bytes > most_bytes:
            raise ScriptRangeError(f"{call}: 'body' has {size_bytes} bytes, the limit is {most_bytes}")
        return self._fetch(call, url, body, kind | headers, outcome, context)

    def _fetch(
        self, call: str, url: str, body: bytes | None, headers: dict[str, str], outcome: Outcome, context: RunContext
    ) -> Json:
        self._count(outcome, context)
        answer = self._fetcher.fetch(call.removeprefix("http.").upper(), url, body, headers, outcome.deadline_seconds)
        shown: dict[str, Any] = {"status": answer.status, "headers": answer.headers, "body": answer.body}
        if answer.error is not None:
            _tell(call, answer, context)
            return {**shown, "error": answer.error}
        if answer.body_problem is not None:
            context.warn("http_body_not_text", f"{call}: the answer's body {answer.body_problem}")
        return shown

    def _count(self, outcome: Outcome, context: RunContext) -> None:
        """Calls that were refused as malformed do not count."""
        made = sum(call.ok and call.name in HTTP_CALLS for call in outcome.calls)
        most = self._fetcher.settings.max_calls
        if made >= most:
            raise ScriptRangeError(f"http: at most {most} calls a run")
        if made < NEAR * most <= made + 1:
            context.warn("limit_near", f"{made + 1} of {most} http calls are made")


def _tell(call: str, answer: HttpAnswer, context: RunContext) -> None:
    context.warn("http_failed", f"{call}: {answer.error}")
    note = log.warning if answer.refused else log.info
    event = "http_refused" if answer.refused else "http_failed"
    note(event, run_id=context.run_id, brand=context.brand, call=call, cause=answer.cause)


def _url(call: str, url: Json) -> str:
    if not isinstance(url, str):
        got = "is missing" if url is None else f"must be a string (got {describe(url)})"
        raise ScriptTypeError(f"{call}: 'url' {got}")
    try:
        return str(read_url(url))
    except BadUrl as bad:
        raise ScriptTypeError(f"{call}: 'url' {bad} (got {describe(url)})") from None


def _body(call: str, arguments: Arguments, content_type: str) -> tuple[bytes, dict[str, str]]:
    """What is sent, and as what unless the script says. ``json`` says that the script gave a value, and no text."""
    body = arguments.get("body")
    if body is None:
        return b"", {}
    if not isinstance(body, str):
        raise ScriptTypeError(f"{call}: 'body' must be a string (got {describe(body)})")
    if arguments.get("json") is not True:
        return body.encode(), {"content-type": TEXT}
    if content_type.partition(";")[0].strip().lower() == FORM:
        return _form(call, _fields(call, body)), {}
    return body.encode(), {"content-type": JSON}


def _fields(call: str, text: str) -> Json:
    """What the script's side made JSON of. Half a character, or a thousand levels, is what a form cannot hold."""
    try:
        fields: Json = decode(text)
    except ProtocolViolation:
        raise ScriptTypeError(f"{call}: 'body' has something in it that a form cannot hold") from None
    return fields


def _form(call: str, fields: Json) -> bytes:
    """An object's fields as a form has them: an array is a field that comes several times, null one that does not."""
    if not isinstance(fields, dict):
        raise ScriptTypeError(f"{call}: 'body' must be an object or a string to be a form (got {describe(fields)})")
    pairs = [
        (name, _field(call, name, one))
        for name, value in fields.items()
        for one in (value if isinstance(value, list) else [value])
        if one is not None
    ]
    return urlencode(pairs).encode()


def _field(call: str, name: str, value: Json) -> str:
    if isinstance(value, dict | list):
        raise ScriptTypeError(f"{call}: 'body.{name[:40]}' is {describe(value)}, which a form cannot hold")
    return value if isinstance(value, str) else json.dumps(value)
