"""What is installed: the wheel's contents and the locks."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = {"bindings", "runtime", "storage", "workers"}


def test_wheel_holds_the_four_packages_whole_and_nothing_else(tmp_path: Path) -> None:
    """Built without a network, as `make run` installs it; data files (SQL, preludes, type markers) are in it."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {Path(name) for name in archive.namelist()}
    metadata = {name.parts[0] for name in names} - PACKAGES
    assert [name.endswith(".dist-info") for name in metadata] == [True]
    tracked = {
        path.relative_to(ROOT)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in names if name.parts[0] in PACKAGES} == tracked


def test_every_package_says_that_it_is_typed() -> None:
    assert {path.parent.name for path in ROOT.glob("*/py.typed")} == PACKAGES


def test_locks_pin_every_package_by_hash_and_name_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z])", text)[1:])


def test_lock_of_development_holds_what_a_run_needs_in_the_same_versions() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_locks_hold_what_the_project_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = {bare(requirement) for requirement in project["project"]["dependencies"]}
    development = {bare(requirement) for requirement in project["dependency-groups"]["dev"]}
    assert needed <= pins("requirements.lock").keys()
    assert needed | development <= pins("requirements-dev.lock").keys()


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def bare(requirement: str) -> str:
    """The package's name as locks spell it."""
    return re.split(r"[<>=~!\[; ]", requirement, maxsplit=1)[0].replace(".", "-")
