"""What can be said of single nodes of a script's tree."""

from collections.abc import Callable, Iterator

from runtime.child.modules.syntax import Node

MAX_STEPS_SHOWN = 12
MAX_FOUND = 5_000
"""Of a script with more of what has to be looked at, nothing is said."""
NAMES = "[(identifier) (shorthand_property_identifier_pattern)] @found"

CALLS = ("call_expression", "new_expression")
FUNCTIONS = ("function_expression", "generator_function", "arrow_function", "class")
BOUNDARIES = (
    *(*FUNCTIONS, "function_declaration", "generator_function_declaration"),
    *("method_definition", "class_body", "class_declaration"),
)
LITERALS = ("string", "number", "template_string", "array", "object", "regex", "true", "false", *FUNCTIONS)
_PATTERNS = ("array_pattern", "object_pattern", "for_in_statement")


def callee_of(call: Node) -> Node:
    """What is called, or made one of by ``new``."""
    callee = call.child_by_field_name("function" if call.type == "call_expression" else "constructor")
    return unwrapped(callee)


def is_called_here(function: Node) -> bool:
    """Whether a function is called where it stands: ``(function () { … })()``."""
    node = function
    while node.parent is not None and node.parent.type == "parenthesized_expression":
        node = node.parent
    return node.parent is not None and node.parent.type in CALLS and callee_of(node.parent).id == function.id


def gone_through(node: Node) -> list[Node]:
    """What ``for … of`` or a spread goes through, if the node is one."""
    if node.type == "spread_element":
        is_copied = node.parent is not None and node.parent.type == "object"
        return [] if is_copied else [unwrapped(one) for one in node.named_children if one.type != "comment"]
    operator = node.child_by_field_name("operator") if node.type == "for_in_statement" else None
    return [] if operator is None or operator.type != "of" else [unwrapped(node.child_by_field_name("right"))]


def is_only_read(name: Node) -> bool:
    """Whether a name surely is only read: called, an argument, or what a property is read of."""
    parent = name.parent
    if parent is None:
        return False
    is_holder = any(is_field(parent, field, name) for field in ("function", "constructor", "object"))
    return parent.type == "arguments" or (is_holder and not is_written(parent))


def read_of(member: Node) -> list[Node]:
    """What the engine comes by before it reads a property."""
    return [part for part in (member.child_by_field_name("object"), member.child_by_field_name("index")) if part]


def set_of(member: Node) -> list[Node]:
    """What it comes by before it sets one: both sides; for a target of another kind, nothing that could be told."""
    parent = member.parent
    return [parent] if parent is not None and parent.type == "assignment_expression" else []


def is_field(parent: Node, field: str, node: Node) -> bool:
    """Whether a node is that part of another one."""
    found = parent.child_by_field_name(field)
    return found is not None and found.id == node.id


def is_written(member: Node) -> bool:
    """Whether a property is assigned to, by ``=`` alone."""
    parent = member.parent
    return parent is not None and parent.type == "assignment_expression" and is_field(parent, "left", member)


def is_not_written(member: Node) -> bool:
    """Whether a property is only read: it is no target of an assignment, a pattern or a loop."""
    parent = member.parent
    if parent is not None and parent.type in {*_PATTERNS, "pair_pattern", "assignment_pattern", "rest_pattern"}:
        return parent.type == "for_in_statement" and not is_field(parent, "left", member)
    return not is_written(member)


def is_optional(member: Node) -> bool:
    """Whether it is read by ``?.``."""
    return any(child.type == "optional_chain" for child in member.children)


def may_be(node: Node, key: str) -> bool:
    """Whether a node stands for a property that may be the one of that key."""
    if node.type == "member_expression":
        name = node.child_by_field_name("property")
        return name is not None and text_of(name) == key
    if node.type != "subscript_expression":
        return False
    index = node.child_by_field_name("index")
    if index is not None and index.type in {"string", "number"}:
        return text_of(index).strip("'\"") == key or "\\" in text_of(index)
    return True


def names_read(root: Node) -> Iterator[Node]:
    """The names that the engine certainly comes by when it does an expression; not those in functions of its own."""
    return (node for node in _done_with(root) if node.type == "identifier")


def is_silent(root: Node) -> bool:
    """Whether the engine comes by nothing in it that it would tell as a place."""
    if any(True for _ in names_read(root)):
        return False
    return root.type in BOUNDARIES or not any(map(_is_method_call, _done_with(root)))


def _done_with(root: Node) -> Iterator[Node]:
    """An expression and all in it that is done when it is done; not what functions of its own do."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if node is root or node.type not in BOUNDARIES:
            waiting += node.children


def _is_method_call(node: Node) -> bool:
    return node.type == "call_expression" and callee_of(node).type == "member_expression"


def unwrapped(node: Node | None) -> Node:
    """The expression in brackets."""
    if node is None:
        raise LookupError("a node that the grammar says is there")
    while node.type == "parenthesized_expression" and len(node.named_children) == 1:
        node = node.named_children[0]
    return node


def shown(node: Node, steps: int = MAX_STEPS_SHOWN) -> str | None:
    """An expression on one line, what is called with in short; None for what is no plain path, or one of many steps."""
    node = unwrapped(node)
    if node.type in {"identifier", "this", "super"}:
        return text_of(node)
    how = _SHOWN.get(node.type)
    return None if how is None or steps == 0 else how(node, steps - 1)


def _shown_call(node: Node, steps: int) -> str | None:
    called, arguments = shown(callee_of(node), steps), node.child_by_field_name("arguments")
    if called is None or arguments is None or arguments.type != "arguments":
        return None
    return f"{called}{'(…)' if arguments.named_children else '()'}"


def _shown_member(node: Node, steps: int) -> str | None:
    holder = shown(unwrapped(node.child_by_field_name("object")), steps)
    dot = "?." if is_optional(node) else "."
    return None if holder is None else f"{holder}{dot}{text_of(node.child_by_field_name('property'))}"


def _shown_subscript(node: Node, steps: int) -> str | None:
    holder = shown(unwrapped(node.child_by_field_name("object")), steps)
    index = text_of(node.child_by_field_name("index"))
    return None if holder is None or "\n" in index else f"{holder}{'?.' if is_optional(node) else ''}[{index}]"


_SHOWN: dict[str, Callable[[Node, int], str | None]] = {
    "call_expression": _shown_call,
    "member_expression": _shown_member,
    "subscript_expression": _shown_subscript,
}


def text_of(node: Node | None) -> str:
    """The source of a node."""
    return "" if node is None else (node.text or b"").decode("utf-8", "replace")
