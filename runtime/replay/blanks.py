"""The look of a YAML file that is written again: how far it is indented, and what stands between two cases.

Blank lines and comments behind a value hang on that value. Where it goes, or another one comes behind it, they would go
along or end up in between; so they are taken off first and put on in the end.
"""

from collections.abc import Iterator
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.tokens import CommentToken


def indents(node: Any) -> tuple[int, int, int]:
    """How far a mapping in a mapping, an item of a list and its dash are indented; 2, 4 and 2 where nothing shows."""
    mapping = sequence = dash = None
    for holder, value in _blocks(node):
        step = value.lc.col - holder.lc.col
        if isinstance(value, CommentedMap):
            mapping = mapping or step
        elif dash is None:
            dash = step
            first = value[0]
            is_mapping = isinstance(first, CommentedMap) and not first.fa.flow_style()
            sequence = first.lc.col - holder.lc.col if is_mapping else dash + 2
    return mapping or 2, 4 if sequence is None else sequence, 2 if dash is None else dash


def _blocks(node: Any) -> Iterator[tuple[CommentedMap, Any]]:
    """The mappings, and what stands on lines of its own in them."""
    if not isinstance(node, CommentedMap | CommentedSeq) or node.fa.flow_style():
        return
    for value in node.values() if isinstance(node, CommentedMap) else node:
        is_block = isinstance(value, CommentedMap | CommentedSeq) and not value.fa.flow_style() and value
        # What has an anchor says where that stands, and not where it begins itself.
        if isinstance(node, CommentedMap) and is_block and not (node.yaml_anchor() or value.yaml_anchor()):
            yield node, value
        yield from _blocks(value)


def taken_off(node: Any) -> str:
    """What stands behind the last line of a node, taken off it; a comment in that line stays there."""
    ends = [*_ends(node)]
    if not ends:
        return ""
    holder, key, place = ends[-1]
    behind = ""
    for inner, _, _ in ends:
        behind += "".join(" " * token.start_mark.column + token.value for token in inner.ca.end)
        inner.ca.end = []
    token = _token(holder, key, place)
    if token is None:
        return behind
    in_line, _, more = token.value.partition("\n")
    if in_line.strip():
        token.value = in_line + "\n"
    else:
        holder.ca.items[key][place] = None
    return str(more) + behind


def put_on(node: Any, behind: str) -> None:
    """Hang it on what is the last line of the node now."""
    if not behind:
        return
    *_, (holder, key, place) = _ends(node)
    token = _token(holder, key, place)
    if token is not None:
        token.value += behind
        return
    slots = holder.ca.items.setdefault(key, [None, None, None, None])
    slots[place] = CommentToken("\n" + behind, _Mark(), None)


class _Mark:
    """Where the library would have read it; it wants a column and no more."""

    column = 0


def _ends(node: Any) -> Iterator[tuple[Any, Any, int]]:
    """The mappings and lists whose ends are the node's end, from the outermost to the innermost.

    Each with the key of its last value, and the slot of what stands behind that.
    """
    while isinstance(node, CommentedMap | CommentedSeq) and node:
        if node.fa.flow_style():
            return
        key = [*node][-1] if isinstance(node, CommentedMap) else len(node) - 1
        yield node, key, 2 if isinstance(node, CommentedMap) else 0
        node = node[key]


def _token(holder: Any, key: Any, place: int) -> Any:
    slots = holder.ca.items.get(key)
    return slots[place] if slots and len(slots) > place else None
