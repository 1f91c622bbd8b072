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
    """One value that came otherwise than it was expected, or recorded; either side may be ``NOTHING``."""

    path: Path
    expected: Any
    came: Any


def differences(expected: Any, came: Any, path: Path = (), whatever: str | None = None) -> Iterator[Difference]:
    """All of them, in the order of what was expected, under ``path``.

    1 is 1.0, and true is not 1; the order of keys does not count. ``whatever`` is expected where anything may come.
    """
    if whatever is not None and expected == whatever and came is not NOTHING:
        return
    if isinstance(expected, dict) and isinstance(came, dict):
        for key in [*expected, *(key for key in came if key not in expected)]:
            yield from differences(expected.get(key, NOTHING), came.get(key, NOTHING), (*path, key), whatever)
    elif isinstance(expected, list) and isinstance(came, list):
        for index in range(max(len(expected), len(came))):
            yield from differences(item(expected, index), item(came, index), (*path, index), whatever)
    elif expected is not came and (isinstance(expected, bool) is not isinstance(came, bool) or expected != came):
        yield Difference(path, expected, came)


def same(expected: Any, came: Any, whatever: str | None = None) -> bool:
    """Whether two JSON values are the same."""
    return next(differences(expected, came, (), whatever), None) is None


def item(items: list[Any], index: int) -> Any:
    """An item of a list, or ``NOTHING`` behind its end."""
    return items[index] if index < len(items) else NOTHING
