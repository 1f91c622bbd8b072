"""Clients that record what they called and what they were told; a checker that finds what no correct store could say.

``python -m tests.storage.histories URL PROCESS CALLS`` is one process of four clients; it prints their records.
"""

import json
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from random import Random

from storage import Store, open_store
from storage.commands import SetFields
from storage.models import Json, Reference
from storage.queries import Scope
from tests.storage.shop import Shop

RECORDS = 3
CLIENTS_PER_PROCESS = 4
LAST = "last"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a client on one record: ``number`` is what it wrote under its own key, None for a read.

    Every write sets, together, the client's own key to the next number and ``last`` to who and what that was. Times are
    of the machine's monotonic clock, the same in every process.
    """

    client: str
    record: int
    number: int | None
    result: dict[str, Json]
    started_ns: int
    ended_ns: int


def main(url: str, process: int, calls: int) -> None:
    """Start when a line comes in."""
    sys.stdin.readline()
    store = open_store(url)
    names = [f"client{process}_{n}" for n in range(CLIENTS_PER_PROCESS)]
    with ThreadPoolExecutor(len(names)) as threads:
        for history in threads.map(lambda name: _client(store, name, calls), names):
            for call in history:
                sys.stdout.write(json.dumps(asdict(call)) + "\n")
    store.close()


def _client(store: Store, name: str, calls: int) -> list[Call]:
    shop, random = Shop(store), Random(name)
    numbers = [0] * RECORDS
    history = []
    for _ in range(calls):
        record = random.randrange(RECORDS)
        scope = Scope(Reference("record", str(record)))
        started = time.monotonic_ns()
        if random.random() < 0.5:
            numbers[record] += 1
            values = {name: numbers[record], LAST: [name, numbers[record]]}
            shop.do(SetFields("deals", scope, f"{name} {record}", values))
            history.append(Call(name, record, numbers[record], {}, started, time.monotonic_ns()))
        else:
            entries = shop.entries("deals", scope)
            result = entries[0].values if entries else {}
            history.append(Call(name, record, None, result, started, time.monotonic_ns()))
    return history


def problems(history: Iterable[Call]) -> list[str]:
    """What cannot have happened in any order that the clock allows: lost updates, reads of what nobody wrote or of a
    state that was over, and states that never were whole.
    """
    calls = list(history)
    found = []
    for record in range(RECORDS):
        ours = [call for call in calls if call.record == record]
        writes: dict[str, list[Call]] = {}
        for call in ours:
            if call.number is not None:
                writes.setdefault(call.client, []).append(call)
        for read in ours:
            if read.number is None:
                found += [f"record {record}: {problem} in {read}" for problem in _problems_of(read, writes)]
    return found


def _problems_of(read: Call, writes: dict[str, list[Call]]) -> list[str]:
    found = [f"{name} never wrote" for name in read.result if name != LAST and name not in writes]
    for name, own in writes.items():
        seen = read.result.get(name, 0)
        ended = max((one.number or 0 for one in own if one.ended_ns < read.started_ns), default=0)
        begun = max((one.number or 0 for one in own if one.started_ns < read.ended_ns), default=0)
        if not ended <= seen <= begun:
            found.append(f"{name} is {seen}, not from {ended} to {begun}")
    if LAST in read.result and read.result.get(read.result[LAST][0]) != read.result[LAST][1]:
        found.append("last is not of this state")
    return found


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
