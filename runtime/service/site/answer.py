"""What the visitor's browser gets of a run: status, headers, cookies, body."""

from urllib.parse import quote

from starlette.responses import Response as HttpResponse

from runtime.record import Cookie, RunResult
from runtime.service.site.visitor import MAX_AGE_SECONDS

_WITHOUT_BODY = frozenset({204, 205, 304})


def answer_of(record: RunResult, html: str, *, secure: bool) -> HttpResponse:
    """The script's own answer where it gave one; else the page, whatever became of the script.

    Where visitors come over TLS (``secure``), cookies go no other way.
    """
    given = record.response
    status, content_type, body = 200, "text/html; charset=utf-8", html
    if record.redirect is not None:
        status, body = record.redirect.status, ""
    elif given is not None:
        status = given.status
        if given.body is not None:
            content_type, body = f"{given.content_type}; charset=utf-8", given.body
    headers = {"cache-control": "private, no-cache", "content-type": content_type, **record.headers}
    if record.redirect is not None:
        headers["location"] = record.redirect.url
    answer = HttpResponse(b"" if status in _WITHOUT_BODY else body.encode(), status, headers)
    for cookie in record.cookies:
        answer.headers.append("set-cookie", _script_cookie(cookie) + ("; Secure" if secure else ""))
    return answer


def is_page_itself(record: RunResult) -> bool:
    """Whether the visitor gets the page, and not an answer of the script's own."""
    return record.redirect is None and (record.response is None or record.response.body is None)


def is_html(record: RunResult) -> bool:
    """Whether the script left the page the type that it has by itself."""
    return "content-type" not in record.headers


def hand_session(answer: HttpResponse, name: str, value: str | None, *, secure: bool) -> None:
    """Set the host's own cookie with an answer, or with a value of None delete it.

    No cache between may keep such an answer, whatever the script says of it: it would hand the session to others.
    """
    given = [header for header in answer.headers if header.endswith("cache-control") or header == "surrogate-control"]
    for header in given:
        del answer.headers[header]
    answer.headers["cache-control"] = "private, no-store"
    age_seconds = 0 if value is None else MAX_AGE_SECONDS
    attributes = f"Path=/; Max-Age={age_seconds}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
    answer.headers.append("set-cookie", f"{name}={value or ''}; {attributes}")


def _script_cookie(cookie: Cookie) -> str:
    age = 0 if cookie.value is None else cookie.max_age_seconds
    parts = [f"{cookie.name}={quote(cookie.value or '', safe='')}", f"Path={cookie.path}", "SameSite=Lax"]
    return "; ".join(parts if age is None else [*parts, f"Max-Age={age}"])
