"""``funnelscript case``: a test case made of a tape."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli import terminal
from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.opening import open_runtime
from runtime.cli.options import environment
from runtime.cli.tapes import tape_in
from runtime.cli.terminal import visible

CASE_ENDING = ".case.yaml"
PRIVATE_STORE = "sqlite://"
"""The case is done on a store of its own; the runtime's is never used."""


def case(
    tape: Annotated[str, typer.Argument(metavar="TAPE", help="The tape, as run --tape writes it.")],
    *,
    output: Annotated[
        Path | None, typer.Option("-o", metavar="FILE", help="Write the case to this file. Default: print it.")
    ] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="What the case is called.")] = None,
) -> int:
    """Make a test case of a tape, with stand-ins in the place of personal data."""
    from runtime.placed_yaml import FileUnreadable
    from runtime.tape.case_file import case_text

    environment()
    if output is not None and not output.name.endswith(CASE_ENDING):
        raise CommandFailed(ExitStatus.USAGE, f"-o: a case file is called *{CASE_ENDING} (got {str(output)!r})")
    if output is not None and output.exists():
        raise CommandFailed(ExitStatus.USAGE, f"-o: {output} is there already; a case is not written over another")
    made_of = tape_in(tape)
    file = f"{Path(made_of.file).name.partition('.')[0]}{CASE_ENDING}" if output is None else output.name
    with open_runtime(PRIVATE_STORE) as runtime:
        try:
            text = case_text(runtime, made_of, file, name)
        except FileUnreadable as error:
            raise CommandFailed(ExitStatus.USAGE, f"{tape}: no case can be made of it: {error.problem}") from error
    if output is None:
        terminal.write_text(text)
        return ExitStatus.OK
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandFailed(ExitStatus.USAGE, f"-o: {output}: {(error.strerror or str(error)).lower()}") from error
    terminal.write_text(f"{visible(str(output))}: 1 case\n")
    return ExitStatus.OK
