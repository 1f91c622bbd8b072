"""The names that a script finds without having made them, and what was meant by one that it doesn't find."""

import re

from bindings.nearest import nearest
from bindings.registry import BY_EITHER_NAME
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
CRM_FUNCTIONS = tuple(BY_EITHER_NAME)
OPTIONAL_GLOBALS = ("http", "eval", "arguments")
"""What is there only where the host allows it, or inside a function."""
KNOWN = (*CRM_FUNCTIONS, *RUN_GLOBALS, *PAGE_GLOBALS, *OPTIONAL_GLOBALS, *sorted(LANGUAGE))
"""What a script finds, with what it most probably means first."""

NOT_DEFINED = " is not defined"
"""How the engine ends the message of a ReferenceError, behind the name."""

ENDS_TOO_EARLY = "the script ends too early: a bracket, brace or quote is not closed"
_AT_THE_END = ("Unexpected end of input", "unexpected token in expression: ''")
"""What the engine says of it, by where it notices."""

NOT_INITIALIZED = " is not initialized"
"""How it ends it where the name's own declaration has not been done."""

AWAIT_NOT_HERE = (
    "await is not allowed here: it stands in async functions, and in a script outside of functions;"
    " CRM functions need none"
)
_AWAIT_IN_A_FUNCTION = "unexpected 'await' keyword"
"""What the engine says of it in a function of a script that awaits outside of functions, too."""
_AFTER_A_NAME = "expecting ';'"
"""What the engine says of what follows a name that ends a statement, such as ``await`` where that is but a name."""
_AWAIT_AT_THE_END = re.compile(r"(?<![\w$.])await\s+$")

_USE_HTTP = "use http.get or http.post"
_NOT_TURNED_ON = "the host has not turned it on"
_ELSEWHERE = {
    "fetch": _USE_HTTP,
    "XMLHttpRequest": _USE_HTTP,
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
    "http": _NOT_TURNED_ON,
    "eval": _NOT_TURNED_ON,
    "arguments": "it is there in functions alone",
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

FROZEN = ("customer", "request")
"""Snapshots, which cannot be changed, through and through."""

_NO_FUNCTIONS = ("Infinity", "JSON", "Math", "NaN", "Reflect", "globalThis", "undefined")
FUNCTIONS_FOUND = {
    "": (
        *CRM_FUNCTIONS,
        *("getCustomer", "getUser", "setVariable", "getVariable", "setHeader", "redirect"),
        *sorted(LANGUAGE - {*_NO_FUNCTIONS}),
        *("JSON.parse", "JSON.stringify", "Object.keys", "Object.values", "Object.entries", "Object.assign"),
        *("Array.isArray", "Array.from", "Math.abs", "Math.floor", "Math.ceil", "Math.max", "Math.min", "Math.round"),
        *("Number.isFinite", "Number.isInteger", "Date.now", "Date.parse", "Promise.all", "Promise.resolve"),
    ),
    **{holder: members for holder, members in MEMBERS.items() if holder != "request"},
}
"""What a script can surely call: by its name, and by the object that has it."""


def instead(name: str) -> str:
    """What to say behind a name that is not defined: what to use in its place, or the nearest that is there."""
    elsewhere = _ELSEWHERE.get(name)
    if elsewhere is not None:
        return f": {elsewhere}"
    # The language has many short names: what begins otherwise was hardly meant by one of them.
    return meant(name, tuple(one for one in KNOWN if one not in LANGUAGE or one[:1].lower() == name[:1].lower()))


def meant(name: str, known: tuple[str, ...]) -> str:
    """The nearest of the known names, as the end of a message.

    ``nearest`` looks at a bounded number of names: those that share the first letter come first.
    """
    near = nearest(name, sorted(known, key=lambda one: one[:1].lower() != name[:1].lower()))
    return "" if near is None else f", did you mean '{near}'?"


def explained(name: str, message: str) -> str:
    """The message of an uncaught error of the engine's, with what was perhaps meant."""
    if name == "ReferenceError" and message.endswith(NOT_DEFINED):
        return message + instead(message.removesuffix(NOT_DEFINED))
    if name == "ReferenceError" and message.endswith(NOT_INITIALIZED):
        return f"{message}: it is used before its own declaration is done"
    if name == "SyntaxError" and message == _AWAIT_IN_A_FUNCTION:
        return AWAIT_NOT_HERE
    return ENDS_TOO_EARLY if name == "SyntaxError" and message in _AT_THE_END else message


def explained_without_http(message: str) -> str:
    """The message, where it names ``http`` and the host has not turned it on."""
    return f"{message}, but {_NOT_TURNED_ON}" if message.endswith(f"{NOT_DEFINED}: {_USE_HTTP}") else message


def explained_by_line(message: str, before: str) -> str:
    """The message, where what stands before its place in the line says more about the mistake."""
    return AWAIT_NOT_HERE if message == _AFTER_A_NAME and _AWAIT_AT_THE_END.search(before) else message
