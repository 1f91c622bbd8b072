"""TypeScript's real compiler, in a folder of its own under the user's cache, installed by npm from its lock file."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent / "typescript"
INSTALL_SECONDS = 150.0


def compiler() -> Path:
    """The path of ``tsc``. Skips the test where there is no Node."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("TypeScript's compiler needs `node` and `npm` on the path")
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "funnelscript" / "typescript"
    program, lock = folder / "node_modules" / ".bin" / "tsc", SOURCE / "package-lock.json"
    if not program.exists() or (folder / "package-lock.json").read_bytes() != lock.read_bytes():
        _install(folder)
    return program


def check(folder: Path) -> list[str]:
    """What the compiler says of the scripts in a folder that has a ``jsconfig.json``, an item each."""
    done = subprocess.run(
        [compiler(), "-p", "jsconfig.json", "--pretty", "false"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if not line.startswith(" ")]


def _install(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCE / name, folder)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(command, cwd=folder, capture_output=True, timeout=INSTALL_SECONDS, check=True)
