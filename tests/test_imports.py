"""Who may import whom, what comes along with it, and what is public."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bindings", "runtime", "storage", "workers")


def test_imports_keep_their_direction() -> None:
    """The contracts of pyproject.toml: storage <- bindings <- workers <- runtime, one module imports the engine."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("storage", {"storage", "uuid_utils"}),
        (
            "bindings",
            {
                "annotated_types",
                "bindings",
                "pydantic",
                "pydantic_core",
                "storage",
                "typing_extensions",
                "typing_inspection",
                "uuid_utils",
            },
        ),
        ("runtime", {"runtime"}),
        ("runtime.child", {"runtime"}),
        ("runtime.child.zygote", {"quickjs", "runtime", "tree_sitter", "tree_sitter_javascript"}),
        ("runtime.cli", {"runtime"}),
    ],
)
def test_import_brings_along_only_what_is_allowed(module: str, allowed: set[str]) -> None:
    """Beside the standard library; asked of a fresh interpreter that has loaded nothing else."""
    program = (
        "import sys; before = set(sys.modules); import " + module + ";"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert {name for name in answer if not name.startswith("_")} <= allowed


@pytest.mark.parametrize("package", PACKAGES)
def test_public_names_are_sorted_and_there(package: str) -> None:
    module = importlib.import_module(package)
    names = list(getattr(module, "__all__", []))
    assert names == sorted(set(names))
    assert [name for name in names if getattr(module, name, None) is None] == []
