"""``funnelscript modules``: the brand modules in the store, that scripts import by code."""

import json
import time
from collections.abc import Iterator
from pathlib import PurePath
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from bindings.nearest import hint
from bindings.times import iso_time
from runtime.cli import terminal
from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.opening import STANDARD_INPUT, opened_store, read_source
from runtime.cli.options import DEFAULT_BRAND, BrandOption, JsonOption, StoreOption
from runtime.cli.tables import plain_table, utc_time
from storage.commands import Write
from storage.modules import (
    MAX_CODE_CHARACTERS,
    FindModule,
    ListModules,
    ModuleListed,
    PutModule,
    RemoveModule,
    is_module_code,
)
from storage.port import Store

ENDING = ".js"

modules = typer.Typer(name="modules", help="Keep the modules that a brand's scripts import.", no_args_is_help=True)

CodeArgument = Annotated[str, typer.Argument(metavar="CODE", help="The module, by its code.")]
CodeOption = Annotated[
    str | None,
    typer.Option("--code", metavar="CODE", help=r"What scripts import it by. \[default: the file's name without .js]"),
]


@modules.command()
def put(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="The modules' sources.")],
    *,
    code: CodeOption = None,
    brand: BrandOption = DEFAULT_BRAND,
    store: StoreOption = None,
) -> int:
    """Store modules, each in place of one of the same code. All files are read before the first is stored."""
    if code is not None and len(files) > 1:
        raise CommandFailed(ExitStatus.USAGE, f"--code: names one module, and there are {len(files)} files")
    found = [PutModule(_code(file, code), read_source(file)) for file in files]
    with opened_store(store, brand, may_make=True) as opened:
        for module in found:
            stored = opened.apply(brand, Write(module, time.time_ns() // 1_000_000, "")).outcome
            terminal.write_text(f"{stored.code} is stored ({stored.size_bytes:,} bytes)\n")
    return ExitStatus.OK


@modules.command("list")
def list_modules(*, brand: BrandOption = DEFAULT_BRAND, store: StoreOption = None, as_json: JsonOption = False) -> int:
    """List a brand's modules, by code."""
    with opened_store(store, brand) as opened:
        found = opened.query(brand, ListModules())
    if as_json:
        terminal.write_text(json.dumps([_as_json(module) for module in found], indent=2) + "\n")
    else:
        terminal.write(*_report(found, brand))
    return ExitStatus.OK


@modules.command()
def show(code: CodeArgument, *, brand: BrandOption = DEFAULT_BRAND, store: StoreOption = None) -> int:
    """Print a module's source, as it was put."""
    with opened_store(store, brand) as opened:
        source = opened.query(brand, FindModule(code))
        if source is None:
            raise _missing(opened, brand, code)
    terminal.write_text(source)
    return ExitStatus.OK


@modules.command()
def remove(code: CodeArgument, *, brand: BrandOption = DEFAULT_BRAND, store: StoreOption = None) -> int:
    """Delete a module. Scripts that import it fail from now on."""
    with opened_store(store, brand) as opened:
        outcome = opened.apply(brand, Write(RemoveModule(code), time.time_ns() // 1_000_000, "")).outcome
        if not outcome.removed:
            raise _missing(opened, brand, code)
    terminal.write_text(f"{code} is removed\n")
    return ExitStatus.OK


def _code(file: str, given: str | None) -> str:
    """The code of a file's module; what it cannot be is said of the option or of the file."""
    if given is None and file == STANDARD_INPUT:
        raise CommandFailed(ExitStatus.USAGE, "--code: is needed for a module from standard input")
    code = PurePath(file).name.removesuffix(ENDING) if given is None else given
    if is_module_code(code):
        return code
    about, remedy = ("--code", "") if given is not None else (file, "; name it with --code")
    allowed = (
        f"a code is lower-case letters, digits, '_', '-', '.' and '/' between them, at most {MAX_CODE_CHARACTERS}"
        " characters, such as shop/prices"
    )
    raise CommandFailed(ExitStatus.USAGE, f"{about}: {allowed} (got {code!r}){remedy}")


def _missing(store: Store, brand: str, code: str) -> CommandFailed:
    known = tuple(module.code for module in store.query(brand, ListModules()))
    ending = hint(code, known, f"brand '{brand}' has no modules")
    return CommandFailed(ExitStatus.USAGE, f"no module has the code {code!r}{ending}")


def _as_json(module: ModuleListed) -> dict[str, object]:
    return {
        "code": module.code,
        "size_bytes": module.size_bytes,
        "updated_at": iso_time(module.updated_at_ms),
    }


def _report(found: list[ModuleListed], brand: str) -> Iterator[RenderableType]:
    if not found:
        yield Text(f"no modules in brand {brand}")
        return
    rows = [(one.code, f"{one.size_bytes:,}", utc_time(one.updated_at_ms)) for one in found]
    yield plain_table(("code", "bytes", "updated"), rows, may_break="code")
