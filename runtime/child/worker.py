"""A worker's life: runs, one after another, each in a context of its own that nothing ran in before."""

import json
import os
import socket
from collections.abc import Callable
from types import MappingProxyType
from typing import NamedTuple

from runtime.child.engine import Context
from runtime.child.memory import Extent, Heap
from runtime.child.modules.linking import Linker
from runtime.child.modules.problems import Failed, Part
from runtime.child.naming.around import Known
from runtime.child.naming.messages import Text, with_names
from runtime.child.wire import SCRIPT_JOB, TEMPLATE_JOB, pack, receive

EXIT_LOST_HOST = 3
EXIT_BROKEN = 4
PLAIN = '"plain":true'
"""In the result of a run that ended by an error of the engine's own, thrown at a place of the author's."""
TEMPLATE_PART = "template"
"""The part of the prelude that every template needs."""
SPENT_CONTEXT_BYTES, SPENT_ROOM_BYTES = 512 * 1024, 16 * 1024 * 1024
"""Freeing a small context takes 50 µs, a sixth of a short run; so many are left to the end of the process instead."""


class Prelude(NamedTuple):
    """The script's side of the runtime: a core for each context, parts for those that come to need them.

    ``functions`` are what a script finds and can call.
    """

    core: str
    parts: dict[str, str]
    functions: Known = MappingProxyType({})


class ReadyContext(NamedTuple):
    """A context that was made ahead of demand, and where its memory is."""

    context: Context
    extent: Extent


class Link:
    """The one function that a prelude can call: sends a frame, and for a call waits for its answer.

    Frames ``P…`` and ``M`` stay in this process: they ask for a part of the prelude, and for the memory that the run
    has left. Contexts are made before there is a connection; ``connect`` comes after the fork.
    """

    def __init__(self, prelude: Prelude) -> None:
        self.prelude = prelude
        self.heap = Heap()
        self.linker = Linker()
        self.memory_left: Callable[[], int] = lambda: 0
        self.ready: dict[str, list[ReadyContext]] = {SCRIPT_JOB: [], TEMPLATE_JOB: []}
        self._owned: set[str] = set()
        self._connection: socket.socket | None = None
        self._ahead: dict[str, tuple[int, str]] = {}
        self._used: list[int] = []

    def connect(self, connection: socket.socket) -> None:
        """From now on frames go this way."""
        self._connection = connection

    def new_context(self) -> Context:
        """A context with the prelude in it: 0.6 ms, nearly all of it the engine's compiler."""
        return Context(self.prelude.core, self._host)

    def make_ready(self, count: int, kind: str = SCRIPT_JOB) -> None:
        """Make contexts for jobs of a kind; for workers that are not born yet, where there is no connection.

        Those for templates have the part compiled that every template needs: 0.2 ms more.
        """
        for _ in range(count):
            start = self.heap.end()
            context = self.new_context()
            if kind == TEMPLATE_JOB:
                context.prepare([TEMPLATE_PART])
            self.ready[kind].append(ReadyContext(context, Extent(start, self.heap.end())))

    def stand_by(self, last_kind: str) -> None:
        """Have a context at hand for what may come, its memory this process's own: a script's, or what came last."""
        if not self.ready[SCRIPT_JOB]:
            self.make_ready(1)
        self._own_next(SCRIPT_JOB)
        self._own_next(last_kind)

    def context_for(self, kind: str) -> Context:
        """The context of a job, which serves no other. Where those for templates are used up, any will do."""
        found = kind if self.ready[kind] else SCRIPT_JOB
        self._owned.discard(found)
        return self.ready[found].pop().context

    def _own_next(self, kind: str) -> None:
        if self.ready[kind] and kind not in self._owned:
            self.heap.own(self.ready[kind][-1].extent)
            self._owned.add(kind)

    def take_ahead(self, lines: list[str]) -> None:
        """Keep the answers ahead that came with a job or an answer: calls and answers in turn."""
        self._ahead = {
            call: (place, answer) for place, (call, answer) in enumerate(zip(*[iter(lines)] * 2, strict=True))
        }

    def used(self) -> str:
        """The places of the answers ahead that were used since this was asked last, in order."""
        used, self._used = self._used, []
        return ",".join(map(str, used))

    def ask_module(self, code: str) -> dict[str, str]:
        """The host's answer for a module that is imported."""
        if self._connection is None:
            return {}
        self._connection.sendall(pack("I" + code))
        answer: dict[str, str] = json.loads(receive(self._connection)[1:])
        return answer

    def _host(self, frame: str) -> str:
        try:
            kind = frame[0]
            if kind == "P":
                return self.prelude.parts[frame[1:]]
            connection = self._connection
            if connection is None:
                return ""
            if kind == "C":
                return self._call(connection, frame[1:])
            if kind == "M":
                return str(self.memory_left())
            if kind == "W":
                # The warnings of an answer ahead are the run's from now on.
                frame = f"W{self.used()}\n{frame[1:]}"
            connection.sendall(pack(frame))
            return receive(connection)[1:] if kind == "T" else ""
        except BaseException:  # noqa: BLE001 - an exception here would reach the script; the host is gone or has hung up
            os._exit(EXIT_LOST_HOST)

    def _call(self, connection: socket.socket, call: str) -> str:
        ahead = self._ahead.pop(call, None)
        if ahead is not None:
            self._used.append(ahead[0])
            return ahead[1]
        connection.sendall(pack(f"C{self.used()}\n{call}"))
        self._own_next(SCRIPT_JOB)  # while the host is at work
        answer, *lines = receive(connection).split("\n")
        self.take_ahead(lines)
        return answer[1:]


def serve(connection: socket.socket, link: Link, missing_layers: str) -> None:
    """Answer jobs until the host hangs up: with the contexts that the link has ready, then with new ones."""
    link.connect(connection)
    connection.sendall(pack("H" + missing_layers))
    spent: list[Context] = []
    room_bytes = SPENT_ROOM_BYTES
    kind = SCRIPT_JOB
    while True:
        link.stand_by(kind)
        context, kind, memory_bytes = _run_one(connection, link)
        if memory_bytes <= min(room_bytes, SPENT_CONTEXT_BYTES):
            room_bytes -= memory_bytes
            spent.append(context)


def _run_one(connection: socket.socket, link: Link) -> tuple[Context, str, int]:
    """One job, from its frame to its result's: the context that it had, its kind, the memory that it left in use."""
    header, job, *ahead = receive(connection).split("\n")
    kind = header[0]
    context = link.context_for(kind)
    link.take_ahead(ahead)
    memory_bytes, stack_bytes, max_promise_jobs, max_module_depth = map(int, header[1:].split(","))
    link.memory_left = lambda: max(0, memory_bytes - context.memory_bytes())
    link.linker.texts = []
    try:
        if max_module_depth:
            link.linker.limit(memory_bytes, stack_bytes)
            job = link.linker.link(job, link.ask_module, max_module_depth)
        result = context.run(job, memory_bytes, stack_bytes, max_promise_jobs)
        if PLAIN in result:
            result = with_names(result, link.linker.texts or [_text_of(job)], link.prelude.functions)
    except Failed as failed:
        result = failed.text
    link.memory_left = lambda: 0
    used_bytes = context.memory_bytes()
    connection.sendall(pack(f"R{used_bytes},{link.used()}\n{result}"))
    return context, kind, used_bytes


def _text_of(job_text: str) -> Text:
    """The script of a job without modules."""
    job = json.loads(job_text)
    return Text(job["source"], [Part(*part) for part in job.get("parts", [])] or [Part(1, job["file"], 1, 0)])
