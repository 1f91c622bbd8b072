"""What every test starts from: an environment that says nothing, and property tests that no slow machine can fail."""

import os

import hypothesis
import pytest
import structlog

from tests.properties import PROJECT

hypothesis.settings.register_profile("project", PROJECT)
hypothesis.settings.load_profile("project")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones begin first; else in the order that chance has given."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches them, nor their terminal's look, nor another test's log."""
    structlog.reset_defaults()
    make_plain(monkeypatch)


def make_plain(patch: pytest.MonkeyPatch) -> None:
    """The environment, also for what is made before a test begins."""
    for name in list(os.environ):
        if name.startswith("FUNNELSCRIPT_") or name in {"COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR"}:
            patch.delenv(name)
