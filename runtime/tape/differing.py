"""Two JSON values beside each other: what differs, each with the path of its value."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeAlias

Path: TypeAlias = tuple[str | int, ...]


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


NOTHING: Final = _Nothing()
"""In the place of a value that is not there, on either side."""


class Difference(NamedTuple):
    """One value that was other ``then`` than ``now``; either side may be ``NOTHING``."""

    path: Path
    then: Any
    now: Any


def differences(then: Any, now: Any, path: Path = ()) -> Iterator[Difference]:
    """All of them, in the order of the earlier value. 1 is 1.0, and true is not 1; the order of keys does not count."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in [*then, *(key for key in now if key not in then)]:
            yield from differences(then.get(key, NOTHING), now.get(key, NOTHING), (*path, key))
    elif isinstance(then, list) and isinstance(now, list):
        for index in range(max(len(then), len(now))):
            yield from differences(_at(then, index), _at(now, index), (*path, index))
    elif then is not now and (isinstance(then, bool) is not isinstance(now, bool) or then != now):
        yield Difference(path, then, now)


def same(then: Any, now: Any) -> bool:
    """Whether two JSON values are the same."""
    return next(differences(then, now), None) is None


def _at(items: list[Any], index: int) -> Any:
    return items[index] if index < len(items) else NOTHING
