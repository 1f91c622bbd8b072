"""Calls of CRM functions with literal arguments, held to what the functions take by the models of a run."""

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import ValidationError
from tree_sitter import Node

from bindings.arguments.base import Arguments
from bindings.errors import ScriptTypeError
from bindings.function import Function
from bindings.messages import not_an_object, problems, unknown_property
from bindings.names import Unknown, canonical
from bindings.registry import BY_EITHER_NAME
from runtime.authoring.literals import Literal, Path, holds_unknown, literal
from runtime.authoring.syntax import Finding, Parsed, descendants
from storage.models import Json


class Call(NamedTuple):
    """One call whose argument is an object: its canonical names with what is known of their values."""

    function: Function
    named: dict[str, Json]
    literal: Literal


def calls(parsed: Parsed) -> Iterator[Call | Finding]:
    """The calls of CRM functions in the order of the source, each after what is wrong with it."""
    for node in descendants(parsed.root):
        if node.type == "call_expression":
            function = BY_EITHER_NAME.get(_callee(parsed, node))
            arguments = node.child_by_field_name("arguments")
            if function is not None and arguments is not None and arguments.type == "arguments":
                yield from _call(parsed, function, node, arguments)


def _callee(parsed: Parsed, node: Node) -> str:
    callee = node.child_by_field_name("function")
    return parsed.text(callee) if callee is not None and callee.type == "identifier" else ""


def _call(parsed: Parsed, function: Function, call: Node, arguments: Node) -> Iterator[Call | Finding]:
    given = [one for one in arguments.named_children if one.type != "comment"]
    if not given:
        yield Finding(
            parsed.place(call), "malformed_call", f"{function.name}: takes one object of properties (got nothing)"
        )
        return
    found = literal(parsed, given[0])
    if isinstance(found.value, dict):
        yield from _object(parsed, function, found)
    elif not holds_unknown(found.value):
        message = not_an_object(function.arguments, found.value).message
        yield Finding(parsed.place(given[0]), "malformed_call", message)


def _object(parsed: Parsed, function: Function, found: Literal) -> Iterator[Call | Finding]:
    unknown = Unknown()
    try:
        named = canonical(found.value, function.spellings, unknown, function.name)
    except ScriptTypeError as error:
        yield Finding(parsed.place(found.nodes[()]), "malformed_call", error.message)
        return
    for path, name, table in unknown.found:
        place = parsed.place(found.key((*steps_of(path), name)))
        yield Finding(place, "unknown_property", unknown_property(function.arguments, path, name, table))
    # A misspelt name is told of once: the right one is then missing, too.
    misspelt = {steps_of(path) for path, _, _ in unknown.found}
    yield from _problems(parsed, function.arguments, found, named, found.open_paths | misspelt)
    yield Call(function, named, found)


def _problems(
    parsed: Parsed, model: type[Arguments], found: Literal, named: dict[str, Json], open_paths: set[Path]
) -> Iterator[Finding]:
    """What the model refuses, but for what hangs on a value that only a run knows, or is missing at ``open_paths``."""
    try:
        model.model_validate(named)
    except ValidationError as error:
        for problem in problems(model, named, error, skip=holds_unknown):
            holder = problem.path[:-1] if problem.is_missing else problem.path
            if not (problem.is_missing and holder in open_paths):
                yield Finding(parsed.place(found.node(holder)), "malformed_call", problem.error.message)


def steps_of(path: str) -> Path:
    """``fields[2].options.`` as steps."""
    steps: list[str | int] = []
    for part in path.split("."):
        name, *indexes = part.split("[")
        steps += [name] if name else []
        steps += [int(index.rstrip("]")) for index in indexes]
    return tuple(steps)
