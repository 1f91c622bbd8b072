"""A thousand cases of the weight tracker, by the command that people use, beside the runs alone."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.tables import median, print_table
from runtime import Runtime, Session

SAMPLE = Path(__file__).parents[1] / "scripts_examples" / "weight_tracker.js"
FILES = 50
CASE = """\
  - name: weigh-in {number}
    session: {{customer: c_{number}, name: Ada}}
    before:
      entities:
        - slug: weight-tracker
          pipelines: [{{slug: progress, stages: [{{slug: starting}}, {{slug: in-progress}}]}}]
      entries:
        weight-tracker:
          - values: {{current_weight: 185, goal_weight: 165}}
            stage: progress/starting
    expect:
      variables: {{current_weight: 181, weighins: 1, stage: in-progress, show_congrats: false}}
      logs:
        - "Weigh-in 1 of Ada: 181"
        - info: 16 to go
      entries:
        weight-tracker:
          - stage: progress/in-progress
            values: {{current_weight: 181, goal_weight: 165, last_checkin: 2026-01-01}}
          - stage: progress/starting
            values: {{weighin_history: {{date: 2026-01-01, weight: 181}}}}
"""


def measure(*, quick: bool) -> None:
    """Print the table."""
    rounds, count = (1, 50) if quick else (3, 1_000)
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder), count)
        seconds = {jobs: median(_replay_seconds(Path(folder), jobs) for _ in range(rounds)) for jobs in (1, 2)}
    runs = median(_run_seconds(count) for _ in range(rounds))
    print_table(
        f"Replaying {count:,} cases",
        "python -m benchmarks replay",
        ["", "wall, s", "ms a case", "to the runs alone"],
        [
            *(
                [f"`replay --jobs {jobs}`, start and reading included", wall, wall * 1e3 / count, wall / runs]
                for jobs, wall in seconds.items()
            ),
            ["the runs alone, one after another, in one store on disk", runs, runs * 1e3 / count, 1.0],
        ],
        f"Medians of {rounds}. {FILES} files; each case has a store of its own, made anew with what is there before.",
    )


def _write(folder: Path, count: int) -> None:
    for file in range(FILES):
        shutil.copy(SAMPLE, folder / f"tracker_{file}.js")
        cases = "".join(CASE.format(number=number) for number in range(count // FILES))
        (folder / f"tracker_{file}.case.yaml").write_text(f"cases:\n{cases}")


def _replay_seconds(folder: Path, jobs: int) -> float:
    command = [str(Path(sys.executable).with_name("funnelscript")), "replay", str(folder), "--jobs", str(jobs)]
    start_seconds = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start_seconds


def _run_seconds(count: int) -> float:
    source = SAMPLE.read_text()
    with tempfile.TemporaryDirectory() as folder, Runtime.open(f"sqlite:///{folder}/runs.db") as runtime:
        start_seconds = time.perf_counter()
        for number in range(count):
            runtime.run(source, session=Session(brand="demo", customer_id=f"c_{number}", name="Ada"))
        return time.perf_counter() - start_seconds
