"""The CRM functions that scripts call: the registry, one typed argument model and one handler each, the prelude.

Knows no process. ``call(name, arguments, context)`` runs one function; ``submit(write, context)`` is the way of every
write, and ``encode_write`` and ``decode_write`` carry a write that is put off. Names load when first used, so that who
needs one of them does not pay for all models.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bindings.calling import UnknownFunction, call
    from bindings.codec import WriteMalformed, decode_write, encode_write
    from bindings.context import RunContext, Warn
    from bindings.errors import CrmCode, ScriptCrmError, ScriptError, ScriptRangeError, ScriptTypeError
    from bindings.function import Function
    from bindings.writes import submit

_HOMES = {
    "CrmCode": "errors",
    "Function": "function",
    "RunContext": "context",
    "ScriptCrmError": "errors",
    "ScriptError": "errors",
    "ScriptRangeError": "errors",
    "ScriptTypeError": "errors",
    "UnknownFunction": "calling",
    "Warn": "context",
    "WriteMalformed": "codec",
    "call": "calling",
    "decode_write": "codec",
    "encode_write": "codec",
    "submit": "writes",
}

__all__ = [
    "CrmCode",
    "Function",
    "RunContext",
    "ScriptCrmError",
    "ScriptError",
    "ScriptRangeError",
    "ScriptTypeError",
    "UnknownFunction",
    "Warn",
    "WriteMalformed",
    "call",
    "decode_write",
    "encode_write",
    "submit",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module 'bindings' has no attribute {name!r}")
    return getattr(import_module(f"bindings.{_HOMES[name]}"), name)
