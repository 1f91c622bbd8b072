"""Modules made by chance do here what they do in Node, name by name and shadow by shadow."""

import os
from pathlib import Path

import pytest

from runtime import Limits
from tests.modules.conftest import RunFiles
from tests.modules.esm import HELPERS, NODE, Graph, logs_of_node

GRAPHS = int(os.environ.get("GRAPHS", "60"))
"""How many are made; ``make modules`` makes more."""


@pytest.mark.skipif(NODE is None, reason="Node is not on this machine: nothing to compare modules with")
def test_modules_made_by_chance_do_what_they_do_in_node(run: RunFiles, tmp_path: Path) -> None:
    graphs = [Graph(seed) for seed in range(GRAPHS)]
    expected = logs_of_node(graphs, tmp_path)
    assert len(expected) == GRAPHS
    for graph, log in zip(graphs, expected, strict=True):
        source = f"import 'helpers';\n{graph.sources['main']}setVariable('log', JSON.stringify(log));"
        result = run(source, {**graph.sources, "helpers": HELPERS}, limits=Limits(max_module_depth=10))
        assert (result.error, result.variables.get("log")) == (None, log), graph.sources
