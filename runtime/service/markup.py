"""HTML of the service's own pages. What is not ``Markup`` is text, and escaped: there is no other way in."""

from html import escape
from typing import TypeAlias

from starlette.responses import Response as HttpResponse

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
"""No page of the service's own takes anything from elsewhere, or runs what stands in it."""
_VOID = frozenset({"br", "link", "meta"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Part: TypeAlias = "Markup | str | int | float | list[Part] | None"


def join(*parts: Part) -> Markup:
    """The parts one after another; None is nothing."""
    return Markup("".join(map(_shown, parts)))


def tag(name: str, /, *parts: Part, **attributes: str | bool | None) -> Markup:
    """An element. ``class_`` is written so since Python has the other word; None and False leave an attribute out."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Markup(f"<{name}{written}>" if name in _VOID else f"<{name}{written}>{join(*parts)}</{name}>")


def document(title: str, *body: Part, head: Part = None) -> Markup:
    """A whole page."""
    width = tag("meta", name="viewport", content="width=device-width, initial-scale=1")
    top = tag("head", tag("meta", charset="utf-8"), width, tag("title", title), head)
    return join(Markup("<!doctype html>\n"), tag("html", top, tag("body", *body), lang="en"))


def page(content: Markup, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """An answer of the service's own, which no other page may frame and no cache keeps."""
    guarded = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
    }
    return HttpResponse(content.encode("utf-8", "replace"), status, {**guarded, **(headers or {})}, "text/html")


def _shown(part: Part) -> str:
    if isinstance(part, list):
        return join(*part)
    return part if isinstance(part, Markup) else "" if part is None else escape(str(part))
