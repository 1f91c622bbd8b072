"""From a job with a source to a job with modules, for the prelude: or word that the source is a plain script."""

import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from runtime.child.engine import Checker, SyntaxProblem
from runtime.child.modules.graph import NAMESPACE_OBJECT, Analysis, Answer, Binding, Graph, Module
from runtime.child.modules.problems import Failed, Part, Place, Refused, TooDeep, failed, place_of, place_of_problem
from runtime.child.modules.rewriting import Rewritten, rewrite
from runtime.child.modules.syntax import Syntax, is_readable, read_syntax
from runtime.child.naming.messages import Text

MAX_KEPT_CHARACTERS = 1_000_000
_SEPARATOR = "\n"


class Linker:
    """Links a worker's runs, one after the other. What it read of a source is kept for the next run with that text."""

    def __init__(self) -> None:
        self.texts: list[Text] = []
        """The sources of the run that was linked last."""
        self._checker = Checker()
        self._kept: OrderedDict[tuple[bool, str], Analysis | None] = OrderedDict()
        self._kept_characters = 0

    def link(self, job_text: str, ask: Callable[[str], Answer], max_depth: int) -> str:
        """The job as it can be run. Raises ``Failed`` with the run's result where it cannot be."""
        job = json.loads(job_text)
        source = _well_formed(job["source"])
        parts = [Part(*part) for part in job.get("parts", [])] or [Part(1, job["file"], 1, 0)]
        analysis = self._analysis(source, parts, is_script=True)
        if analysis is None:
            return job_text
        graph = Graph(ask, self._read_module, max_depth)
        try:
            graph.load(Module(source, parts, analysis), [job["file"]])
        except TooDeep as chain:
            raise Failed(json.dumps({"limit": "max_module_depth", "detail": str(chain)})) from None
        graph.check()
        self.texts = [Text(module.source, module.parts) for module in graph.modules]
        return json.dumps(job | self._modules(graph))

    def limit(self, memory_bytes: int, stack_bytes: int) -> None:
        """What the run may use counts for the engine's look at its sources, too."""
        self._checker.limit(memory_bytes, stack_bytes)

    def _read_module(self, source: str, parts: list[Part]) -> Analysis:
        analysis = self._analysis(_well_formed(source), parts, is_script=False)
        if analysis is None:
            raise failed("SyntaxError", "too large for a module", Place(parts[0].file, 1, 1), "module_too_large")
        return analysis

    def _analysis(self, source: str, parts: list[Part], *, is_script: bool) -> Analysis | None:
        """What is known of a text, or what reading it gives."""
        key = is_script, source
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        analysis = self._analysed(source, parts, is_script=is_script)
        self._kept[key] = analysis
        self._kept_characters += len(source)
        while self._kept_characters > MAX_KEPT_CHARACTERS:
            self._kept_characters -= len(self._kept.popitem(last=False)[0][1])
        return analysis

    def _analysed(self, source: str, parts: list[Part], *, is_script: bool) -> Analysis | None:
        """None for a plain script, whose errors are the engine's to tell when it runs, and for what is too large."""
        data = source.encode("utf-8")
        problem = self._checker.problem(source)
        if not is_readable(data, is_javascript=problem is None):
            if problem is None or is_script:
                return None
            raise self._failure(problem, source, parts, None)
        try:
            syntax = read_syntax(data, is_javascript=problem is None)
        except Refused as refused:
            raise failed(refused.name, refused.message, place_of(source, parts, refused.at), refused.code) from None
        if is_script and not syntax.is_module:
            return None
        if problem is not None:
            raise self._failure(problem, source, parts, syntax)
        if syntax.unread_at is not None:
            place = place_of(source, parts, syntax.unread_at)
            raise failed("SyntaxError", "cannot be read here: write it in a simpler way", place, "module_unreadable")
        return Analysis(syntax, rewrite(source, syntax))

    def _failure(self, problem: SyntaxProblem, source: str, parts: list[Part], syntax: Syntax | None) -> Failed:
        """What the engine says, of the first of a page's blocks that is no JavaScript by itself where there is one."""
        if len(parts) > 1:
            for part in parts:
                text = source.encode("utf-16-le")[2 * part.start : 2 * part.end].decode("utf-16-le")
                own = self._checker.problem(text)
                if own is not None and own.line is not None:
                    place = place_of_problem(text, [part._replace(line=1)], own)
                    return failed(own.name, own.message, place)
        place = place_of_problem(source, parts, problem)
        if place is None and syntax is not None:
            # Of a name that is exported and not there, the engine tells the name alone.
            exports = (one.at for one in syntax.own_exports if f"'{one.name}'" in problem.message)
            place = next((place_of(source, parts, at) for at in exports), None)
        return failed(problem.name, problem.message, place)

    def _modules(self, graph: Graph) -> dict[str, Any]:
        texts, described, places, shifts = [], [], [], []
        line, start = 1, 0
        for module in graph.modules:
            bindings = [_bound(graph, module, one.request, one.name) for one in module.syntax.imports]
            live = frozenset(
                one.local
                for one, binding in zip(module.syntax.imports, bindings, strict=True)
                if graph.is_live(binding)
            )
            rewritten = self._rewritten(module, live)
            end = start + len(rewritten.text.encode("utf-16-le")) // 2
            described.append(_described(module, bindings, live) | {"line": line, "start": start, "end": end})
            places.append(Part(line, "", 0, 0))
            places += [part._replace(line=line + part.line) for part in module.parts]
            shifts += [shift._replace(line=shift.line + line - 1) for shift in rewritten.shifts]
            texts.append(rewritten.text)
            line, start = line + rewritten.lines, end + len(_SEPARATOR)
        places.append(Part(line - 1, "", 0, 0))
        return {
            "source": _SEPARATOR.join(texts),
            "modules": described,
            "namespaces": _namespaces(graph),
            "parts": places,
            "shifts": shifts,
        }

    def _rewritten(self, module: Module, live: frozenset[str]) -> Rewritten:
        if not live:
            return module.analysis.rewritten
        # Constants of the same scope are what the engine tells of names that are declared twice.
        problem = self._checker.problem_of_function(module.analysis.rewritten.text)
        return module.analysis.rewritten if problem else rewrite(module.source, module.syntax, live)


