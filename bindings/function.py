"""What is known of one CRM function."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bindings.arguments.base import Arguments
from bindings.context import RunContext
from bindings.errors import CrmCode
from bindings.names import Spellings, spellings
from storage.models import Json


@dataclass(frozen=True, slots=True)
class Function:
    """One function as scripts call it; globals, checks, editor types and the reference page come from this.

    ``returns``, ``notes`` and ``example`` are for people: what comes back, what else to know, and JavaScript.
    ``returns_type`` says the first in TypeScript, for editors, in the words of ``bindings.typescript``. ``codes``
    are those of errors that this function throws and others of its kind don't. ``defers`` says that ``async: true``
    puts the write off; the others take the property and run at once.
    """

    kind: Literal["read", "write"]
    arguments: type[Arguments]
    handler: Callable[[Any, RunContext], Json]
    summary: str
    returns: str
    returns_type: str
    example: str
    notes: str = ""
    codes: tuple[CrmCode, ...] = ()
    defers: bool = False

    @property
    def name(self) -> str:
        """The canonical spelling."""
        return self.arguments.function

    @property
    def other_name(self) -> str:
        """The spelling with the other case of the first letter, to which each function answers as well."""
        return self.name[0].swapcase() + self.name[1:]

    @property
    def spellings(self) -> Spellings:
        """The names of the properties."""
        return spellings(self.arguments)
