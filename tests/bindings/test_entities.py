"""``EnsureCrmEntity``: defaults, what is stored of a definition, and that nothing that is there is changed."""

from typing import Any, get_args

import pytest

from bindings.arguments.types import FieldType
from bindings.handlers.entities import title_of
from storage.commands import Write
from storage.models import Entity, Field, Stage
from storage.queries import GetEntity
from storage.redefining import RemoveEntity
from tests.bindings.crm import Crm


def definition(crm: Crm, slug: str) -> Entity:
    return crm.store.query(crm.brand, GetEntity(slug))


def field_of(crm: Crm, **descriptor: Any) -> Field:
    """The field that is stored for a descriptor."""
    crm("EnsureCrmEntity", {"slug": "homes", "fields": [{"key": "a", **descriptor}]})
    return definition(crm, "homes").fields["a"]


def test_an_entity_is_made_once(crm: Crm) -> None:
    arguments = {"slug": "homes", "fields": [{"key": "a"}, {"key": "b"}]}
    assert list(crm("EnsureCrmEntity", arguments).items()) == [
        ("id", 1),
        ("slug", "homes"),
        ("created", True),
        ("fields_added", 2),
        ("fields_skipped", 0),
    ]
    arguments["fields"] = [{"key": "b"}, {"key": "c"}]
    assert crm("EnsureCrmEntity", arguments) == {
        "id": 1,
        "slug": "homes",
        "created": False,
        "fields_added": 1,
        "fields_skipped": 1,
    }


@pytest.mark.parametrize(
    ("added", "is_asked_again"),
    [
        ({"fields": [{"key": "a"}]}, False),
        ({}, False),
        ({"fields": [{"key": "a"}, {"key": "b"}]}, True),
        ({"pipelines": [{"slug": "sales", "stages": [{"slug": "new"}]}]}, True),
    ],
)
def test_a_run_asks_for_a_definition_again_where_a_call_may_have_changed_it(
    crm: Crm, added: dict[str, Any], is_asked_again: bool
) -> None:
    crm("EnsureCrmEntity", {"slug": "homes", "fields": [{"key": "a"}]})
    crm("setCrmField", {"slug": "homes", "fieldKey": "a", "value": 1})
    known = crm.context.entities["homes"]
    crm("EnsureCrmEntity", {"slug": "homes", **added})
    assert (crm.context.entities.get("homes") is not known) is is_asked_again


def test_a_run_asks_for_the_definition_of_an_entity_that_was_removed_and_made_again(crm: Crm) -> None:
    homes = {"slug": "homes", "fields": [{"key": "a"}]}
    crm("EnsureCrmEntity", homes)
    crm("getCrmField", {"slug": "homes", "fieldKey": "a"})
    assert "homes" in crm.context.entities
    crm.store.apply(crm.brand, Write(RemoveEntity("homes"), crm.now_ms, "c"))
    crm.run()("EnsureCrmEntity", homes)
    assert crm("EnsureCrmEntity", homes)["created"] is False
    assert "homes" not in crm.context.entities


def test_names_default_to_a_title_made_of_the_slug(crm: Crm) -> None:
    crm("EnsureCrmEntity", {"slug": "weight-tracker", "entityMode": None})
    entity = definition(crm, "weight-tracker")
    assert (entity.name, entity.singular_name, entity.plural_name) == ("Weight Tracker",) * 3
    assert (entity.icon, entity.color, entity.mode) == (None, None, "crm")


def test_singular_and_plural_default_to_the_name(crm: Crm) -> None:
    crm("EnsureCrmEntity", {"slug": "a", "name": "Home"})
    crm("EnsureCrmEntity", {"slug": "b", "name": "Home", "singularName": "One", "plural_name": "Many"})
    assert [
        (entity.name, entity.singular_name, entity.plural_name)
        for entity in (definition(crm, "a"), definition(crm, "b"))
    ] == [("Home", "Home", "Home"), ("Home", "One", "Many")]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("weight-tracker", "Weight Tracker"),
        ("a_b.c", "A B C"),
        ("2024-deals", "2024 Deals"),
        ("--", "--"),
        ("pH", "PH"),
    ],
)
def test_a_title_is_made_of_the_words_of_a_name(name: str, title: str) -> None:
    assert title_of(name) == title


def test_a_field_of_a_key_alone_is_editable_text(crm: Crm) -> None:
    crm("EnsureCrmEntity", {"slug": "homes", "fields": [{"key": "list_price"}]})
    assert definition(crm, "homes").fields == {
        "list_price": Field("list_price", "List Price", "text", ui_editable=True)
    }


@pytest.mark.parametrize("type_", get_args(FieldType))
def test_every_type_of_the_document_is_a_type(crm: Crm, type_: str) -> None:
    """``wysiwyg`` is another name of ``rich_text``."""
    options: dict[str, Any] = {"reference": {"target_entity": "homes"}, "select": ["x"]}
    options |= {"multi_reference": options["reference"], "multiselect": ["x"]}
    stored = field_of(crm, type=type_, options=options.get(type_)).type
    assert stored == ("rich_text" if type_ == "wysiwyg" else type_)


