"""What came of a tape, in words: of one done again, or of another script in its place."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from runtime.cli.present import counted, indented, marked_line, value_text
from runtime.cli.terminal import visible
from runtime.differing import NOTHING, Difference
from runtime.tape.model import Tape
from runtime.tape.offline import CallDifference, CallPlace
from runtime.tape.replaying import TapeVerdict, shown_path
from runtime.tape.what_if import EffectChange, ScriptVerdict
from storage.models import Json


class Told(NamedTuple):
    """What a verdict is for people: a word, what stands behind it on its line, and lines below."""

    word: str
    more: str
    details: list[RenderableType]


def told(tape: Tape, verdict: TapeVerdict, width_cells: int) -> Told:
    """What came of a tape that was done again."""
    calls, details = counted(len(tape.calls), "call"), []
    more = calls
    if verdict.verdict == "cut_off":
        more = f"the same for {calls}; the tape has no more: {tape.cut_off}"
    elif verdict.call is not None:
        more = f"call {verdict.call.number} of {len(tape.calls)}{_at(verdict.call)}"
        details = [*_call(verdict.call, tape, width_cells)]
    elif verdict.outcome:
        more, details = f"the same {calls}, but not what came of them", [indented(_table(verdict.outcome))]
    return Told(verdict.verdict.replace("_", " "), more, details)


def script_told(source: str, file: str, verdict: ScriptVerdict, width_cells: int) -> Told:
    """What another script would have done in the place of a tape's."""
    missing, more = verdict.unanswered, ""
    details: list[RenderableType] = []
    if missing is not None:
        more = f"not on the tape: {missing.name}{_place(missing.place)}"
        details += [indented(_arguments(missing.arguments)), *_marked(missing.place, source, file, width_cells)]
    for change in verdict.changes:
        if missing is None or change.now != missing:
            details += _effect(change)
    if verdict.outcome:
        details.append(indented(_table(verdict.outcome)))
    return Told(verdict.verdict, more, details)


def _effect(change: EffectChange) -> Iterator[RenderableType]:
    then, now = change.then, change.now
    if now is None:
        if then is not None:
            yield indented(Text.assemble(("-", "red"), f" {then.name} ", visible(value_text(then.arguments))))
    elif then is None:
        yield indented(
            Text.assemble(("+", "green"), f" {now.name} ", visible(value_text(now.arguments)), _place(now.place))
        )
    else:
        yield indented(Text.assemble(("~", "yellow"), f" {now.name}{_place(now.place)}"))
        yield indented(_table(change.differences), 2)


def _call(call: CallDifference, tape: Tape, width_cells: int) -> Iterator[RenderableType]:
    then, now = call.then, call.now
    if then is not None and now is not None and then.name == now.name:
        yield indented(Text(now.name))
        yield indented(_table(call.differences), 2)
    else:
        for word, one in (("then", then), ("now ", now)):
            what = "no more calls" if one is None else f"{one.name} {value_text(one.arguments)}"
            yield indented(Text.assemble((word, "bold"), f"  {visible(what, keep=chr(10))}"))
    if call.again is not None:
        yield indented(Text(f"the call made now is call {call.again} on the tape"))
    if now is not None:
        yield from _marked(now.place, tape.source, tape.file, width_cells)


def _marked(place: CallPlace | None, source: str, file: str, width_cells: int) -> Iterator[RenderableType]:
    if place is not None and place.file == file:
        yield from marked_line(source, place.line, place.column, width_cells)


def _table(differences: Iterable[Difference]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", overflow="fold")
    table.add_column(overflow="fold")
    for one in differences:
        change = f"{_side(one.expected)} -> {_side(one.came)}"
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
