"""The expressions around a place in a script that an error there may be about."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from runtime.child.modules.syntax import JavaScript, Node
from runtime.child.naming.nodes import (
    BOUNDARIES,
    FUNCTIONS,
    LITERALS,
    MAX_FOUND,
    NAMES,
    callee_of,
    gone_through,
    is_called_here,
    is_not_written,
    is_only_read,
    is_optional,
    is_silent,
    is_written,
    may_be,
    names_read,
    read_of,
    set_of,
    shown,
    text_of,
    unwrapped,
)
from runtime.child.naming.numbers import is_number

NUMBERS_BEGIN = ("", *"-0123456789IN")
"""How the names of properties begin that are numbers: also ``Infinity`` and ``NaN``."""

Known: TypeAlias = Mapping[str, Sequence[str]]
"""The functions that a script finds: by object, such as ``console``; by none, under an empty name."""


class Around:
    """The expressions around a place. Each list is innermost first; None stands for one that is not certain."""

    def __init__(self, source: bytes, at: int) -> None:
        self._tree = JavaScript(source)
        self._at = at
        self._is_readable = not self._tree.root.has_error

    def callees(self, kinds: tuple[str, ...], known: Known) -> list[Node] | None:
        """What may have been called and is no function."""
        calls = self._tree.find("[(call_expression) (new_expression)] @found", MAX_FOUND)
        if not self._is_readable or calls is None or any(self._is_silent_call(call) for call in calls):
            return None
        meant = []
        for call in self._holding():
            if call.type in kinds:
                callee = callee_of(call)
                if not self._is_function(callee, known) and self._is_last(call):
                    meant.append(callee)
        return meant

    def holders_read(self, key: str) -> list[Node] | None:
        """Of what the property may have been read."""
        if not self._is_readable or self._has_silent(key, is_written, read_of):
            return None
        return [
            unwrapped(member.child_by_field_name("object"))
            for member in self._holding()
            if may_be(member, key) and not is_written(member) and not is_optional(member)
            if key[:1] in NUMBERS_BEGIN or not is_number(member.child_by_field_name("index"), self._tree)
            if self._is_in(read_of(member)) and self._is_last(*read_of(member))
        ]

    def holders_set(self, key: str) -> list[Node] | None:
        """Of what the property may have been set."""
        if not self._is_readable or self._has_silent(key, is_not_written, set_of):
            return None
        meant = []
        for assignment in self._holding():
            left = assignment.child_by_field_name("left") if assignment.type == "assignment_expression" else None
            if left is not None and may_be(left, key) and self._is_last(assignment):
                meant.append(unwrapped(left.child_by_field_name("object")))
        return meant

    def iterated(self) -> list[Node] | None:
        """What may have been gone through."""
        patterns = self._tree.find("(array_pattern) @found", MAX_FOUND)
        found = self._tree.find("[(for_in_statement) (spread_element)] @found", MAX_FOUND)
        if not self._is_readable or patterns != [] or found is None:
            return None
        if any(is_silent(one) and one.type not in LITERALS for node in found for one in gone_through(node)):
            return None
        meant = [one for node in self._holding() for one in gone_through(node)]
        return [node for node in meant if self._is_in([node]) and self._is_last(node)]

    def _holding(self) -> Iterator[Node]:
        """The nodes around the place that may belong to the function at work, from the innermost on.

        Of a function that is called where it stands, the engine tells a place in it for the call, too.
        """
        node = self._tree.root.descendant_for_byte_range(self._at, self._at)
        while node is not None:
            if node.type in BOUNDARIES and node.start_byte != self._at and not is_called_here(node):
                return
            yield node
            node = node.parent

    def _is_in(self, nodes: list[Node]) -> bool:
        return any(node.start_byte <= self._at < node.end_byte for node in nodes)

    def _is_last(self, *nodes: Node) -> bool:
        """Whether no name stands behind the place in an expression: the engine would have come by it."""
        return not any(name.start_byte > self._at for node in nodes for name in names_read(node))

    def _is_function(self, callee: Node, known: Known) -> bool:
        if unwrapped(callee).type in FUNCTIONS:
            return True
        text = shown(callee)
        if text is None:
            return False
        holder, _, member = text.rpartition(".")
        is_known = text in known.get("", ()) or member in known.get(holder, ())
        return is_known and not self._is_own(text.split(".")[0])

    def has_instead(self, callees: list[Node], known: Known) -> str:
        """What an object that every script finds has in the place of what was called; the end of a message."""
        holders = {(shown(callee) or "").rpartition(".")[0] for callee in callees}
        holder = holders.pop() if len(holders) == 1 else ""
        if not holder or holder not in known or self._is_own(holder):
            return ""
        return f"; {holder} has {', '.join(known[holder])}"

    def _is_own(self, name: str) -> bool:
        """Whether a name may be another than the global one, or has been changed: more is done with it than reading."""
        names = self._tree.find(NAMES, MAX_FOUND)
        return names is None or any(text_of(node) == name and not is_only_read(node) for node in names)

    def _is_silent_call(self, call: Node) -> bool:
        """Whether the engine may come by nothing in it, so that a place elsewhere would be told."""
        callee = callee_of(call)
        if callee.type in {*FUNCTIONS, "super"}:
            return False
        has_place = call.type == "call_expression" and callee.type == "member_expression"
        return not has_place and is_silent(callee)

    def _has_silent(self, key: str, leaves_out: Callable[[Node], bool], parts_of: Callable[[Node], list[Node]]) -> bool:
        members = self._tree.find("[(member_expression) (subscript_expression)] @found", MAX_FOUND)
        if members is None:
            return True
        return any(
            may_be(member, key)
            and not leaves_out(member)
            and all(map(is_silent, parts_of(member)))
            and unwrapped(member.child_by_field_name("object")).type not in LITERALS
            for member in members
        )
