"""How long a visitor waits for a run of so many reads, with a worker that is warm and idle."""

import tempfile
import time
from collections.abc import Callable, Mapping

from benchmarks.in_funnelscript import must_run
from benchmarks.serving import timed
from benchmarks.tables import median, print_table
from runtime import Runtime, Session
from runtime.foresight import MAX_READS_AHEAD, MAX_TRACE_CALLS, Foresight

COUNTS = (0, 1, 10, 100)
FIELDS = 500
PAUSE_SECONDS = 0.002
"""Between two runs: long enough for the worker to have its next context ready and to sleep."""
ENTITY = f"""
var fields = [];
for (var index = 0; index < {FIELDS}; index++) fields.push({{ key: 'f' + index }});
EnsureCrmEntity({{ slug: 'many', fields: fields }});
setCrmFields({{ slug: 'many', fields: [{{ fieldKey: 'f0', value: 1 }}] }});
"""
SAME = "getCrmField({ slug: 'many', fieldKey: 'f' + index })"
OTHER = f"getCrmField({{ slug: 'many', fieldKey: 'f' + Math.floor(Math.random() * {FIELDS}) }})"
KINDS = {
    "the same reads in each run, foreseen": SAME,
    "other reads in each run": OTHER,
    "other reads in each run, without foresight": OTHER + " // no foresight",
}


def measure(*, quick: bool) -> None:
    """Print the table."""
    rounds, runs = (1, 3) if quick else (10, 20)
    with (
        tempfile.TemporaryDirectory() as folder,
        Runtime.open(f"sqlite:///{folder}/calls.db", allow_weaker_sandbox=True) as runtime,
    ):
        session = Session(brand="acme", customer_id="c_1")
        must_run(runtime, ENTITY, session)
        times_us = _interleaved(runtime, session, rounds, runs)
    rows = [[kind, *(median(times_us[kind, count]) for count in COUNTS)] for kind in KINDS]
    more = [
        [f"… each further read: {kind}", "", *(_each(times_us, kind, count) for count in COUNTS[1:])] for kind in KINDS
    ]
    print_table(
        "A run of so many reads with an idle, warm worker, µs",
        "python -m benchmarks calls",
        ["", *(f"{count} calls" for count in COUNTS)],
        [*rows, *more],
        f"Medians of {rounds * runs} runs each, {PAUSE_SECONDS * 1e3:.0f} ms apart. After one call at most"
        f" {MAX_READS_AHEAD} reads are foreseen, and of a run's calls only the first {MAX_TRACE_CALLS}.",
    )


def _interleaved(runtime: Runtime, session: Session, rounds: int, runs: int) -> dict[tuple[str, int], list[float]]:
    times_us: dict[tuple[str, int], list[float]] = {(kind, count): [] for kind in KINDS for count in COUNTS}
    for number in range(rounds + 1):
        for (kind, count), found_us in times_us.items():
            batch_us = _runs(runtime, session, KINDS[kind], count, runs)
            if number > 0:
                found_us.extend(batch_us)
    return times_us


def _runs(runtime: Runtime, session: Session, call: str, count: int, runs: int) -> list[float]:
    source = f"for (var index = 0; index < {count}; index++) {{\n  {call}\n}}"
    runtime._runs.foresight = NoForesight() if call.endswith("no foresight") else Foresight()  # noqa: SLF001 - for this alone
    for _ in range(2):
        must_run(runtime, source, session)
    return [_after_a_pause(lambda: must_run(runtime, source, session)) for _ in range(runs)]


def _after_a_pause(run: Callable[[], None]) -> float:
    time.sleep(PAUSE_SECONDS)
    return timed(1, lambda _: run())[0]


def _each(times_us: Mapping[tuple[str, int], list[float]], kind: str, count: int) -> float:
    return (median(times_us[kind, count]) - median(times_us[kind, 0])) / count


class NoForesight(Foresight):
    """Learns nothing, so that nothing is read ahead."""

    def learn(self, *_: object) -> None:
        """Forget it."""
