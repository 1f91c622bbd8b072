"""Templates, read into a tree. What is wrong is noted with its place, and the rest of the page is read all the same."""

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from bindings.nearest import nearest
from runtime.templates.catalogue import CSS_RULES, DIRECTIVES
from runtime.templates.expressions import RESERVED, ExpressionParser
from runtime.templates.lexer import ExpressionProblem
from runtime.templates.syntax import (
    Block,
    Broken,
    Component,
    Extends,
    ForEach,
    If,
    Node,
    ObjectLiteral,
    Output,
    Problem,
    Set,
    Source,
    Template,
    Text,
    Yield,
)

MAX_NESTING, MAX_NODES, MAX_PROBLEMS = 32, 20_000, 50
_ALONE = frozenset({"else", "endif", "endforeach", "endblock", "verbatim", "endverbatim"})
_SYNTAX = re.compile(rf"\{{\{{|@(?:{'|'.join(DIRECTIVES)})(?!\w)", re.ASCII)
_MARK = re.compile(
    r"""\{\{(?P<comment>--)?
    | (?P<escaped>@?) @(?P<name> [A-Za-z]\w*+ ) (?: (?P<opening> [ \t]*+ \( ) | (?P<domain> [\w-]*+\.\w ) )?+""",
    re.VERBOSE | re.ASCII,
)
_CALLED = re.compile(r"(?<![\w@])@([a-z]\w*)\(", re.ASCII)
_MAX_CALLED = 200
_MAX_SKIPPED = 2_000
_LEAST_NEAR_CHARACTERS = 4
"""Of a directive that an unknown one may have been meant for: too much is near to ``if`` and ``set``."""
_MOST_OTHER_CHARACTERS = 2
"""By so many a misspelt directive is longer or shorter where nothing else says that the page is a template."""


def has_template(text: str) -> bool:
    """Whether a page has anything in it that a template is made of, or is plainly meant to be.

    A page without comes out as it is, unread.
    """
    if "{{" not in text and "@" not in text:
        return False
    return _SYNTAX.search(text) is not None or _has_misspelt(text)


def parse(source: Source) -> Template:
    """The tree of a template. Never raises: what cannot be read is left out, and noted as a problem."""
    return _Parser(source).parse()


def _has_misspelt(text: str) -> bool:
    """Whether a directive stands alone in a page, misspelt. Only what can hardly be anything else is taken for one.

    Browsers' own attributes (``@click="…"``) have no ``(`` behind the name, handles and addresses none without a blank,
    and decorators of classes in code begin with a capital.
    """
    names = dict.fromkeys(found[1] for found in islice(_CALLED.finditer(text), _MAX_CALLED))
    return any(_is_plainly_meant(name) for name in names)


@lru_cache(maxsize=512)
def _is_plainly_meant(name: str) -> bool:
    near = _near_directive(name)
    return near is not None and near[0] == name[0] and abs(len(near) - len(name)) <= _MOST_OTHER_CHARACTERS


def _near_directive(name: str) -> str | None:
    """The directive that an unknown name was perhaps meant for."""
    near = None if name in CSS_RULES else nearest(name, DIRECTIVES)
    return near if near is not None and (len(near) >= _LEAST_NEAR_CHARACTERS or near == name.lower()) else None


class _Open(NamedTuple):
    """A construct that waits for its end, and where what is read now goes."""

    kind: str
    node: If | ForEach | Block | None
    nodes: list[Node]
    at: int


