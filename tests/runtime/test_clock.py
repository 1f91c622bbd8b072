"""Time as a script sees it: real and UTC, or stopped for a run that must give the same answer every time."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from runtime import Session
from tests.runtime.conftest import Run

NOON_MS = 1_774_785_600_123
NOON = "2026-03-29T12:00:00.123Z"
ValueOf = Callable[..., Any]


def test_the_clock_is_real(value_of: ValueOf) -> None:
    before, now_ms, after = time.time() * 1e3, value_of("Date.now()"), time.time() * 1e3
    assert before - 1 <= now_ms <= after + 1


def test_the_time_zone_is_utc(value_of: ValueOf) -> None:
    """In winter and in summer, whatever the host's zone is."""
    expression = "[new Date(2026, 0, 1).toJSON(), new Date(2026, 6, 1).toJSON(), new Date().getTimezoneOffset()]"
    assert value_of(expression) == ["2026-01-01T00:00:00.000Z", "2026-07-01T00:00:00.000Z", 0]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("Date.now()", NOON_MS),
        ("new Date().toISOString()", NOON),
        ("new Date().getTime()", NOON_MS),
        ("Date().slice(0, 24)", "Sun Mar 29 2026 12:00:00"),
        ("new Date(0).toISOString()", "1970-01-01T00:00:00.000Z"),
        ("new Date(2026, 2, 15).toISOString()", "2026-03-15T00:00:00.000Z"),
        ("new Date('2026-03-15').getTime()", 1_773_532_800_000),
        ("Date.parse('2026-03-15')", 1_773_532_800_000),
        ("Date.UTC(2026, 2, 15)", 1_773_532_800_000),
        ("new Date() instanceof Date", True),
        ("new Date().constructor === Date", True),
        ("Object.getPrototypeOf(new Date()) === Date.prototype", True),
        ("[Date.name, Date.length, typeof Date.now]", ["Date", 7, "function"]),
        ("new (class Day extends Date { name() { return 'day ' + this.getUTCDate(); } })().name()", "day 29"),
    ],
)
def test_a_stopped_clock_is_the_same_by_every_way(value_of: ValueOf, expression: str, value: Any) -> None:
    assert value_of(expression, now_ms=NOON_MS) == value


def test_a_stopped_clock_does_not_move(value_of: ValueOf) -> None:
    expression = "(() => { const first = Date.now(); for (let i = 0; i < 1e5; i++); return Date.now() - first; })()"
    assert value_of(expression, now_ms=NOON_MS) == 0


def test_what_is_written_then_has_that_time(run: Run) -> None:
    source = """
        setCrmField({ slug: 'notes', fieldKey: 'text', value: 1 });
        const [entry] = getCrmEntries({ slug: 'notes' });
        setVariable('times', [entry.created_at, entry.updated_at]);
    """
    result = run(source, Session(brand="acme", customer_id="c_clock"), now_ms=NOON_MS)
    assert result.variables == {"times": [NOON, NOON]}


def test_the_next_run_has_the_real_clock_again(value_of: ValueOf) -> None:
    value_of("Date.now()", now_ms=NOON_MS)
    assert value_of("new Date().getUTCFullYear()") == datetime.now(UTC).year
    assert value_of("/native code/.test(Date.toString())") is True


def test_the_same_seed_and_clock_give_the_same_record(run: Run) -> None:
    """All but ids of the run and what it took."""
    source = "console.log(Math.random(), new Date()); setVariable('id', [Math.random(), Date.now()]);"
    records = [run(source, now_ms=NOON_MS, seed=7).model_dump(exclude={"run_id", "usage"}) for _ in range(3)]
    assert len({json.dumps(record) for record in records}) == 1