def test_a_descriptor_is_stored_whole(crm: Crm) -> None:
    field = field_of(
        crm,
        label="A",
        type="number",
        ui_editable=False,
        reportingConfig={
            "reportable": True,
            "aggregationType": "numeric",
            "baseline": "max",
            "bucket_size": 10,
            "preferredChart": "kpi",
        },
    )
    assert field == Field(
        "a",
        "A",
        "number",
        ui_editable=False,
        reporting_config={
            "reportable": True,
            "aggregation_type": "numeric",
            "baseline": "max",
            "bucket_size": 10,
            "preferred_chart": "kpi",
        },
    )


def test_choices_are_stored_as_they_came(crm: Crm) -> None:
    options = ["open", {"value": "sold", "label": "Sold"}, {"value": 3}]
    assert field_of(crm, type="select", options=options).options == options


def test_a_bucket_size_keeps_its_fraction(crm: Crm) -> None:
    assert field_of(crm, reportingConfig={"bucketSize": 0.5}).reporting_config == {"bucket_size": 0.5}


@pytest.mark.parametrize("named", [{"target_entity_id": 1}, {"targetEntity": "towns"}])
def test_the_target_of_a_relation_is_named_by_id_or_slug(crm: Crm, named: dict[str, Any]) -> None:
    crm.collection("towns", "name")
    field = field_of(crm, type="reference", options={**named, "displayField": "name"})
    assert (field.target_entity_id, field.options) == (1, {"display_field": "name"})


def test_a_relation_may_point_to_its_own_entity(crm: Crm) -> None:
    field = field_of(crm, type="multi_reference", options={"target_entity": "homes"})
    assert (field.target_entity_id, field.options) == (definition(crm, "homes").id, None)


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"target_entity": "twons"}, "no target entity 'twons', did you mean 'towns'?"),
        ({"target_entity_id": 99}, "no target entity 99 (known: towns, homes)"),
    ],
)
def test_a_relation_to_nothing_is_refused_and_nothing_is_made(crm: Crm, named: dict[str, Any], message: str) -> None:
    crm.collection("towns")
    fields = [{"key": "a"}, {"key": "b", "type": "reference", "options": named}]
    assert crm.refused("EnsureCrmEntity", {"slug": "homes", "fields": fields}) == (
        "CrmError",
        "target_entity_not_found",
        f"EnsureCrmEntity: {message}",
    )
    assert crm.refused("getCrmEntries", {"slug": "homes"})[0] == "TypeError"


def test_pipelines_and_stages_are_made_in_order(crm: Crm) -> None:
    stages = [{"slug": "first-call"}, {"slug": "won", "name": "Won!", "color": "#0a0", "status": "won"}]
    crm("EnsureCrmEntity", {"slug": "deals", "pipelines": [{"slug": "sales", "stages": stages}]})
    [pipeline] = definition(crm, "deals").pipelines
    assert (pipeline.slug, pipeline.name) == ("sales", "Sales")
    assert pipeline.stages == (
        Stage(1, "first-call", "First Call", None, None, 0),
        Stage(2, "won", "Won!", "#0a0", "won", 1),
    )


def test_only_missing_pipelines_and_stages_are_added(crm: Crm) -> None:
    crm.entity("deals", pipelines=[{"slug": "sales", "stages": [{"slug": "new", "name": "Fresh"}]}])
    more = [
        {"slug": "sales", "name": "Other", "stages": [{"slug": "new", "name": "Other"}, {"slug": "won"}]},
        {"slug": "care", "stages": [{"slug": "open"}]},
    ]
    crm.entity("deals", pipelines=more)
    assert [
        (pipeline.slug, pipeline.name, [(stage.slug, stage.name) for stage in pipeline.stages])
        for pipeline in definition(crm, "deals").pipelines
    ] == [("sales", "Sales", [("new", "Fresh"), ("won", "Won")]), ("care", "Care", [("open", "Open")])]


def test_an_entity_that_is_there_keeps_what_it_is(crm: Crm) -> None:
    crm("EnsureCrmEntity", {"slug": "homes", "name": "Mine", "fields": [{"key": "a", "label": "Mine"}]})
    before = definition(crm, "homes")
    field = {"key": "a", "label": "Other", "type": "number"}
    crm("EnsureCrmEntity", {"slug": "homes", "name": "Other", "icon": "x", "color": "y", "fields": [field]})
    assert definition(crm, "homes") == before
    assert crm.warnings == []


def test_an_entity_that_is_there_keeps_its_mode_with_a_warning(crm: Crm) -> None:
    crm.collection("towns")
    crm.entity("deals")
    crm("EnsureCrmEntity", {"slug": "towns"})
    assert crm.warnings == []
    crm("EnsureCrmEntity", {"slug": "towns", "pipelines": [{"slug": "a", "stages": [{"slug": "b"}]}]})
    crm("EnsureCrmEntity", {"slug": "deals", "entityMode": "data"})
    assert crm.warnings == [
        (
            "entity_mode_kept",
            "EnsureCrmEntity: 'towns' is there in mode 'data' and keeps it; its pipelines were left out",
        ),
        ("entity_mode_kept", "EnsureCrmEntity: 'deals' is there in mode 'crm' and keeps it"),
    ]


def test_async_and_a_reference_change_nothing(crm: Crm) -> None:
    result = crm("EnsureCrmEntity", {"slug": "homes", "async": True, "referenceType": "order", "referenceId": 1})
    assert result == {"id": 1, "slug": "homes", "created": True, "fields_added": 0, "fields_skipped": 0}
    assert (crm.warnings, crm.context.deferred_writes) == ([], 0)
