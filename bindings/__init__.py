"""The CRM functions that scripts call: the registry, one typed argument model and one handler each, the prelude.

Knows no process. ``call(name, arguments, context)`` runs one function; ``submit(write, context)`` is the way of every
write, and ``encode_write`` and ``decode_write`` carry a write that is put off.
"""

from bindings.calling import UnknownFunction, call
from bindings.codec import WriteMalformed, decode_write, encode_write
from bindings.context import RunContext, Warn
from bindings.errors import CrmCode, ScriptCrmError, ScriptError, ScriptRangeError, ScriptTypeError
from bindings.function import Function
from bindings.writes import submit

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
