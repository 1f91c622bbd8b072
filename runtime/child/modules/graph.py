"""Which modules a run has, what each exports, and where every import leads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn, TypeAlias

from runtime.child.modules.problems import Part, Place, TooDeep, failed, place_of
from runtime.child.modules.rewriting import Rewritten
from runtime.child.modules.syntax import NAMESPACE, Export, Syntax

Answer: TypeAlias = dict[str, str]
"""The host's, for a code: ``source``, or a ``problem`` with its ``code``."""


class Analysis(NamedTuple):
    """A source's syntax, and its text for the engine where none of its imports change."""

    syntax: Syntax
    rewritten: Rewritten


class Binding(NamedTuple):
    """Where a value is: the number of a module and of its own export; ``NAMESPACE_OBJECT`` for all of its exports."""

    module: int
    slot: int


NAMESPACE_OBJECT = -1


@dataclass
class Module:
    """One module of a run; the script itself is the last one of the graph."""

    source: str
    parts: list[Part]
    analysis: Analysis
    requested: list[int] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    """The longest chain of codes under it."""

    @property
    def syntax(self) -> Syntax:
        """What was read in it."""
        return self.analysis.syntax

    @property
    def file(self) -> str:
        """Whose lines these are, in errors."""
        return self.parts[0].file

    def place(self, at: int) -> Place:
        """Where a byte of it stands in its file."""
        return place_of(self.source, self.parts, at)


class Graph:
    """The modules in the order in which they run: each behind all that it imports."""

    def __init__(
        self, ask: Callable[[str], Answer], read: Callable[[str, list[Part]], Analysis], max_depth: int
    ) -> None:
        """``ask`` gets a module from the host, ``read`` raises ``Failed`` for what is no module."""
        self.modules: list[Module] = []
        self._ask = ask
        self._read = read
        self._max_depth = max_depth
        self._numbers: dict[str, int] = {}
        self._found: dict[tuple[int, str], Binding | None] = {}

    def load(self, module: Module, chain: list[str]) -> int:
        """Add a module behind what it imports. Raises ``Failed``, and ``TooDeep``, which also bounds the recursion."""
        for request in module.syntax.requests:
            below = [*chain, request.code]
            if request.code in chain[1:]:
                self._fail(module, f"'{request.code}' imports itself: {_arrows(below)}", request.at, "module_cycle")
            number = self._numbers.get(request.code)
            if len(chain) + (0 if number is None else len(self.modules[number].below)) > self._max_depth:
                raise TooDeep(_arrows([*below, *(() if number is None else self.modules[number].below)]))
            if number is None:
                number = self._numbers[request.code] = self._loaded(module, below, request.at)
            module.requested.append(number)
            module.below = max(module.below, [request.code, *self.modules[number].below], key=len)
        self.modules.append(module)
        return len(self.modules) - 1

    def binding(self, number: int, name: str) -> Binding | None:
        """Where a module's export is; None where it has none of that name, or several by ``export *``."""
        key = number, name
        if key not in self._found:
            self._found[key] = None
            self._found[key] = self._find(number, name)
        return self._found[key]

    def names(self, number: int) -> list[str]:
        """All that a module exports, in the order of a namespace."""
        names = {name for name in self._candidates(number) if self.binding(number, name) is not None}
        return sorted(names, key=lambda name: name.encode("utf-16-be"))

    def is_live(self, binding: Binding) -> bool:
        """Whether a value may change after its module has run."""
        if binding.slot == NAMESPACE_OBJECT:
            return False
        syntax = self.modules[binding.module].syntax
        return syntax.own_exports[binding.slot].name in syntax.assigned

    def check(self) -> None:
        """Refuse what is imported or passed on and is not there."""
        for module in self.modules:
            wanted = [(one.request, one.name, one.at) for one in module.syntax.imports]
            passed_on = [(one.request, one.name, one.at) for one in module.syntax.exports if one.request is not None]
            for request, name, at in [*wanted, *passed_on]:
                if name != NAMESPACE and self.binding(module.requested[request], name) is None:
                    self._fail_for_name(module, request, name, at)

    def _loaded(self, importer: Module, chain: list[str], at: int) -> int:
        code = chain[-1]
        answer = self._ask(code)
        source = answer.get("source")
        if source is None:
            self._fail(importer, f"{answer['problem']} ({_arrows(chain)})", at, answer["code"])
        parts = [Part(1, code, 1, 0)]
        return self.load(Module(source, parts, self._read(source, parts)), chain)

    def _find(self, number: int, name: str) -> Binding | None:
        if name == NAMESPACE:
            return Binding(number, NAMESPACE_OBJECT)
        module = self.modules[number]
        for export in module.syntax.exports:
            if export.exported == name:
                return self._exported(number, export)
        starred = {self.binding(module.requested[star], name) for star in module.syntax.stars if name != "default"}
        starred.discard(None)
        return starred.pop() if len(starred) == 1 else None

    def _exported(self, number: int, export: Export) -> Binding | None:
        module = self.modules[number]
        if export.request is not None:
            return self.binding(module.requested[export.request], export.name)
        for one in module.syntax.imports:
            if one.local == export.name:
                return self.binding(module.requested[one.request], one.name)
        return Binding(number, module.syntax.own_exports.index(export))

    def _candidates(self, number: int) -> set[str]:
        module = self.modules[number]
        names = {export.exported for export in module.syntax.exports}
        for star in module.syntax.stars:
            names |= self._candidates(module.requested[star]) - {"default"}
        return names

    def _fail_for_name(self, module: Module, request: int, name: str, at: int) -> NoReturn:
        exporter = self.modules[module.requested[request]]
        names = self.names(module.requested[request])
        has = f"it exports {', '.join(names[:20])}" if names else "it exports nothing"
        self._fail(module, f"'{exporter.file}' exports no '{name}' for {module.file}; {has}", at, "export_not_found")

    def _fail(self, module: Module, message: str, at: int, code: str) -> NoReturn:
        raise failed("SyntaxError", message, module.place(at), code)


def _arrows(chain: list[str]) -> str:
    return " → ".join(chain)
