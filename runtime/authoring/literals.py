"""Values that stand in a script as they are, as far as nothing has to be run for them."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from tree_sitter import Node

from bindings.arguments.properties import snake_case
from runtime.authoring.syntax import Parsed
from storage.models import Json

Path = tuple[str | int, ...]


class _Unknown:
    """Stands for a value that only a run would know."""

    def __repr__(self) -> str:
        return "…"


UNKNOWN: Final = _Unknown()
MAX_DEPTH = 50


@dataclass(slots=True)
class Literal:
    """A value with ``UNKNOWN`` for what is not literal, and the node of each part by its path as it was spelled.

    ``open_paths`` are the objects that get more properties from elsewhere (``...rest``, computed names).
    """

    value: Json = UNKNOWN
    nodes: dict[Path, Node] = field(default_factory=dict)
    open_paths: set[Path] = field(default_factory=set)

    def node(self, path: Path) -> Node:
        """The node at a path of canonical names, or of the nearest part above it that is there."""
        found = self.nodes[()]
        spelled: Path = ()
        for step in path:
            names = (step,) if isinstance(step, int) else (step, snake_case(step))
            spelled = next(((*spelled, name) for name in names if (*spelled, name) in self.nodes), spelled)
            found = self.nodes[spelled]
        return found

    def key(self, path: Path) -> Node:
        """The name of a property where it is written, rather than its value."""
        node = self.node(path)
        pair = node.parent
        if pair is not None and pair.type == "pair":
            return pair.child_by_field_name("key") or node
        return node


def literal(parsed: Parsed, node: Node) -> Literal:
    """What a node says."""
    found = Literal()
    found.value = _Reader(parsed, found).read(node, ())
    return found


def holds_unknown(value: Any) -> bool:
    """Whether some part of a value is not known."""
    match value:
        case dict():
            return any(map(holds_unknown, value.values()))
        case list():
            return any(map(holds_unknown, value))
        case _:
            return value is UNKNOWN


class _Reader:
    def __init__(self, parsed: Parsed, found: Literal) -> None:
        self._parsed = parsed
        self._found = found

    def read(self, node: Node, path: Path) -> Json:
        self._found.nodes[path] = node
        if len(path) > MAX_DEPTH:
            return UNKNOWN
        match node.type:
            case "object":
                return self._object(node, path)
            case "array":
                return self._array(node, path)
            case "parenthesized_expression" if node.named_child_count == 1:
                return self.read(node.named_children[0], path)
            case _:
                return _scalar(node, self._parsed.text(node))

    def _object(self, node: Node, path: Path) -> Json:
        value: dict[str, Json] = {}
        for one in node.named_children:
            match one.type:
                case "pair":
                    self._pair(one, path, value)
                case "shorthand_property_identifier":
                    self._put(one, one, path, value)
                case "method_definition":
                    name = one.child_by_field_name("name")
                    self._put(name or one, one, path, value)
                case "comment":
                    pass
                case _:
                    self._found.open_paths.add(path)
        return value

    def _pair(self, pair: Node, path: Path, value: dict[str, Json]) -> None:
        key, inner = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is None or inner is None or key.type == "computed_property_name":
            self._found.open_paths.add(path)
        else:
            self._put(key, inner, path, value)

    def _put(self, key: Node, inner: Node, path: Path, value: dict[str, Json]) -> None:
        text = self._parsed.text(key)
        name = _scalar(key, text) if key.type in {"string", "number"} else text
        here = (*path, str(name))
        value[str(name)] = self.read(inner, here)
        if inner.type in {"object", "array"}:
            return
        self._found.nodes[here] = inner if key is not inner else key

    def _array(self, node: Node, path: Path) -> Json:
        items = [one for one in node.named_children if one.type != "comment"]
        if any(one.type == "spread_element" for one in items):
            return UNKNOWN
        return [self.read(one, (*path, index)) for index, one in enumerate(items)]


_WORDS = {"true": True, "false": False, "null": None, "undefined": None}


def _scalar(node: Node, text: str) -> Json:
    if node.type in _WORDS:
        return _WORDS[node.type]
    match node.type:
        case "string":
            return _string(text)
        case "template_string" if "${" not in text and "\\" not in text:
            return text[1:-1]
        case "number":
            return _number(text)
        case "unary_expression" if text.startswith("-"):
            number = _number(text[1:].strip())
            return UNKNOWN if number is UNKNOWN else -number
    return UNKNOWN


def _string(text: str) -> Json:
    """Escapes that JavaScript has and JSON lacks are left to the run."""
    body = text[1:-1]
    if "\\" not in body:
        return body
    try:
        return json.loads('"' + body.replace("\\'", "'").replace('"', '\\"').replace('\\\\"', '\\"') + '"')
    except ValueError:
        return UNKNOWN


def _number(text: str) -> Json:
    try:
        return int(text) if text.isdigit() and (text == "0" or text[0] != "0") else float(text.replace("_", ""))
    except ValueError:
        return UNKNOWN
