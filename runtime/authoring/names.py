"""Names in a script that stand for nothing: no declaration, no function of the CRM, nothing of the language."""

from collections.abc import Iterator

from tree_sitter import Node

from bindings.nearest import nearest
from bindings.registry import FUNCTIONS
from runtime.authoring.syntax import Finding, Parsed, descendants
from runtime.prelude import PAGE_GLOBALS

_LANGUAGE = """
    AggregateError Array ArrayBuffer AsyncDisposableStack BigInt BigInt64Array BigUint64Array Boolean
    DOMException DataView Date DisposableStack Error EvalError Float16Array Float32Array Float64Array
    Function Infinity Int16Array Int32Array Int8Array InternalError Iterator JSON Map Math NaN Number
    Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String SuppressedError Symbol
    SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet
    atob btoa decodeURI decodeURIComponent encodeURI encodeURIComponent escape globalThis isFinite isNaN
    parseFloat parseInt queueMicrotask undefined unescape
"""
LANGUAGE = frozenset(_LANGUAGE.split())
"""The language's own globals in a run."""
RUN_GLOBALS = ("console", "customer", "is_customer", "getCustomer", "getUser", "setVariable", "getVariable", "CrmError")
CRM_FUNCTIONS = tuple(name for function in FUNCTIONS.values() for name in (function.name, function.other_name))
OPTIONAL_GLOBALS = ("http", "eval", "arguments")
"""What is there only where the host allows it, or inside a function."""
KNOWN = (*CRM_FUNCTIONS, *RUN_GLOBALS, *PAGE_GLOBALS, *OPTIONAL_GLOBALS, *sorted(LANGUAGE))
"""What a script finds, with what it most probably means first."""

_ELSEWHERE = {
    "fetch": "use http.get or http.post",
    "XMLHttpRequest": "use http.get or http.post",
    "require": "use import",
    "module": "use export",
    "exports": "use export",
    "window": "a backend script runs before there is a page",
    "document": "a backend script runs before there is a page",
    "localStorage": "use session.get and session.set",
    "sessionStorage": "use session.get and session.set",
    "setTimeout": "there are no timers",
    "setInterval": "there are no timers",
    "process": "a script sees nothing of its host",
}
"""What other places have, and what to do about it here."""

MEMBERS = {
    "console": ("log", "info", "warn", "error", "debug"),
    "session": ("get", "set", "setCustomer"),
    "cookie": ("set", "delete"),
    "response": ("status", "json", "send"),
    "limits": ("left",),
    "http": ("get", "post"),
    "Schema": ("string", "number", "boolean", "array", "object", "any"),
    "request": (
        "method", "path", "query", "body", "headers", "cookies", "ip", "ip6", "is_mobile", "is_tablet", "route_params",
    ),
}  # fmt: skip
"""What the objects that a script finds have."""

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
            yield Finding(parsed.place(node), "unknown_name", f"'{name}' is not defined{_instead(name)}")


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
            yield Finding(parsed.place(member), "unknown_property", f"'{name}' has no '{asked}'{_meant(asked, known)}")


def _instead(name: str) -> str:
    elsewhere = _ELSEWHERE.get(name)
    return _meant(name, KNOWN) if elsewhere is None else f": {elsewhere}"


def _meant(name: str, known: tuple[str, ...]) -> str:
    """``nearest`` looks at a bounded number of names: those that share the first letter come first."""
    near = nearest(name, sorted(known, key=lambda one: one[:1].lower() != name[:1].lower()))
    return "" if near is None else f", did you mean '{near}'?"


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
