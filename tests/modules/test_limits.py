"""How much of modules a run may have, and what the record says of it."""

import hashlib
from typing import Any

import pytest

from runtime import Limits
from tests.modules.conftest import RunFiles

CHAIN = {"a": "import 'b';", "b": "import 'c';", "c": "import 'd';", "d": ""}
MANY = {f"m{number}": f"// {number}" for number in range(11)}


@pytest.mark.parametrize(
    ("source", "files", "limits", "code", "message"),
    [
        (
            "import 'a';", CHAIN, {}, "max_module_depth",
            "the modules that the script imports stand more than 3 deep: checkin.js → a → b → c → d",
        ),
        (
            # The long way to what is there already by a short one.
            "import 'b';\nimport 'a';", CHAIN, {}, "max_module_depth",
            "the modules that the script imports stand more than 3 deep: checkin.js → a → b → c → d",
        ),
        (
            "import 'a';", CHAIN, {"max_module_depth": 1}, "max_module_depth",
            "the modules that the script imports stand more than 1 deep: checkin.js → a → b",
        ),
        (
            "".join(f"import '{code}';" for code in MANY), MANY, {}, "max_modules",
            "the script and its modules import more than 10 modules",
        ),
        (
            "import 'a';", {"a": "//" + "x" * 600}, {"source_bytes": 600}, "source_bytes",
            "the script is larger than 600 bytes: with its modules",
        ),
        (
            "import 'a'; import 'b';", {"a": "/" * 300, "b": "/" * 300}, {"source_bytes": 600}, "source_bytes",
            "the script is larger than 600 bytes: with its modules",
        ),
    ],
)  # fmt: skip
def test_what_is_too_much_ends_the_run_before_it_begins(
    run: RunFiles, source: str, files: dict[str, str], limits: dict[str, Any], code: str, message: str
) -> None:
    result = run(f"setVariable('a', 1);\n{source}", files, limits=Limits(**limits))
    assert result.error is not None
    assert (result.status, result.variables) == ("limit", {})
    assert (result.error.code, result.error.message) == (code, message)
    assert run("setVariable('a', 1); await null;").variables == {"a": 1}


def test_ten_modules_three_deep_are_not_too_much(run: RunFiles) -> None:
    files = {**{code: source for code, source in MANY.items() if code < "m6"}, **CHAIN, "c": "export const deep = 3;"}
    del files["d"]
    imports = "".join(f"import '{code}';" for code in files)
    result = run(f"import {{ deep }} from 'c';\n{imports}\nsetVariable('deep', deep);", files)
    assert (result.error, result.variables, len(result.modules)) == (None, {"deep": 3}, 10)


def test_the_record_names_the_modules_that_were_read(run: RunFiles) -> None:
    files = {"a": "import 'b';", "b": "/* é */", "unused": ""}
    result = run("import 'a';", files)
    hashes = {code: hashlib.sha256(source.encode()).hexdigest() for code, source in files.items()}
    assert [(module.code, module.sha256) for module in result.modules] == [("a", hashes["a"]), ("b", hashes["b"])]
    assert run("setVariable('a', 1);").modules == []


def test_time_and_memory_are_those_of_the_run(run: RunFiles) -> None:
    loop = run("import 'm';", {"m": "for (;;);"}, limits=Limits(cpu_seconds=0.2))
    full = run("import 'm';", {"m": "const all = []; for (;;) all.push('x'.repeat(1e5) + all.length);"})
    assert (loop.status, full.status) == ("time_limit", "memory_limit")
    assert run("import { a } from 'm'; setVariable('a', a);", {"m": "export const a = 1;"}).variables == {"a": 1}
