"""``funnelscript replay``: cases of scripts, done again, and what is different."""

import os
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import typer

from runtime.cli.options import environment

MAX_JOBS = 64

Format = Literal["text", "github"]


class Wishes(NamedTuple):
    """What the options say."""

    expression: str | None
    stop_early: bool
    update: bool
    report: Path | None
    output: Format
    jobs: int


def replay(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH…", help="Folders, case files, or scripts that have one. Default: this folder."),
    ] = None,
    *,
    expression: Annotated[
        str | None, typer.Option("-k", metavar="EXPR", help="Only cases whose names fit, as 'first and not page'.")
    ] = None,
    stop: Annotated[bool, typer.Option("-x", help="Stop at the first case that is not as expected.")] = False,
    write: Annotated[bool, typer.Option("--update", help="Write what came into the case files.")] = False,
    report: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write a JUnit report.")] = None,
    output: Annotated[Format, typer.Option("--format", help="For people, or for GitHub's annotations.")] = "text",
    jobs: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=MAX_JOBS, help="So many side by side. Default: one a core.")
    ] = None,
) -> int:
    """Do the cases that stand beside scripts, and show what is not as expected (exit status 1)."""
    from runtime.cli.replaying import replay_cases

    environment()
    jobs = jobs or min(MAX_JOBS, len(os.sched_getaffinity(0)))
    return replay_cases(paths or ["."], Wishes(expression, stop, write, report, output, jobs))