def _bound(graph: Graph, module: Module, request: int, name: str) -> Binding:
    binding = graph.binding(module.requested[request], name)
    if binding is None:
        raise LookupError(name)  # Graph.check has been asked
    return binding


def _described(module: Module, bindings: list[Binding], live: frozenset[str]) -> dict[str, Any]:
    pairs = [*zip(module.syntax.imports, bindings, strict=True)]
    return {
        "file": module.file,
        "awaits": module.syntax.awaits,
        "imports": [binding for _, binding in pairs],
        "live": [[one.local, *binding] for one, binding in pairs if one.local in live],
    }


def _namespaces(graph: Graph) -> dict[int, list[list[Any]]]:
    """The names of each module that is somewhere an object as a whole, and where they lead."""
    found: dict[int, list[list[Any]]] = {}
    waiting = [
        binding
        for module in graph.modules
        for one in module.syntax.imports
        if (binding := _bound(graph, module, one.request, one.name)).slot == NAMESPACE_OBJECT
    ]
    while waiting:
        number = waiting.pop().module
        if number in found:
            continue
        bindings = [(name, graph.binding(number, name)) for name in graph.names(number)]
        found[number] = [[name, *binding] for name, binding in bindings if binding is not None]
        waiting += [binding for _, binding in bindings if binding is not None and binding.slot == NAMESPACE_OBJECT]
    return found


def _well_formed(source: str) -> str:
    """Half a character, which the parser cannot take, becomes the character for what cannot be shown."""
    return source.encode("utf-8", "replace").decode("utf-8") if not source.isascii() else source
