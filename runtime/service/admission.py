"""Who may run now: a bounded number at a time, a bounded line behind them, a bounded wait in it.

What comes on top is refused at once, so that those who are let in keep their time; who is refused again and again waits
for it.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import NoReturn

from runtime.service.pacing import Pace
from runtime.service.refusals import Refused


class Admission:
    """Places for runs, first come first served. Belongs to one event loop."""

    def __init__(self, max_runs: int, max_waiting: int, max_wait_seconds: float, max_brand_runs: int) -> None:
        self._free = max_runs
        self._max_waiting = max_waiting
        self._max_wait_seconds = max_wait_seconds
        self._max_brand_runs = max_brand_runs
        self._line: deque[asyncio.Future[None]] = deque()
        self._of_brand: Counter[str] = Counter()
        self._pace = Pace()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._line)

    async def refuse_if_full(self) -> None:
        """Raise ``Refused`` (``busy``) where ``place`` would for any brand: asked before a request costs anything."""
        if self._free <= 0 and len(self._line) >= self._max_waiting:
            await self._refuse("busy", f"{len(self._line)} runs wait already")

    @asynccontextmanager
    async def place(self, brand: str) -> AsyncIterator[None]:
        """Hold a place while the block runs. Raises ``Refused``: ``too_many_runs`` of the brand, or ``busy``."""
        if self._of_brand[brand] >= self._max_brand_runs:
            await self._refuse("too_many_runs", f"the brand has {self._max_brand_runs} runs at work or waiting already")
        await self.refuse_if_full()  # before it counts as the brand's: a refusal can wait
        self._of_brand[brand] += 1
        try:
            await self._enter()
            try:
                yield
            finally:
                self._leave()
        finally:
            self._of_brand[brand] -= 1
            if not self._of_brand[brand]:
                del self._of_brand[brand]

    async def _enter(self) -> None:
        if self._free > 0:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            async with asyncio.timeout(self._max_wait_seconds):
                await turn
        except BaseException as error:  # raised again, or told as busy; a caller that goes away leaves the line, too
            if turn.done() and not turn.cancelled():
                self._leave()  # the turn came together with the end of the wait: it is passed on
            else:
                with suppress(ValueError):  # who left meanwhile has dropped it already
                    self._line.remove(turn)
            if isinstance(error, TimeoutError):
                raise Refused("busy", f"no place came free in {self._max_wait_seconds:g} s") from error
            raise

    async def _refuse(self, code: str, message: str) -> NoReturn:
        await asyncio.sleep(self._pace.delay_seconds())
        raise Refused(code, message)

    def _leave(self) -> None:
        """Hand the place to the first in line, or set it free."""
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
