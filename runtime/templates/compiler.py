"""A page's template as JavaScript, with what each value must pass through where it stands.

The code is a function of the prelude's part ``template``, whose helpers it calls by the names in ``code.HELPERS``. Long
texts of the page stay with the host: the code only says which comes next.
"""

from typing import NamedTuple

from runtime.pages.blocks import Place, without_composed_blocks
from runtime.templates.code import (
    HELPERS,
    NOTHING,
    Loop,
    Scope,
    Unit,
    Writer,
    part_names,
)
from runtime.templates.contexts import START, Context, joined
from runtime.templates.escaping import Escaping, Refusal, escaping_at
from runtime.templates.expression_code import code_of_expression, may_throw
from runtime.templates.loading import Get, Loader, LoadProblem, Stretch, with_layouts
from runtime.templates.parser import parse
from runtime.templates.source import MAX_TEMPLATE_CHARACTERS
from runtime.templates.syntax import (
    Block,
    Component,
    Expression,
    Extends,
    Filter,
    Filtered,
    ForEach,
    If,
    Node,
    Output,
    Problem,
    Set,
    Source,
    Text,
    Yield,
)

MAX_WORK = 200_000
"""Constructs that are compiled for one page: a component counts each time it is used, a loop's body up to twice."""
MAX_PROBLEMS = 50
_PLACES = "template_places"
"""The part of the prelude that has the escaping for other places than text."""
_ESCAPERS: dict[Escaping, str] = {
    "text": "h",
    "attribute": "h",
    "start": "E.urlStart",
    "root": "E.urlRoot",
    "path": "E.urlPath",
    "query": "E.urlQuery",
    "urls": "E.urlInList",
    "css": "E.css",
    "css_attribute": "E.css",
    "code": "E.scriptCode",
    "string": "E.scriptString",
}
_WHERE = {
    "text": "text",
    "rcdata": "text",
    "value": "the value of an attribute",
    "script": "a script",
    "style": "a style sheet",
    "comment": "a comment",
}


class Compiled(NamedTuple):
    """A page's template, ready to run.

    ``code`` names ``texts`` and ``places`` by number. ``bare`` is the page as it is where no value can be had: without
    any, and with what is behind each ``@else``. Where the template is not ``is_dynamic``, that is the page.
    """

    code: str
    texts: list[str]
    places: list[tuple[str, Place]]
    problems: list[Problem]
    bare: str
    is_dynamic: bool
    loaded: dict[str, str | None]


def compile_page(source: Source, get: Get) -> Compiled:
    """Compile a page with its layouts and components. Never raises for what the author wrote."""
    if len(source.text) > MAX_TEMPLATE_CHARACTERS:
        return _uncompiled(source)
    template = parse(source)
    loader = Loader(get)
    page = with_layouts(template, loader)
    unit = Unit(problems=[*template.problems, *loader.problems])
    loader.problems = unit.problems
    compiler = _Compiler(unit, loader, page.blocks)
    writer = compiler.page(page.stretches)
    helpers = ",".join(f"{long}:{short}" for short, long in HELPERS.items())
    code = f"({{{helpers}}})=>{{let t;{part_names(unit.parts)}{writer.code()}}}"
    problems = unit.problems[:MAX_PROBLEMS]
    bare = without_composed_blocks("".join(writer.bare))
    return Compiled(code, unit.texts, unit.places, problems, bare, unit.is_dynamic, loader.texts)


def _uncompiled(source: Source) -> Compiled:
    """A page too long to be a template."""
    message = (
        f"a template has at most {MAX_TEMPLATE_CHARACTERS} characters (this page has {len(source.text)}):"
        " it is shown as it is"
    )
    return Compiled("", [], [], [Problem(message, source.file, source.place(0))], source.text, False, {})


class _TooMuch(Exception):
    """The page would be compiled to more than there may be of it."""


