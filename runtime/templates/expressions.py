"""Expressions, by recursive descent; the grammar is in docs/templates.md."""

from collections.abc import Callable
from typing import NoReturn

from runtime.templates.lexer import ExpressionProblem, Token, number_value, shown, string_value, token_at
from runtime.templates.syntax import (
    Call,
    Expression,
    Filter,
    Filtered,
    ListLiteral,
    Literal,
    Member,
    Name,
    ObjectLiteral,
    Operation,
)

MAX_DEPTH, BRACKET, LINK = 100, 4, 1
"""How deep an expression may be, and what a pair of brackets and a link of a chain (``a + b + c``, ``a.b.c``) add."""
MAX_ITEMS = 500

_OR = {"or": "or", "||": "or", "??": "??"}
_AND = {"and": "and", "&&": "and"}
_COMPARISONS = {
    **{symbol: symbol for symbol in ("==", "!=", "===", "!==", "<", "<=", ">", ">=")},
    "eq": "==",
    "neq": "!=",
    "ne": "!=",
    "lt": "<",
    "lte": "<=",
    "gt": ">",
    "gte": ">=",
}
_SUMS = {"+": "+", "-": "-"}
_PRODUCTS = {"*": "*", "/": "/", "%": "%"}
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "undefined": None}
RESERVED = frozenset({*_OR, *_AND, *_COMPARISONS, *_CONSTANTS, "not", "in"})
"""Names that no variable can have."""


