"""What a script will read next, guessed from what it read last time.

A round trip to a worker costs more than most reads. Scripts repeat themselves: so an answer carries along the answers
to the reads that followed the same call in the script's last run. The worker uses one where the script asks for exactly
that, before any other call; else it is dropped. A guess changes no result, only who waits: each read is done by the
same bindings, for the same run, after every write of the run before it.

A script whose reads differ from run to run is soon left alone.

What follows for a script: a read may be answered from the time of the run's call before it.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

MAX_SCRIPTS = 1_000
MAX_READS_AHEAD = 8
MAX_TRACE_CALLS = 64
MAX_CALL_CHARACTERS = 1_024
MAX_MISSED_RUNS, REST_RUNS = 3, 100
"""After so many runs in a row with more wrong guesses than right ones, a script is left alone for so many."""
START = ""
"""What stands before a run's first call."""


class TracedCall(NamedTuple):
    """One call as it was made: its frame's text, and whether it only read."""

    text: str
    is_read: bool


@dataclass(slots=True)
class Guesses:
    """How many reads a run was sent ahead of its asking, and how many of them it asked for."""

    made: int = 0
    right: int = 0


class Plan:
    """The calls of a script's last run, and the reads that followed each."""

    def __init__(self, trace: Sequence[TracedCall]) -> None:
        self.trace = list(trace)
        self.missed_runs = 0
        self._following: dict[str, list[str]] = {}
        reads: list[str] = []
        before_each = [TracedCall(START, is_read=False), *trace][: len(trace)]
        for call, before in zip(reversed(trace), reversed(before_each), strict=True):
            reads = [call.text, *reads[: MAX_READS_AHEAD - 1]] if call.is_read else []
            if reads:
                self._following[before.text] = reads

    @property
    def rests(self) -> bool:
        """Whether guesses were wrong too often lately: none are made, and none learnt, for a while."""
        return self.missed_runs >= MAX_MISSED_RUNS

    def after(self, text: str) -> list[str]:
        """The reads that came right after a call, in order; empty for one that is not known."""
        return [] if self.rests else self._following.get(text, [])


NO_PLAN = Plan([])


class Foresight:
    """Plans by brand and script, the last used ones. One brand's calls never come to another's worker."""

    def __init__(self) -> None:
        self._plans: OrderedDict[tuple[str, int], Plan] = OrderedDict()

    def plan(self, brand: str, source: str) -> Plan:
        """What is known of a script."""
        return self._plans.get((brand, hash(source)), NO_PLAN)

    def learn(self, brand: str, source: str, known: Plan, trace: Sequence[TracedCall], guesses: Guesses) -> None:
        """Take a run's calls for the next one's plan. Long calls and long runs are not worth the room."""
        missed_runs = known.missed_runs + 1 if known.rests or guesses.made > guesses.right * 2 else 0
        if known.rests and missed_runs < REST_RUNS:
            known.missed_runs = missed_runs
            return
        trace = list(trace[:MAX_TRACE_CALLS])
        if known is not NO_PLAN and trace == known.trace:
            known.missed_runs = missed_runs
        elif not any(len(call.text) > MAX_CALL_CHARACTERS and call.is_read for call in trace):
            self._keep(brand, source, trace, missed_runs)

    def _keep(self, brand: str, source: str, trace: Sequence[TracedCall], missed_runs: int) -> None:
        plan = Plan(trace)
        plan.missed_runs = missed_runs % REST_RUNS
        self._plans[brand, hash(source)] = plan
        while len(self._plans) > MAX_SCRIPTS:
            self._plans.popitem(last=False)
