"""The nearest known name, for messages about one that is unknown."""

from collections.abc import Iterable
from difflib import get_close_matches

from bindings.problems import printable

MAX_COMPARED_NAMES = 500
MAX_COMPARED_CHARACTERS = 64
MAX_LISTED_NAMES = 5


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, whatever its letter case; None where nothing is near.

    Bounded: only the first 500 known names are compared, and only a name of at most 64 characters.
    """
    if len(name) > MAX_COMPARED_CHARACTERS:
        return None
    by_folded = {one.casefold(): one for one, _ in zip(known, range(MAX_COMPARED_NAMES), strict=False)}
    found = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def hint(name: str, known: tuple[str, ...], none_known: str) -> str:
    """How a message about an unknown name ends: the nearest one, else up to five known ones, else that none are."""
    near = nearest(name, known)
    if near is not None:
        return f", did you mean '{near}'?"
    if not known:
        return f" ({none_known})"
    listed = ", ".join(printable(one) for one in known[:MAX_LISTED_NAMES])
    return f" (known: {listed}{', …' if len(known) > MAX_LISTED_NAMES else ''})"
