"""Where a page's HTML changes its meaning: tags, and the stretches in which a tag is only text.

After the tokenization of the HTML standard (13.2.5), as far as it decides where a tag begins and ends: comments, raw
text, escaped script data, attributes with and without quotes. Reading a page takes time in proportion to its length.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

_SPACE = r"\t\n\f\r "
_LETTER = re.compile(r"[A-Za-z]")
_BARE_ATTRIBUTE = rf"""
    (?: = [^{_SPACE}/>=]*+ | [^{_SPACE}/>=]++ )
    (?: [{_SPACE}]*+ = [{_SPACE}]*+ (?: "[^"]*+"?+ | '[^']*+'?+ | [^{_SPACE}>]*+ ) )?+"""
_TAG = re.compile(
    rf"""</?+ (?P<name> [A-Za-z][^{_SPACE}/>]*+ )
    (?: [{_SPACE}/]*+ {_BARE_ATTRIBUTE} )*+
    (?P<last> [{_SPACE}/]*+ ) (?P<closing> >?+ )""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    rf"""[{_SPACE}/]*+ (?P<name> = [^{_SPACE}/>=]*+ | [^{_SPACE}/>=]++ )
    (?: [{_SPACE}]*+ = [{_SPACE}]*+ (?: "(?P<double>[^"]*+)"?+ | '(?P<single>[^']*+)'?+ | (?P<bare>[^{_SPACE}>]*+) ) )?+
    """,
    re.VERBOSE,
)
_PLAIN = re.compile(
    rf"""(?: [^<]++
    | </?+ (?! (?: iframe|math|noembed|noframes|plaintext|script|style|svg|textarea|title|xmp ) [{_SPACE}/>] )
      [A-Za-z][^{_SPACE}/><]*+ (?: [{_SPACE}/]*+ {_BARE_ATTRIBUTE.replace("[^", "[^<")} )*+ [{_SPACE}/]*+ >
    )*+""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""Text and tags that change nothing, as far as they go: most of a page, in one step."""
_COMMENT = re.compile(r"<!--(?:-?>|.*?(?P<end>--!?>))", re.DOTALL)
_SCRIPT_MARK = re.compile(rf"<!---*+>|<!--|-->|</?script(?=[{_SPACE}/>])", re.IGNORECASE | re.ASCII)

_RAW_TEXT = frozenset({"iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"})
"""Elements whose content is text up to their end tag; `noscript` is none where no scripts run."""
_FOREIGN = frozenset({"math", "svg"})
"""Inside of these an element may close itself (`<title/>`), and `<![CDATA[` begins a stretch of text."""
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


class Attribute(NamedTuple):
    """One attribute, its name in lower case; ``start`` and ``end`` are of its value, without quotes."""

    name: str
    value: str
    start: int
    end: int


class Tag(NamedTuple):
    """A start or end tag from its ``<`` to behind its ``>``; not ``closed`` where the page ends before that."""

    name: str
    start: int
    name_end: int
    end: int
    closed: bool
    closes_itself: bool


class Text(NamedTuple):
    """A stretch in which tags are only text; ``inside`` says of what: a comment, ``<title>``, …"""

    inside: str
    start: int
    end: int


def ascii_lower(text: str) -> str:
    """Lower case as HTML has it: of the letters A to Z only."""
    return text.translate(_LOWER)


def tokens(text: str) -> Iterator[Tag | Text]:
    """The start tags of a page in order, and the stretches of text that could be mistaken for tags."""
    at, foreign_depth = 0, 0
    while (at := _after_plain(text, at)) < len(text):
        following = text[at + 1 : at + 2]
        is_end = following == "/"
        token: Tag | Text
        if _LETTER.match(text, at + 2 if is_end else at + 1):
            token = read_tag(text, at)
            if token.name in _FOREIGN and not token.closes_itself:
                foreign_depth = max(0, foreign_depth + (-1 if is_end else 1))
        elif following in {"!", "?"} or is_end:
            token = _declaration(text, at, in_foreign=foreign_depth > 0)
        else:
            at += 1
            continue
        at = token.end
        if is_end and isinstance(token, Tag):
            continue
        yield token
        if isinstance(token, Tag) and (content := _raw_content(text, token, in_foreign=foreign_depth > 0)):
            yield content
            at = content.end


def _after_plain(text: str, at: int) -> int:
    plain = _PLAIN.match(text, at)
    return at if plain is None else plain.end()


def read_tag(text: str, start: int) -> Tag:
    """The tag at a ``<``, or at a ``</``, that a letter follows."""
    found = _TAG.match(text, start)
    assert found is not None, "no tag begins here"  # noqa: S101 - a caller's mistake
    closed = found["closing"] == ">"
    closes_itself = closed and found["last"].endswith("/")
    return Tag(ascii_lower(found["name"]), start, found.end("name"), found.end(), closed, closes_itself)


def attributes(text: str, tag: Tag) -> Iterator[Attribute]:
    """A tag's attributes in order, repeated ones too."""
    at = tag.name_end
    while found := _ATTRIBUTE.match(text, at):
        yield _attribute(found)
        at = found.end()


def script_end(text: str, start: int, limit: int) -> tuple[int, int] | None:
    """Where a script's text ends, and where its end tag does; None where it doesn't, up to ``limit``.

    Inside of ``<!--`` and ``<script``, a first ``</script`` only leads back out.
    """
    escaped = nested = False
    for mark in _SCRIPT_MARK.finditer(text, start, limit):
        found = ascii_lower(mark[0])
        if found.endswith(">"):
            escaped = nested = False
        elif found == "<!--":
            escaped = True
        elif found == "<script":
            nested = escaped
        elif nested:
            nested = False
        else:
            tag = read_tag(text, mark.start())
            return (mark.start(), tag.end) if tag.closed and tag.end <= limit else None
    return None


def _attribute(found: "re.Match[str]") -> Attribute:
    for kind in ("double", "single", "bare"):
        if found[kind] is not None:
            return Attribute(ascii_lower(found["name"]), found[kind], *found.span(kind))
    return Attribute(ascii_lower(found["name"]), "", found.end(), found.end())


def _declaration(text: str, at: int, *, in_foreign: bool) -> Text:
    """A comment, a doctype, or what the standard makes a comment of: ``<!…>``, ``<?…>``, ``</…>``."""
    if text.startswith("<!--", at):
        comment = _COMMENT.match(text, at)
        end = len(text) if comment is None else at + 4 if comment["end"] is None else comment.start("end")
        return Text("a comment", at + 4, end)
    closing = "]]>" if in_foreign and text.startswith("<![CDATA[", at) else ">"
    end = text.find(closing, at)
    return Text("a comment", at + 2, len(text) if end == -1 else end)


def _raw_content(text: str, tag: Tag, *, in_foreign: bool) -> Text | None:
    """The text of an element whose content is no markup."""
    inside = f"<{tag.name}>"
    if not tag.closed or (in_foreign and tag.closes_itself):
        return None
    if tag.name == "plaintext":
        return Text(inside, tag.end, len(text))
    if tag.name not in _RAW_TEXT:
        return None
    if tag.name == "script":
        found = script_end(text, tag.end, len(text))
        return Text(inside, tag.end, len(text) if found is None else found[0])
    end = _end_tag(tag.name).search(text, tag.end)
    return Text(inside, tag.end, len(text) if end is None else end.start())


@cache
def _end_tag(name: str) -> "re.Pattern[str]":
    return re.compile(rf"</{name}(?=[{_SPACE}/>])", re.IGNORECASE | re.ASCII)
