"""Where in a browser's script an output stands: in code, in a string, or where nothing can be put safely.

A lexer of JavaScript with its state in the open, so that it can stop at an output and go on behind it. Whether a ``/``
divides or begins a regular expression is decided by the word before it, as a guess: what is put out is escaped so that
a wrong one costs the author an error, never the visitor their safety.
"""

import re
from typing import Literal, NamedTuple

Mode = Literal["code", "double", "single", "template", "regexp", "class", "line", "block"]

_CODE = re.compile(
    r"""(?P<blank> [\s]++ ) | (?P<word> [\w$]++ ) | (?P<line> // | <!-- ) | (?P<block> /\* )
    | (?P<stepped> \+\+ | -- ) | (?P<other> . )""",
    re.VERBOSE | re.DOTALL,
)
_ENDS: dict[Mode, re.Pattern[str]] = {
    "double": re.compile(r'(?:[^"\\]|\\.)*+(?P<end>")?+', re.DOTALL),
    "single": re.compile(r"(?:[^'\\]|\\.)*+(?P<end>')?+", re.DOTALL),
    "template": re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*+(?P<end>`|\$\{)?+", re.DOTALL),
    "regexp": re.compile(r"(?:[^/\\\[\r\n]|\\.)*+(?P<end>[/\[\r\n])?+", re.DOTALL),
    "class": re.compile(r"(?:[^\]\\\r\n]|\\.)*+(?P<end>[\]\r\n])?+", re.DOTALL),
    "line": re.compile(r"[^\r\n\u2028\u2029]*+(?P<end>[\r\n\u2028\u2029])?+"),
    "block": re.compile(r"(?:[^*]|\*(?!/))*+(?P<end>\*/)?+", re.DOTALL),
}
MAX_NESTING = 32
_QUOTES: dict[str, Mode] = {'"': "double", "'": "single", "`": "template"}
_BEFORE_EXPRESSION = frozenset(
    [
        "await",
        "case",
        "delete",
        "do",
        "else",
        "extends",
        "in",
        "instanceof",
        "new",
        "of",
        "return",
        "throw",
        "typeof",
        "void",
        "yield",
    ]
)


class ScriptContext(NamedTuple):
    """``slash`` says what a ``/`` would be: the beginning of a regular expression, or not; None where that is open.

    ``nesting`` counts the open braces of each ``${`` that it stands in. ``rest`` is a piece that the next text decides
    about: a backslash, a star. ``lost`` says that the lexer no longer knows where it is.
    """

    mode: Mode = "code"
    slash: bool | None = True
    nesting: tuple[int, ...] = ()
    rest: str = ""
    lost: bool = False

    def after(self, text: str) -> "ScriptContext":
        """The context behind a text."""
        context, at = self._replace(rest=""), 0
        text = self.rest + text
        while at < len(text):
            context, at = context.in_code(text, at) if context.mode == "code" else context.in_other(text, at)
        return context

    def after_output(self) -> "ScriptContext":
        """The context behind a value."""
        return self._replace(slash=False) if self.mode == "code" else self

    def refusal(self) -> str | None:
        """Why no value can stand here; None where one can."""
        if self.mode == "template" or self.nesting:
            return "inside of a template literal (`…`): set a variable from it first, as in const name = {{ … }};"
        if self.mode in {"regexp", "class"}:
            return "inside of a regular expression"
        if self.lost:
            return "behind a '/' of which cannot be said whether it divides: put the value into a variable before it"
        return "right behind a backslash" if self.rest == "\\" else None

    def in_code(self, text: str, at: int) -> "tuple[ScriptContext, int]":
        """Behind the next word of code."""
        found = _CODE.match(text, at)
        assert found is not None, "any character is one of them"  # noqa: S101 - so is a caller told
        match found.lastgroup:
            case "word":
                return self._replace(slash=found[0] in _BEFORE_EXPRESSION), found.end()
            case "line" | "block" as mode:
                return self._replace(mode=mode), found.end()
            case "stepped":
                return self._replace(slash=False), found.end()
            case "other":
                return self._mark(found[0]), found.end()
        return self, found.end()

    def _mark(self, mark: str) -> "ScriptContext":
        if mark in _QUOTES:
            return self._replace(mode=_QUOTES[mark], slash=False)
        if mark == "/":
            return self._replace(
                mode="regexp" if self.slash else "code", slash=True, lost=self.lost or self.slash is None
            )
        if mark in "{}" and self.nesting:
            return self._brace(1 if mark == "{" else -1)
        return self._replace(slash=mark not in ")]")

    def _brace(self, step: int) -> "ScriptContext":
        depth = self.nesting[-1] + step
        if depth < 0:
            return self._replace(mode="template", nesting=self.nesting[:-1])
        return self._replace(nesting=(*self.nesting[:-1], depth), slash=True)

    def in_other(self, text: str, at: int) -> "tuple[ScriptContext, int]":
        """Behind what a string, a comment or the like goes on with, and behind its end."""
        found = _ENDS[self.mode].match(text, at)
        assert found is not None, "every part of it may be missing"  # noqa: S101 - so is a caller told
        if found["end"] is None:
            rest = text[found.end() :]
            if self.mode == "block" and text.endswith("*"):
                rest = "*"
            return self._replace(rest=rest), len(text)
        return self._left(found["end"]), found.end()

    def _left(self, end: str) -> "ScriptContext":
        """Behind what ends a string, a comment or the like."""
        match self.mode, end:
            case "template", "${" if len(self.nesting) >= MAX_NESTING:
                return self._replace(lost=True)
            case "template", "${":
                return self._replace(mode="code", slash=True, nesting=(*self.nesting, 0))
            case "regexp", "[":
                return self._replace(mode="class")
            case "class", "]":
                return self._replace(mode="regexp")
            case "line" | "block", _:
                return self._replace(mode="code")
        return self._replace(mode="code", slash=False)


def joined(one: ScriptContext, other: ScriptContext) -> ScriptContext | None:
    """The context where two ways meet; None where they cannot."""
    if one._replace(slash=None, lost=False) != other._replace(slash=None, lost=False):
        return None
    slash = one.slash if one.slash == other.slash else None
    return one._replace(slash=slash, lost=one.lost or other.lost)
