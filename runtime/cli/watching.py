"""``funnelscript run --watch``: again on each save, until Ctrl-C."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from rich.console import RenderableType
from rich.text import Text
from watchfiles import Change, watch

from runtime.cli import terminal
from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.opening import read_source
from runtime.cli.planned import entry_report
from runtime.dry_run.plan import changed_entries
from storage.models import Entry
from storage.port import Store
from storage.queries import ListEntities, ListEntries, Scope

QUIET_MS = 50
"""How long nothing may change before it counts as saved: editors write in several steps."""
WAKE_MS = 100
"""How soon the watching has begun, and Ctrl-C is heard."""
MAX_ENTRIES = 10_000
"""Of so many, the newest, changes are told."""
CLEAR = "\x1b[2J\x1b[3J\x1b[H"


class Watched(NamedTuple):
    """A script or page, the folder of its modules, and the data in which it makes changes."""

    file: str
    modules: str | None
    store: Store
    brand: str

    def entries(self) -> dict[str, Entry]:
        """The brand's entries as they are now, by id."""
        query = ListEntries(slug=None, scope=Scope(every_reference=True), limit=MAX_ENTRIES)
        return {entry.id: entry for entry in self.store.query(self.brand, query).items}


def run_again_on_saves(watched: Watched, run: Callable[[str], object]) -> ExitStatus:
    """Run a source now and whenever it, or one of its modules, has been saved; then tell what changed in the data.

    A file that cannot be read is told of, and awaited. Folders are watched, not the file: editors put a new file in its
    place. Ctrl-C is how this ends, and no failure.
    """
    script = Path(watched.file).absolute()
    modules = None if watched.modules is None else Path(watched.modules).absolute()

    def counts(_: Change, path: str) -> bool:
        return Path(path) == script or (modules is not None and Path(path).is_relative_to(modules))

    saves = watch(
        *filter(None, (script.parent, modules)),
        watch_filter=counts,
        debounce=QUIET_MS,
        step=QUIET_MS,
        rust_timeout=WAKE_MS,
        yield_on_timeout=True,
    )
    try:
        next(saves)  # from here on no save is missed
        seen = _run(watched, run, watched.entries())
        for changes in filter(None, saves):
            _separate(sorted({Path(path).name for _, path in changes}))
            seen = _run(watched, run, seen)
    except KeyboardInterrupt:
        pass
    return ExitStatus.OK


def _run(watched: Watched, run: Callable[[str], object], seen: Mapping[str, Entry]) -> dict[str, Entry]:
    """Run it once; the entries as they are then."""
    try:
        run(read_source(watched.file))
    except CommandFailed as error:
        terminal.write(Text.assemble(("not run", "bold red"), f"  {terminal.visible(error.message)}"))
    now = watched.entries()
    terminal.write(*_changes(watched, seen, now))
    terminal.write(Text(f"\nwatching {terminal.visible(watched.file)}; Ctrl-C ends it", "dim"))
    return now


def _changes(watched: Watched, seen: Mapping[str, Entry], now: Mapping[str, Entry]) -> Iterator[RenderableType]:
    yield Text("\nChanges since the last run", "bold")
    changed = [*changed_entries(watched.store.query(watched.brand, ListEntities()), seen, now)]
    if not changed:
        yield Text("  none", "dim")
    for entry in changed:
        yield from entry_report(entry)


def _separate(names: list[str]) -> None:
    """A clear screen on a terminal, else a line, so that a log of it can be read."""
    if sys.stdout.isatty():
        terminal.write_text(CLEAR)
    else:
        terminal.write(Text(f"\n--- {terminal.visible(', '.join(names))} ---\n"))
