"""Brand modules: what scripts of a brand import, by code. Commands, queries and what they mean."""

import re
from dataclasses import dataclass

from storage import jsontext
from storage.commands import Command
from storage.queries import Query
from storage.transaction import Transaction
from storage.work import Work

MODULE_CODE = re.compile(r"[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)*")
"""What a module may be called, whole: ``shop/prices``. No segment can be ``..``, none is hidden."""

MAX_CODE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class ModuleListed:
    """A module without its source. ``size_bytes`` is that of the source in UTF-8."""

    code: str
    size_bytes: int
    updated_at_ms: int


@dataclass(frozen=True, slots=True)
class FindModule(Query[str | None]):
    """The source of the module of that code; None where the brand has none."""

    code: str


@dataclass(frozen=True, slots=True)
class ListModules(Query[list[ModuleListed]]):
    """All modules of the brand, by code."""


@dataclass(frozen=True, slots=True)
class ModulePut:
    """The module that is stored now."""

    code: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class PutModule(Command[ModulePut]):
    """Store a module, in place of one of the same code. ``ValueError`` for a code that cannot be one."""

    code: str
    source: str


@dataclass(frozen=True, slots=True)
class ModuleRemoved:
    """Whether there was one."""

    removed: bool


@dataclass(frozen=True, slots=True)
class RemoveModule(Command[ModuleRemoved]):
    """Delete the module of that code."""

    code: str


def is_module_code(text: str) -> bool:
    """Whether a module may have this code."""
    return len(text) <= MAX_CODE_CHARACTERS and MODULE_CODE.fullmatch(text) is not None


def find_module(tx: Transaction, brand: str, query: FindModule) -> str | None:
    """Answer ``FindModule``. What cannot be a code is not looked for."""
    row = tx.row("module_of_code", (brand, query.code)) if is_module_code(query.code) else None
    return None if row is None else str(jsontext.decode(row[0]))


def list_modules(tx: Transaction, brand: str, _query: ListModules) -> list[ModuleListed]:
    """Answer ``ListModules``."""
    return [ModuleListed(*row) for row in tx.rows("modules_of_brand", (brand,))]


def put_module(work: Work, command: PutModule) -> ModulePut:
    """Do ``PutModule``."""
    if not is_module_code(command.code):
        raise ValueError(f"no module can have the code {command.code!r}")
    size_bytes = len(command.source.encode())
    text = jsontext.encode(command.source)
    work.tx.send("put_module", (work.brand, command.code, text, size_bytes, work.at_ms))
    return ModulePut(command.code, size_bytes)


def remove_module(work: Work, command: RemoveModule) -> ModuleRemoved:
    """Do ``RemoveModule``."""
    found = is_module_code(command.code) and work.tx.run("delete_module", (work.brand, command.code)) > 0
    return ModuleRemoved(found)
