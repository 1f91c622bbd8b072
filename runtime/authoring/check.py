"""What can be told of a script without running it: syntax, unknown names and properties, malformed calls, and with a
brand's entities, slugs, keys, stages and options that it does not have.
"""

from collections.abc import Iterator, Sequence

from runtime.authoring.calls import Call, calls
from runtime.authoring.definitions import undefined, world_of
from runtime.authoring.names import dropped_changes, unknown_members, unknown_names
from runtime.authoring.syntax import Finding, Parsed
from runtime.pages.blocks import take_apart
from runtime.pages.folders import PAGE_ENDINGS
from runtime.script import Script, script_of_blocks
from storage.models import Entity


def check_file(text: str, file: str, entities: Sequence[Entity] | None = None) -> list[Finding]:
    """What is wrong with a script, or with a page's backend blocks, in the order of the source.

    ``entities`` are the brand's; with None, any slug is taken as known. Nothing is run.
    """
    if not file.lower().endswith(PAGE_ENDINGS):
        return check(Script(text, file), entities)
    page = take_apart(text)
    dropped = [
        Finding(place, "block_dropped", f"what looks like a backend block {why}; it is not run")
        for place, why in page.dropped
    ]
    found = check(script_of_blocks(page.blocks, file), entities) if page.blocks else []
    return sorted([*dropped, *found], key=lambda finding: finding.place)


def check(script: Script, entities: Sequence[Entity] | None = None) -> list[Finding]:
    """The same for one script. What is no JavaScript is all that is said of one that has some of it."""
    parsed = Parsed(script)
    broken = list(parsed.syntax_problems())
    return broken or sorted(_findings(parsed, entities), key=lambda finding: finding.place)


def _findings(parsed: Parsed, entities: Sequence[Entity] | None) -> Iterator[Finding]:
    yield from unknown_names(parsed)
    yield from unknown_members(parsed)
    yield from dropped_changes(parsed)
    found = list(calls(parsed))
    yield from (one for one in found if isinstance(one, Finding))
    if entities is not None:
        made = [one for one in found if isinstance(one, Call)]
        world = world_of(entities, made)
        for call in made:
            yield from undefined(parsed, call, world)
