"""What a script gets for a call that cannot be done: the error's class in JavaScript, its message and its code."""

from typing import Literal, TypeAlias

CrmCode: TypeAlias = Literal[
    "no_customer",
    "entry_not_found",
    "not_a_relation",
    "target_not_found",
    "target_entity_not_found",
    "wrong_target_entity",
    "idempotency_conflict",
    "forbidden",
    "unavailable",
]


class ScriptError(Exception):
    """Base: raised by a binding, thrown in the script. The message is written for the script's author."""

    name: str
    code: str | None = None

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ScriptTypeError(ScriptError):
    """The call is malformed: becomes a ``TypeError``."""

    name = "TypeError"


class ScriptRangeError(ScriptError):
    """A size or count is out of bounds: becomes a ``RangeError``."""

    name = "RangeError"


class ScriptCrmError(ScriptError):
    """The data forbids it: becomes a ``CrmError`` with a code."""

    name = "CrmError"
    code: CrmCode

    def __init__(self, code: CrmCode, message: str) -> None:
        super().__init__(message)
        self.code = code
