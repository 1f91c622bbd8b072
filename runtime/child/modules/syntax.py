"""What a source has of module syntax, read by tree-sitter: the child's only module that imports it.

Native code that reads hostile text: it runs in the locked worker alone, in the run's own time and memory. Nothing here
recurses, and what tree-sitter may be given is bounded, since it ends the process where it finds no memory: about 230
bytes a token where the text is JavaScript, up to 600 bytes a byte where it is not.
"""

import re
from typing import NamedTuple

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser, Query, QueryCursor

from runtime.child.modules.problems import Refused

MAX_TOKENS = 150_000
"""Half a megabyte of JavaScript as people write it has about 100,000."""
MAX_BROKEN_BYTES = 64 * 1024
DECLARED_WITHOUT_NAME = ("function_expression", "generator_function", "class")
__all__ = ["JavaScript", "Node", "Refused", "calls_of", "is_readable", "read_syntax"]

NAMESPACE = "*"
"""In place of an exported name: all of them, as an object."""

_TOKEN = re.compile(rb"[\w$\x80-\xff]+|[^\s\w$\x80-\xff]")
_NAME = re.compile(r"[\w$]+")
_LANGUAGE = Language(tree_sitter_javascript.language())
_PARSER = Parser(_LANGUAGE)
_QUERY = Query(
    _LANGUAGE,
    """
    (function_declaration parameters: (_) @function body: (_) @function)
    (function_expression parameters: (_) @function body: (_) @function)
    (generator_function parameters: (_) @function body: (_) @function)
    (generator_function_declaration parameters: (_) @function body: (_) @function)
    (method_definition parameters: (_) @function body: (_) @function)
    (class_static_block body: (_) @function)
    (field_definition value: (_) @function)
    (arrow_function) @arrow
    (await_expression) @await
    (for_in_statement "await" @await)
    ((identifier) @word (#eq? @word "await"))
    (this) @this
    (import) @import
    (meta_property) @meta
    """,
)
_ASSIGNED = Query(
    _LANGUAGE,
    """
    (assignment_expression left: (_) @target)
    (augmented_assignment_expression left: (_) @target)
    (update_expression argument: (_) @target)
    (for_in_statement left: (_) @target)
    """,
)
_CALLED = Query(
    _LANGUAGE,
    """
    (call_expression function: (identifier) @called)
    (expression_statement) @statement
    """,
)


class Request(NamedTuple):
    """A module that is asked for, and where (a byte of the source)."""

    code: str
    at: int


class Import(NamedTuple):
    """A local name for what the module of a request exports as ``name``."""

    local: str
    request: int
    name: str
    at: int


class Export(NamedTuple):
    """An exported name: of a local one, or of what the module of a request exports as ``name``."""

    exported: str
    request: int | None
    name: str
    at: int


class Edit(NamedTuple):
    """Bytes of the source to be replaced."""

    start: int
    end: int
    text: str


class Syntax(NamedTuple):
    """A source's imports, exports and edits. ``stars`` are the requests of ``export * from``.

    ``assigned`` are all names that are assigned to anywhere, in whatever scope. ``has_default`` says that the default
    export is an expression, kept in a variable of the rewriting's. ``unread_at`` is where the parser lost its way.
    """

    requests: list[Request]
    imports: list[Import]
    exports: list[Export]
    stars: list[int]
    edits: list[Edit]
    this_places: list[int]
    awaits: bool
    assigned: frozenset[str]
    has_default: bool
    unread_at: int | None

    @property
    def own_exports(self) -> list[Export]:
        """The exports of local names, in the order in which the rewriting numbers them."""
        return [export for export in self.exports if export.request is None]

    @property
    def is_module(self) -> bool:
        """Whether a script with this syntax is one."""
        return self.awaits or bool(self.requests or self.exports or self.edits)


class Call(NamedTuple):
    """A call of a plain name, and the end of the statement before it where it begins a statement itself."""

    name: str
    start: int
    end: int
    before: int | None


class JavaScript:
    """A plain script's tree, for who looks something up in it."""

    def __init__(self, source: bytes) -> None:
        self.root = _parse(source)

    def find(self, pattern: str, max_found: int) -> list[Node] | None:
        """The nodes that a pattern captures as ``found``; None where there are more than so many."""
        found = QueryCursor(Query(_LANGUAGE, pattern)).captures(self.root).get("found", [])
        return found if len(found) <= max_found else None


