"""Backend blocks: which of a page run, and the page without any of them.

Removal wins over everything. What looks like a backend block is taken out wherever it stands, in a comment or an
attribute, too; only what is one by the HTML standard runs. It is looked for again in what is left, until nothing is
found: whatever reads the page afterwards, from wherever in it, finds none.
"""

import html
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from runtime.pages.tokenizer import Attribute, Tag, Text, ascii_lower, attributes, read_tag, script_end, tokens

MAX_ROUNDS = 16
"""Blocks put together from what other blocks leave when they are taken out; behind that, the page is cut off."""
MAX_READINGS, MAX_SHORT_READINGS = 8, 100_000
"""How often a page's characters are read on average, as parts of one tag in another; behind that, it is cut off.

A short page may have the second number of characters read in all."""
KEPT_PAGES = 32
LINE_END = re.compile("\r\n|[\n\r\u2028\u2029]")
"""What ends a line for the engine."""

_CANDIDATE = re.compile(r"<script(?![\w:.-])", re.IGNORECASE | re.ASCII)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE | re.ASCII)
_NEARLY_BACKEND = re.compile(r"[\s\0]*backend(?![\w-])", re.IGNORECASE | re.ASCII)


Span: TypeAlias = tuple[int, int]
"""A stretch of a text, from its first character to behind its last."""


class Place(NamedTuple):
    """A position in the author's file, both from 1, columns in characters."""

    line: int
    column: int


class Block(NamedTuple):
    """A block that runs, and where its first character stands."""

    source: str
    place: Place


class Dropped(NamedTuple):
    """What looked like a block and was taken out without being run; ``why`` goes on after 'it'."""

    place: Place
    why: str


class Page(NamedTuple):
    """A page, taken apart. ``spans`` are the stretches of the author's text that are left, as ``html``."""

    html: str
    blocks: tuple[Block, ...]
    dropped: list[Dropped]
    spans: list[Span]


class _Cut(NamedTuple):
    start: int
    end: int
    source_start: int
    source_end: int
    why_dropped: str | None


class _Layout(NamedTuple):
    """What is a block by the standard, by its start, and the stretches of text in order."""

    blocks: dict[int, _Cut]
    texts: list[tuple[int, int, str]]


@lru_cache(maxsize=KEPT_PAGES)
def take_apart(text: str) -> Page:
    """The page without its backend blocks, and the blocks. About 20 ms for a new page of 100 KB; kept for the next."""
    if not _CANDIDATE.search(text):
        return Page(text, (), [], [(0, len(text))])
    cuts = _cuts(text)
    places = Places(text)
    spans = _left_without_any(text, cuts)
    return Page(
        _joined(text, spans),
        tuple(
            Block(text[cut.source_start : cut.source_end], places.of(cut.source_start))
            for cut in cuts
            if cut.why_dropped is None
        ),
        [Dropped(places.of(cut.start), cut.why_dropped) for cut in cuts if cut.why_dropped is not None],
        spans,
    )


def without_blocks(text: str) -> str:
    """The page as a browser may have it, for where it is shown without being run."""
    return take_apart(text).html


def without_composed_blocks(text: str) -> str:
    """A page as a browser may have it, where it was put together from a page without blocks and from data. Not kept."""
    lower = text.lower()
    if "<script" not in lower or "scope" not in lower:
        return text
    return take_apart.__wrapped__(text).html


def _left_without_any(text: str, cuts: list[_Cut]) -> list[Span]:
    """The stretches that are left of a text when nothing is found in it any more."""
    left, spans = text, [(0, len(text))]
    for _ in range(MAX_ROUNDS + 1):
        if not cuts:
            return spans
        kept = _kept(left, cuts)
        left, spans = _joined(left, kept), _within(spans, kept)
        cuts = _cuts(left)
    while cuts:
        kept = [(0, cuts[0].start)]
        left, spans = _joined(left, kept), _within(spans, kept)
        cuts = _cuts(left)
    return spans


def _kept(text: str, cuts: list[_Cut]) -> list[Span]:
    starts = [0, *(cut.end for cut in cuts)]
    ends = [*(cut.start for cut in cuts), len(text)]
    return [*zip(starts, ends, strict=True)]


def _joined(text: str, spans: list[Span]) -> str:
    return "".join(text[start:end] for start, end in spans)


