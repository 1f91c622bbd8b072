"""``funnelscript repl``: one session at a prompt, for one visitor."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from runtime.cli import present, terminal
from runtime.cli.exits import ExitStatus
from runtime.cli.opening import open_runtime
from runtime.cli.options import DEFAULT_BRAND, BrandOption, StoreOption, build, environment
from runtime.cli.queues import QueueOption
from runtime.cli.run import SESSION_OPTIONS, customer_entries
from runtime.record import RunError, RunResult
from runtime.session import Session

if TYPE_CHECKING:
    from runtime.authoring.prompt import Told
    from runtime.runtime import Runtime

PROMPT, GOES_ON = "> ", "… "
HELP = """\
A line is JavaScript, run at once for the visitor, with all that a script finds; what it declares stays.
  .entries  what the store holds of the visitor
  .help     this
  .exit     end, as does Ctrl-D
"""
_WORDS = (".entries", ".help", ".exit")
_ELSEWHERE = {"exit": ".exit", "quit": ".exit", "help": ".help"}
"""What other prompts call it."""


def repl(
    *,
    brand: BrandOption = DEFAULT_BRAND,
    customer: Annotated[str | None, typer.Option(metavar="ID", help="The visitor's customer id.")] = None,
    email: Annotated[str | None, typer.Option(metavar="EMAIL", help="The visitor's e-mail address.")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="The visitor's name.")] = None,
    store: StoreOption = None,
    queue: QueueOption = None,
) -> int:
    """Try lines of a script, one after another, for one visitor."""
    settings = environment()
    who = {"brand": brand, "customer_id": customer, "email": email, "name": name}
    session = build(Session, SESSION_OPTIONS, who)
    store_url, queue_url = settings.store if store is None else store, settings.queue if queue is None else queue
    with open_runtime(store_url, queue_url, own_queue=True) as runtime:
        Conversation(runtime, session).hold()
        runtime.finish_deferred_writes()
    return ExitStatus.OK


class Conversation:
    """A person's lines and what came of them, over as many runs as it takes."""

    def __init__(self, runtime: "Runtime", session: Session) -> None:
        self._runtime = runtime
        self._session = session
        self._source = ""
        self._ends = False
        self._shown_logs = 0
        self._read_line = _reader(runtime, session)

    def hold(self) -> None:
        """Until the person ends it."""
        from runtime.authoring.prompt import run_session

        while not self._ends:
            self._shown_logs = 0
            try:
                result = run_session(self._runtime, self._session, self._next)
            except KeyboardInterrupt:
                terminal.write(Text("interrupted: what was declared is gone", "yellow"))
                continue
            self._follow(result)
            if not self._ends:
                terminal.write(*self._why(result))

    def _next(self, told: "Told") -> str | None:
        terminal.write(*self._shown(told))
        self._shown_logs += len(told.logs)
        while True:
            source = self._source_of_a_person()
            if source is None or source.strip() == ".exit":
                self._ends = True
                return None
            if source.strip().startswith("."):
                self._obey(source.strip())
            elif source.strip():
                self._source = source
                return source

    def _source_of_a_person(self) -> str | None:
        """A line, with those that it goes on in. Ctrl-C drops what was typed."""
        from runtime.authoring.prompt import is_open

        lines: list[str] = []
        while True:
            try:
                line = self._read_line(GOES_ON if lines else PROMPT)
            except KeyboardInterrupt:
                return ""
            if line is None:
                return "\n".join(lines) if lines else None
            lines.append(line)
            source = "\n".join(lines)
            if source.startswith(".") or not is_open(source):
                return source

    def _shown(self, told: "Told") -> Iterator[RenderableType]:
        yield from map(present.log_line, told.logs)
        yield from map(present.warning_line, told.warnings)
        if told.value is not None:
            yield Text(terminal.visible(told.value, keep="\n"), "cyan")
        if told.error is not None:
            yield from self._error(told.error)
            if told.error.name == "ReferenceError" and (word := self._word_meant()) is not None:
                yield Text(f"here it is {word}", "yellow")

    def _word_meant(self) -> str | None:
        return _ELSEWHERE.get(self._source.strip().rstrip(";").removesuffix("()"))

    def _error(self, error: RunError) -> Iterator[RenderableType]:
        yield from present.error_lines(error, self._source, terminal.width_cells())

    def _why(self, result: RunResult) -> Iterator[RenderableType]:
        """Why the script ended before the person did."""
        yield from map(present.log_line, result.logs[self._shown_logs :])
        answer = present.answer_values(result)
        if answer:
            yield present.values_table(answer)
        if result.error is not None:
            yield from self._error(result.error)
        yield Text("the script ended here: what was declared is gone", "yellow")

    def _follow(self, result: RunResult) -> None:
        """The next script has the visitor that this one left."""
        if result.customer_id is not None:
            self._session = self._session.model_copy(update={"customer_id": result.customer_id})

    def _obey(self, word: str) -> None:
        if word == ".entries":
            customer_id = self._session.customer_id
            if customer_id is None:
                terminal.write(Text("the visitor is nobody: say --customer"))
            else:
                terminal.write(*customer_entries(self._runtime.store, self._session.brand, customer_id))
        else:
            unknown = "" if word == ".help" else f"no such word: {terminal.visible(word)}\n"
            terminal.write_text(unknown + HELP)


def _reader(runtime: "Runtime", session: Session) -> Callable[[str], str | None]:
    """How a line is read: with history and completion at a terminal, plainly from a pipe."""
    if not sys.stdin.isatty():
        return lambda _prompt: _plain_line()
    prompt = _prompt_session(runtime, session)
    who = session.customer_id or session.email or session.name or "nobody"
    terminal.write(Text(terminal.visible(f"brand {session.brand} · the visitor is {who} · .help, .exit"), "dim"))

    def read(text: str) -> str | None:
        try:
            return str(prompt.prompt(text))
        except EOFError:
            return None

    return read


def _plain_line() -> str | None:
    line = sys.stdin.readline()
    return line.rstrip("\n") if line else None


def _prompt_session(runtime: "Runtime", session: Session) -> Any:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer, Completion
    from prompt_toolkit.history import FileHistory

    from runtime.authoring.completing import completions
    from storage.queries import ListEntities

    class _Completer(Completer):
        def get_completions(self, document: Any, complete_event: Any) -> Iterator[Completion]:  # noqa: ARG002
            before = document.text_before_cursor
            if before.startswith("."):
                yield from (Completion(word, -len(before)) for word in _WORDS if word.startswith(before))
                return
            entities = runtime.store.query(session.brand, ListEntities())
            for one in completions(before, entities):
                yield Completion(one.text, -one.replaced, display_meta=one.meaning)

    return PromptSession(history=FileHistory(str(_history())), completer=_Completer(), complete_while_typing=False)


def _history() -> Path:
    """One file of the user's own; lines may hold customers' data."""
    base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    folder = base / "funnelscript"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "history"
    path.touch(mode=0o600)
    return path
