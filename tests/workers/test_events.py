"""What is logged is documented: operators search for events by name."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEVELS = {"debug", "info", "warning", "error", "exception"}


def test_every_event_stands_on_the_page() -> None:
    page = (ROOT / "docs" / "queue.md").read_text()
    assert {event for event in events() if f"`{event}`" not in page} == set()


def events() -> Iterator[str]:
    """The first argument of each call that logs."""
    for path in [*(ROOT / "workers").glob("*.py"), ROOT / "bindings" / "deferring.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(attr=level), args=[ast.Constant(value=str(event)), *_]) if (
                    level in LEVELS
                ):
                    yield event
                case ast.Call(func=ast.Attribute(attr="log"), args=[_, ast.Constant(value=str(event)), *_]):
                    yield event