def is_readable(source: bytes, *, is_javascript: bool) -> bool:
    """Whether tree-sitter may read a source within a worker's memory."""
    if not is_javascript:
        return len(source) <= MAX_BROKEN_BYTES
    return len(source) <= MAX_TOKENS or len(_TOKEN.findall(source)) <= MAX_TOKENS


def read_syntax(source: bytes, *, is_javascript: bool) -> Syntax:
    """Parse a source, of which the engine said whether it is a module's: about 1 µs for 3 bytes.

    Raises ``Refused`` for what is not to be had here.
    """
    root = _parse(source)
    reader = _Reader()
    for node in root.children:
        if node.type == "import_statement":
            reader.read_import(node)
        elif node.type == "export_statement":
            reader.read_export(node)
    captures = QueryCursor(_QUERY).captures(root)
    _refuse(captures)
    awaits = _outside(captures, "await", "arrow")
    if is_javascript:
        # In a module it can be no name: the parser took 'await (a)' for a call.
        awaits += _outside(captures, "word", "arrow")
    return Syntax(
        reader.requests,
        reader.imports,
        reader.exports,
        reader.stars,
        reader.edits,
        [node.start_byte for node in _outside(captures, "this")],
        bool(awaits),
        _assigned(root) if reader.exports else frozenset(),
        reader.has_default,
        _first_error(root),
    )


def calls_of(source: bytes, names: frozenset[str]) -> list[Call]:
    """Calls of some plain names, whatever scope they are in."""
    captures = QueryCursor(_CALLED).captures(_parse(source))
    starts = {node.start_byte: node for node in captures.get("statement", [])}
    calls = []
    for node in captures.get("called", []):
        name = _text(node)
        if name in names:
            statement = starts.get(node.start_byte)
            before = None if statement is None else statement.prev_named_sibling
            calls.append(Call(name, node.start_byte, node.end_byte, None if before is None else before.end_byte))
    return calls


