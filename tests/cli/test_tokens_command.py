"""``funnelscript tokens``: made, shown once, listed, revoked."""

import json
import re

from runtime.tokens import check
from storage import open_store
from tests.cli.conftest import Command

TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


def create(command: Command, *options: str) -> str:
    answer = command("tokens", "create", "--name", "page server", "--scope", "run", *options)
    assert (answer.status, answer.err) == (0, "")
    return answer.out.removesuffix("\n")


def test_a_token_is_printed_alone_and_works(command: Command) -> None:
    """So that a shell can put it into a variable."""
    text = create(command, "--brand", "acme", "--scope", "read")
    store = open_store("sqlite:///./funnelscript.db")
    grant = check(store, text)
    store.close()
    assert (grant.brand, set(grant.scopes)) == ("acme", {"run", "read"})


def test_tokens_are_listed_without_their_secrets(command: Command) -> None:
    id_, secret = create(command, "--scope", "read").split(".")[2:]
    answer = command("tokens", "list")
    assert (answer.status, answer.err) == (0, "")
    assert re.fullmatch(
        "id                name         scopes    created              state\n"
        rf"{id_}  page server  run read  {TIME}  valid" + "\n",
        answer.out,
    )
    [token] = json.loads(command("tokens", "list", "--json").out)
    assert re.fullmatch(r"\d{4}-.*Z", token.pop("created_at"))
    assert token == {"id": id_, "name": "page server", "scopes": ["run", "read"], "revoked_at": None}
    assert secret not in answer.out
    assert command("tokens", "list", "--brand", "acme").out == "no tokens in brand acme\n"


def test_a_token_is_revoked_once(command: Command) -> None:
    id_ = create(command).split(".")[2]
    assert command("tokens", "revoke", id_) == (0, f"token {id_} is revoked\n", "")
    assert command("tokens", "revoke", id_) == (0, f"token {id_} was revoked before\n", "")
    line = rf"^{id_}  page server  run     {TIME}  revoked \d{{4}}-\d\d-\d\d$"
    assert re.search(line, command("tokens", "list").out, re.MULTILINE)


def test_wrong_uses_are_told_in_one_line(command: Command) -> None:
    id_ = create(command).split(".")[2]
    wrong = {
        ("create", "--name", "x"): "--scope: say what its bearer may do: run, read",
        ("create", "--scope", "run"): "Missing option '--name'. (see funnelscript tokens create --help)",
        ("create", "--name", "x", "--scope", "rum"): (
            "Invalid value for '--scope': Value error, 'rum' is not one of 'run', 'read'."
            " (see funnelscript tokens create --help)"
        ),
        ("create", "--name", "\x1b", "--scope", "run"): (
            "--name: a token's name is 1 to 100 printable characters (got '\\x1b')"
        ),
        ("create", "--name", "x", "--scope", "run", "--brand", "A"): (
            "--brand: String should match pattern '^[a-z0-9][a-z0-9_-]{0,62}$' (got 'A')"
        ),
        ("revoke", id_[:-1]): f"no token has the id '{id_[:-1]}', did you mean '{id_}'?",
        ("revoke", "x", "--brand", "acme"): "no token has the id 'x' (brand 'acme' has no tokens)",
        ("revoke", id_, "--brand", "acme"): f"no token has the id '{id_}' (brand 'acme' has no tokens)",
    }
    for arguments, message in wrong.items():
        assert command("tokens", *arguments) == (2, "", f"funnelscript: {message}\n")
