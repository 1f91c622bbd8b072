"""The words of an expression, one at a time, from where it stands in a template."""

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"""[ \t\r\n\f]*+ (?:
    (?P<number> (?: [0-9]++ (?: \.[0-9]++ )?+ | \.[0-9]++ ) (?: [eE][+-]?[0-9]++ )?+ (?! [\w$] ) )
    | (?P<name> [A-Za-z_$][\w$]*+ )
    | (?P<string> "(?: [^"\\] | \\. )*+" | '(?: [^'\\] | \\. )*+' )
    | (?P<operator> ===|!==|==|!=|<=|>=|&&|\|\||\?\?|[-+*/%<>!?:.,()\[\]{}|=] )
    )?+""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_LINE = re.compile(r"[^\r\n]{0,12}")
MAX_NUMBER_CHARACTERS = 30


class Token(NamedTuple):
    """A word: its kind, its text, and where it begins and ends. The kind is ``end`` where no word stands."""

    kind: str
    text: str
    start: int
    end: int


class ExpressionProblem(Exception):
    """An expression is not one: what is wrong, and where."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


def token_at(text: str, at: int) -> Token:
    """The next word. Blanks before it do not count."""
    found = _TOKEN.match(text, at)
    assert found is not None, "every part of a token may be missing"  # noqa: S101 - so is a caller told
    kind = found.lastgroup
    if kind is None:
        return Token("end", "", found.end(), found.end())
    return Token(kind, found[kind], *found.span(kind))


def shown(text: str, at: int) -> str:
    """What stands at an offset, for a message."""
    line = _LINE.match(text, at)
    return "the end of the page" if at >= len(text) else f"'{line[0]}'" if line and line[0] else "the end of the line"


def string_value(token: Token) -> str:
    """What a string means. Raises ``ExpressionProblem`` for an escape that does not stand for a character."""
    value = _ESCAPE.sub(_character, token.text[1:-1])
    if any("\ud800" <= character <= "\udfff" for character in value):
        try:
            value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError as error:
            raise ExpressionProblem("the string has half a character (a lone surrogate) in it", token.start) from error
    return value


def number_value(token: Token) -> int | float:
    """What a number means. Raises ``ExpressionProblem`` for one that no double is near to."""
    if len(token.text) > MAX_NUMBER_CHARACTERS:
        raise ExpressionProblem(f"a number of more than {MAX_NUMBER_CHARACTERS} characters", token.start)
    value = float(token.text)
    if value == float("inf"):
        raise ExpressionProblem("a number too large to be one", token.start)
    return int(value) if value.is_integer() and abs(value) <= 2**53 else value


def _character(found: "re.Match[str]") -> str:
    return chr(int(found[1], 16)) if found[1] else _ESCAPES.get(found[2], found[2])