class _Reader:
    """Collects the declarations of a program, one after the other."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.imports: list[Import] = []
        self.exports: list[Export] = []
        self.stars: list[int] = []
        self.edits: list[Edit] = []
        self.has_default = False

    def read_import(self, node: Node) -> None:
        request = self._request(node)
        for clause in node.named_children:
            if clause.type == "import_clause":
                for part in clause.named_children:
                    self._read_imported(part, request)
        self.edits.append(Edit(node.start_byte, node.end_byte, ";"))

    def _read_imported(self, part: Node, request: int) -> None:
        at = part.start_byte
        if part.type == "identifier":
            self.imports.append(Import(_text(part), request, "default", at))
        elif part.type == "namespace_import":
            self.imports.append(Import(_text(part.named_children[0]), request, NAMESPACE, at))
        else:
            for specifier in part.named_children:
                if specifier.type == "import_specifier":
                    name, local = _names(specifier)
                    self.imports.append(Import(local, request, name, specifier.start_byte))

    def read_export(self, node: Node) -> None:
        declaration, value = node.child_by_field_name("declaration"), node.child_by_field_name("value")
        is_default = any(child.type == "default" for child in node.children)
        if value is not None:
            self._read_default(node, value)
        elif declaration is not None:
            names = [declaration.child_by_field_name("name")] if is_default else _declared(declaration)
            for name in names:
                if name is not None:
                    local = _name(name)
                    self.exports.append(Export("default" if is_default else local, None, local, name.start_byte))
            self.edits.append(Edit(node.start_byte, declaration.start_byte, ""))
        else:
            self._read_list(node)
            self.edits.append(Edit(node.start_byte, node.end_byte, ";"))

    def _read_default(self, node: Node, value: Node) -> None:
        word = next(child for child in node.children if child.type == "default")
        value = _declaration_in(value)
        self.has_default = True
        self.exports.append(Export("default", None, "", word.start_byte))
        # An object's property, so that a function or class without a name is named 'default'.
        self.edits += [
            Edit(node.start_byte, node.start_byte + len("export"), "{default}"),
            Edit(word.end_byte, word.end_byte, ":"),
            Edit(value.end_byte, value.end_byte, "};"),
        ]

    def _read_list(self, node: Node) -> None:
        request = None if node.child_by_field_name("source") is None else self._request(node)
        is_star = True
        for part in node.named_children:
            if part.type == "export_clause":
                is_star = False
                for specifier in part.named_children:
                    if specifier.type == "export_specifier":
                        name, exported = _names(specifier)
                        self.exports.append(Export(exported, request, name, specifier.start_byte))
            elif part.type == "namespace_export":
                is_star = False
                self.exports.append(Export(_name(part.named_children[0]), request, NAMESPACE, part.start_byte))
        if is_star and request is not None:
            self.stars.append(request)

    def _request(self, node: Node) -> int:
        attributes = next((child for child in node.children if child.type == "import_attribute"), None)
        if attributes is not None:
            raise Refused("SyntaxError", "attributes of an import ('with') mean nothing here", attributes.start_byte)
        source = node.child_by_field_name("source")
        if source is None:
            raise Refused("SyntaxError", "this import names no module", node.start_byte)
        self.requests.append(Request(_name(source), source.start_byte))
        return len(self.requests) - 1


def _parse(source: bytes) -> Node:
    return _PARSER.parse(source).root_node


def _first_error(root: Node) -> int | None:
    if not root.has_error:
        return None
    node = root
    while child := next((one for one in node.children if one.has_error or one.is_missing), None):
        node = child
    return node.start_byte


def _refuse(captures: dict[str, list[Node]]) -> None:
    dynamic = captures.get("import", [])
    if dynamic:
        raise Refused(
            "SyntaxError",
            "import() is not there: name the module at the top, as in import { name } from 'code'",
            min(node.start_byte for node in dynamic),
        )
    for node in captures.get("meta", []):
        if _text(node).startswith("import"):
            raise Refused("SyntaxError", "import.meta is not there: modules have no address", node.start_byte)


def _outside(captures: dict[str, list[Node]], wanted: str, *also: str) -> list[Node]:
    """Nodes that stand in no function. One sweep: each function's stretch either holds another or is apart from it."""
    found = captures.get(wanted, [])
    if not found:
        return []
    functions = sorted(
        (node.start_byte, node.end_byte) for kind in ("function", *also) for node in captures.get(kind, [])
    )
    outside, covered_to, at = [], 0, 0
    for node in sorted(found, key=lambda one: one.start_byte):
        while at < len(functions) and functions[at][0] <= node.start_byte:
            covered_to = max(covered_to, functions[at][1])
            at += 1
        if node.start_byte >= covered_to:
            outside.append(node)
    return outside


def _assigned(root: Node) -> frozenset[str]:
    names: set[str] = set()
    for node in QueryCursor(_ASSIGNED).captures(root).get("target", []):
        names.update(_NAME.findall(_text(node)) if node.type != "member_expression" else ())
    return frozenset(names)


def _declaration_in(value: Node) -> Node:
    """The function or class without a name that a default export begins with, and ends with, whatever comes then."""
    node = value
    while node.type not in DECLARED_WITHOUT_NAME:
        if not node.children or node.children[0].start_byte != value.start_byte:
            return value
        node = node.children[0]
    return node


def _declared(declaration: Node) -> list[Node]:
    """The names that a declaration makes, in order."""
    name = declaration.child_by_field_name("name")
    if name is not None:
        return [name]
    found: list[Node] = []
    waiting = [
        declarator.child_by_field_name("name")
        for declarator in reversed(declaration.named_children)
        if declarator.type == "variable_declarator"
    ]
    while waiting:
        node = waiting.pop()
        if node is None:
            continue
        if node.type in {"identifier", "shorthand_property_identifier_pattern"}:
            found.append(node)
        elif node.type == "pair_pattern":
            waiting.append(node.child_by_field_name("value"))
        elif node.type in {"assignment_pattern", "object_assignment_pattern"}:
            waiting.append(node.child_by_field_name("left"))
        else:
            waiting.extend(reversed(node.named_children))
    return found


def _names(specifier: Node) -> tuple[str, str]:
    """The name before ``as`` and the one behind it."""
    parts = [child for child in specifier.children if child.type in {"identifier", "string", "default"}]
    return _name(parts[0]), _name(parts[-1])


def _name(node: Node) -> str:
    """A name, or the text of a string."""
    text = _text(node)
    if "\\" in text:
        raise Refused("SyntaxError", "write the name without escapes ('\\')", node.start_byte)
    return text[1:-1] if node.type == "string" else text


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
