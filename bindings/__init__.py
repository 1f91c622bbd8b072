"""The CRM functions that scripts call: the registry, one typed argument model and one handler each, the prelude.

Knows no process. ``call(name, arguments, context)`` runs one function; ``submit(write, context)`` is the way of every
write, and ``encode_write`` and ``decode_write`` carry a write that is put off. Names load when first used, so that who
needs one of them does not pay for all models.
"""

from typing import TYPE_CHECKING

from storage.lazy_names import lazy_names

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

__getattr__ = lazy_names(__name__, _HOMES)
