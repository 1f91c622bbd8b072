"""``funnelscript types``: declarations that TypeScript's own compiler checks scripts against."""

import re
import shutil
from pathlib import Path

import pytest

from bindings.reference import ENTRY_KEYS
from bindings.registry import FUNCTIONS
from bindings.typescript import ENTRY_TYPES, declarations
from runtime.authoring.types import editor_types
from runtime.prelude import PAGE_GLOBALS
from tests.authoring.compiler import check
from tests.cli.conftest import Command

SAMPLES = Path(__file__).parents[2] / "scripts_examples"
SCRIPTS = Path(__file__).parent / "typescript"


def test_the_samples_have_no_mistake(tmp_path: Path, command: Command, folder: Path) -> None:
    (folder / "scripts").mkdir()
    for script in SAMPLES.glob("*.js"):
        shutil.copy(script, folder / "scripts")
    assert command("types", "-o", "scripts/crm.d.ts", "--jsconfig") == (0, "", "")
    assert check(folder / "scripts") == []
    assert not (tmp_path / "crm.d.ts").exists()


def test_modules_are_found_beside_the_scripts_that_import_them(command: Command, folder: Path) -> None:
    """Also by a script that awaits something, and by no other name."""
    shutil.copytree(SAMPLES / "sharing", folder / "scripts")
    (folder / "scripts" / "late.js").write_text("import { toKg } from 'units';\nsetVariable('kg', await toKg(1));\n")
    (folder / "scripts" / "wrong.js").write_text("import { toKgs } from 'units';\nimport { a } from 'unitz';\n")
    assert command("types", "-o", "scripts/crm.d.ts", "--jsconfig") == (0, "", "")
    assert check(folder / "scripts") == [
        "wrong.js(1,10): error TS2724: '\"units\"' has no exported member named 'toKgs'. Did you mean 'toKg'?",
        "wrong.js(2,19): error TS2307: Cannot find module 'unitz' or its corresponding type declarations.",
    ]


def test_what_the_brand_defined_is_right(command: Command, folder: Path, shop: str) -> None:
    shutil.copy(SCRIPTS / "right.js", folder)
    assert command("types", "--store", shop, "-o", "crm.d.ts", "--jsconfig") == (0, "", "")
    assert check(folder) == []


def test_each_mistake_is_found_and_the_nearest_name_told(command: Command, folder: Path, shop: str) -> None:
    shutil.copy(SCRIPTS / "wrong.js", folder)
    assert command("types", "--store", shop, "-o", "crm.d.ts", "--jsconfig") == (0, "", "")
    assert check(folder) == (SCRIPTS / "wrong.txt").read_text().splitlines()


@pytest.mark.parametrize("name", ["customer", "is_customer", "getCustomer", "getUser", "setVariable", "getVariable"])
def test_what_surrounds_a_script_is_declared(name: str) -> None:
    assert f"{name}: " in editor_types() or f"function {name}(" in editor_types()


def test_every_global_of_a_page_is_declared() -> None:
    text = editor_types()
    assert [
        name for name in PAGE_GLOBALS if f"declare var {name}:" not in text and f"function {name}(" not in text
    ] == []


def test_every_function_is_declared_in_both_spellings() -> None:
    text = declarations()
    for function in FUNCTIONS.values():
        assert len(re.findall(rf"^declare function {function.name}\b", text, re.MULTILINE)) == 1
        assert f"declare var {function.other_name}: typeof {function.name};" in text


def test_an_entry_has_the_keys_of_the_reference() -> None:
    assert list(ENTRY_TYPES) == list(ENTRY_KEYS)


def test_types_go_to_standard_output_where_no_file_is_named(command: Command) -> None:
    assert command("types") == (0, editor_types(), "")


def test_an_existing_jsconfig_stays_as_it_is(command: Command, folder: Path) -> None:
    (folder / "jsconfig.json").write_text("{}")
    assert command("types", "-o", "crm.d.ts", "--jsconfig").status == 0
    assert (folder / "jsconfig.json").read_text() == "{}"


def test_what_cannot_be_done_is_said(command: Command, shop: str) -> None:
    assert command("types", "--jsconfig") == (
        2,
        "",
        "funnelscript: --jsconfig: needs --output, beside which it is written\n",
    )
    assert command("types", "--store", shop, "--brand", "acme") == (
        2,
        "",
        "funnelscript: --brand: 'acme' has no entities in this store; without --store any is right\n",
    )
    assert command("types", "-o", "missing/crm.d.ts") == (
        2,
        "",
        "funnelscript: missing/crm.d.ts: no such file or directory\n",
    )
