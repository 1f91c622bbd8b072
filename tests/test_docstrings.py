"""What can be read of the four packages: docstrings, and files of a size that a person takes in."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("bindings", "runtime", "storage", "workers")
MAX_LINES = 400

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def test_modules_and_their_public_functions_and_classes_have_docstrings() -> None:
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in files("*.py")
        for name, node in public(ast.parse(path.read_text()))
        if ast.get_docstring(node) is None
    ]
    assert missing == []


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in files("*")}
    assert {path: length for path, length in lengths.items() if length > MAX_LINES} == {}


def files(pattern: str) -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob(pattern) if path.suffix in {".js", ".py", ".sql"})


def public(tree: ast.Module) -> Iterator[tuple[str, Documented]]:
    yield "the module", tree
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node
