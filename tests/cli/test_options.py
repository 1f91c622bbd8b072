"""How words on the command line become values."""

import pytest

from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.opening import without_password
from runtime.cli.options import build, environment, milliseconds
from runtime.limits import Limits


@pytest.mark.parametrize(
    ("text", "expected_ms"),
    [
        ("2026-03-15T09:00:00Z", 1_773_565_200_000),
        ("2026-03-15T10:00:00.5+01:00", 1_773_565_200_500),
        ("2026-03-15T09:00:00", 1_773_565_200_000),
        ("2026-03-15", 1_773_532_800_000),
        ("1969-12-31T23:59:59.999Z", -1),
    ],
)
def test_times_are_milliseconds_and_utc_without_a_zone(text: str, expected_ms: int) -> None:
    assert milliseconds(text) == expected_ms


def test_time_that_is_none_names_the_option_and_an_example() -> None:
    with pytest.raises(CommandFailed) as failure:
        milliseconds("soon")
    assert failure.value.message == "--now: not a time in ISO 8601 such as 2026-03-15T09:00:00Z (got 'soon')"


def test_refused_value_names_the_option_and_what_came() -> None:
    with pytest.raises(CommandFailed) as failure:
        build(Limits, {"memory_bytes": "--memory"}, {"memory_bytes": 0})
    assert (failure.value.status, failure.value.message) == (
        ExitStatus.USAGE,
        "--memory: Input should be greater than or equal to 262144 (got 0)",
    )


def test_values_that_were_not_given_are_the_defaults() -> None:
    limits = build(Limits, {}, {"memory_bytes": None, "cpu_seconds": 1.5})
    assert limits == Limits(cpu_seconds=1.5)


def test_environment_is_read_by_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNNELSCRIPT_STORE", "sqlite:///elsewhere.db")
    assert environment().store == "sqlite:///elsewhere.db"


def test_refused_setting_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNNELSCRIPT_LOG_LEVEL", "loud")
    with pytest.raises(CommandFailed) as failure:
        environment()
    assert failure.value.message == (
        "FUNNELSCRIPT_LOG_LEVEL: Input should be 'debug', 'info', 'warning' or 'error' (got 'loud')"
    )


def test_passwords_do_not_reach_messages() -> None:
    assert without_password("postgresql://ada:secret@db/crm") == "postgresql://ada:***@db/crm"
    assert (
        without_password("postgresql://ada@/crm?password=secret&host=db")
        == "postgresql://ada@/crm?password=***&host=db"
    )
    assert without_password("sqlite:///./crm.db") == "sqlite:///./crm.db"
