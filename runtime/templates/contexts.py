"""Where in the HTML an output stands: the tokenization of the HTML standard (13.2.5) with its state in the open.

It reads a page's text up to an output, and goes on behind it. What is made of a value there is said by ``escaping``.
"""

import html
import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from runtime.pages.tokenizer import ascii_lower
from runtime.templates import script_context
from runtime.templates.attribute_kinds import ANY, attribute_kind, joined_addresses, shortened, shortened_content
from runtime.templates.script_context import ScriptContext

Where = Literal[
    "text",
    "comment",
    "declaration",
    "cdata",
    "rcdata",
    "style",
    "script",
    "raw",
    "tag_name",
    "tag",
    "attribute_name",
    "after_name",
    "before_value",
    "value",
]
"""What is being read; ``rcdata`` and ``raw`` are content that only its own end tag ends, with and without ``&amp;``."""

_SPACE = "\t\n\f\r "
_NAME = re.compile(rf"[^{_SPACE}/>]*")
_ATTRIBUTE_NAME = re.compile(rf"=?[^{_SPACE}/>=]*")
_MORE_OF_ATTRIBUTE_NAME = re.compile(rf"[^{_SPACE}/>=]*")
_SPACES = re.compile(rf"[{_SPACE}]*")
_WHOLE_ATTRIBUTES = re.compile(
    rf"""(?: =?[^{_SPACE}/>=]++ (?: [{_SPACE}]*+ = [{_SPACE}]*+ (?: "[^"]*+" | '[^']*+' ) )?+
    [{_SPACE}]++ (?=[^=]) )++""",
    re.VERBOSE,
)
"""Attributes that are over, as far as they go: most of a long tag, in one step."""
_BARE_VALUE = re.compile(rf"[^{_SPACE}>]*")
_COMMENT_END = re.compile(r"--!?>")
_UNFINISHED_COMMENT = re.compile(r"-(?:-!?)?\Z")
_UNFINISHED_MARKUP = re.compile(r"<(?:/|!(?:-|\[[CDAT]*\[?)?)?\Z")
_UNFINISHED_IN_RAW_TEXT = re.compile(r"<(?:/[A-Za-z]*|!-*)?\Z")
_CONTENT: dict[str, Where] = {
    **dict.fromkeys(("iframe", "noembed", "noframes", "plaintext", "xmp"), "raw"),
    **dict.fromkeys(("textarea", "title"), "rcdata"),
    "script": "script",
    "style": "style",
}
_FOREIGN = frozenset({"math", "svg"})
_MAX_TYPE_CHARACTERS = 1_000
_IN_TAG = frozenset({"tag", "attribute_name", "after_name"})
_TELLING = {"script": "type", "meta": "http-equiv"}
"""The attribute of an element that says what its others, or its content, are."""


class Context(NamedTuple):
    """The state of the tokenizer.

    ``element`` is that of the tag, or whose content it is. ``written`` is what stands in an attribute's value so far,
    where that matters, with ``ANY`` for outputs. ``is_refresh`` says that the tag is a ``<meta>`` that leads elsewhere.
    ``pending`` is an unfinished piece of markup that the next text decides about.
    """

    where: Where = "text"
    element: str = ""
    is_end_tag: bool = False
    closes_itself: bool = False
    attribute: str = ""
    quote: str = ""
    written: str = ""
    script_type: str = ""
    is_refresh: bool = False
    script: ScriptContext = ScriptContext()
    has_html_comment: bool = False
    pending: str = ""
    foreign_depth: int = 0

    def after(self, text: str) -> "Context":
        """The context behind a text of the page."""
        context, text, at = self._replace(pending=""), self.pending + text, 0
        while at < len(text):
            context, at = _STEPS[context.where](context, text, at)
        return context

    def after_output(self) -> "Context":
        """The context behind a value."""
        if self.where == "script":
            return self._replace(script=self.script.after(self.pending).after_output(), pending="")
        return _written(self, ANY) if self.where == "value" else self


START = Context()


