"""Where time goes: each moment is counted for the innermost of the functions that are timed."""

import functools
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

NS_PER_US = 1e3


class Spans:
    """Microseconds by label, of one thread. A timed call costs about 0.5 µs, most of it counted for its caller."""

    def __init__(self) -> None:
        self._spent_ns: dict[str, int] = {}
        self._stack: list[str] = []
        self._label = ""
        self._mark_ns = perf_counter_ns()

    def enter(self, label: str) -> None:
        """From now on time is this label's."""
        self._count()
        self._stack.append(self._label)
        self._label = label

    def leave(self) -> None:
        """Time is its caller's again."""
        self._count()
        self._label = self._stack.pop()

    @property
    def label(self) -> str:
        """Whose time it is now."""
        return self._label

    def take(self) -> dict[str, float]:
        """All since this was asked last."""
        self._count()
        spent_us = {label: spent_ns / NS_PER_US for label, spent_ns in self._spent_ns.items() if label}
        self._spent_ns.clear()
        return spent_us

    def timed(self, function: Callable[..., Any], label: str | Callable[[], str]) -> Callable[..., Any]:
        """The function, its time counted under a label; a callable says which with each call."""

        @functools.wraps(function)
        def wrapped(*arguments: Any, **options: Any) -> Any:
            self.enter(label if isinstance(label, str) else label())
            try:
                return function(*arguments, **options)
            finally:
                self.leave()

        return wrapped

    def patch(self, owner: Any, name: str, label: str | Callable[[], str]) -> None:
        """Time what an object, class or module calls by that name from now on."""
        setattr(owner, name, self.timed(getattr(owner, name), label))

    def _count(self) -> None:
        now_ns = perf_counter_ns()
        self._spent_ns[self._label] = self._spent_ns.get(self._label, 0) + now_ns - self._mark_ns
        self._mark_ns = now_ns
