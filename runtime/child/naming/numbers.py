"""Whether an index can be told to be a number without running anything."""

from runtime.child.modules.syntax import JavaScript, Node
from runtime.child.naming.nodes import MAX_FOUND, NAMES, is_field, text_of, unwrapped

MAX_DEPTH = 3
_ARITHMETIC = ("-", "*", "/", "%")
_READING = (
    *("arguments", "array", "augmented_assignment_expression", "binary_expression", "member_expression"),
    *("parenthesized_expression", "return_statement", "subscript_expression", "template_substitution"),
    *("unary_expression", "update_expression"),
)
"""What only reads a name, or keeps a number one."""


def is_number(node: Node | None, tree: JavaScript, depth: int = MAX_DEPTH) -> bool:
    """Whether an index is surely a number, and so no name of a property."""
    if node is None or depth == 0:
        return False
    node = unwrapped(node)
    if node.type == "binary_expression":
        sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        is_sum = _operator(node) == "+" and all(is_number(side, tree, depth - 1) for side in sides)
        return _operator(node) in _ARITHMETIC or is_sum
    if node.type == "identifier":
        names = [one for one in tree.find(NAMES, MAX_FOUND) or [] if text_of(one) == text_of(node)]
        is_declared = any(one.parent is not None and one.parent.type == "variable_declarator" for one in names)
        return is_declared and all(_keeps_number(one, tree, depth - 1) for one in names)
    return node.type in {"number", "update_expression"}


def _keeps_number(name: Node, tree: JavaScript, depth: int) -> bool:
    """Whether a name is only read where it stands, or made or changed to a number."""
    parent = name.parent
    if parent is None:
        return False
    if parent.type == "variable_declarator" and is_field(parent, "name", name):
        return is_number(parent.child_by_field_name("value"), tree, depth)
    if parent.type == "augmented_assignment_expression" and is_field(parent, "left", name):
        is_sum = _operator(parent) == "+=" and is_number(parent.child_by_field_name("right"), tree, depth)
        return _operator(parent).rstrip("=") in _ARITHMETIC or is_sum
    return parent.type in _READING


def _operator(node: Node) -> str:
    return text_of(node.child_by_field_name("operator"))
