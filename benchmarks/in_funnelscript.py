"""The weight tracker on this runtime, store, sandbox and all.

python -m benchmarks.in_funnelscript THREADS STORE SCRIPT BRAND…
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.serving import serve, timed
from benchmarks.worker_cpu import SandboxCpu
from runtime import Runtime, Session

ENTITY = """EnsureCrmEntity({
  slug: 'weight-tracker',
  fields: [
    { key: 'current_weight', type: 'number' },
    { key: 'goal_weight', type: 'number' },
    { key: 'last_checkin', type: 'date' }
  ],
  pipelines: [{ slug: 'progress', name: 'Progress', stages: [{ slug: 'starting', name: 'Starting' }] }]
});"""


def must_run(runtime: Runtime, source: str, session: Session) -> None:
    """Run a script that has to end well."""
    result = runtime.run(source, session=session)
    if result.status != "ok" or result.warnings:
        raise SystemExit(f"a run ended as {result.status}: {result.error} {result.warnings}")


class Runs:
    """Runs of one script, by many threads, each taking the brands in turn."""

    def __init__(self, runtime: Runtime, source: str, brands: list[str], threads: int) -> None:
        self._runtime = runtime
        self._source = source
        self._sessions = [Session(brand=brand, customer_id="c_1") for brand in brands]
        self._threads = ThreadPoolExecutor(threads) if threads > 1 else None
        self._thread_count = threads
        for session in self._sessions:
            must_run(runtime, ENTITY, session)

    def run_many(self, count: int) -> list[float]:
        """So many runs, shared out to the threads; the microseconds of each."""
        if self._threads is None:
            return self._part(count, 0)
        shares = [len(range(thread, count, self._thread_count)) for thread in range(self._thread_count)]
        parts = self._threads.map(self._part, shares, range(self._thread_count))
        return [time_us for part in parts for time_us in part]

    def _part(self, count: int, offset: int) -> list[float]:
        sessions = self._sessions
        return timed(
            count, lambda number: must_run(self._runtime, self._source, sessions[(number + offset) % len(sessions)])
        )


def main() -> None:
    """Serve batches of runs."""
    threads, store, script, *brands = sys.argv[1:]
    cpu = SandboxCpu()
    with Runtime.open(store, allow_weaker_sandbox=True) as runtime:
        cpu.attach(runtime)
        runs = Runs(runtime, Path(script).read_text(encoding="utf-8"), brands, int(threads))
        serve(runs.run_many, cpu.used_us)


if __name__ == "__main__":
    main()
