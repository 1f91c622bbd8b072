"""Cases on the command line: done, told of file by file, and counted."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from runtime.cli import terminal
from runtime.cli.github import result_annotation
from runtime.cli.present import counted
from runtime.cli.replay import Wishes
from runtime.cli.replay_progress import noted, progress
from runtime.replay.reporting import case_result, place_of
from runtime.replay.running import Replayed
from runtime.replay.suite import Task, replay_case, side_by_side
from runtime.replay.updating import update
from runtime.replay.wording import difference_lines


def replay_cases(tasks: Sequence[Task], wishes: Wishes) -> list[Replayed]:
    """Do them, and tell of each file when it is done."""
    replayed: list[Replayed] = []
    with progress(len(tasks)) as (advance, tell):
        came = side_by_side(replay_case, tasks, wishes.jobs, lambda one: wishes.stop_early and not one.is_as_expected)
        for file, ones in groupby(noted(came, replayed, advance), lambda one: one.read.file):
            tell(*_file_lines(file, list(ones), wishes))
    return replayed


def updated_lines(replayed: Sequence[Replayed]) -> Iterator[Text]:
    """Write what came into the case files, and tell of each."""
    for file, ones in groupby(replayed, lambda one: one.read.file):
        changed = [*ones]
        if update(changed):
            count = sum(bool(one.differences) for one in changed)
            yield Text.assemble(("updated", "bold yellow"), f"  {terminal.visible(file)} · {counted(count, 'case')}")


def case_summary(tasks: Sequence[Task], replayed: Sequence[Replayed], wishes: Wishes) -> Text:
    """How many cases there were, and what came of them."""
    files = len({task.read.file for task in tasks})
    well = sum(one.is_as_expected for one in replayed)
    differing, unusable = (
        sum(bool(one.differences) for one in replayed),
        sum(one.problem is not None for one in replayed),
    )
    parts = [f"{well:,} as expected"]
    parts += [f"{differing:,} {'updated' if wishes.update else 'different'}"] if differing else []
    parts += [f"{unusable:,} unusable"] if unusable else []
    parts += [f"{len(tasks) - len(replayed):,} not done"] if len(replayed) < len(tasks) else []
    return Text(f"{counted(len(tasks), 'case')} in {counted(files, 'file')}: {', '.join(parts)}")


def _file_lines(file: str, ones: list[Replayed], wishes: Wishes) -> Iterator[RenderableType]:
    if all(one.is_as_expected for one in ones):
        if wishes.output == "text":
            yield Text.assemble(("ok", "bold green"), f"  {terminal.visible(file)} · {counted(len(ones), 'case')}")
        return
    for one in ones:
        if one.is_as_expected or (wishes.update and one.problem is None):
            continue
        if wishes.output == "github":
            yield Text(terminal.visible(result_annotation(case_result(one))))
        else:
            yield from _case_lines(one)


def _case_lines(one: Replayed) -> Iterator[Text]:
    if one.problem is not None:
        yield Text.assemble(("unusable", "bold red"), f"  {terminal.visible(str(one.problem))}")
        return
    place = f"{one.read.file}:{place_of(one)[0]}"
    yield Text.assemble(("different", "bold red"), f"  {terminal.visible(f'{place} · {one.case.name}')}")
    for found in one.differences:
        for line in difference_lines(found, terminal.width_cells() - 2):
            yield Text(f"  {terminal.visible(line)}", _style(line))


def _style(line: str) -> str:
    return {"  - ": "red", "  + ": "green"}.get(line[:4], "")