def joined(one: Context, other: Context) -> Context | None:
    """The context where two ways through a template meet; None where what follows would not mean the same for both."""
    if one == other:
        return one
    if one.is_refresh != other.is_refresh:
        one, other = one._replace(is_refresh=True), other._replace(is_refresh=True)
    if one.where in _IN_TAG and other.where in _IN_TAG:
        # Whether an attribute's name goes on is not known: a value behind it belongs to no known attribute.
        ends = [end._replace(where="attribute_name", attribute=ANY, closes_itself=False) for end in (one, other)]
        return ends[0] if ends[0] == ends[1] else None
    if one._replace(written="", script=ScriptContext()) != other._replace(written="", script=ScriptContext()):
        return None
    script = script_context.joined(one.script, other.script)
    if script is None or (one.written != other.written and _is_telling(one)):
        return None
    written = one.written if one.written == other.written else joined_addresses(one.written, other.written)
    return one._replace(written=written, script=script)


def _text(context: Context, text: str, at: int) -> tuple[Context, int]:
    start = text.find("<", at)
    if start == -1:
        return context, len(text)
    if _UNFINISHED_MARKUP.match(text, start):
        return context._replace(pending=text[start:]), len(text)
    return _markup(context, text, start)


def _markup(context: Context, text: str, start: int) -> tuple[Context, int]:
    """What a ``<`` begins."""
    is_end = text.startswith("/", start + 1)
    name = start + 2 if is_end else start + 1
    if text[name : name + 1].isalpha() and text[name].isascii():
        fresh = Context(where="tag_name", is_end_tag=is_end, foreign_depth=context.foreign_depth)
        return fresh, name
    if text.startswith("<!--", start):
        return _comment_begins(context, text, start + 4)
    if context.foreign_depth and text.startswith("<![CDATA[", start):
        return context._replace(where="cdata"), start + 9
    if is_end or text[name] in "!?":
        return context._replace(where="declaration"), name
    return context, name


def _comment_begins(context: Context, text: str, at: int) -> tuple[Context, int]:
    """``<!-->`` and ``<!--->`` are whole comments."""
    for closing in (">", "->"):
        if text.startswith(closing, at):
            return context._replace(where="text"), at + len(closing)
    if text[at:] in {"", "-"}:
        return context._replace(where="comment", pending="<!--" + text[at:]), len(text)
    return context._replace(where="comment"), at


def _comment(context: Context, text: str, at: int) -> tuple[Context, int]:
    if at == 0 and text.startswith("<!--"):  # what was pending: whether the comment ends at once
        return _comment_begins(context, text, 4)
    end = _COMMENT_END.search(text, at)
    if end is not None:
        return context._replace(where="text"), end.end()
    rest = _UNFINISHED_COMMENT.search(text, at)
    return context._replace(pending=rest[0] if rest else ""), len(text)


def _declaration(context: Context, text: str, at: int) -> tuple[Context, int]:
    end = text.find(">", at)
    return (context, len(text)) if end == -1 else (context._replace(where="text"), end + 1)


def _cdata(context: Context, text: str, at: int) -> tuple[Context, int]:
    end = text.find("]]>", at)
    if end != -1:
        return context._replace(where="text"), end + 3
    tail = text[at:][-2:]
    pending = tail if tail == "]]" else "]" if tail.endswith("]") else ""
    return context._replace(pending=pending), len(text)


def _tag_name(context: Context, text: str, at: int) -> tuple[Context, int]:
    end = _end(_NAME, text, at)
    context = context._replace(element=context.element + ascii_lower(text[at:end]))
    return context if end == len(text) else context._replace(where="tag"), end


def _tag(context: Context, text: str, at: int) -> tuple[Context, int]:
    """Before the name of an attribute."""
    following = text[at]
    if following == ">":
        return _tag_ends(context), at + 1
    if following in _SPACE:
        return context._replace(closes_itself=False), _end(_SPACES, text, at)
    if following == "/":
        return context._replace(closes_itself=True), at + 1
    if context.element not in _TELLING and (whole := _WHOLE_ATTRIBUTES.match(text, at)) is not None:
        return context._replace(closes_itself=False, attribute=""), whole.end()
    end = _end(_ATTRIBUTE_NAME, text, at)
    name = ascii_lower(text[at:end])
    return context._replace(where="attribute_name", attribute=name, closes_itself=False), end


def _attribute_name(context: Context, text: str, at: int) -> tuple[Context, int]:
    end = _end(_MORE_OF_ATTRIBUTE_NAME, text, at)
    context = context._replace(attribute=context.attribute + ascii_lower(text[at:end]))
    if end == len(text):
        return context, end
    if text[end] == "=":
        return context._replace(where="before_value"), end + 1
    return context._replace(where="after_name" if text[end] in _SPACE else "tag"), end


