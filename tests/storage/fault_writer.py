"""A process that writes while things break, and says what it was told: ``fault_writer.py URL NUMBER once|named FIRST``.

Turn by turn: a new entry, and every second turn the deletion of the entry of the turn before. Its lines are ``try
TURN`` before and ``done TURN`` or ``refused TURN MILLISECONDS`` after. A write that came out as none may is ``WRONG``.
"named" gives each write an operation id and repeats it until it is done, which is what the queue does; "once" lets the
store see to it.
"""

import sys
import time
from itertools import count
from typing import Any

from storage import Store, open_store
from storage.commands import ClearEntries, Command, CreateEntry
from storage.errors import StorageError, StoreUnavailable
from storage.models import Reference
from storage.queries import Scope
from tests.storage.shop import Shop

SLUG = "deals"


def main(url: str, number: str, mode: str, first: str) -> None:
    """Write until killed, or until standard input ends."""
    shop = Shop(_opened(url))
    scope = Scope(Reference("writer", number))
    for turn in count(int(first)):
        tell("try", turn)
        while True:
            started = time.monotonic()
            try:
                _take_turn(shop, scope, number, turn, named=mode == "named")
            except StoreUnavailable as error:
                _tell_refused(turn, started, error)
                if mode == "named":
                    continue
            else:
                tell("done", turn)
            break


def _take_turn(shop: Shop, scope: Scope, number: str, turn: int, *, named: bool) -> None:
    made = f"{number}-{turn}"
    _expect(shop, CreateEntry(SLUG, scope, made, {"turn": turn}), f"make {made}" if named else None, (made, True))
    if turn % 2:
        gone = f"{number}-{turn - 1}"
        clear = ClearEntries(SLUG, Scope(entry_id=gone))
        try:
            _expect(shop, clear, f"clear {gone}" if named else None, (1,))
        except StoreUnavailable:
            raise
        except StorageError:  # the turn before was refused, and its entry is not there
            tell("nothing", turn)


def _expect(shop: Shop, command: Command[object], operation_id: str | None, expected: tuple[object, ...]) -> None:
    outcome: Any = shop.apply(command, operation_id=operation_id).outcome
    told = tuple(getattr(outcome, name) for name in type(outcome).__slots__)
    if told != expected:
        tell("WRONG", f"{command} gave {told}")


def _tell_refused(turn: int, started: float, error: StoreUnavailable) -> None:
    if "at odds" in str(error):
        tell("WRONG", f"{turn} {error.__cause__}")
    tell("refused", f"{turn} {(time.monotonic() - started) * 1000:.0f}")


def _opened(url: str) -> Store:
    while True:
        try:
            return open_store(url)
        except StoreUnavailable:
            time.sleep(0.05)


def tell(word: str, what: object) -> None:
    """One line to whoever started us, at once."""
    sys.stdout.write(f"{word} {what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
