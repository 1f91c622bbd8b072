"""What an attribute's value is to a browser, and how far an address in one has come."""

import html
import re
from typing import Literal

Kind = Literal["plain", "url", "resource", "urls", "style", "refresh"]
Zone = Literal["start", "root", "path", "query", "open", "opaque"]

SCHEMES = ("http", "https", "mailto", "tel", "sms")
"""What an address that data gives may begin with."""

_URLS = frozenset(
    [
        "action",
        "archive",
        "background",
        "cite",
        "classid",
        "codebase",
        "data",
        "dynsrc",
        "formaction",
        "href",
        "icon",
        "longdesc",
        "lowsrc",
        "manifest",
        "ping",
        "poster",
        "profile",
        "src",
        "usemap",
    ]
)
_URL_LISTS = frozenset({"srcset", "imagesrcset"})
_RESOURCES = frozenset(
    {
        ("applet", "archive"),
        ("applet", "codebase"),
        ("base", "href"),
        ("embed", "src"),
        ("frame", "src"),
        ("link", "href"),
        ("object", "data"),
        ("script", "href"),
        ("script", "src"),
        ("use", "href"),
    }
)
"""Where a browser takes an address for a part of the page: data may only say what comes behind a site's name."""
_MEANINGS = frozenset(
    {
        ("annotation-xml", "encoding"),
        ("link", "rel"),
        ("meta", "http-equiv"),
        ("object", "type"),
        ("script", "language"),
        ("script", "scope"),
        ("script", "type"),
        ("template", "shadowrootmode"),
        *(
            (element, attribute)
            for element in ("animate", "animatecolor", "animatemotion", "animatetransform", "set")
            for attribute in ("attributename", "by", "from", "to", "values")
        ),
    }
)
"""What decides what all around it means."""
_CODE = re.compile(r"on|@|:|v-|x-|ng-|data-ng-|data-on[-:]|hx-on|hx-vals|data-hx-on|js:|_$|\(|\[|#")
_BLANKS = "".join(map(chr, range(33)))
_FIRST_MARK = re.compile(r"[:/?#\\]")
_FIXED_SITE = re.compile(
    r"(?:https?:)?//[A-Za-z0-9.:-]+/|/[A-Za-z0-9_.~%+?-]|\.{1,2}/(?![/\\])|[A-Za-z0-9_-]+[/?]", re.IGNORECASE | re.ASCII
)
"""A slash alone is no site of its own: behind a value that is empty, the next slash would begin another site's name."""
_REFRESH = re.compile(
    r"[0-9.\ufffc]+ (?P<behind> [\s]*+ [;,]? [\s]*+ ) (?P<url> url [\s]*+ = [\s]*+ )? (?P<quote> ['\"]? )",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""What stands before the address in the content of a ``<meta http-equiv="refresh">``."""
_HALF_REFERENCE = re.compile(r"&(?:[0-9A-Za-z]*|#[0-9]*|#[xX][0-9A-Fa-f]*)\Z")
ANY = "\ufffc"
"""Stands for an output in the text of an address."""
MAX_WRITTEN_CHARACTERS, _MAX_HALF_REFERENCE_CHARACTERS = 128, 40
"""Of an address: more than any scheme and site has. What comes on top is looked at once, and not at each output."""


def attribute_kind(element: str, attribute: str) -> Kind | str:
    """What the value is; a sentence's end where none may be put into it, beginning with 'in'."""
    local = attribute.rpartition(":")[2]
    refusal = _refusal(element, attribute, local)
    if refusal is not None:
        return refusal
    if (element, local) in _RESOURCES:
        return "resource"
    if (element, local) == ("meta", "content"):
        return "refresh"
    if attribute == "style":
        return "style"
    return "urls" if local in _URL_LISTS else "url" if local in _URLS else "plain"


def _refusal(element: str, attribute: str, local: str) -> str | None:
    if ANY in attribute:
        return "in an attribute whose name depends on an @if: write the whole attribute into it"
    if _CODE.match(attribute):
        return f"in {attribute}, which holds code: put it into an attribute data-…, and read it from there"
    if local == "srcdoc":
        return "in srcdoc, which holds a page of its own"
    if (element, local) in _MEANINGS:
        return f"in {attribute} of <{element}>, which decides what is around it: choose by @if instead"
    return None


def zone(written: str) -> Zone:
    """How far an address has come, by what is written of it; ``ANY`` in it stands for an output.

    ``open``: what follows may still become its scheme. ``opaque``: it has a scheme that data must not be put behind.
    """
    text = html.unescape(_HALF_REFERENCE.sub(ANY, written)).lstrip(_BLANKS)
    if not text:
        return "start"
    mark = _FIRST_MARK.search(text)
    if mark is None:
        return "open"
    if mark[0] == ":" and text[: mark.start()].lower() not in SCHEMES:
        return "opaque"
    if "?" in text or "#" in text:
        return "query"
    return "root" if text in {"/", "\\"} else "path"


def is_on_a_fixed_site(written: str) -> bool:
    """Whether what is written of an address says from which site it is, or that it is of this one."""
    text = html.unescape(written)
    return "\\" not in text and _FIXED_SITE.match(text) is not None


def refresh_address(written: str, *, is_refresh: bool) -> str | None:
    """What is written so far of the address to which a ``<meta>`` leads; None where it is not known to lead anywhere.

    Where it is not known yet that the element ``is_refresh``, ``url=`` behind seconds says so.
    """
    found = _REFRESH.match(written)
    return None if found is None or not (is_refresh or found["url"]) else written[found.end() :]


def shortened_content(written: str) -> str:
    """What means the same to ``refresh_address`` as a long beginning of a ``<meta>``'s content."""
    written = written.lstrip(_BLANKS)
    if len(written) <= MAX_WRITTEN_CHARACTERS:
        return written
    found = _REFRESH.match(written)
    if found is None:
        return written[:1]
    rest = written[found.end() :]
    # A separator where what follows cannot be seconds any more; one blank means what many do.
    behind = found["behind"].strip() or (";" if found["url"] or found["quote"] or rest else found["behind"][:1])
    return "0" + behind + ("url=" if found["url"] else "") + found["quote"] + shortened(rest)


def shortened(written: str) -> str:
    """What means the same as a long beginning of an address, or less, to ``zone`` and ``is_on_a_fixed_site``.

    Whatever follows. Without it, an address of many outputs takes time with the square of their number.
    """
    if len(written) <= MAX_WRITTEN_CHARACTERS:
        return written
    stripped = written.lstrip(_BLANKS)
    written = stripped if stripped == written else " " + stripped  # one blank means what many do
    if len(written) <= MAX_WRITTEN_CHARACTERS:
        return written
    half = _HALF_REFERENCE.search(written)
    known, rest = (written, "") if half is None else (written[: half.start()], half[0])
    ended = known + rest[:1]  # a reference before the half one can lack its semicolon: the next begins behind it
    place = zone(ended)
    short = _SHORT.get(place)
    if short is None:
        short = ("/-/" if is_on_a_fixed_site(ended) else "\\-") + ("?" if place == "query" else "")
    return short + rest[:_MAX_HALF_REFERENCE_CHARACTERS]


_SHORT: dict[Zone, str] = {"start": "", "open": ANY, "opaque": ANY + ":", "root": "\\"}


def joined_addresses(one: str, other: str) -> str:
    """What stands for two beginnings of an address where ways meet: no more is known than of both."""
    return ANY + ":" if "opaque" in {zone(one), zone(other)} else ANY
