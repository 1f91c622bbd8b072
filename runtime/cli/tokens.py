"""``funnelscript tokens``: who may call the service for a brand."""

import json
import sys
import time
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from bindings.nearest import hint
from bindings.times import iso_time
from runtime import tokens as bearer
from runtime.cli import terminal
from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.opening import opened_store
from runtime.cli.options import DEFAULT_BRAND, BrandOption, JsonOption, StoreOption
from runtime.cli.tables import plain_table, utc_time
from storage.commands import Write
from storage.tokens import ListTokens, RevokeToken, Token

tokens = typer.Typer(name="tokens", help="Say who may call the service for a brand.", no_args_is_help=True)

NameOption = Annotated[str, typer.Option("--name", metavar="NAME", help="What it is for, as people will read it.")]
ScopeOption = Annotated[
    list[bearer.Scope] | None,
    typer.Option("--scope", help="What its bearer may do: run scripts, read runs on record. Can be given twice."),
]


@tokens.command()
def create(
    *, name: NameOption, scope: ScopeOption = None, brand: BrandOption = DEFAULT_BRAND, store: StoreOption = None
) -> int:
    """Make a token and print it. It is shown this once: the store has a hash of it only."""
    if not scope:
        raise CommandFailed(ExitStatus.USAGE, f"--scope: say what its bearer may do: {', '.join(bearer.Scope)}")
    with opened_store(store, brand, may_make=True) as opened:
        try:
            text = bearer.issue(opened, brand, name, scope)
        except ValueError as error:
            raise CommandFailed(ExitStatus.USAGE, f"--name: {error}") from error
    terminal.write_text(text + "\n")
    if sys.stderr.isatty():
        print("Keep it: it cannot be shown again.", file=sys.stderr)  # noqa: T201 - for the person, not for the pipe
    return ExitStatus.OK


@tokens.command("list")
def list_tokens(*, brand: BrandOption = DEFAULT_BRAND, store: StoreOption = None, as_json: JsonOption = False) -> int:
    """List a brand's tokens, the oldest first, without their secrets."""
    with opened_store(store, brand) as opened:
        found = opened.query(brand, ListTokens())
    if as_json:
        terminal.write_text(json.dumps([_as_json(token) for token in found], indent=2) + "\n")
    else:
        terminal.write(*_report(found, brand))
    return ExitStatus.OK


@tokens.command()
def revoke(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The token, by id.")],
    *,
    brand: BrandOption = DEFAULT_BRAND,
    store: StoreOption = None,
) -> int:
    """End a token for good, from now on."""
    with opened_store(store, brand) as opened:
        outcome = opened.apply(brand, Write(RevokeToken(id_), time.time_ns() // 1_000_000, "")).outcome
        known = () if outcome.found else tuple(token.id for token in opened.query(brand, ListTokens()))
    if not outcome.found:
        ending = hint(id_, known, f"brand '{brand}' has no tokens")
        raise CommandFailed(ExitStatus.USAGE, f"no token has the id {id_!r}{ending}")
    terminal.write_text(f"token {id_} " + ("is revoked\n" if outcome.revoked else "was revoked before\n"))
    return ExitStatus.OK


def _as_json(token: Token) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": list(token.scopes),
        "created_at": iso_time(token.created_at_ms),
        "revoked_at": None if token.revoked_at_ms is None else iso_time(token.revoked_at_ms),
    }


def _report(found: list[Token], brand: str) -> Iterator[RenderableType]:
    if not found:
        yield Text(f"no tokens in brand {brand}")
        return
    rows = [(one.id, one.name, " ".join(one.scopes), utc_time(one.created_at_ms), _state(one)) for one in found]
    yield plain_table(("id", "name", "scopes", "created", "state"), rows, may_break="name")


def _state(token: Token) -> str:
    return "valid" if token.revoked_at_ms is None else f"revoked {utc_time(token.revoked_at_ms)[:10]}"
