"""``funnelscript modules``: put, listed, shown, removed."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Command

SOURCE = "export const é = 1;\n"


@pytest.fixture
def stored(command: Command, folder: Path) -> None:
    """Two modules in the default store, from two files."""
    (folder / "prices.js").write_text(SOURCE)
    (folder / "tax.v2.js").write_text("")
    assert command("modules", "put", "prices.js", "tax.v2.js") == (
        0,
        "prices is stored (21 bytes)\ntax.v2 is stored (0 bytes)\n",
        "",
    )


@pytest.mark.usefixtures("stored")
def test_modules_are_listed_by_code(command: Command) -> None:
    answer = command("modules", "list")
    assert (answer.status, answer.err) == (0, "")
    time = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
    assert re.fullmatch(
        f"code    bytes  updated\nprices  21     {time}\ntax\\.v2  0      {time}\n",
        answer.out,
    )
    listed = json.loads(command("modules", "list", "--json").out)
    assert [(one["code"], one["size_bytes"]) for one in listed] == [("prices", 21), ("tax.v2", 0)]
    assert re.fullmatch(r"\d{4}-.*Z", listed[0]["updated_at"])
    assert command("modules", "list", "--brand", "acme").out == "no modules in brand acme\n"


@pytest.mark.usefixtures("stored")
def test_a_module_is_shown_as_it_was_put(command: Command) -> None:
    assert command("modules", "show", "prices") == (0, SOURCE, "")


@pytest.mark.usefixtures("stored")
def test_a_code_of_ones_own_choice_is_given_by_an_option(command: Command, folder: Path) -> None:
    """It takes the place of a module that has it."""
    (folder / "New.js").write_text("1")
    assert command("modules", "put", "New.js", "--code", "shop/prices").out == "shop/prices is stored (1 bytes)\n"
    assert command("modules", "put", "New.js", "--code", "prices").out == "prices is stored (1 bytes)\n"
    assert command("modules", "show", "prices").out == "1"


@pytest.mark.usefixtures("stored")
def test_a_removed_module_is_gone(command: Command) -> None:
    assert command("modules", "remove", "prices") == (0, "prices is removed\n", "")
    assert command("modules", "show", "prices") == (
        2,
        "",
        "funnelscript: no module has the code 'prices' (known: tax.v2)\n",
    )


@pytest.mark.usefixtures("stored")
def test_wrong_uses_are_told_in_one_line_and_store_nothing(command: Command, folder: Path) -> None:
    (folder / "Bad Name.js").write_text("1")
    allowed = (
        "a code is lower-case letters, digits, '_', '-', '.' and '/' between them, at most 200 characters,"
        " such as shop/prices"
    )
    wrong = {
        ("put", "prices.js", "Bad Name.js"): f"Bad Name.js: {allowed} (got 'Bad Name'); name it with --code",
        ("put", "prices.js", "--code", "../x"): f"--code: {allowed} (got '../x')",
        ("put", "prices.js", "tax.v2.js", "--code", "x"): "--code: names one module, and there are 2 files",
        ("put", "-"): "--code: is needed for a module from standard input",
        ("put", "price.js"): "price.js: no such file or directory; did you mean prices.js?",
        ("put",): "Missing argument 'FILE…'. (see funnelscript modules put --help)",
        ("show", "price"): "no module has the code 'price', did you mean 'prices'?",
        ("remove", "x"): "no module has the code 'x' (known: prices, tax.v2)",
        ("remove", "x", "--brand", "acme"): "no module has the code 'x' (brand 'acme' has no modules)",
    }
    for arguments, message in wrong.items():
        assert command("modules", *arguments) == (2, "", f"funnelscript: {message}\n")
    assert [one["code"] for one in json.loads(command("modules", "list", "--json").out)] == ["prices", "tax.v2"]