class _Compiler:
    """Compiles nodes in the context where they stand, and gives the context behind them."""

    def __init__(self, unit: Unit, loader: Loader, blocks: dict[str, Stretch]) -> None:
        self._unit = unit
        self._loader = loader
        self._blocks = blocks
        self._under_way: list[str] = []
        self._chain: tuple[str, ...] = ()
        self._work = 0

    def page(self, stretches: list[Stretch]) -> Writer:
        """All of a page, in one scope."""
        writer, context = Writer(self._unit), START
        nodes = [node for stretch in [*stretches, *self._blocks.values()] for node in stretch.nodes]
        names = self._declare(nodes, writer)
        self._chain = (stretches[0].source.file,)
        try:
            for source, own in stretches:
                context = self._nodes(own, writer, context, Scope(source, names))
        except _TooMuch:
            source = stretches[0].source
            self._unit.problem(f"the page has more than {MAX_WORK} constructs, with all that it takes in", source, 0)
        return writer

    def _declare(self, nodes: list[Node], writer: Writer) -> dict[str, str]:
        """Variables for all names that ``@set`` gives in these nodes."""
        names = {name: self._unit.fresh("v") for name in dict.fromkeys(_set_names(nodes))}
        if names:
            writer.statement(f"let {','.join(names.values())};")
        return names

    def _nodes(self, nodes: list[Node], writer: Writer, context: Context, scope: Scope) -> Context:
        for node in nodes:
            self._work += 1
            if self._work > MAX_WORK:
                raise _TooMuch
            context = self._node(node, writer, context, scope)
        return context

    def _node(self, node: Node, writer: Writer, context: Context, scope: Scope) -> Context:
        match node:
            case Text(text):
                writer.text(text)
                return context.after(text)
            case Output():
                return self._output(node, writer, context, scope)
            case If():
                return self._if(node, writer, context, scope)
            case ForEach():
                return self._foreach(node, writer, context, scope)
            case Set(name, expression, at):
                writer.statement(f"{scope.names[name]}={self._guarded(expression, scope, at)};")
                return context
        return self._taken_in(node, writer, context, scope)

    def _taken_in(
        self, node: Component | Block | Yield | Extends, writer: Writer, context: Context, scope: Scope
    ) -> Context:
        """What comes from elsewhere: a component, or a block, by its name."""
        if isinstance(node, Component):
            return self._component(node, writer, context, scope)
        if isinstance(node, Extends):
            return context
        own = Stretch(scope.source, node.nodes if isinstance(node, Block) else [])
        return self._block(node.name, self._blocks.get(node.name, own), writer, context, scope, node.at)

    def _output(self, node: Output, writer: Writer, context: Context, scope: Scope) -> Context:
        try:
            escaping = escaping_at(context)
        except Refusal as refusal:
            self._unit.problem(f"{{{{ … }}}} cannot stand {refusal}", scope.source, node.at)
            return context
        if escaping == "nothing":
            return context
        expression, last = _last_filter(node.expression, escaping)
        code = self._guarded(expression, scope, node.at)
        writer.value(self._escaped(code, last, escaping, scope, node.at))
        if escaping == "code":
            writer.bare.append("null")
        return context.after_output()

    def _escaped(self, code: str, last: Filter | None, escaping: Escaping, scope: Scope, at: int) -> str:
        if last is not None and escaping != "text":
            message = f"the filter {last.name} gives markup: it can be used in text alone"
            self._unit.problem(message, scope.source, last.at)
            code = NOTHING
        elif last is not None:
            return f"{'w' if last.name == 'raw' else 'n'}({code})"
        escaper = _ESCAPERS[escaping]
        if escaper == "h":
            return f"h({code})"
        self._unit.parts.add(_PLACES)
        return f"{escaper}({code},{self._unit.place(scope.source, at)})"

    def _guarded(self, expression: Expression, scope: Scope, at: int) -> str:
        code = code_of_expression(expression, scope, self._unit)
        return f"z(()=>({code}),{self._unit.place(scope.source, at)})" if may_throw(expression) else code

    def _if(self, node: If, writer: Writer, context: Context, scope: Scope) -> Context:
        inner = Writer(self._unit)
        ends: list[Context] = []
        for expression, nodes, at in node.branches:
            branch = Writer(self._unit)
            condition = self._guarded(expression, scope, at)
            ends.append(self._nodes(nodes, branch, context, scope))
            inner.statement(f"if(T({condition})){{{branch.code()}}}else{{")
        otherwise = Writer(self._unit)
        ends.append(self._nodes(node.otherwise, otherwise, context, scope))
        inner.statement(otherwise.code() + "}" * len(node.branches))
        inner.bare = otherwise.bare
        end = ends[0]
        for other in ends[1:]:
            meeting = joined(end, other)
            if meeting is None:
                self._conflict("the branches of an @if must end where each other do", end, other, scope, node.at)
                return context
            end = meeting
        writer.take(inner)
        return end

    def _foreach(self, node: ForEach, writer: Writer, context: Context, scope: Scope) -> Context:
        code = self._guarded(node.expression, scope, node.at)
        items, index, item = (self._unit.fresh(letter) for letter in "lio")
        loops = [*scope.loops, Loop(node.name, item, index, items)]
        inside = Scope(scope.source, scope.names, loops, scope.is_open)
        start = context
        problems = len(self._unit.problems)
        for _ in range(2):
            del self._unit.problems[problems:]
            body = Writer(self._unit)
            end = self._nodes(node.nodes, body, start, inside)
            meeting = joined(start, end)
            if meeting is None:
                self._conflict("a @foreach must end where it begins", start, end, scope, node.at)
                return context
            if meeting == start:
                loop = f"for(let {index}=0;{index}<{items}.length;{index}++){{const {item}={items}[{index}];"
                writer.statement(f"{{const {items}=i({code});{loop}{body.code()}}}}}")
                return start
            start = meeting
        self._conflict("a @foreach must end where it begins", start, end, scope, node.at)
        return context

    def _conflict(self, rule: str, one: Context, other: Context, scope: Scope, at: int) -> None:
        ends = " and ".join(dict.fromkeys(_WHERE.get(context.where, "a tag") for context in (one, other)))
        self._unit.problem(f"{rule} (these end in {ends}); it is left out", scope.source, at)

    def _component(self, node: Component, writer: Writer, context: Context, scope: Scope) -> Context:
        chain = self._chain
        try:
            template = self._loader.load(node.code, chain)
        except LoadProblem as problem:
            self._unit.problem(f"@component: {problem}", scope.source, node.at)
            return context
        inner = Writer(self._unit)
        names: dict[str, str] = {}
        for key, value in node.arguments.pairs:
            names[key] = self._unit.fresh("a")
            inner.statement(f"const {names[key]}={self._guarded(value, scope, node.at)};")
        names |= self._declare(template.nodes, inner)
        self._chain = (*chain, node.code)
        end = self._nodes(template.nodes, inner, context, Scope(template.source, names, is_open=True))
        self._chain = chain
        if end.where != context.where:
            self._conflict("a component must end where it begins", context, end, scope, node.at)
            return context
        writer.statement(f"{{{inner.code()}}}")
        writer.bare += inner.bare
        return end

    def _block(self, name: str, block: Stretch, writer: Writer, context: Context, scope: Scope, at: int) -> Context:
        if name in self._under_way:
            self._unit.problem(f"the block '{name[:40]}' contains itself", scope.source, at)
            return context
        self._under_way.append(name)
        inner = Scope(block.source, scope.names, scope.loops, scope.is_open)
        end = self._nodes(block.nodes, writer, context, inner)
        self._under_way.pop()
        return end


def _last_filter(expression: Expression, escaping: Escaping) -> tuple[Expression, Filter | None]:
    """A last filter that says how the value is put out, apart from the rest. In code, all is JSON as it is."""
    if not isinstance(expression, Filtered):
        return expression, None
    *rest, last = expression.filters
    before = Filtered(expression.of, rest) if rest else expression.of
    if last.name in {"raw", "nl2br"} and not last.arguments:
        return before, last
    if last.name == "json" and escaping == "code" and not last.arguments:
        return before, None
    return expression, None


def _set_names(nodes: list[Node]) -> list[str]:
    """The names that ``@set`` gives, in constructs too."""
    names: list[str] = []
    for node in nodes:
        match node:
            case Set(name=name):
                names.append(name)
            case If(branches=branches, otherwise=otherwise):
                names += [name for _, inner, _ in branches for name in _set_names(inner)] + _set_names(otherwise)
            case ForEach(nodes=inner) | Block(nodes=inner):
                names += _set_names(inner)
    return names
