"""The host's events on standard error."""

import json

import pytest
import structlog

from runtime.logging import configure


def fail() -> None:
    try:
        raise OSError("disk is full")
    except OSError as cause:
        try:
            raise RuntimeError("cannot store") from cause
        except RuntimeError:
            structlog.get_logger().exception("store_failed", brand="demo")


def test_json_events_are_one_object_a_line_with_their_fields(capsys: pytest.CaptureFixture[str]) -> None:
    configure(format="json")
    structlog.get_logger().warning("run_crashed", run_id="r_1", brand="demo")
    written = capsys.readouterr()
    event = json.loads(written.err)
    assert written.out == ""
    assert event.pop("timestamp").endswith("Z")
    assert event == {"event": "run_crashed", "level": "warning", "run_id": "r_1", "brand": "demo"}


def test_events_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure(level="error", format="json")
    structlog.get_logger().warning("run_crashed")
    assert capsys.readouterr().err == ""


def test_exception_is_one_line_with_its_cause(capsys: pytest.CaptureFixture[str]) -> None:
    configure(format="json")
    fail()
    event = json.loads(capsys.readouterr().err)
    assert event["exception"] == "RuntimeError: cannot store <- OSError: disk is full"


def test_text_has_no_traceback_and_no_colour_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    fail()
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(" ")[2] for line in lines if "store_failed" in line] == [
        "[error    ] store_failed                   brand=demo"
    ]
    assert lines[1:] == ["RuntimeError: cannot store <- OSError: disk is full"]


def test_traceback_is_there_for_debugging(capsys: pytest.CaptureFixture[str]) -> None:
    configure(level="debug", format="json")
    fail()
    event = json.loads(capsys.readouterr().err)
    assert event["exception"].splitlines()[-1] == "RuntimeError: cannot store"
    assert "Traceback (most recent call last):" in event["exception"]
