"""``funnelscript dead-letters``: the writes that could not be applied."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from bindings.times import iso_time
from runtime.cli import terminal
from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.options import JsonOption
from runtime.cli.queues import QueueOption, connected, queue_url

if TYPE_CHECKING:
    from workers.dead_letters import DeadLetters, Letter

dead_letters = typer.Typer(
    name="dead-letters", help="Look at, retry or drop what could not be applied.", no_args_is_help=True
)

IdsArgument = Annotated[list[str] | None, typer.Argument(metavar="ID…", help="The dead letters, by id.")]
AllOption = Annotated[bool, typer.Option("--all", help="All of them.")]


@dead_letters.command("list")
def list_letters(*, queue: QueueOption = None, as_json: JsonOption = False) -> int:
    """List them, the oldest first."""
    from workers.dead_letters import DeadLetters

    with connected(queue_url(queue)) as connection:
        letters = DeadLetters(connection).all()
    if as_json:
        terminal.write_text(json.dumps([{"id": one.id, **one.record} for one in letters], indent=2) + "\n")
    else:
        terminal.write(*_lines(letters))
    return ExitStatus.OK


@dead_letters.command()
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The dead letter.")], *, queue: QueueOption = None
) -> int:
    """Print one, its payload included, as JSON."""
    from workers.dead_letters import DeadLetters

    with connected(queue_url(queue)) as connection:
        letter = DeadLetters(connection).get(id_)
    if letter is None:
        raise _missing(id_)
    terminal.write_text(json.dumps({"id": letter.id, **letter.record}, indent=2) + "\n")
    return ExitStatus.OK


@dead_letters.command()
def retry(ids: IdsArgument = None, *, every: AllOption = False, queue: QueueOption = None) -> int:
    """Hand them in as new writes, of now."""
    from bindings.codec import WriteMalformed

    def one(letters: "DeadLetters", id_: str) -> bool:
        try:
            return letters.retry(id_)
        except WriteMalformed as error:
            raise CommandFailed(ExitStatus.UNAVAILABLE, f"{id_} cannot be tried again: {error}") from error

    return _each(ids, every, queue, one, lambda letter: letter.kind == "write")


@dead_letters.command()
def drop(ids: IdsArgument = None, *, every: AllOption = False, queue: QueueOption = None) -> int:
    """Delete them."""
    return _each(ids, every, queue, lambda letters, id_: letters.drop(id_), lambda _: True)


def _each(
    ids: list[str] | None,
    every: bool,
    queue: str | None,
    act: "Callable[[DeadLetters, str], bool]",
    fits: "Callable[[Letter], bool]",
) -> int:
    """Do something with each that was named, or with all that are fit for it; says how many there were."""
    from workers.dead_letters import DeadLetters

    if bool(ids) == every:
        raise CommandFailed(ExitStatus.USAGE, "name dead letters by their ids, or say --all")
    with connected(queue_url(queue)) as connection:
        letters = DeadLetters(connection)
        chosen = ids or [letter.id for letter in letters.all() if fits(letter)]
        for id_ in chosen:
            if not act(letters, id_) and not every:
                raise _missing(id_)
    terminal.write_text(f"{len(chosen)} done\n")
    return ExitStatus.OK


def _missing(id_: str) -> CommandFailed:
    return CommandFailed(ExitStatus.USAGE, f"no dead letter has the id {id_!r} (see funnelscript dead-letters list)")


def _lines(letters: "list[Letter]") -> Iterator[RenderableType]:
    if not letters:
        yield Text("no dead letters")
    for one in letters:
        what = [one.kind, *(str(one.record[name]) for name in ("brand", "function") if name in one.record)]
        reference = one.record.get("reference")
        if isinstance(reference, list):
            what.append(":".join(map(str, reference)))
        line = " · ".join([iso_time(one.failed_at_ms), *what])
        yield Text.assemble((terminal.visible(one.id), "bold"), "  ", terminal.visible(line))
        yield Text(f"  {terminal.visible(one.error)}", "red")
