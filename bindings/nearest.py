"""The nearest known name, for messages about one that is unknown.

A script decides both sides of the comparison, so it is bounded: names that share most letters and pairs of letters are
sought first, which is cheap, and only a few of them are compared in earnest. At most about 2 ms.
"""

from collections.abc import Iterable
from difflib import SequenceMatcher
from heapq import nlargest
from itertools import islice

from bindings.problems import printable

MAX_COMPARED_NAMES = 200
MAX_COMPARED_CHARACTERS = 40
MAX_LISTED_NAMES = 5

_IN_EARNEST = 3
_LEAST_LIKENESS = 0.6


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, whatever its letter case; None where nothing is near.

    Only the first 200 known names are compared, and only names of at most 40 characters.
    """
    if len(name) > MAX_COMPARED_CHARACTERS:
        return None
    compared = [one for one in islice(known, MAX_COMPARED_NAMES) if len(one) <= MAX_COMPARED_CHARACTERS]
    parts = _parts(name)
    promising = nlargest(_IN_EARNEST, compared, key=lambda one: _shared(parts, _parts(one)))
    return max(
        (one for one in promising if _likeness(name, one) >= _LEAST_LIKENESS),
        key=lambda one: _likeness(name, one),
        default=None,
    )


def _parts(name: str) -> set[str]:
    """The letters and the pairs of neighbouring letters, its ends included."""
    folded = f" {name.casefold()} "
    return {folded[at : at + size] for size in (1, 2) for at in range(len(folded) - 1)}


def _shared(some: set[str], others: set[str]) -> float:
    return len(some & others) / len(some | others)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio()


def hint(name: str, known: tuple[str, ...], none_known: str) -> str:
    """How a message about an unknown name ends: the nearest one, else up to five known ones, else that none are."""
    near = nearest(name, known)
    if near is not None:
        return f", did you mean '{near}'?"
    if not known:
        return f" ({none_known})"
    listed = ", ".join(printable(one) for one in known[:MAX_LISTED_NAMES])
    return f" (known: {listed}{', …' if len(known) > MAX_LISTED_NAMES else ''})"
