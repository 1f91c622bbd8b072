"""Node's comparator in a folder of its own under the user's cache, installed by npm from its lock file."""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parent / "node"
INSTALL_SECONDS = 600.0
CHECK = "require('quickjs-emscripten'); new (require('better-sqlite3'))(':memory:')"


class NoNode(Exception):
    """Node's comparator cannot be had here; the message says why."""


@functools.cache
def node_folder(*, install: bool) -> Path:
    """Where ``weight_tracker.js`` lies beside its packages. ``install`` fetches them where they are missing, minutes.

    Raises ``NoNode``.
    """
    if shutil.which("node") is None:
        raise NoNode("there is no `node` on the path")
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "funnelscript" / "benchmark-node"
    if not _works(folder):
        if not install:
            raise NoNode("its packages are not installed; a run without `--quick` installs them")
        _install(folder)
    shutil.copy(SOURCE / "weight_tracker.js", folder)
    return folder


def _works(folder: Path) -> bool:
    return folder.is_dir() and _call(folder, "node", "-e", CHECK) == ""


def _install(folder: Path) -> None:
    if shutil.which("npm") is None:
        raise NoNode("there is no `npm` on the path to install its packages with")
    print(f"Installing Node's comparator in {folder}; this takes a minute or two.", file=sys.stderr)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCE / name, folder)
    failure = _call(folder, "npm", "ci", "--no-audit", "--no-fund")
    if not _works(folder):
        # The store's driver is native: a new npm runs its build only where package.json allows it, an old one always.
        failure = failure or _call(folder, "npm", "rebuild", "better-sqlite3")
    if not _works(folder):
        raise NoNode(f"npm could not install its packages: {failure or 'better-sqlite3 lacks its native build'}")


def _call(folder: Path, *command: str) -> str:
    """Nothing where the command went well, else the end of what it said."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if done.returncode == 0 else (done.stderr.strip() or "failed")[-500:]
