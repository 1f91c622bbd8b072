"""The engine behind a small interface: the only module that imports it.

Known of this binding, and kept true here: a host function must never raise, and takes and returns one flat string; jobs
of promises are pumped by hand; what is thrown is turned into text by the prelude, inside the script's own time.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

import quickjs

# The package starts a thread for a convenience that is not used here, and a process with threads can neither be forked
# safely nor enter a user namespace.
quickjs.Function._threadpool.shutdown()  # noqa: SLF001 - it offers no other way

OUT_OF_MEMORY = '{"error":{"name":"InternalError","message":"out of memory","stack":""}}'
STACK_OVERFLOW = '{"error":{"name":"RangeError","message":"Maximum call stack size exceeded","stack":""}}'
UNKNOWN_MODULE = 'import "\\0";\n'
_PROBLEM = re.compile(r"(\w+): (.*?)(?:\n    at <input>:(\d+):(\d+))?\n?", re.DOTALL)
TOO_MANY_JOBS = '{"limit":"max_promise_jobs"}'


class Context:
    """One script's world: a heap of its own with the prelude in it, used for one run."""

    def __init__(self, prelude_core: str, host: Callable[[str], str]) -> None:
        self._context = quickjs.Context()
        self._context.add_callable("__host", host)
        self._step = self._context.eval(prelude_core)

    def prepare(self, parts: Iterable[str]) -> None:
        """Have parts of the prelude compiled ahead of the job, before any script's code is there."""
        self._step(json.dumps([*parts]))

    def run(self, job: str, memory_bytes: int, stack_bytes: int, max_promise_jobs: int) -> str:
        """Run a job to its end, promise jobs included, and give its result as the prelude's JSON text."""
        self._context.set_memory_limit(memory_bytes)
        self._context.set_max_stack_size(stack_bytes)
        try:
            self._step(job)
            return self._settle(max_promise_jobs)
        except quickjs.StackOverflow:
            return STACK_OVERFLOW
        except (quickjs.JSException, SystemError, MemoryError):
            # The prelude catches all that a script throws; what comes through is the heap's end.
            return OUT_OF_MEMORY

    def memory_bytes(self) -> int:
        """The heap in use now. About 6 µs on a small heap, more on a large one."""
        return int(self._context.memory()["memory_used_size"])

    def _settle(self, max_promise_jobs: int) -> str:
        execute = self._context.execute_pending_job
        for _ in range(max_promise_jobs):
            if not execute():
                result = self._step("")
                return result if isinstance(result, str) else OUT_OF_MEMORY
        return TOO_MANY_JOBS


class SyntaxProblem(NamedTuple):
    """What the engine says of a text. ``line`` counts from 1; it is None where the engine names no place."""

    name: str
    message: str
    line: int | None
    column_bytes: int


class Checker:
    """A context in which nothing runs: it says what is no JavaScript, of modules too, in the engine's own words.

    The engine reads a module whole before it looks for what that imports; so one that imports what is not there is
    read, and never run.
    """

    def __init__(self) -> None:
        self._context = quickjs.Context()

    def limit(self, memory_bytes: int, stack_bytes: int) -> None:
        """Bound what looking at a text may use."""
        self._context.set_memory_limit(memory_bytes)
        self._context.set_max_stack_size(stack_bytes)

    def problem(self, module: str) -> SyntaxProblem | None:
        """What is wrong with a module's text."""
        problem = self._problem(self._context.module, UNKNOWN_MODULE + module.replace("\0", " "))
        if problem is None or problem.message.startswith("could not load module"):
            return None
        return problem if problem.line is None else problem._replace(line=max(1, problem.line - 1))

    def problem_of_function(self, expression: str) -> SyntaxProblem | None:
        """What is wrong with a function, given as an expression; it is not called."""
        return self._problem(self._context.eval, expression)

    def _problem(self, look: Callable[[str], object], text: str) -> SyntaxProblem | None:
        try:
            look(text)
        except quickjs.StackOverflow:
            return SyntaxProblem("RangeError", "Maximum call stack size exceeded", None, 0)
        except (quickjs.JSException, SystemError, MemoryError) as error:
            found = _PROBLEM.fullmatch(str(error))
            if found is None:
                return SyntaxProblem("InternalError", "out of memory", None, 0)
            name, message, line, column = found.groups()
            return SyntaxProblem(name, message, None if line is None else int(line), int(column or 0))
        return None
