"""A brand with data to be checked against, and the command line in a folder of its own."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command, command, folder

__all__ = ["Command", "command", "folder", "shop"]

DEFINITIONS = """
EnsureCrmEntity({ slug: 'weight-tracker', name: 'Weight Tracker', fields: [
  { key: 'current_weight', type: 'number' },
  { key: 'goal_weight', type: 'number' },
  { key: 'mood', type: 'select', options: ['rested', { value: 'tired', label: 'Tired' }] }
], pipelines: [{ slug: 'progress', stages: [{ slug: 'starting' }, { slug: 'goal-reached' }] }] });
EnsureCrmEntity({ slug: 'cities', entityMode: 'data', fields: [{ key: 'name' }] });
EnsureCrmEntity({ slug: 'deals', fields: [
  { key: 'deal_value' }, { key: 'city', type: 'reference', options: { target_entity: 'cities' } }
], pipelines: [
  { slug: 'sales', stages: [{ slug: 'new' }, { slug: 'won' }] },
  { slug: 'onboarding', stages: [{ slug: 'invited' }] }
] });
"""


@pytest.fixture
def shop(command: Command, folder: Path) -> str:
    """The URL of a store whose brand ``demo`` has three entities."""
    (folder / "definitions.js").write_text(DEFINITIONS)
    assert command("run", "definitions.js").status == 0
    (folder / "definitions.js").unlink()
    return "sqlite:///funnelscript.db"