class ExpressionParser:
    """Reads expressions of a text from an offset on; ``at`` is behind what was read. Raises ``ExpressionProblem``."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self._depth = 0

    def filtered(self) -> Expression:
        """An expression with its filters."""
        of = self._choice()
        filters: list[Filter] = []
        while self.take("|"):
            filters.append(self._filter())
            self._check_count(len(filters))
        return Filtered(of, filters) if filters else of

    def peek(self) -> Token:
        """The next word."""
        return token_at(self.text, self.at)

    def take(self, text: str) -> bool:
        """Read an operator, if it is the next word."""
        token = self.peek()
        if token.kind == "operator" and token.text == text:
            self.at = token.end
            return True
        return False

    def expect(self, text: str, after: str) -> None:
        """Read an operator that must come now."""
        if not self.take(text):
            self.refuse(f"'{text}' is missing {after}")

    def name(self, what: str) -> str:
        """Read a name that must come now."""
        token = self.peek()
        if token.kind != "name":
            self.refuse(f"{what} is missing")
        self.at = token.end
        return token.text

    def string(self, what: str) -> str:
        """Read a string that must come now."""
        token = self.peek()
        if token.kind != "string":
            self.refuse(f"{what} must be a string in quotes")
        self.at = token.end
        return string_value(token)

    def object_literal(self) -> ObjectLiteral:
        """Read an object in braces that must come now."""
        self.expect("{", "before the arguments")
        return self._object()

    def refuse(self, message: str) -> NoReturn:
        """What is wrong at the next word."""
        at = self.peek().start
        raise ExpressionProblem(f"{message} (got {shown(self.text, at)})", at)

    def _filter(self) -> Filter:
        at = self.peek().start
        name = self.name("the name of a filter")
        arguments: list[Expression] = []
        while self.take(":"):
            arguments.append(self._unary())
            self._check_count(len(arguments))
        return Filter(name, arguments, at)

    def _choice(self) -> Expression:
        self._enter(BRACKET)
        condition = self._chain(_OR, self._all)
        if self.take("?"):
            yes = self._choice()
            self.expect(":", "in a choice 'a ? b : c'")
            condition = Operation("?", [condition, yes, self._choice()])
        self._depth -= BRACKET
        return condition

    def _all(self) -> Expression:
        return self._chain(_AND, self._negation)

    def _negation(self) -> Expression:
        token = self.peek()
        if (token.kind, token.text) != ("name", "not"):
            return self._chain(_COMPARISONS, self._sum)
        self.at = token.end
        self._enter(BRACKET)
        negated = Operation("not", [self._negation()])
        self._depth -= BRACKET
        return negated

    def _sum(self) -> Expression:
        return self._chain(_SUMS, self._product)

    def _product(self) -> Expression:
        return self._chain(_PRODUCTS, self._unary)

    def _chain(self, operators: dict[str, str], operand: Callable[[], Expression]) -> Expression:
        """Operands and operators of one rank, from the left."""
        depth, left = self._depth, operand()
        while (token := self.peek()).kind != "string" and token.text in operators:
            self.at = token.end
            self._enter(LINK)
            left = Operation(operators[token.text], [left, operand()])
        self._depth = depth
        return left

    def _unary(self) -> Expression:
        for symbol, operator in (("!", "not"), ("-", "negative")):
            if self.take(symbol):
                self._enter(BRACKET)
                operand = Operation(operator, [self._unary()])
                self._depth -= BRACKET
                return operand
        return self._path()

    def _path(self) -> Expression:
        depth, value = self._depth, self._primary()
        while True:
            self._enter(LINK)
            start = self.peek().start
            if self.take("."):
                value = Member(value, Literal(self.name("a name behind the '.'")))
            elif self.take("["):
                value = Member(value, self.filtered())
                self.expect("]", "behind an index")
            elif self.take("("):
                value = self._call(value, start)
            else:
                self._depth = depth
                return value

    def _call(self, called: Expression, at: int) -> Call:
        match called:
            case Name(name, start):
                return Call(name, self._list(")"), start)
            case Member(Name(home, start), Literal(str(name))):
                return Call(f"{home}.{name}", self._list(")"), start)
        raise ExpressionProblem("only functions can be called, by their names", at)

    def _primary(self) -> Expression:
        token = self.peek()
        match token.kind, token.text:
            case "number", _:
                self.at = token.end
                return Literal(number_value(token))
            case "string", _:
                self.at = token.end
                return Literal(string_value(token))
            case "name", text if text in _CONSTANTS:
                self.at = token.end
                return Literal(_CONSTANTS[text])
            case "name", text if text not in RESERVED:
                self.at = token.end
                return Name(text, token.start)
        return self._bracketed()

    def _bracketed(self) -> Expression:
        if self.take("("):
            inner = self.filtered()
            self.expect(")", "behind an expression in parentheses")
            return inner
        if self.take("["):
            return ListLiteral(self._list("]"))
        if not self.take("{"):
            self.refuse("an expression is missing")
        return self._object()

    def _list(self, closing: str) -> list[Expression]:
        items: list[Expression] = []
        while not self.take(closing):
            items.append(self.filtered())
            self._check_count(len(items))
            if not self.take(","):
                self.expect(closing, "behind the last of several")
                break
        return items

    def _object(self) -> ObjectLiteral:
        pairs: list[tuple[str, Expression]] = []
        while not self.take("}"):
            pairs.append(self._pair())
            self._check_count(len(pairs))
            if not self.take(","):
                self.expect("}", "behind the last property")
                break
        return ObjectLiteral(pairs)

    def _pair(self) -> tuple[str, Expression]:
        token = self.peek()
        if token.kind not in {"name", "string"}:
            self.refuse("the name of a property is missing")
        self.at = token.end
        key = string_value(token) if token.kind == "string" else token.text
        if self.take(":"):
            return key, self.filtered()
        if token.kind != "name" or token.text in RESERVED:
            self.refuse("':' is missing behind the name of a property")
        return key, Name(key, token.start)

    def _enter(self, levels: int) -> None:
        self._depth += levels
        if self._depth > MAX_DEPTH:
            raise ExpressionProblem("the expression is nested too deep, or too long", self.at)

    def _check_count(self, count: int) -> None:
        if count > MAX_ITEMS:
            raise ExpressionProblem(f"more than {MAX_ITEMS} of a kind in one expression", self.at)
