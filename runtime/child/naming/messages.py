"""The engine's messages with what they are about in them: the way into this package."""

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

from runtime.child.modules.problems import Part, Place, offset_of
from runtime.child.modules.syntax import Node
from runtime.child.naming.around import Around, Known
from runtime.child.naming.nodes import CALLS, shown

MAX_SOURCE_BYTES = 64 * 1024
"""A longer script is not read again, with its heap still in memory: the parser ends the process where it finds none."""
MAX_SHOWN_CHARACTERS = 60
MAX_MEANT = 2

_NOT_A_FUNCTION = "not a function"
_NOT_A_CONSTRUCTOR = "not a constructor"
_NOT_ITERABLE = "value is not iterable"
_NOTHING_THERE = re.compile(r"cannot (read|set) property '(.*)' of (undefined|null)", re.DOTALL)
_ITERATOR = "Symbol.iterator"

# By these a script can throw the same words itself, or have the engine call what stands nowhere in it.
_NOT_PLAIN = re.compile(
    rb"\b(?:TypeError|Symbol|Proxy|Reflect|eval|Function|with|yield)\b|not an? (?:function|construc)|\\u"
)
# By these a script can put something else in the place of a function that it finds.
_REPLACING = re.compile(rb"\b(?:globalThis|this)\b")


class Text(NamedTuple):
    """A source as the author wrote it, and which file each of its lines is of."""

    source: str
    parts: list[Part]


def with_names(result: str, texts: Iterable[Text], known: Known) -> str:
    """A run's result, the prelude's JSON, with what its error is about in the message, where that is certain.

    ``texts`` are what ran.
    """
    ended = json.loads(result)
    if ended.pop("plain", None) is True:
        error = ended["error"]
        place = Place(error["file"], error["line"], error["column"])
        error["message"] = named(error["message"], place, texts, known) or error["message"]
    return json.dumps(ended)


def named(message: str, place: Place, texts: Iterable[Text], known: Known) -> str | None:
    """The message of an error that the engine threw at a place, with what it is about; None where that is unsure."""
    for text in texts:
        at = offset_of(text.source, text.parts, place)
        if at is not None:
            source = text.source.encode("utf-8", "replace")
            if len(source) > MAX_SOURCE_BYTES or _NOT_PLAIN.search(source):
                return None
            return _named(message, Around(source, at), {} if _REPLACING.search(source) else known)
    return None


def _named(message: str, around: "Around", known: Known) -> str | None:
    if message == _NOT_A_FUNCTION:
        callees = around.callees(CALLS, known)
        told = _told(callees, "is not a function")
        return told and told + around.has_instead(callees or [], known)
    if message == _NOT_A_CONSTRUCTOR:
        return _told(around.callees(("new_expression",), {}), "is not a constructor")
    if message == _NOT_ITERABLE:
        return _told(around.iterated(), "is not iterable")
    found = _NOTHING_THERE.fullmatch(message)
    if found is None:
        return None
    action, key, nothing = found.groups()
    if key == _ITERATOR:
        return _told(around.iterated(), f"is {nothing}, not iterable")
    holders = around.holders_read(key) if action == "read" else around.holders_set(key)
    told = _told(holders, f"is {nothing}")
    return None if told is None else f"{message}: {told}"


def _told(meant: list[Node] | None, what: str) -> str | None:
    if not meant or len(meant) > MAX_MEANT:
        return None
    texts = [text for text in map(shown, meant) if text is not None and len(text) <= MAX_SHOWN_CHARACTERS]
    return f"{' or '.join(texts)} {what}" if len(texts) == len(meant) else None
