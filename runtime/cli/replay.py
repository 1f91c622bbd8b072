"""``funnelscript replay``: cases of scripts, and tapes, done again, and what is different."""

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
    script: Path | None


def replay(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH…", help="Folders, case files, scripts that have one, or tapes. Default: this folder."
        ),
    ] = None,
    *,
    expression: Annotated[
        str | None,
        typer.Option("-k", metavar="EXPR", help="Only those whose names fit, as 'first and not page'."),
    ] = None,
    stop: Annotated[bool, typer.Option("-x", help="Stop at the first that is not as expected.")] = False,
    write: Annotated[
        bool, typer.Option("--update", help="Write what came into the case files; not for tapes.")
    ] = False,
    report: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write a JUnit report.")] = None,
    output: Annotated[Format, typer.Option("--format", help="For people, or for GitHub's annotations.")] = "text",
    jobs: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=MAX_JOBS, help="So many side by side. Default: one a core.")
    ] = None,
    script: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Run this script on the tapes, and show what it would change.")
    ] = None,
) -> int:
    """Do the cases beside scripts, or what is on tapes, again, and show what is different (exit status 1)."""
    environment()
    from runtime.cli.replaying import replay_paths

    jobs = jobs or min(MAX_JOBS, len(os.sched_getaffinity(0)))
    return replay_paths(paths or ["."], Wishes(expression, stop, write, report, output, jobs, script))
