"""``funnelscript replay`` of tapes: each done again, or another script in its place; what is different, for people."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from runtime.cli import terminal
from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.opening import open_runtime, read_source
from runtime.cli.present import counted, marked_line, value_text
from runtime.cli.tapes import tape_in
from runtime.cli.terminal import visible
from runtime.tape.differing import NOTHING, Difference
from runtime.tape.files import ENDING
from runtime.tape.model import Tape
from runtime.tape.offline import CallDifference, CallPlace
from runtime.tape.replaying import TapeVerdict, replay_tape, shown_path
from runtime.tape.what_if import EffectChange, ScriptVerdict, try_script
from storage.models import Json

PRIVATE_STORE = "sqlite://"
"""A replay's runtime has one, and never uses it."""
INDENT = 2

_STYLES = {"same": "green", "differs": "red", "changed": "yellow", "unanswered": "red", "cut off": "yellow"}


def replay_tapes(paths: Sequence[str], script: Path | None) -> int:
    """Replay tapes, of folders all that are in them; with ``script``, run that on them. 1 where anything differs."""
    files = [*_files(paths)]
    if not files:
        raise CommandFailed(ExitStatus.USAGE, f"no tapes (*{ENDING}) in {', '.join(paths)}")
    source = None if script is None else read_source(str(script))
    tapes = [(file, tape_in(file)) for file in files]
    found: Counter[str] = Counter()
    with open_runtime(PRIVATE_STORE) as runtime:
        for file, tape in tapes:
            if script is None or source is None:
                verdict = replay_tape(runtime, tape)
                word = verdict.verdict.replace("_", " ")
                terminal.write(*_report(file, tape, word, verdict))
            else:
                tried = try_script(runtime, tape, source, str(script))
                word = tried.verdict
                terminal.write(*_script_report(file, word, tried, source, str(script)))
            found[word] += 1
    terminal.write(Text(f"\n{counted(len(tapes), 'tape')}: " + ", ".join(f"{n} {word}" for word, n in found.items())))
    return ExitStatus.OK if set(found) <= {"same", "cut off"} else ExitStatus.SCRIPT_FAILED


def _files(paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        if not path.endswith(ENDING) and not Path(path).is_dir():
            raise CommandFailed(ExitStatus.USAGE, f"{path}: no tape (*{ENDING}); tapes and cases are replayed apart")
        if Path(path).is_dir():
            yield from sorted(str(file) for file in Path(path).rglob(f"*{ENDING}"))
        else:
            yield path


def _report(file: str, tape: Tape, word: str, verdict: TapeVerdict) -> Iterator[RenderableType]:
    calls = counted(len(tape.calls), "call")
    if verdict.verdict == "cut_off":
        yield _headline(word, file, f"the same for {calls}; the tape has no more: {tape.cut_off}")
    elif verdict.call is not None:
        yield _headline(word, file, f"call {verdict.call.number} of {len(tape.calls)}{_at(verdict.call)}")
        yield from _call(verdict.call, tape)
    elif verdict.outcome:
        yield _headline(word, file, f"the same {calls}, but not what came of them")
        yield _indented(_table(verdict.outcome))
    else:
        yield _headline(word, file, calls)


def _script_report(file: str, word: str, verdict: ScriptVerdict, source: str, script: str) -> Iterator[RenderableType]:
    missing = verdict.unanswered
    if missing is None:
        yield _headline(word, file, "")
    else:
        more = f"not on the tape: {missing.name}{_place(missing.place)}"
        yield _headline(word, file, more)
        yield _indented(_arguments(missing.arguments))
        yield from _marked(missing.place, source, script)
    for change in verdict.changes:
        if missing is None or change.now != missing:
            yield from _effect(change)
    if verdict.outcome:
        yield _indented(_table(verdict.outcome))


def _effect(change: EffectChange) -> Iterator[RenderableType]:
    then, now = change.then, change.now
    if now is None:
        if then is not None:
            yield _indented(Text.assemble(("-", "red"), f" {then.name} ", visible(value_text(then.arguments))))
    elif then is None:
        yield _indented(
            Text.assemble(("+", "green"), f" {now.name} ", visible(value_text(now.arguments)), _place(now.place))
        )
    else:
        yield _indented(Text.assemble(("~", "yellow"), f" {now.name}{_place(now.place)}"))
        yield _indented(_table(change.differences), 2)


def _call(call: CallDifference, tape: Tape) -> Iterator[RenderableType]:
    then, now = call.then, call.now
    if then is not None and now is not None and then.name == now.name:
        yield _indented(Text(now.name))
        yield _indented(_table(call.differences), 2)
    else:
        for word, one in (("then", then), ("now ", now)):
            what = "no more calls" if one is None else f"{one.name} {value_text(one.arguments)}"
            yield _indented(Text.assemble((word, "bold"), f"  {visible(what, keep=chr(10))}"))
    if call.again is not None:
        yield _indented(Text(f"the call made now is call {call.again} on the tape"))
    if now is not None:
        yield from _marked(now.place, tape.source, tape.file)


def _marked(place: CallPlace | None, source: str, file: str) -> Iterator[RenderableType]:
    if place is not None and place.file == file:
        yield from marked_line(source, place.line, place.column, terminal.width_cells())


def _table(differences: Iterable[Difference]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", overflow="fold")
    table.add_column(overflow="fold")
    for one in differences:
        change = f"{_side(one.then)} -> {_side(one.now)}"
        table.add_row(Text(visible(shown_path(one.path) or "arguments")), Text(change))
    return table


def _arguments(arguments: Json) -> Text:
    return Text("" if arguments is None else value_text(arguments))


def _side(value: Json) -> str:
    return "nothing" if value is NOTHING else value_text(value)


def _at(call: CallDifference) -> str:
    return "" if call.now is None else _place(call.now.place)


def _place(place: CallPlace | None) -> str:
    return "" if place is None else f", at {visible(place.file)}:{place.line}:{place.column}"


def _headline(word: str, file: str, more: str) -> Text:
    return Text.assemble((f"{word:<10}", _STYLES[word]), "  ", visible(file), (f"  {more}" if more else "", "dim"))


def _indented(part: Text | Table, steps: int = 1) -> RenderableType:
    return Padding(part, (0, 0, 0, INDENT * steps), expand=False)
