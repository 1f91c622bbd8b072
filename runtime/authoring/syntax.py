"""A script as a tree, with the places of its parts in the author's file, and what in it is no JavaScript."""

from collections.abc import Iterator
from dataclasses import dataclass

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from runtime.pages.blocks import Place
from runtime.script import Script

JAVASCRIPT = Language(tree_sitter_javascript.language())
BRACKETS = {"(": ")", "[": "]", "{": "}", "${": "}"}
MAX_SHOWN_CHARACTERS = 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, where it begins, and what is meant to be done about it. ``code`` is its kind."""

    place: Place
    code: str
    message: str


class Parsed:
    """The tree of a script. Costs about 1 ms for each 10 KB."""

    def __init__(self, script: Script) -> None:
        self._data = script.source.encode("utf-8", "replace")
        self._lines = self._data.split(b"\n")
        self._parts = script.parts or []
        self.root = Parser(JAVASCRIPT).parse(self._data).root_node

    def text(self, node: Node) -> str:
        """The source of a node."""
        return self._data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def place(self, node: Node) -> Place:
        """Where a node begins, in the file that the author wrote."""
        row, byte_column = node.start_point
        column = len(self._lines[row][:byte_column].decode("utf-8", "replace")) + 1
        line = row + 1
        part = next((part for part in reversed(self._parts) if part.line <= line), None)
        if part is None:
            return Place(line, column)
        return Place(part.file_line + line - part.line, column + (part.columns_before if part.line == line else 0))

    @property
    def is_open(self) -> bool:
        """Whether more has to come: something is opened, nothing is closed wrongly, and the source ends in it."""
        opened, wrong = self._brackets() if self.root.has_error else ([], None)
        return wrong is None and bool(opened)

    def syntax_problems(self) -> Iterator[Finding]:
        """What is no JavaScript: a bracket that has no partner, else the first place that cannot be read."""
        if not self.root.has_error:
            return
        bracket = self._odd_bracket()
        if bracket is not None:
            yield bracket
            return
        broken = next((node for node in descendants(self.root) if node.is_error or node.is_missing), self.root)
        yield Finding(self.place(broken), "syntax", self._words(broken))

    def _odd_bracket(self) -> Finding | None:
        opened, wrong = self._brackets()
        if wrong is None:
            return self._never_closed(opened[-1], "") if opened else None
        if not opened:
            return Finding(self.place(wrong), "syntax", f"'{wrong.type}' closes nothing that was opened")
        return self._never_closed(opened[-1], f", '{wrong.type}' came instead at {self._shown_place(wrong)}")

    def _brackets(self) -> tuple[list[Node], Node | None]:
        """The brackets that are open at the first one that closes wrongly, and that one; else at the end."""
        opened: list[Node] = []
        for node in descendants(self.root):
            if node.child_count or node.is_missing:
                continue
            if node.type in BRACKETS:
                opened.append(node)
            elif node.type in BRACKETS.values():
                if not opened or BRACKETS[opened[-1].type] != node.type:
                    return opened, node
                opened.pop()
        return opened, None

    def _never_closed(self, node: Node, ending: str) -> Finding:
        message = f"'{node.type}' is opened here and never closed by '{BRACKETS[node.type]}'{ending}"
        return Finding(self.place(node), "syntax", message)

    def _shown_place(self, node: Node) -> str:
        line, column = self.place(node)
        return f"{line}:{column}"

    def _words(self, broken: Node) -> str:
        if broken.is_missing:
            return f"'{broken.type}' is missing here"
        text = self.text(broken).split("\n")[0]
        shown = text if len(text) <= MAX_SHOWN_CHARACTERS else text[: MAX_SHOWN_CHARACTERS - 1] + "…"
        return f"this is no JavaScript: {shown}"


def descendants(root: Node) -> Iterator[Node]:
    """Every node below, and the root, in the order of the source. No recursion: sources may nest deeply."""
    cursor = root.walk()
    while True:
        yield cursor.node or root
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
