"""The pages say what is so: their code runs, their links lead somewhere, and nothing that has a name is left out."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import typer
from typer.core import TyperGroup

from bindings import CrmCode
from runtime.answering import REFUSED_HEADERS
from runtime.cli.app import Deferred, app
from runtime.errors import FunnelscriptError
from runtime.http.headers import REFUSED as HTTP_REFUSED
from runtime.http.settings import HttpSettings
from runtime.outcome import LIMIT_MESSAGES
from runtime.prelude import PAGE_GLOBALS
from runtime.record import Status
from runtime.settings import Settings, reference
from runtime.variables import variable
from storage.errors import MoveProblem
from tests.markdown import blocks, follow, matches

ROOT = Path(__file__).parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "docs" / "command-line.md",
    ROOT / "docs" / "pages.md",
    ROOT / "docs" / "templates.md",
    ROOT / "docs" / "replay.md",
    ROOT / "scripts_examples" / "README.md",
]


@pytest.mark.long
@pytest.mark.timeout(600)  # dozens of commands, each a new process
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_following_a_page_gives_what_it_shows(page: Path, tmp_path: Path) -> None:
    (tmp_path / "scripts_examples").symlink_to(ROOT / "scripts_examples")
    for printed, shown in follow(page, tmp_path):
        assert shown is None or matches(printed, shown), printed


def test_targets_of_make_in_the_readme_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = re.findall(r"^make (\w+)", "".join(block.code for block in blocks(ROOT / "README.md")), re.MULTILINE)
    assert [re.search(rf"^{name}:", makefile, re.MULTILINE) is not None for name in named] == [True, True]


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("scripts_examples/*.md")])
def test_links_lead_to_files(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_settings_page_is_made_from_the_settings() -> None:
    assert (ROOT / "docs" / "settings.md").read_text() == reference()


def test_every_setting_is_named_once_on_its_page() -> None:
    assert [reference().count(f"| `{variable(name)}` |") for name in Settings.model_fields] == [1] * len(
        Settings.model_fields
    )


def test_every_command_and_option_is_documented() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text()
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    commands = [command.loaded() for command in group.commands.values() if isinstance(command, Deferred)]
    assert len(commands) == len(group.commands)
    named = {f"funnelscript {name}" for name in group.commands}
    named |= {option for command in commands for parameter in command.params for option in parameter.opts}
    assert {name for name in named if name.startswith(("-", "funnelscript")) and f"`{name}`" not in page} == set()


def test_every_global_of_a_page_is_documented() -> None:
    page = (ROOT / "docs" / "pages.md").read_text()
    assert [name for name in PAGE_GLOBALS if f"## `{name}" not in page] == []


def test_every_header_that_is_refused_is_documented() -> None:
    page = (ROOT / "docs" / "pages.md").read_text()
    assert [name for names in REFUSED_HEADERS.values() for name in names if f"`{name}`" not in page] == []


def test_every_bound_of_http_and_every_header_that_it_refuses_is_documented() -> None:
    page = (ROOT / "docs" / "pages.md").read_text()
    assert [name for name in [*HttpSettings.model_fields, *HTTP_REFUSED] if f"`{name}`" not in page] == []


def test_every_code_and_status_is_documented() -> None:
    page = (ROOT / "docs" / "errors.md").read_text()
    codes = {*get_args(CrmCode), *get_args(MoveProblem), *get_args(Status), *LIMIT_MESSAGES, *warning_codes()}
    codes |= {error.code for error in FunnelscriptError.__subclasses__()}
    assert {code for code in codes if f"`{code}`" not in page} == set()


def warning_codes() -> Iterator[str]:
    """Those that stand in the source as the first argument of a ``warn``."""
    for path in [*ROOT.glob("bindings/**/*.py"), *ROOT.glob("runtime/**/*.py"), *ROOT.glob("workers/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="warn") | ast.Name(id="warn"), args=[ast.Constant(value=str(code)), *_]
                ):
                    yield code
