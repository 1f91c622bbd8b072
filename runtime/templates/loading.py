"""Layouts and components, fetched and parsed while a page is compiled; bounded, and with the chain in every message."""

from collections.abc import Callable
from typing import NamedTuple

from runtime.pages.blocks import take_apart
from runtime.templates.parser import parse
from runtime.templates.source import CODE, MAX_TEMPLATE_CHARACTERS
from runtime.templates.syntax import Block as BlockNode
from runtime.templates.syntax import Extends, Node, Problem, Set, Source, Template, Text

MAX_LOADS, MAX_CHAIN, MAX_LOADED_CHARACTERS = 100, 8, 2_000_000

Get = Callable[[str], str | None]
"""Gives the text of a layout or component of the page's brand, by its code."""


class Stretch(NamedTuple):
    """Nodes, and the source that their places are of."""

    source: Source
    nodes: list[Node]


class LoadProblem(Exception):
    """A layout or component cannot be had; the message says why."""


class Loader:
    """Fetches for one page. ``texts`` is what was asked for and what came, for whoever keeps the compiled page."""

    def __init__(self, get: Get) -> None:
        self.texts: dict[str, str | None] = {}
        self.problems: list[Problem] = []
        self._get = get
        self._parsed: dict[str, Template] = {}
        self._loads = 0
        self._characters = 0

    def load(self, code: str, chain: tuple[str, ...]) -> Template:
        """A parsed template. Raises ``LoadProblem``; ``chain`` is what asks for it, the page first."""
        whole = " → ".join([*chain, code])
        if code in chain:
            raise LoadProblem(f"'{code}' contains itself: {whole}")
        if len(chain) > MAX_CHAIN:
            raise LoadProblem(f"templates in templates, more than {MAX_CHAIN} deep: {whole}")
        self._loads += 1
        template = self._template(code, whole)
        self._characters += len(template.source.text)
        if self._loads > MAX_LOADS or self._characters > MAX_LOADED_CHARACTERS:
            raise LoadProblem(
                f"the page takes in more than {MAX_LOADS} templates or {MAX_LOADED_CHARACTERS} characters: {whole}"
            )
        return template

    def _template(self, code: str, whole: str) -> Template:
        if code not in self._parsed:
            text = self._get(code) if CODE.fullmatch(code) else None
            self.texts[code] = text
            if text is None:
                raise LoadProblem(
                    f"there is no template '{code[:60]}'" + (f": {whole}" if whole.count("→") > 1 else "")
                )
            if len(text) > MAX_TEMPLATE_CHARACTERS:
                most = f"a template has at most {MAX_TEMPLATE_CHARACTERS}"
                raise LoadProblem(f"'{code}' has {len(text)} characters, {most}")
            self._parsed[code] = parse(self._source(code, text))
            self.problems += self._parsed[code].problems
        return self._parsed[code]

    def _source(self, code: str, text: str) -> Source:
        page = take_apart(text)
        source = Source(code, page.html, text, page.spans)
        if page.blocks:
            place = page.blocks[0].place
            message = "backend blocks run in pages only: those of a layout or component are left out"
            self.problems.append(Problem(message, code, place))
        return source


class Page(NamedTuple):
    """A page with its layouts: what is shown, outermost first, and what each block shows."""

    stretches: list[Stretch]
    blocks: dict[str, Stretch]


def with_layouts(template: Template, loader: Loader) -> Page:
    """The page as its layout has it. What a page that has one says outside of its blocks is left out, but ``@set``."""
    blocks: dict[str, Stretch] = {}
    before: list[Stretch] = []
    chain: tuple[str, ...] = (template.source.file,)
    while (extends := _extends(template, loader.problems)) is not None:
        for block in _blocks(template.nodes):
            blocks.setdefault(block.name, Stretch(template.source, block.nodes))
        before.append(Stretch(template.source, [node for node in template.nodes if isinstance(node, Set)]))
        try:
            layout = loader.load(extends.slug, chain)
        except LoadProblem as problem:
            place = template.source.place(extends.at)
            loader.problems.append(Problem(f"@extends: {problem}", template.source.file, place))
            return Page([Stretch(template.source, template.nodes)], {})
        _tell_lost_text(template, loader.problems)
        template, chain = layout, (*chain, extends.slug)
    return Page([*before, Stretch(template.source, template.nodes)], blocks)


def _extends(template: Template, problems: list[Problem]) -> Extends | None:
    """The layout's name, which stands before all else of a page."""
    found, is_first = None, True
    for node in template.nodes:
        if isinstance(node, Extends):
            if is_first:
                found = node
            else:
                message = "@extends must stand before all else, and once"
                problems.append(Problem(message, template.source.file, template.source.place(node.at)))
        is_first = is_first and _is_blank(node)
    return found


def _is_blank(node: Node) -> bool:
    return isinstance(node, Text) and not _without_comments(node.text).strip()


def _without_comments(text: str) -> str:
    """In one way through: a regular expression would look for the end of each ``<!--`` anew."""
    kept, at = "", 0
    while (start := text.find("<!--", at)) != -1 and (end := text.find("-->", start + 4)) != -1:
        kept, at = kept + text[at:start].strip(), end + 3
    return kept + text[at:]


def _blocks(nodes: list[Node]) -> list[BlockNode]:
    return [node for node in nodes if isinstance(node, BlockNode)]


def _tell_lost_text(template: Template, problems: list[Problem]) -> None:
    for node in template.nodes:
        if not isinstance(node, BlockNode | Set | Extends) and not _is_blank(node):
            message = "a page with @extends shows only its blocks: what stands outside of them is left out"
            problems.append(Problem(message, template.source.file, template.source.place(node.at)))
            return
