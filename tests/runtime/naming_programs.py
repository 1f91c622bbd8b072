"""Programs made by chance in which something is missing, and what an oracle says of the expressions of one."""

import json
import random

from runtime import prelude
from runtime.child.modules.problems import Part
from runtime.child.naming.messages import Text, with_names
from runtime.child.worker import Link, Prelude
from runtime.known_names import FUNCTIONS_FOUND

WORLD = """var a = { x: { y: { x: null }, f: function () { return a; }, i: 0 }, g: () => null, n: null };
var b = [a, { x: [a] }, null], k = 'x', i = 1, u, one = function (v) { return v; };
[a.x.y, a.x, a, b[1], b, one].forEach(Object.freeze);
"""
"""What every program begins with: nothing in it changes, so an expression's value can be asked for afterwards."""
_PROPERTIES = ("x", "y", "f", "g", "n", "i")
_LINK = Link(Prelude(prelude.core(), prelude.parts(), FUNCTIONS_FOUND))


def outcome(source: str) -> dict[str, object]:
    """What a run of a source ends with, as a worker says it."""
    job = {"source": source, "file": "made.js", "customer": None, "seed": [1, 2, 3, 4], "log_limit": 65_536}
    result = _LINK.new_context().run(json.dumps(job), 8 << 20, 512 << 10, 1_000)
    named: dict[str, object] = json.loads(
        with_names(result, [Text(source, [Part(1, "made.js", 1, 0)])], _LINK.prelude.functions)
    )
    return named


def value_kinds(expressions: list[str]) -> list[str]:
    """What kind of value each is: ``undefined``, ``null``, ``function``, ``iterable``, ``other``; or ``unknown``.

    A call is told without its arguments: of those that need them nothing can be known.
    """
    kinds = "".join(f"kind(() => {one.replace('map(…)', 'map(one)').replace('(…)', '()')})," for one in expressions)
    source = f"""{WORLD}function kind(get) {{ let v; try {{ v = get(); }} catch {{ return 'unknown'; }}
      return v === undefined || v === null ? String(v)
      : typeof v === 'function' ? 'function' : typeof v === 'string' || Array.isArray(v) ? 'iterable' : 'other'; }}
    throw new Error(JSON.stringify([{kinds}]));"""
    found: list[str] = json.loads(outcome(source)["error"]["message"])  # type: ignore[index]
    return found


class Program:
    """One, by its seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        lines = [self._statement() for _ in range(self._random.randint(1, 3))]
        wrap = self._random.choice(
            ["{}", "(function () {{ {} }})();", "(() => {{ {} }})();", "[1].forEach(q => {{ {} }});"]
        )
        self.source = WORLD + "\n" * self._random.randint(0, 1) + wrap.format("\n".join(lines))

    def _statement(self) -> str:
        one, other = self._expression(3), self._expression(3)
        return self._random.choice(
            [
                f"{one};",
                f"var r = {one};",
                f"one({one}, {other});",
                f"if ({one}) {{ {other}; }}",
                f"for (const v of {one}) {{ v; {other}; }}",
                f"[...{one}, {other}];",
                f"one({other}, ...{one});",
                f"({{ p: {one}, ...{other}, k }});",
                f"{self._path()}.{self._property()} = {one};".replace("?.", "."),
                f"{self._path()}[k] = {one};".replace("?.", "."),
                f"`${{{one}}}${{{other}}}`;",
                f"{one}\n  .{self._property()};",
                f"switch ({one}) {{ case {other}: }}",
                f"for (let j = 0; j < {one}; j += 9) {{ {other}; }}",
                f"try {{ {other}; }} finally {{ {one}; }}",
                f"const {{ p = {one} }} = {other};",
            ]
        )

    def _expression(self, depth: int) -> str:
        if depth == 0 or self._random.random() < 0.3:
            return self._path()
        one, other = self._expression(depth - 1), self._expression(depth - 1)
        return self._random.choice(
            [
                f"{self._path()}({one})",
                f"{self._path()}({one}, {other})",
                f"{self._path()}({one}, 'text', 5)",
                f"{self._path()}()",
                f"{self._path()}({one})({other})",
                f"{self._path()}({one}).{self._property()}",
                f"one({one}).{self._property()}",
                f"({one}).{self._property()}",
                f"({one} || {other}).{self._property()}",
                f"({one}, {other})",
                f"{self._path()}(v => v.{self._property()})",
                f"b.map(v => {one})",
                f"b.map(function (v) {{ return {one}; }}).{self._property()}",
                f"{one} + {other}",
                f"{one} === {other}",
                f"({one} ? {other} : {self._path()})",
                f"({one} && {other})",
                f"[{one}, {other}]",
                f"[{one}][3].{self._property()}",
                f"({{ p: {one} }}).q.{self._property()}",
                f"new {self._path()}({one})".replace("?.", "."),
                f"{self._path()}[{one}]",
                f"{self._path()}[i + {one}].{self._property()}",
                f"!{one}",
                f"typeof {one}",
                f"(this ? {one} : 1)",
                f"(() => {one})()",
                f"String({one})",
                f"this.{self._property()}",
                f"`${{{one}}}`",
                f"one({one}, () => {other})",
            ]
        )

    def _path(self) -> str:
        path = self._random.choice(["a", "a", "a", "b", "u", "k", "one", "b[0]", "b[i]", "a[k]", "b[2]", "a.x"])
        for _ in range(self._random.randint(0, 3)):
            step = self._random.choice([".", ".", ".", ".", "?.", "[k]", "[0]", "()"])
            path += step + self._property() if step in {".", "?."} else step
        return path

    def _property(self) -> str:
        return self._random.choice(_PROPERTIES)
