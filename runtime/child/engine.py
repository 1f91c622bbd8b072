"""The engine behind a small interface: the only module that imports it.

Known of this binding, and kept true here: a host function must never raise, and takes and returns one flat string; jobs
of promises are pumped by hand; what is thrown is turned into text by the prelude, inside the script's own time.
"""

from collections.abc import Callable

import quickjs

# The package starts a thread for a convenience that is not used here, and a process with threads can neither be forked
# safely nor enter a user namespace.
quickjs.Function._threadpool.shutdown()  # noqa: SLF001 - it offers no other way

OUT_OF_MEMORY = '{"error":{"name":"InternalError","message":"out of memory","stack":""}}'
STACK_OVERFLOW = '{"error":{"name":"RangeError","message":"Maximum call stack size exceeded","stack":""}}'
TOO_MANY_JOBS = '{"limit":"promise_jobs"}'


class Context:
    """One script's world: a heap of its own with the prelude in it, used for one run."""

    def __init__(self, prelude_core: str, host: Callable[[str], str]) -> None:
        self._context = quickjs.Context()
        self._context.add_callable("__host", host)
        self._step = self._context.eval(prelude_core)

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
