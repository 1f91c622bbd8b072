"""Tapes of a service's runs, by day."""

from pathlib import Path

import structlog

from runtime import Runtime, TapeOptions
from runtime.tape.files import read_tape
from runtime.tape.folder import TapeFolder
from tests.tape.conftest import ADA, NOW_MS
from tests.tape.round_trips import open_runtime

DAY_MS = 86_400_000


def run(runtime: Runtime, now_ms: int = NOW_MS) -> str:
    result = runtime.run("console.log(getUser().email)", session=ADA, now_ms=now_ms)
    assert result.tape is None
    return result.run_id


def test_each_run_is_kept_by_its_day(tmp_path: Path) -> None:
    with open_runtime() as runtime:
        runtime.tapes = TapeFolder(tmp_path, TapeOptions(redact=("email",)))
        run_id = run(runtime)
    (path,) = tmp_path.rglob("*.*.*")
    assert path == tmp_path / "2026-03-15" / f"09-00-00-{run_id}.tape.json"
    assert read_tape(path).outcome.logs[0].text == "redacted-1@example.com"


def test_folder_is_bounded_in_number_and_days(tmp_path: Path) -> None:
    (tmp_path / "2026-03-10").mkdir()
    (tmp_path / "mine").mkdir()
    with open_runtime() as runtime:
        runtime.tapes = TapeFolder(tmp_path, max_tapes_a_day=2, kept_days=3)
        with structlog.testing.capture_logs() as logs:
            for day in (0, 0, 0, 0, 1, 3):
                run(runtime, NOW_MS + day * DAY_MS)
    kept = sorted(path.parent.name for path in tmp_path.rglob("*.tape.json"))
    assert kept == ["2026-03-16", "2026-03-18"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-03-16", "2026-03-18", "mine"]
    assert logs == [{"event": "tapes_full", "day": "2026-03-15", "most": 2, "log_level": "warning"}]


def test_folder_that_cannot_be_written_stops_no_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with open_runtime() as runtime:
        runtime.tapes = TapeFolder(tmp_path / "file")
        with structlog.testing.capture_logs() as logs:
            run_id = run(runtime)
    assert logs == [
        {
            "event": "tape_not_kept",
            "run_id": run_id,
            "brand": "acme",
            "cause": "NotADirectoryError",
            "log_level": "warning",
        }
    ]
