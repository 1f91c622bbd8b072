"""How records look to a person."""

from collections.abc import Iterable
from typing import Any

import pytest
from rich.console import RenderableType

from runtime.cli import present, terminal
from runtime.record import LogLine, RunError, RunResult, RunWarning, Usage
from storage.models import Entity, Entry, Pipeline, Reference, Stage

SOURCE = "var a = 1;\n\tsetCrmField({ slug: 'deals' });\n"
RESULT = RunResult(run_id="r_1", status="ok")


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str]) -> Any:
    """Writes parts as the commands do, and gives what stands on the screen."""

    def show(parts: Iterable[RenderableType]) -> str:
        terminal.write(*parts)
        return capsys.readouterr().out

    return show


def report(**fields: Any) -> Iterable[RenderableType]:
    return present.run_report(RESULT.model_copy(update=fields), "checkin.js · brand demo", SOURCE, 80)


def test_run_with_nothing_to_tell_is_one_line(shown: Any) -> None:
    assert shown(report()) == "ok  checkin.js · brand demo\n"


def test_status_is_told_in_words(shown: Any) -> None:
    assert shown(report(status="memory_limit")) == "memory limit  checkin.js · brand demo\n"


def test_log_lines_stand_behind_their_level_with_longer_texts_under_each_other(shown: Any) -> None:
    logs = [LogLine(level="log", text="one\ntwo"), LogLine(level="error", text="three")]
    assert shown(report(logs=logs)) == (
        "ok  checkin.js · brand demo\n\nLog\n  log    one\n         two\n  error  three\n"
    )


def test_log_lines_are_not_broken_up(shown: Any) -> None:
    assert "  log    " + "word " * 50 + "end\n" in shown(report(logs=[LogLine(level="log", text="word " * 50 + "end")]))


def test_variables_are_json_beside_their_names(shown: Any) -> None:
    variables = {"show_congrats": True, "name": "Ada", "weights": [185, 182.5], "none": None}
    assert shown(report(variables=variables)) == (
        "ok  checkin.js · brand demo\n"
        "\n"
        "Variables\n"
        "  show_congrats  true\n"
        '  name           "Ada"\n'
        "  weights        [185, 182.5]\n"
        "  none           null\n"
    )


def test_longer_objects_are_shown_over_several_lines() -> None:
    value = {"date": "2026-03-31", "weight": 182, "notes": "after the workout of Tuesday"}
    assert present.value_text(value) == (
        '{\n  "date": "2026-03-31",\n  "weight": 182,\n  "notes": "after the workout of Tuesday"\n}'
    )


def test_very_long_values_are_cut_and_say_so() -> None:
    assert present.value_text("x" * 5_000) == '"' + "x" * 999 + "… (5,002 characters in all; --json shows them)"


def test_warnings_have_their_code_and_place(shown: Any) -> None:
    warnings = [RunWarning(code="unknown_property", message="unknown property 'feildKey', did you mean 'fieldKey'?")]
    warnings.append(RunWarning("unknown_stage", "no stage 'wno'", "checkin.js", 3, 1))
    assert shown(report(warnings=warnings, sandbox_missing=["landlock"])) == (
        "ok  checkin.js · brand demo\n"
        "\n"
        "Warnings\n"
        "  unknown_property  unknown property 'feildKey', did you mean 'fieldKey'?\n"
        "  unknown_stage  no stage 'wno'  at checkin.js:3:1\n"
        "  sandbox  this host lacks a protection: landlock\n"
    )


def test_error_shows_its_place_in_the_source(shown: Any) -> None:
    error = RunError(name="TypeError", message="setCrmField: 'value' is missing", file="checkin.js", line=2, column=2)
    assert shown(report(status="error", error=error)) == (
        "error  checkin.js · brand demo\n"
        "\n"
        "TypeError: setCrmField: 'value' is missing\n"
        "  at checkin.js:2:2\n"
        "  2 |     setCrmField({ slug: 'deals' });\n"
        "    |     ^\n"
    )


