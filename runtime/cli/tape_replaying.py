"""Tapes on the command line: each done again, or another script in its place; told of one by one, and counted."""

import textwrap
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.console import RenderableType
from rich.text import Text

from runtime.cli import terminal
from runtime.cli.github import result_annotation
from runtime.cli.present import counted
from runtime.cli.replay import Wishes
from runtime.cli.replay_progress import noted, progress
from runtime.cli.tape_lines import Told, script_told, told
from runtime.cli.terminal import visible
from runtime.replay.reporting import WIDTH, Result
from runtime.replay.suite import side_by_side
from runtime.runtime import Runtime
from runtime.tape.model import Tape
from runtime.tape.offline import CallPlace
from runtime.tape.replaying import TapeVerdict, replay_tape
from runtime.tape.what_if import ScriptVerdict, try_script

AS_RECORDED = ("same", "cut_off")
"""Verdicts that are no difference."""
_STYLES = {"same": "green", "differs": "red", "changed": "yellow", "unanswered": "red", "cut off": "yellow"}


class TapeTask(NamedTuple):
    """A tape to do again; ``script``, the source and file of another one to run in the place of its own."""

    file: str
    tape: Tape
    script: tuple[str, str] | None

    @property
    def name(self) -> str:
        """The file of the script that runs."""
        return self.tape.file if self.script is None else self.script[1]


class ReplayedTape(NamedTuple):
    """What came of a tape."""

    task: TapeTask
    seconds: float
    verdict: TapeVerdict | ScriptVerdict

    @property
    def is_as_recorded(self) -> bool:
        """Whether the run was the same, as far as the tape goes."""
        return self.verdict.verdict in AS_RECORDED


def replay_tapes(tasks: Sequence[TapeTask], wishes: Wishes) -> list[ReplayedTape]:
    """Do them, and tell of each when it is done."""
    replayed: list[ReplayedTape] = []
    with progress(len(tasks)) as (advance, tell):
        came = side_by_side(_replay, tasks, wishes.jobs, lambda one: wishes.stop_early and not one.is_as_recorded)
        for one in noted(came, replayed, advance):
            tell(*(_lines(one) if wishes.output == "text" else _annotations(one)))
    return replayed


def tape_result(one: ReplayedTape) -> Result:
    """What came of a tape, for machines. With another script, the place to look at is that script's."""
    task, place = one.task, _place_in_other_script(one)
    file = task.file if task.script is None else task.script[1]
    difference = None if one.is_as_recorded else _text(_told(one, WIDTH))
    return Result(task.file, task.name, file, None if place is None else place.line, one.seconds, difference)


def tape_summary(tasks: Sequence[TapeTask], replayed: Sequence[ReplayedTape]) -> Text:
    """How many tapes there were, and what came of them."""
    found = Counter(one.verdict.verdict.replace("_", " ") for one in replayed)
    parts = [f"{count:,} {word}" for word, count in found.items()]
    parts += [f"{len(tasks) - len(replayed):,} not done"] if len(replayed) < len(tasks) else []
    return Text(f"{counted(len(tasks), 'tape')}: {', '.join(parts)}")


def _replay(runtime: Runtime, task: TapeTask) -> ReplayedTape:
    start_seconds = time.perf_counter()
    verdict = replay_tape(runtime, task.tape) if task.script is None else try_script(runtime, task.tape, *task.script)
    return ReplayedTape(task, time.perf_counter() - start_seconds, verdict)


def _told(one: ReplayedTape, width_cells: int) -> Told:
    if isinstance(one.verdict, TapeVerdict):
        return told(one.task.tape, one.verdict, width_cells)
    source, file = one.task.script or ("", "")
    return script_told(source, file, one.verdict, width_cells)


def _lines(one: ReplayedTape) -> Iterator[RenderableType]:
    word, more, details = _told(one, terminal.width_cells())
    more = f"  {more}" if more else ""
    yield Text.assemble((f"{word:<10}", _STYLES[word]), "  ", visible(one.task.file), (more, "dim"))
    yield from details


def _annotations(one: ReplayedTape) -> Iterator[Text]:
    if not one.is_as_recorded:
        yield Text(visible(result_annotation(tape_result(one))))


def _text(said: Told) -> str:
    details = textwrap.dedent(terminal.plain(said.details, WIDTH))
    return f"{said.more}\n{details}".strip("\n")


def _place_in_other_script(one: ReplayedTape) -> CallPlace | None:
    """Of the first call by which another script does otherwise, where it is in that script's own file."""
    if isinstance(one.verdict, TapeVerdict) or one.task.script is None:
        return None
    calls = [one.verdict.unanswered, *(change.now for change in one.verdict.changes)]
    places = [call.place for call in calls if call is not None and call.place is not None]
    return next((place for place in places if place.file == one.task.script[1]), None)
