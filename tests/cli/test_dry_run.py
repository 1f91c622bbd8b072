"""``funnelscript run --dry-run``: a plan."""

import json
import re
from pathlib import Path

from tests.cli.conftest import Command

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FIRST = """
EnsureCrmEntity({slug: 'deals', fields: [{key: 'amount', type: 'number'}],
  pipelines: [{slug: 'sales', name: 'Sales', stages: [{slug: 'new', name: 'New'}, {slug: 'won', name: 'Won'}]}]});
setCrmField({slug: 'deals', fieldKey: 'amount', value: 10});
"""
SECOND = """
setCrmField({slug: 'deals', fieldKey: 'amount', value: 11});
moveCrmToStage({slug: 'deals', stageSlug: 'won'});
addCrmFieldValue({slug: 'deals', fieldKey: 'amount', value: {a: 'b'}, referenceType: 'order', referenceId: '7'});
clearCrmEntries({slug: 'deals', referenceId: 'c_2'});
http.get('https://example.com/');
"""


def plan_of(text: str) -> str:
    """The plan of a report, without what differs from run to run."""
    plan = UUID.sub("ID", text)
    return plan[plan.index("Plan") : plan.rindex("\n\n") + 1]


def test_plan_of_a_first_run_makes_no_store(command: Command, folder: Path) -> None:
    (folder / "a.js").write_text(FIRST)
    answer = command("run", "a.js", "--customer", "c_1", "--email", "ada@example.com", "--name", "Ada", "--dry-run")
    assert (answer.status, answer.err, [path.name for path in folder.iterdir()]) == (0, "", ["a.js"])
    assert plan_of(answer.out) == (
        "Plan (nothing was stored)\n"
        "  + customer c_1  Ada <ada@example.com>\n"
        "  + entity deals  Deals\n"
        "    + field amount   number\n"
        "    + pipeline sales new, won\n"
        "  + deals of customer:c_1  ID\n"
        '    + stage  "sales/new"\n'
        "    + amount 10\n"
    )


def test_plan_shows_old_and_new(command: Command, folder: Path) -> None:
    (folder / "a.js").write_text(FIRST + FIRST[FIRST.index("setCrm") :].replace("10}", "5, referenceId: 'c_2'}"))
    (folder / "b.js").write_text(SECOND)
    command("run", "a.js", "--customer", "c_1")
    answer = command("run", "b.js", "--customer", "c_1", "--dry-run", "--http")
    assert (answer.status, answer.err) == (0, "")
    assert plan_of(answer.out) == (
        "Plan (nothing was stored)\n"
        "  ~ deals of customer:c_1  ID\n"
        '    ~ stage  "sales/new" -> "sales/won"\n'
        "    ~ amount 10 -> 11\n"
        "  - deals of customer:c_2  ID\n"
        '    - stage  "sales/new"\n'
        "    - amount 5\n"
        "  + deals of order:7  ID\n"
        '    + stage  "sales/new"\n'
        '    + amount {"a": "b"}\n'
        "  ! GET https://example.com/  not sent\n"
    )
    entries = json.loads(command("entries", "--json").out)
    assert sorted(entry["values"]["amount"] for entry in entries) == [5, 10]


def test_plan_of_nothing_says_so(command: Command, folder: Path) -> None:
    (folder / "a.js").write_text("1")
    assert plan_of(command("run", "a.js", "--dry-run").out) == "Plan (nothing was stored)\n  nothing would change\n"


def test_plan_as_json(command: Command, folder: Path) -> None:
    (folder / "a.js").write_text(FIRST)
    answer = json.loads(command("run", "a.js", "--customer", "c_1", "--dry-run", "--json").out)
    assert sorted(answer) == ["plan", "record"]
    assert answer["record"]["status"] == "ok"
    del answer["plan"]["entries"][0]["id"]
    assert answer["plan"] == {
        "customers": [{"id": "c_1"}],
        "entities": [
            {
                "kind": "made",
                "slug": "deals",
                "name": "Deals",
                "mode": "crm",
                "fields": {"amount": "number"},
                "stages": {"sales": ["new", "won"]},
            }
        ],
        "entries": [
            {
                "kind": "made",
                "slug": "deals",
                "reference": "customer:c_1",
                "stage": {"new": "sales/new"},
                "values": {"amount": {"new": 10}},
            }
        ],
    }
