"""What the code logs, read from its text: events by name, each with the levels that it has somewhere."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("storage", "bindings", "workers", "runtime")
LEVELS = {"debug", "info", "warning", "error"}
BY_NUMBER = "log"
"""The method that takes a level as a number, which a module works out."""


def logged_events() -> dict[str, set[str]]:
    """Every event of every module, those of libraries among them; ``log`` stands for a level that is worked out.

    ``AssertionError`` for a call that logs something else than a name that stands in its module.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for level, event in _events(ast.parse(path.read_text(encoding="utf-8"))):
                found[event].add(level)
    return found


def _events(module: ast.Module) -> Iterator[tuple[str, str]]:
    assigned = {
        target.id: node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        match node:
            case ast.Call(func=ast.Name(id="route_to_structlog"), args=[ast.Constant(value=str(library))]):
                yield BY_NUMBER, library.partition(".")[0]
        method = assigned.get(node.func.id, node.func) if isinstance(node.func, ast.Name) else node.func
        for level in _levels(method):
            name = node.args[level == BY_NUMBER]
            events = set(_strings(assigned.get(name.id, name) if isinstance(name, ast.Name) else name))
            assert events, f"what is logged in line {node.lineno} is no name"
            yield from ((level, event) for event in events)


def _levels(method: ast.expr) -> Iterator[str]:
    """The levels of what is called: a method of a logger, or one of two."""
    match method:
        case ast.IfExp(body=one, orelse=other):
            yield from _levels(one)
            yield from _levels(other)
        case ast.Attribute(value=logger, attr=level) if level in {*LEVELS, BY_NUMBER} and _is_logger(logger):
            yield level


def _is_logger(value: ast.expr) -> bool:
    match value:
        case ast.Name(id="log") | ast.Call(func=ast.Name(id="_log")) | ast.Call(func=ast.Attribute(attr="get_logger")):
            return True
    return False


def _strings(value: ast.expr) -> Iterator[str]:
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _strings(one)
            yield from _strings(other)
