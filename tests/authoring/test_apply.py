"""``funnelscript apply`` and ``export``: plans, refusals and files, whole."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bindings.arguments.types import FieldType, quoted
from runtime.authoring.changes import Plan, carry_out, plan_of
from runtime.authoring.crm_file import SCHEMA, read_definitions, schema, written
from runtime.placed_yaml import FileUnreadable
from storage import open_store
from storage.queries import ListEntities
from tests.cli.conftest import Command

FILE = """\
# yaml-language-server: $schema=docs/schemas/crm.schema.json
entities:
  - slug: deals
    name: Deals
    fields:
      - key: deal_value
        type: number
        ui_editable: false
      - key: city
        type: reference
        options:
          target_entity: cities
    pipelines:
      - slug: sales
        id: 7
        stages:
          - slug: new
          - slug: won
            status: won
  - slug: cities
    entityMode: data
"""
PLAN = """\
+ entity deals
+ field deal_value of deals
+ field city of deals
+ pipeline sales of deals
+ stage new of sales in deals
+ stage won of sales in deals
+ entity cities
7 changes in brand demo
"""


CHANGES = """\
~ entity deals: name "Deals" -> "Verkäufe"
~ entity deals: singular_name "Deals" -> "Verkäufe"
~ entity deals: plural_name "Deals" -> "Verkäufe"
~ field deal_value of deals: label "Deal Value" -> "Wert"
~ field deal_value of deals: ui_editable false -> true
~ stages of sales in deals: order ["new", "won"] -> ["won", "new"]
~ entity cities: icon null -> "pin"
7 changes in brand demo
not in the file, and kept without --prune: stage new of sales in deals
applied
"""


@pytest.fixture
def file(folder: Path) -> Path:
    """The definitions as ``crm.yaml``."""
    path = folder / "crm.yaml"
    path.write_text(FILE)
    return path


@pytest.mark.usefixtures("file")
def test_a_plan_is_shown_and_carried_out_once(command: Command) -> None:
    assert command("apply", "crm.yaml", "--dry-run") == (0, PLAN, "")
    assert command("export") == (0, "entities: []\n", "")
    assert command("apply", "crm.yaml") == (0, PLAN + "applied\n", "")
    assert command("apply", "crm.yaml") == (0, "the entities of brand demo are as the file says\n", "")


def test_changes_are_told_with_both_values(command: Command, file: Path) -> None:
    command("apply", "crm.yaml")
    text = FILE.replace("name: Deals", "name: Verkäufe").replace("ui_editable: false", "label: Wert")
    file.write_text(
        text.replace("          - slug: new\n", "").replace("entityMode: data", "entityMode: data\n    icon: pin")
    )
    assert command("apply", "crm.yaml") == (0, CHANGES, "")


def test_nothing_is_taken_away_without_a_yes(command: Command, file: Path) -> None:
    command("apply", "crm.yaml")
    before = command("export").out
    file.write_text("entities:\n  - slug: cities\n    entity_mode: data\n")
    assert command("apply", "crm.yaml").out.startswith("the entities of brand demo are as the file says\n")
    answer = command("apply", "crm.yaml", "--prune")
    assert (answer.status, answer.err) == (
        2,
        "funnelscript: --prune: there is nobody to ask here; say --yes to take them away\n",
    )
    assert command("export").out == before
    assert command("apply", "crm.yaml", "--prune", "--yes") == (
        0,
        "- entity deals\n1 change in brand demo\napplied\n",
        "",
    )
    assert [line for line in command("export").out.splitlines() if "slug" in line] == ["    slug: cities"]


def test_what_is_in_use_stays(command: Command, folder: Path, file: Path) -> None:
    command("apply", "crm.yaml")
    (folder / "deal.js").write_text("CreateCrmEntry({ slug: 'deals', title: 'Ten seats', stageSlug: 'new' });")
    assert command("run", "deal.js", "--customer", "c_1").status == 0
    file.write_text(FILE.replace("          - slug: new\n", ""))
    answer = command("apply", "crm.yaml", "--prune", "--yes")
    assert (answer.status, answer.err) == (
        1,
        "funnelscript: the stage 'new' of 'sales' in 'deals' is in use (1): move or clear that first\n",
    )


def test_an_export_gives_the_same_in_another_store(command: Command, shop: str) -> None:
    """Ids included: scripts name them."""
    assert command("export", "--store", shop, "-o", "crm.yaml") == (0, "", "")
    assert command("apply", "crm.yaml", "--store", "sqlite:///other.db").status == 0
    assert command("export", "--store", "sqlite:///other.db") == command("export", "--store", shop)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: the file is empty; it needs 'entities', a list"),
        ("entitys: []", "1:1: unknown key 'entitys', did you mean 'entities'?"),
        ("entities: 5", "1:1: 'entities' must be an array of entities (got number 5)"),
        (
            "entities:\n  - slug: a\n    feilds: []",
            "3:5: entities[0]: unknown property 'feilds', did you mean 'fields'?",
        ),
        ("entities:\n  - name: A", "2:5: entities[0]: 'slug' is missing (got name)"),
        (
            "entities:\n  - slug: a\n    fields:\n      - key: b\n        type: nmber",
            f"5:9: entities[0]: 'fields[0].type' must be {quoted([*get_args(FieldType)])} (got string \"nmber\")",
        ),
        ("entities:\n  - slug: a\n  - slug: a", "3:5: entities[1]: 'slug' stands twice (got 'a')"),
        (
            "entities:\n  - slug: a\n    id: x",
            "3:5: entities[0]: 'id' must be a whole number from 1 (got string \"x\")",
        ),
        (
            "entities:\n  - slug: a\n    async: true",
            "3:5: entities[0]: 'async' is for calls alone: a definition has none",
        ),
        ("entities: [", "2:1: no YAML: did not find expected node content"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_of_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(FileUnreadable) as unreadable:
        read_definitions(text, "crm.yaml")
    assert str(unreadable.value) == f"crm.yaml:{problem}"


def test_an_unknown_target_is_refused(command: Command, folder: Path) -> None:
    (folder / "crm.yaml").write_text(
        "entities:\n  - slug: a\n    fields:\n      - key: b\n        type: reference\n"
        "        options: { target_entity: nowhere }\n"
    )
    answer = command("apply", "crm.yaml")
    assert (answer.status, answer.err) == (1, "funnelscript: no target entity 'nowhere' (known: a)\n")


def test_the_schema_for_editors_is_that_of_the_models() -> None:
    assert json.loads(SCHEMA.read_text()) == schema()


NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
SLUGS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True)


def unique(items: st.SearchStrategy[Any], by: str) -> st.SearchStrategy[list[Any]]:
    return st.lists(items, max_size=3, unique_by=lambda one: one[by])


FIELDS = st.fixed_dictionaries(
    {"key": SLUGS},
    optional={"label": NAMES, "type": st.sampled_from(["text", "number", "json"]), "ui_editable": st.booleans()},
) | st.fixed_dictionaries(
    {"key": SLUGS, "type": st.just("select"), "options": st.lists(NAMES, min_size=1, max_size=3)},
)
STAGES = st.fixed_dictionaries({"slug": SLUGS}, optional={"name": NAMES, "color": NAMES, "status": NAMES})
PIPELINES = st.fixed_dictionaries(
    {"slug": SLUGS, "stages": unique(STAGES, "slug").filter(bool)}, optional={"name": NAMES}
)
ENTITIES = st.fixed_dictionaries(
    {"slug": SLUGS},
    optional={
        "name": NAMES,
        "plural_name": NAMES,
        "icon": NAMES,
        "fields": unique(FIELDS, "key"),
        "pipelines": unique(PIPELINES, "slug"),
    },
)


@settings(max_examples=15)
@given(unique(ENTITIES, "slug"), unique(ENTITIES, "slug"))
def test_whatever_is_applied_is_there_and_reads_back_the_same(first: list[Any], second: list[Any]) -> None:
    """Two files, one after the other: the second is all there is then, and its export changes nothing."""
    store = open_store("sqlite://")
    try:
        for one in (first, second):
            wanted = read_definitions(json.dumps({"entities": one}, ensure_ascii=False), "crm.yaml")
            carry_out(store, "demo", wanted, prune=True)
            entities = store.query("demo", ListEntities())
            assert plan_of(entities, wanted) == Plan([], [])
            assert plan_of(entities, read_definitions(written(entities), "crm.yaml")) == Plan([], [])
    finally:
        store.close()