class _Parser:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text
        self._at = 0
        self._count = 0
        self._template = Template(source, [])
        self._open = [_Open("page", None, self._template.nodes, 0)]

    def parse(self) -> Template:
        while (mark := _MARK.search(self._text, self._at)) is not None and not self._is_full():
            if mark["name"] is None:
                self._add_text(mark.start())
                self._comment(mark.start()) if mark["comment"] else self._output(mark.start())
            else:
                self._word(mark)
        if mark is not None:
            why = f"{MAX_NODES} constructs" if self._count >= MAX_NODES else f"{MAX_PROBLEMS} errors"
            self._problem(f"more than {why}: what follows is shown as it is", self._at)
        self._add_text(len(self._text))
        for construct in self._open[:0:-1]:
            self._problem(f"@{construct.kind} has no @end{construct.kind}", construct.at)
        return self._template

    def _is_full(self) -> bool:
        """Whether no more is read, so that reading takes time in proportion to the page's length."""
        return self._count >= MAX_NODES or len(self._template.problems) >= MAX_PROBLEMS

    def _word(self, mark: "re.Match[str]") -> None:
        """An ``@`` with a name: a directive, or text."""
        name, start = mark["name"], mark.start()
        in_word = start > 0 and self._text[start - 1].isalnum()
        if name not in DIRECTIVES or (in_word and mark["domain"]):
            if not in_word:
                self._warn_of_unknown(mark)
            self._add_text(mark.end("name"))
        elif mark["escaped"]:
            self._add_text(start)
            self._at = start + 1
            self._add_text(mark.end("name"))
        elif name in _ALONE:
            self._add_text(start)
            self._at = mark.end("name")
            self._end_or_part(name, start)
        elif mark["opening"] is None:
            self._add_text(mark.end("name"))
        else:
            self._add_text(start)
            self._directive(name, start, mark.end())

    def _warn_of_unknown(self, mark: "re.Match[str]") -> None:
        name = mark["name"]
        if mark["opening"] is None or mark["escaped"]:
            return
        near = _near_directive(name)
        if near is not None:
            self._problem(f"unknown directive @{name}, did you mean @{near}?", mark.start())

    def _comment(self, start: int) -> None:
        end = self._text.find("--}}", start + 4)
        if end == -1:
            self._problem("the comment {{-- has no --}}: all that follows is left out", start)
        self._at = len(self._text) if end == -1 else end + 4

    def _output(self, start: int) -> None:
        parser = ExpressionParser(self._text, start + 2)
        try:
            expression = parser.filtered()
            end = parser.peek().start
            if not self._text.startswith("}}", end):
                parser.refuse("'}}' is missing behind the expression")
        except ExpressionProblem as problem:
            self._problem(problem.message, problem.at)
            end = self._text.find("}}", problem.at)
            if end == -1:
                self._at = start
                self._add_text(start + 2)
                return
            expression = Broken()
        self._at = end + 2
        self._add(Output(expression, start))

    def _directive(self, name: str, start: int, inside: int) -> None:
        parser = ExpressionParser(self._text, inside)
        node: Node | None
        try:
            node = self._read(name, parser, start)
            parser.expect(")", f"behind @{name}(…")
            self._at = parser.at
        except ExpressionProblem as problem:
            self._problem(problem.message, problem.at)
            self._at = self._behind_parentheses(inside)
            node = _broken(name, start)
        if node is not None:
            self._place(name, node, start)

    def _read(self, name: str, parser: ExpressionParser, start: int) -> Node:
        match name:
            case "if" | "elseif":
                return If([(parser.filtered(), [], start)], [], start)
            case "foreach":
                return self._read_foreach(parser, start)
            case "set":
                variable = self._variable(parser)
                parser.expect("=", "behind the name, as in @set(name = 1)")
                return Set(variable, parser.filtered(), start)
            case "component":
                code = parser.string("the code of a component")
                arguments = parser.object_literal() if parser.take(",") else ObjectLiteral([])
                return Component(code, arguments, start)
        return self._read_named(name, parser, start)

    def _read_foreach(self, parser: ExpressionParser, start: int) -> ForEach:
        variable = self._variable(parser)
        token = parser.peek()
        if token.text != "in":
            parser.refuse("'in' is missing, as in @foreach(row in rows)")
        parser.at = token.end
        return ForEach(variable, parser.filtered(), [], start)

    def _read_named(self, name: str, parser: ExpressionParser, start: int) -> Node:
        """What has a name in quotes and nothing else."""
        if name == "extends":
            return Extends(parser.string("the name of a layout"), start)
        text = parser.string("the name of a block")
        return Block(text, [], start) if name == "block" else Yield(text, start)

    def _variable(self, parser: ExpressionParser) -> str:
        at = parser.peek().start
        name = parser.name("the name of a variable")
        if name in RESERVED or name == "loop":
            raise ExpressionProblem(f"'{name}' is a word of the language and no name for a variable", at)
        return name

    def _place(self, name: str, node: Node, start: int) -> None:
        """A construct goes where it stands; one that has an end opens."""
        if name == "elseif" and isinstance(node, If):
            self._else_if(node, start)
            return
        self._add(node)
        match node:
            case If():
                self._enter("if", node, node.branches[0][1], start)
            case ForEach():
                self._enter("foreach", node, node.nodes, start)
            case Block():
                self._enter("block", node, node.nodes, start)

    def _enter(self, kind: str, node: If | ForEach | Block, nodes: list[Node], start: int) -> None:
        if len(self._open) > MAX_NESTING:
            self._problem(f"nested deeper than {MAX_NESTING} levels", start)
            nodes = []
        self._open.append(_Open(kind, node, nodes, start))

    def _else_if(self, node: If, start: int) -> None:
        innermost = self._open[-1]
        if not isinstance(innermost.node, If) or innermost.kind != "if":
            self._problem("@elseif without an @if", start)
            return
        innermost.node.branches.extend(node.branches)
        self._open[-1] = innermost._replace(nodes=node.branches[0][1])

    def _end_or_part(self, name: str, start: int) -> None:
        innermost = self._open[-1]
        if name == "verbatim":
            self._verbatim(start)
        elif name == "else":
            if isinstance(innermost.node, If) and innermost.nodes is not innermost.node.otherwise:
                self._open[-1] = innermost._replace(nodes=innermost.node.otherwise)
            else:
                self._problem("@else without an @if", start)
        elif name == f"end{innermost.kind}":
            self._open.pop()
        else:
            self._unexpected_end(name, start)

    def _unexpected_end(self, name: str, start: int) -> None:
        """An end closes what is open between, if it has a beginning at all."""
        kinds = [construct.kind for construct in self._open]
        kind = name.removeprefix("end")
        if kind not in kinds[1:]:
            self._problem(f"@{name} without an @{kind}", start)
            return
        while (construct := self._open.pop()).kind != kind:
            self._problem(f"@{construct.kind} has no @end{construct.kind} before the @{name} around it", construct.at)

    def _verbatim(self, start: int) -> None:
        end = self._text.find("@endverbatim", self._at)
        if end == -1:
            self._problem("@verbatim has no @endverbatim", start)
        self._add_text(len(self._text) if end == -1 else end)
        self._at = len(self._text) if end == -1 else end + len("@endverbatim")

    def _behind_parentheses(self, inside: int) -> int:
        """Behind the ``)`` that ends a directive which could not be read, as far as that can be said."""
        depth = 1
        for at in range(inside, min(len(self._text), inside + _MAX_SKIPPED)):
            depth += {"(": 1, ")": -1}.get(self._text[at], 0)
            if depth == 0:
                return at + 1
        return inside

    def _add(self, node: Node) -> None:
        self._count += not isinstance(node, Text)
        self._open[-1].nodes.append(node)

    def _add_text(self, end: int) -> None:
        if end > self._at:
            self._add(Text(self._text[self._at : end], self._at))
        self._at = max(self._at, end)

    def _problem(self, message: str, at: int) -> None:
        if len(self._template.problems) <= MAX_PROBLEMS:
            self._template.problems.append(Problem(message, self._source.file, self._source.place(at)))


def _broken(name: str, start: int) -> Node | None:
    """What stands for a directive that could not be read, so that its end finds its beginning."""
    match name:
        case "if" | "elseif":
            return If([(Broken(), [], start)], [], start)
        case "foreach":
            return ForEach("_", Broken(), [], start)
        case "block":
            return Block("", [], start)
    return None