def _after_name(context: Context, text: str, at: int) -> tuple[Context, int]:
    end = _end(_SPACES, text, at)
    if end == len(text):
        return context, end
    if text[end] == "=":
        return context._replace(where="before_value"), end + 1
    return context._replace(where="tag", attribute=""), end


def _before_value(context: Context, text: str, at: int) -> tuple[Context, int]:
    end = _end(_SPACES, text, at)
    if end == len(text):
        return context, end
    if text[end] == ">":
        return _tag_ends(context), end + 1
    if text[end] in "\"'":
        return context._replace(where="value", quote=text[end], written=""), end + 1
    return context._replace(where="value", quote="", written=""), end


def _value(context: Context, text: str, at: int) -> tuple[Context, int]:
    if context.quote:
        end = text.find(context.quote, at)
        end = len(text) if end == -1 else end
    else:
        end = _end(_BARE_VALUE, text, at)
    context = _written(context, text[at:end])
    if end == len(text):
        return context, end
    if _is_telling(context):
        context = _told(context)
    return context._replace(where="tag", attribute="", quote="", written=""), end + len(context.quote)


def _is_telling(context: Context) -> bool:
    return _TELLING.get(context.element) == context.attribute


def _told(context: Context) -> Context:
    """What the value of such an attribute says, which is over now."""
    said = context.written.strip(_SPACE).lower()
    if context.element == "meta":
        return context._replace(is_refresh=context.is_refresh or html.unescape(said) == "refresh")
    return context._replace(script_type=context.script_type or said or "text/javascript")  # the first one counts


def _written(context: Context, text: str) -> Context:
    """More of an attribute's value, kept where it matters."""
    if _is_telling(context):
        return context._replace(written=(context.written + text)[:_MAX_TYPE_CHARACTERS])
    match attribute_kind(context.element, context.attribute):
        case "url" | "resource":
            return context._replace(written=shortened(context.written + text))
        case "refresh":
            return context._replace(written=shortened_content(context.written + text))
    return context


def _tag_ends(context: Context) -> Context:
    element, depth = context.element, context.foreign_depth
    if element in _FOREIGN and not context.closes_itself:
        depth = max(0, depth + (-1 if context.is_end_tag else 1))
    content: Where = "text" if context.is_end_tag else _CONTENT.get(element, "text")
    if (content in {"rcdata", "raw"} and depth) or (depth and context.closes_itself):
        content = "text"
    if content == "text":
        return Context(foreign_depth=depth)
    return Context(where=content, element=element, script_type=context.script_type, foreign_depth=depth)


def _raw_text(context: Context, text: str, at: int) -> tuple[Context, int]:
    """Content that only its own end tag ends."""
    end = _end_tag(context.element, text, at)
    inside = text[at : len(text) if end is None else end[0]]
    if end is not None:
        return Context(where="tag", element=context.element, is_end_tag=True, foreign_depth=context.foreign_depth), end[
            1
        ]
    unfinished = _UNFINISHED_IN_RAW_TEXT.search(inside)
    return context._replace(pending=unfinished[0] if unfinished else ""), len(text)


def _script(context: Context, text: str, at: int) -> tuple[Context, int]:
    following, end = _raw_text(context, text, at)
    if following.where != "script":
        return following, end
    inside = text[at : end - len(following.pending)]
    return following._replace(
        script=context.script.after(inside), has_html_comment=context.has_html_comment or "<!--" in inside
    ), end


def _end_tag(element: str, text: str, at: int) -> tuple[int, int] | None:
    if element == "plaintext":
        return None
    found = re.compile(rf"</{re.escape(element)}(?=[{_SPACE}/>])", re.IGNORECASE | re.ASCII).search(text, at)
    return None if found is None else found.span()


def _end(pattern: "re.Pattern[str]", text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()


_STEPS: dict[Where, Callable[[Context, str, int], tuple[Context, int]]] = {
    "text": _text,
    "comment": _comment,
    "declaration": _declaration,
    "cdata": _cdata,
    "rcdata": _raw_text,
    "style": _raw_text,
    "raw": _raw_text,
    "script": _script,
    "tag_name": _tag_name,
    "tag": _tag,
    "attribute_name": _attribute_name,
    "after_name": _after_name,
    "before_value": _before_value,
    "value": _value,
}