def test_error_without_a_place_is_its_message_alone(shown: Any) -> None:
    error = RunError(name="CrmError", message="no customer", code="no_customer")
    assert shown(present.error_lines(error, SOURCE, 80)) == "CrmError (no_customer): no customer\n"


def test_error_outside_the_source_has_no_excerpt(shown: Any) -> None:
    error = RunError(name="Error", message="far", file="checkin.js", line=99)
    assert shown(present.error_lines(error, SOURCE, 80)) == "Error: far\n  at checkin.js:99\n"


def test_scripts_can_send_neither_escapes_nor_markup(shown: Any) -> None:
    hostile = "\x1b[2J[red]x[/red]\u202e:smile:"
    visible = "\\x1b[2J[red]x[/red]\\u202e:smile:"
    error = RunError(name=hostile, message=hostile, file=hostile, line=1, column=1)
    screen = shown(
        report(
            logs=[LogLine(level="log", text=hostile)],
            variables={hostile: hostile},
            warnings=[RunWarning(code="unknown_field", message=hostile)],
            error=error,
        )
    )
    assert screen == (
        "ok  checkin.js · brand demo\n"
        "\n"
        "Log\n"
        f"  log    {visible}\n"
        "\n"
        "Variables\n"
        f'  {visible}  "\\u001b[2J[red]x[/red]\\u202e:smile:"\n'
        "\n"
        "Warnings\n"
        f"  unknown_field  {visible}\n"
        "\n"
        f"{visible}: {visible}\n"
        f"  at {visible}:1:1\n"
        "  1 | var a = 1;\n"
        "    | ^\n"
    )


def test_entries_are_shown_by_entity_with_their_values(shown: Any) -> None:
    stage = Stage(12, "won", "Won", None, "won", 0)
    deals = entity(1, "deals", "Deals", (Pipeline(3, "sales", "Sales", 0, (stage,)),))
    cities = entity(2, "cities", "Cities")
    entries = [
        entry("e_2", cities, {"name": "Springfield"}),
        entry("e_1", deals, {"seats": 10}, title="Ten seats", stage_id=12, relations={"city": ["e_2"]}),
    ]
    assert shown(present.entries_report([deals, cities], entries, with_reference=False)) == (
        "\n"
        "Deals (deals)\n"
        "  Ten seats · Sales: Won · 2026-03-15T09:00:00.000Z  e_1\n"
        "    seats  10\n"
        '    city   ["e_2"]\n'
        "\n"
        "Cities (cities)\n"
        "  2026-03-15T09:00:00.000Z  e_2\n"
        '    name  "Springfield"\n'
    )


def test_entries_of_several_records_say_whose_they_are(shown: Any) -> None:
    deals = entity(1, "deals", "Deals")
    assert shown(present.entries_report([deals], [entry("e_1", deals, {})], with_reference=True)) == (
        "\nDeals (deals)\n  customer:c_1 · 2026-03-15T09:00:00.000Z  e_1\n"
    )


def test_figures_close_the_report_without_those_that_are_unknown() -> None:
    usage = Usage(wall_seconds=1.25, cpu_seconds=0.0123, memory_bytes=131_072, host_calls=1)
    assert present.usage_line(usage, 0).plain == "1.25 s wall · 12.3 ms CPU · 128 KiB memory · 1 host call"
    assert present.usage_line(Usage(), 2).plain == ("0.0 ms wall · 0.0 ms CPU · 0 host calls · 2 deferred writes")


def entity(entity_id: int, slug: str, name: str, pipelines: tuple[Pipeline, ...] = ()) -> Entity:
    return Entity(entity_id, slug, name, name, name, None, None, "crm", {}, pipelines, 1)


def entry(
    entry_id: str,
    of: Entity,
    values: dict[str, Any],
    *,
    title: str | None = None,
    stage_id: int | None = None,
    relations: dict[str, list[str]] | None = None,
) -> Entry:
    time_ms = 1_773_565_200_000
    reference = Reference("customer", "c_1")
    return Entry(entry_id, of.id, reference, 1, title, values, relations or {}, None, stage_id, time_ms, time_ms)
