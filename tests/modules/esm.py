"""Module graphs made by chance, and what Node's own modules make of them.

A graph's modules import earlier ones in all forms and shadow what they import in all ways; each writes what it sees
into a log. Errors are caught where they are thrown, and told by name.
"""

import random
import shutil
import subprocess
from pathlib import Path

NODE = shutil.which("node")
NAMES = ("a", "b", "c", "d", "of", "async", "get", "let_", "π")
HELPERS = """
globalThis.log = [];
globalThis.show = (value) => typeof value === 'function' ? 'function ' + value.name
  : typeof value === 'object' && value !== null
    ? [Object.prototype.toString.call(value), Object.getPrototypeOf(value) === null, Object.isFrozen(value),
       Object.keys(value).map((key) => [key, show(value[key])])]
    : value;
globalThis.attempt = (f) => { try { log.push(show(f())); } catch (error) { log.push(error.name); } };
"""
PROGRAM = """
log = [];
try { await import('./NUMBER/main.mjs'); } catch (error) { log.push('failed: ' + error.name); }
console.log(JSON.stringify(log));
"""


class Graph:
    """Sources by code; the last one, ``main``, is the script."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._exports: dict[str, list[str]] = {}
        self.sources: dict[str, str] = {}
        codes = [f"m{number}" for number in range(self._random.randint(1, 4))]
        for code in codes:
            self.sources[code] = self._module(code)
        self.sources["main"] = self._module("main")

    def _module(self, code: str) -> str:
        chance = self._random
        own = chance.sample(NAMES, chance.randint(1, 4))
        imported = self._imports(own)
        lines = [line for line, _ in imported]
        names = [name for _, new in imported for name in new]
        used = [self._use(chance.choice(names + own)) for _ in range(chance.randint(2, 6)) if names + own]
        declared = [self._declaration(name) for name in own] + self._exported(code, own, names) + lines
        chance.shuffle(declared)
        # Not too early: an assignment to a constant that is not there yet is another error in this engine than in Node.
        return "\n".join([f"log.push('{code}');", *declared, *used]) + "\n"

    def _imports(self, own: list[str]) -> list[tuple[str, list[str]]]:
        chance, found, taken = self._random, [], set(own)
        for code in chance.sample(list(self._exports), min(len(self._exports), chance.randint(0, 3))):
            names = [name for name in self._exports[code] if name != "default"]
            local = [name for name in NAMES if name not in taken]
            kind = chance.choice(["names", "all", "default", "both", "bare"])
            if kind in {"default", "both"} and "default" in self._exports[code] and len(local) > 1:
                taken.update(local[:2])
                more = f", * as {local[1]}" if kind == "both" else ""
                found.append((f"import {local[0]}{more} from '{code}';", local[: 2 if more else 1]))
            elif kind == "names" and names:
                pairs = [*zip(chance.sample(names, min(len(names), 2)), local, strict=False)]
                taken.update(new for _, new in pairs)
                listed = ", ".join(old if old == new else f"{old} as {new}" for old, new in pairs)
                found.append((f"import {{ {listed} }} from '{code}'", [new for _, new in pairs]))
            elif kind == "all" and local:
                taken.add(local[0])
                found.append((f'import * as {local[0]} from "{code}";', local[:1]))
            else:
                found.append((f"import '{code}';", []))
        return found

    def _declaration(self, name: str) -> str:
        number = self._random.randint(1, 99)
        return self._random.choice(
            [
                f"var {name} = {number};", f"let {name} = {number}\n", f"const {name} = {{ {name}: {number} }};",
                f"function {name}(x) {{ return [typeof this, x, {number}]; }}",
                f"class {name} {{ static x = {number}; static y = () => this === {name}; }}",
                f"var {{ {name} = {number}, ...rest_{name} }} = {{ z: 1 }};",
                f"let {name} = () => {{ {name} = {number + 1}; return typeof {name}; }};",
            ]
        )  # fmt: skip

    def _use(self, name: str) -> str:
        show = f"show({name})"
        in_try = f"(() => {{ try {{ throw 7; }} catch ({name}) {{ return {name}; }} }})()"
        in_class = f"(class {{ static [`${{typeof {name}}}`] = 1; {name}() {{ return {name}; }} }}).name"
        in_block = f"(() => {{ {{ let {name} = 2; var seen = {name}; }} return [seen, {show}]; }})()"
        in_both = f"(() => {{ const f = () => {show}; {{ const {name} = 6; return [f(), {name}]; }} }})()"
        called = f"typeof {name} === 'function' && !/^class/.test({name}) && {name}(1)"
        use = self._random.choice(
            [
                show, f"[{show}, {{ {name} }}.{name} === {name}, `${{typeof {name}}}`]", f"typeof {name}", in_try,
                f"((({name}) => {name})(5))", f"(({{ {name} = 3 }}) => {name})({{}})", f"({{ {name}: 1 }}).{name}",
                f"(() => {{ for (const {name} of [1]) return {name}; }})()", in_class, in_block, in_both, called,
                f"(function {name}() {{ return typeof {name}; }})()", f"(() => {{ {name} = 4; return 1; }})()",
                f"{name}?.x", f"delete {name}.x", f"Object.keys({name})", f"[...'a'].map(({name}) => {name})",
                f"(() => {{ var {name} = 8; return {name}; }})()",
            ]
        )  # fmt: skip
        return f"attempt(() => {use})"

    def _exported(self, code: str, own: list[str], names: list[str]) -> list[str]:
        chance = self._random
        lines, exported = [], set()
        for name in chance.sample(own + names, chance.randint(0, len(own + names))):
            exported.add(name)
            lines.append(f"export {{ {name} }};")
        if chance.random() < 0.6:
            exported.add("default")
            lines.append(
                chance.choice(
                    ["export default 42;", "export default () => typeof this;", "export default class {}",
                     "export default function () { return [typeof this]; }", "export default [1, { a: 2 }]"]
                )
            )  # fmt: skip
        if self._exports and chance.random() < 0.4:
            star = chance.choice(list(self._exports))
            lines.append(f"export * from '{star}';")
            exported |= set(self._exports[star]) - {"default"}
        if self._exports and chance.random() < 0.3:
            exported.add("whole")
            lines.append(f"export * as whole from '{chance.choice(list(self._exports))}';")
        self._exports[code] = sorted(exported)
        return lines


def logs_of_node(graphs: list[Graph], folder: Path) -> list[str]:
    """What each graph logs in Node, as JSON."""
    for number, graph in enumerate(graphs):
        home = folder / str(number)
        home.mkdir()
        for code, source in graph.sources.items():
            (home / f"{code}.mjs").write_text(_with_paths(source, graph))
    programs = [PROGRAM.replace("NUMBER", str(number)) for number in range(len(graphs))]
    (folder / "all.mjs").write_text(HELPERS + "".join(programs))
    command = [NODE or "node", "all.mjs"]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    return answer.stdout.splitlines()


def _with_paths(source: str, graph: Graph) -> str:
    """Node finds modules by path; the line that logs a module's own code stays."""
    first, _, rest = source.partition("\n")
    for code in graph.sources:
        rest = rest.replace(f"'{code}'", f"'./{code}.mjs'").replace(f'"{code}"', f"'./{code}.mjs'")
    return f"{first}\n{rest}"