def _within(spans: list[Span], kept: list[Span]) -> list[Span]:
    """The stretches ``kept`` of what is ``spans`` of a text, as stretches of that text. Both are in order."""
    found: list[Span] = []
    at, remaining = 0, deque(kept)
    for start, end in spans:
        length = end - start
        while remaining and remaining[0][0] < at + length:
            first, last = remaining[0]
            found.append((start + max(first, at) - at, start + min(last, at + length) - at))
            if last > at + length:
                break
            remaining.popleft()
        at += length
    return found


def _cuts(text: str) -> list[_Cut]:
    """What is to be taken out, in order, nothing twice."""
    layout = _layout(text)
    cuts: list[_Cut] = []
    at, readings_left = 0, max(MAX_READINGS * len(text), MAX_SHORT_READINGS)
    while candidate := _CANDIDATE.search(text, at):
        start = candidate.start()
        tag = read_tag(text, start)
        readings_left -= tag.end - start
        if readings_left < 0:
            return [*cuts, _Cut(start, len(text), 0, 0, "stands in too many tags at once: the page is cut off there")]
        cut = layout.blocks.get(start) or _lookalike(text, tag, layout)
        if cut is not None:
            cuts.append(cut)
        at = candidate.end() if cut is None else cut.end
    return cuts


def _layout(text: str) -> _Layout:
    blocks: dict[int, _Cut] = {}
    texts: list[tuple[int, int, str]] = []
    for token in tokens(text):
        if isinstance(token, Text):
            texts.append((token.start, token.end, token.inside))
            continue
        if _CANDIDATE.search(text, token.name_end, token.end):
            texts += [(one.start, one.end, f"the attribute '{one.name[:40]}'") for one in attributes(text, token)]
        if _is_block(text, token):
            blocks[token.start] = _block(text, token)
    return _Layout(blocks, texts)


def _block(text: str, tag: Tag) -> _Cut:
    end = script_end(text, tag.end, len(text))
    if end is None:
        return _Cut(tag.start, len(text), 0, 0, "has no end: all that follows is dropped with it")
    return _Cut(tag.start, end[1], tag.end, end[0], None)


def _lookalike(text: str, tag: Tag, layout: _Layout) -> _Cut | None:
    """What to take out where a tag would be a block in some reading; bounded by the text that it stands in."""
    found = next((one for one in _scopes(text, tag) if _NEARLY_BACKEND.match(_value(one))), None)
    if found is None:
        return None
    before = bisect_right(layout.texts, tag.start, key=lambda one: one[0]) - 1
    _, limit, inside = layout.texts[before] if before >= 0 else (0, 0, "")
    stands = f"stands in {inside}"
    if tag.start >= limit:
        limit, stands = len(text), "is not written as one"
    if _is_backend(found) and tag.end < limit:
        end = script_end(text, tag.end, limit)
        return _Cut(tag.start, limit if end is None else end[1], 0, 0, stands)
    return _Cut(tag.start, _behind_any_end(text, tag.start + 7, limit), 0, 0, stands)


def _behind_any_end(text: str, start: int, limit: int) -> int:
    """Behind what looks like the end tag of a script; the limit where nothing does. Looks for each part once."""
    mark = _SCRIPT_END.search(text, start, limit)
    closing = -1 if mark is None else text.find(">", mark.end(), limit)
    return limit if closing == -1 else closing + 1


def _is_block(text: str, tag: Tag) -> bool:
    """Whether a tag begins a block by the standard, where the first attribute of a name counts."""
    if tag.name != "script" or not tag.closed:
        return False
    scope = next(_scopes(text, tag), None)
    return scope is not None and _is_backend(scope)


def _scopes(text: str, tag: Tag) -> Iterator[Attribute]:
    return (one for one in attributes(text, tag) if one.name == "scope")


def _is_backend(scope: Attribute) -> bool:
    return ascii_lower(_value(scope).strip("\t\n\f\r ")) == "backend"


def _value(attribute: Attribute) -> str:
    return html.unescape(attribute.value)


class Places:
    """Lines and columns of a text."""

    def __init__(self, text: str) -> None:
        """Takes a moment for a long text: for where a place is needed."""
        self._line_starts = [0, *(end.end() for end in LINE_END.finditer(text))]

    def of(self, position: int) -> Place:
        """Where a character stands."""
        line = bisect_right(self._line_starts, position)
        return Place(line, position - self._line_starts[line - 1] + 1)
