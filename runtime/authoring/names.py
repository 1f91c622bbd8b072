"""Names in a script that stand for nothing: no declaration, no function of the CRM, nothing of the language."""

from collections.abc import Iterator

from tree_sitter import Node

from runtime.authoring.syntax import Finding, Parsed, descendants
from runtime.known_names import FROZEN, KNOWN, MEMBERS, instead, meant

_DECLARING = {
    "variable_declarator": "name",
    "function_declaration": "name",
    "generator_function_declaration": "name",
    "function_expression": "name",
    "generator_function": "name",
    "class_declaration": "name",
    "class": "name",
    "catch_clause": "parameter",
    "arrow_function": "parameter",
    "import_specifier": "alias",
    "for_in_statement": "left",
    "assignment_expression": "left",
    "augmented_assignment_expression": "left",
}
"""What makes a name known, and in which part of it the name stands. Assigning to one makes it, too."""
_CHANGING = {
    "assignment_expression": "left",
    "augmented_assignment_expression": "left",
    "update_expression": "argument",
}
"""What changes a property, and in which part of it the property stands."""
_BINDING = ("formal_parameters", "import_clause", "namespace_import", "array_pattern", "object_pattern")
_NAMES = ("identifier", "shorthand_property_identifier_pattern")


def unknown_names(parsed: Parsed) -> Iterator[Finding]:
    """Each unknown name once, at its first place. A name that is declared anywhere in the script is taken as known."""
    known = set(KNOWN) | set(_declared(parsed))
    for node in descendants(parsed.root):
        if node.type not in {"identifier", "shorthand_property_identifier"} or _is_asked_for(node):
            continue
        name = parsed.text(node)
        if name not in known:
            known.add(name)
            yield Finding(parsed.place(node), "unknown_name", f"'{name}' is not defined{instead(name)}")


def unknown_members(parsed: Parsed) -> Iterator[Finding]:
    """Properties that the objects of a run lack, such as ``console.lgo``; not where the script has its own object."""
    own = set(_declared(parsed))
    for node in descendants(parsed.root):
        if node.type != "member_expression":
            continue
        holder, member = node.child_by_field_name("object"), node.child_by_field_name("property")
        if holder is None or member is None or holder.type != "identifier":
            continue
        name, asked = parsed.text(holder), parsed.text(member)
        known = MEMBERS.get(name, ()) if name not in own else ()
        if known and asked not in known:
            yield Finding(parsed.place(member), "unknown_property", f"'{name}' has no '{asked}'{meant(asked, known)}")


def dropped_changes(parsed: Parsed) -> Iterator[Finding]:
    """Assignments to what cannot be changed: a script that is no module is told nothing of them when it runs."""
    own = set(_declared(parsed))
    for node in descendants(parsed.root):
        target = node.child_by_field_name(_CHANGING[node.type]) if node.type in _CHANGING else None
        holder = None if target is None else _root(target)
        name = "" if holder is None else parsed.text(holder)
        if target is not None and name in FROZEN and name not in own:
            message = f"'{name}' cannot be changed: what is assigned here is dropped"
            yield Finding(parsed.place(target), "dropped_change", message)


def _root(target: Node) -> Node | None:
    """The name of which a property is assigned to, of it or of something in it; None for a name alone."""
    node: Node | None = target
    while node is not None and node.type in {"member_expression", "subscript_expression"}:
        node = node.child_by_field_name("object")
    return None if node is None or node.id == target.id or node.type != "identifier" else node


def _declared(parsed: Parsed) -> Iterator[str]:
    for node in descendants(parsed.root):
        if node.type in _BINDING or (node.type == "import_specifier" and node.child_by_field_name("alias") is None):
            yield from _names_in(parsed, node)
        elif node.type in _DECLARING:
            part = node.child_by_field_name(_DECLARING[node.type])
            if part is not None and part.type not in {"member_expression", "subscript_expression"}:
                yield from _names_in(parsed, part)


def _names_in(parsed: Parsed, node: Node) -> Iterator[str]:
    return (parsed.text(one) for one in descendants(node) if one.type in _NAMES)


def _is_asked_for(node: Node) -> bool:
    """Whether a name may be unknown where it stands: behind ``typeof``, or as a label or name of an export."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "unary_expression":
        operator = parent.child_by_field_name("operator")
        return operator is not None and operator.type == "typeof"
    return parent.type in {"export_specifier", "import_specifier", "meta_property"}
