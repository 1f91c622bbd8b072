"""``funnelscript entries``: what the store holds."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Command, done_in

SCRIPT = """
EnsureCrmEntity({ slug: 'deals', name: 'Deals', fields: [{ key: 'seats' }],
  pipelines: [{ slug: 'sales', name: 'Sales', stages: [{ slug: 'new', name: 'New' }] }] });
EnsureCrmEntity({ slug: 'cities', name: 'Cities', entityMode: 'data' });
CreateCrmEntry({ slug: 'deals', title: 'Ten seats', values: { seats: 10 } });
CreateCrmEntry({ slug: 'cities', title: 'Springfield', referenceType: 'map', referenceId: 'm:1' });
CreateCrmEntry({ slug: 'deals', title: 'Two seats', values: { seats: 2 } });
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three entries in the default store."""
    return done_in(tmp_path_factory.mktemp("shop"), SCRIPT, "--now", "2026-03-15T09:00:00Z")


@pytest.fixture
def stored(shop: Path, folder: Path) -> None:
    """Those entries, in a folder of the test's own."""
    shutil.copytree(shop, folder, dirs_exist_ok=True)


def titles(command: Command, *options: str) -> list[str]:
    return [entry["title"] for entry in json.loads(command("entries", "--json", *options).out)]


@pytest.mark.usefixtures("stored")
def test_all_entries_of_the_brand_come_newest_first(command: Command) -> None:
    assert titles(command) == ["Two seats", "Springfield", "Ten seats"]
    assert titles(command, "--brand", "acme") == []


@pytest.mark.usefixtures("stored")
def test_entity_reference_and_limit_narrow_the_list(command: Command) -> None:
    assert titles(command, "--slug", "deals") == ["Two seats", "Ten seats"]
    assert titles(command, "--reference", "map:m:1") == ["Springfield"]
    assert titles(command, "--slug", "deals", "--reference", "customer:c_1", "--limit", "1") == ["Two seats"]
    assert titles(command, "--reference", "customer:nobody") == []


@pytest.mark.usefixtures("stored")
def test_json_entries_are_as_scripts_read_them_with_their_slug(command: Command) -> None:
    (entry,) = json.loads(command("entries", "--json", "--slug", "deals", "--limit", "1").out)
    assert len(entry.pop("id")) == 36
    assert entry == {
        "slug": "deals",
        "title": "Two seats",
        "reference_type": "customer",
        "reference_id": "c_1",
        "values": {"seats": 2},
        "values_flat": {"seats": 2},
        "relations": {},
        "pipeline_id": 1,
        "pipeline_slug": "sales",
        "stage_id": 1,
        "stage_slug": "new",
        "stage_status": None,
        "created_at": "2026-03-15T09:00:00.000Z",
        "updated_at": "2026-03-15T09:00:00.000Z",
    }


@pytest.mark.usefixtures("stored")
def test_list_for_people_groups_by_entity(command: Command) -> None:
    ids = [entry["id"] for entry in json.loads(command("entries", "--json").out)]
    answer = command("entries", "--limit", "2")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out == (
        "\n"
        "Deals (deals)\n"
        f"  Two seats · customer:c_1 · Sales: New · 2026-03-15T09:00:00.000Z  {ids[0]}\n"
        "    seats  2\n"
        "\n"
        "Cities (cities)\n"
        f"  Springfield · map:m:1 · 2026-03-15T09:00:00.000Z  {ids[1]}\n"
        "\n"
        "… and older ones: --limit shows more\n"
    )


def test_empty_store_says_so(command: Command) -> None:
    assert command("entries").out == "no entries in brand demo\n"
    assert command("entries", "--json").out == "[]\n"


@pytest.mark.usefixtures("stored")
def test_unknown_slug_names_the_nearest(command: Command) -> None:
    answer = command("entries", "--slug", "deal")
    assert (answer.status, answer.out, answer.err) == (
        2,
        "",
        "funnelscript: --slug: no entity 'deal', did you mean 'deals'?\n",
    )
