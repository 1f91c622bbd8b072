"""The sample scripts do what they say, on an empty store and again on the same one."""

import re
from pathlib import Path
from typing import Any

import pytest

from bindings.registry import FUNCTIONS
from runtime import RunResult, Runtime, Session

FOLDER = Path(__file__).parents[2] / "scripts_examples"
SCRIPTS = sorted(FOLDER.glob("*.js"))
SESSION = Session(brand="demo", customer_id="c_1", email="ada@example.com", name="Ada")
DAY_MS = 86_400_000
FIRST_DAY_MS = 1_773_565_200_000  # 2026-03-15T09:00:00Z

Variables = dict[str, Any]

EXPECTED: dict[str, tuple[Variables, Variables]] = {
    "async_writes.js": ({"accepted": [True, True, True, True]},) * 2,
    "clear_entries.js": ({"cleared": {"ok": True, "deleted": 3}, "left": 0},) * 2,
    "congrats.js": ({"show_congrats": True},) * 2,
    "ensure_entity.js": (
        {"created": True, "fields_added": 7, "fields_skipped": 0},
        {"created": False, "fields_added": 0, "fields_skipped": 7},
    ),
    "error_handling.js": ({"relation": "target_not_found", "date": "TypeError", "slug": "TypeError"},) * 2,
    "force_writes.js": (
        {
            "created": True,
            "same_entry": True,
            "fields": {"current_weight": 181, "goal_weight": 164, "last_checkin": "2026-03-15T09:00:00.000Z"},
        },
        {
            "created": False,
            "same_entry": True,
            "fields": {"current_weight": 181, "goal_weight": 164, "last_checkin": "2026-03-16T09:00:00.000Z"},
        },
    ),
    "lead_to_deal.js": (
        {
            "copied": 2,
            "removed": 0,
            "deal": {"values": {"initial_score": 42, "lead_source": "friend"}, "stage": "new"},
            "leads": 1,
        },
    )
    * 2,
    "move_all_entries.js": (
        {"newest": [1, 2], "all": [2, 2], "open": 0},
        {"newest": [1, 4], "all": [4, 4], "open": 0},
    ),
    "order_reference.js": (
        {"entries": 1, "reference": ["order", "12345"], "order_status": "shipped", "customer_status": None},
    )
    * 2,
    "pipeline_moves.js": (
        {
            "path": ["sales: new", "sales: qualified", "sales: won", "onboarding: kick-off", "sales: qualified"],
            "moved": 1,
            "deals": 1,
        },
        {
            "path": ["sales: new", "sales: qualified", "sales: won", "onboarding: kick-off", "sales: qualified"],
            "moved": 1,
            "deals": 2,
        },
    ),
    "properties_with_relations.js": (
        {
            "address": "123 Main Street, Springfield",
            "city": "Springfield",
            "cities_linked": 1,
            "agents_removed": 1,
            "agents": ["Lou"],
        },
    )
    * 2,
    "property_search.js": (
        {
            "available": ["Pine Road", "Elm Street"],
            "available_with_three": ["Elm Street"],
            "sold": ["Oak Avenue"],
        },
    )
    * 2,
    "single_value_fields.js": ({"weight": 182, "to_go": 17, "weights_kept": [182]},) * 2,
    "visitor_becomes_customer.js": (
        {"migrated": 1, "merged": False, "favourite": "green", "left_behind": 0},
        {"migrated": 1, "merged": True, "favourite": "green", "left_behind": 0},
    ),
    "weighin_history.js": (
        {"newest": {"date": "2026-03-31", "weight": 182, "notes": "post-workout"}, "weighins": 2},
        {"newest": {"date": "2026-03-31", "weight": 182, "notes": "post-workout"}, "weighins": 4},
    ),
    "weight_tracker.js": (
        {"current_weight": 185, "weighins": 1, "stage": "starting", "show_congrats": False},
        {"current_weight": 181, "weighins": 2, "stage": "in-progress", "show_congrats": False},
    ),
}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_sample_does_what_it_says_on_an_empty_store_and_again(script: Path, tmp_path: Path) -> None:
    with Runtime.open(f"sqlite:///{tmp_path}/crm.db") as runtime:
        for day, expected in enumerate(EXPECTED[script.name]):
            assert told(run(runtime, script, FIRST_DAY_MS + day * DAY_MS)) == ("ok", None, [], expected)


def test_weight_tracker_reaches_its_goal(tmp_path: Path) -> None:
    """Six runs lead from 185 to 165, the seventh stays there."""
    script = FOLDER / "weight_tracker.js"
    with Runtime.open(f"sqlite:///{tmp_path}/crm.db") as runtime:
        results = [run(runtime, script, FIRST_DAY_MS + day * DAY_MS) for day in range(7)]
    assert [result.variables["current_weight"] for result in results] == [185, 181, 177, 173, 169, 165, 165]
    assert [result.variables["stage"] for result in results] == [
        "starting",
        "in-progress",
        "in-progress",
        "in-progress",
        "in-progress",
        "goal-reached",
        "goal-reached",
    ]
    assert [line.text for line in results[-1].logs] == [
        "Weigh-in 7 of Ada: 185, 181, 177, 173, 169, 165, 165",
        "The goal is reached",
    ]
    assert results[-1].variables["show_congrats"] is True


def test_samples_share_a_store(tmp_path: Path) -> None:
    """Whoever tries them all, twice, in one store, is told of no error."""
    with Runtime.open(f"sqlite:///{tmp_path}/crm.db") as runtime:
        results = [run(runtime, script, FIRST_DAY_MS) for script in SCRIPTS * 2]
    assert [told(result)[:3] for result in results] == [("ok", None, [])] * 2 * len(SCRIPTS)


def test_list_of_samples_says_of_each_what_its_head_comment_says() -> None:
    listed = re.findall(r"^\| \[(\S+)\]\((\S+)\) \| (.+) \|$", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == [(script.name, script.name, head_comment(script)) for script in SCRIPTS]


def test_samples_call_every_function() -> None:
    text = "\n".join(script.read_text() for script in SCRIPTS)
    assert {name for name in FUNCTIONS if f"{name}(" not in text} == set()


def run(runtime: Runtime, script: Path, now_ms: int) -> RunResult:
    return runtime.run(script.read_text(), session=SESSION, filename=script.name, now_ms=now_ms)


def told(result: RunResult) -> tuple[str, Any, list[Any], Variables]:
    return result.status, result.error, result.warnings, result.variables


def head_comment(script: Path) -> str:
    lines = script.read_text().splitlines()
    end = next(number for number, line in enumerate(lines) if not line.startswith("//"))
    return " ".join(line.removeprefix("// ") for line in lines[:end])
