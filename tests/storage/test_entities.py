"""Definitions: made once, only ever added to."""

from math import nan

import pytest

from storage import Store, open_store
from storage.commands import EnsureEntity, EntityEnsured, NewField, NewPipeline, NewStage, SetFields
from storage.errors import EntityNotFound, TargetEntityNotFound
from storage.models import Entity, Field, Pipeline, Stage
from storage.queries import GetEntity, ListEntities
from tests.storage.shop import CARE, ORDER_1, SALES, Shop, fields, relation


def test_a_new_entity_reads_back_as_it_was_described(shop: Shop) -> None:
    """Every part of the definition is kept; ids count from 1 in the brand."""
    price = Field("price", "Price", "number", ui_editable=False, reporting_config={"reportable": True})
    status = Field("status", "Status", "select", options=["a", {"value": "b", "label": "B"}])
    new = (NewField(price), NewField(status))
    command = EnsureEntity("deals", "Deals", "Deal", "Deals!", "star", "#fff", "crm", new, (SALES,))
    assert shop.do(command) == EntityEnsured(1, "deals", created=True, fields_added=2, fields_skipped=0)
    stages = (Stage(1, "new", "New", None, None, 0), Stage(2, "won", "Won", "#0f0", "won", 1))
    assert shop.ask(GetEntity("deals")) == Entity(
        1,
        "deals",
        "Deals",
        "Deal",
        "Deals!",
        "star",
        "#fff",
        "crm",
        {"price": price, "status": status},
        (Pipeline(1, "sales", "Sales", 0, stages),),
        1,
    )


def test_ensuring_the_same_entity_again_changes_nothing(shop: Shop) -> None:
    """The second call gets the id, counts its fields as skipped, and the revision stays."""
    command = EnsureEntity("deals", "Deals", "Deal", "Deals", fields=fields("a", "b"), pipelines=(SALES,))
    shop.do(command)
    assert shop.do(command) == EntityEnsured(1, "deals", created=False, fields_added=0, fields_skipped=2)
    assert shop.ask(GetEntity("deals")).revision == 1


def test_an_existing_entity_keeps_its_name_mode_looks_and_fields(shop: Shop) -> None:
    """Only what is missing is added, behind what is there."""
    shop.do(EnsureEntity("deals", "Deals", "Deal", "Deals", "star", "#fff", fields=fields("a")))
    other = (NewField(Field("a", "Other", "number")), NewField(Field("b", "B")))
    outcome = shop.do(EnsureEntity("deals", "X", "Y", "Z", "moon", "#000", "data", other))
    assert outcome == EntityEnsured(1, "deals", created=False, fields_added=1, fields_skipped=1)
    entity = shop.ask(GetEntity("deals"))
    assert (entity.name, entity.singular_name, entity.plural_name) == ("Deals", "Deal", "Deals")
    assert (entity.icon, entity.color, entity.mode, entity.revision) == ("star", "#fff", "crm", 2)
    assert list(entity.fields.values()) == [Field("a", "A"), Field("b", "B")]


def test_missing_pipelines_and_stages_are_added_behind_those_that_are_there(shop: Shop) -> None:
    """Stages of known pipelines too; names that are there stay."""
    shop.entity("deals", pipelines=(SALES,))
    more = NewPipeline("sales", "Renamed", (NewStage("won", "Renamed"), NewStage("lost", "Lost")))
    shop.entity("deals", pipelines=(CARE, more))
    pipelines = shop.ask(GetEntity("deals")).pipelines
    assert [(p.id, p.slug, p.name, p.position) for p in pipelines] == [(1, "sales", "Sales", 0), (2, "care", "Care", 1)]
    assert [(s.slug, s.name, s.position) for s in pipelines[0].stages] == [
        ("new", "New", 0),
        ("won", "Won", 1),
        ("lost", "Lost", 2),
    ]


def test_a_data_collection_has_no_pipelines(shop: Shop) -> None:
    """What is given of them is left out, on making it and later."""
    shop.entity("cities", mode="data", pipelines=(SALES,))
    shop.entity("cities", mode="crm", pipelines=(SALES,))
    entity = shop.ask(GetEntity("cities"))
    assert (entity.mode, entity.pipelines, entity.revision) == ("data", (), 1)


def test_a_key_that_is_given_twice_is_added_once(shop: Shop) -> None:
    """The first one counts, the second is skipped."""
    new = (NewField(Field("a", "First")), NewField(Field("a", "Second")))
    outcome = shop.do(EnsureEntity("deals", "D", "D", "D", fields=new))
    assert (outcome.fields_added, outcome.fields_skipped) == (1, 1)
    assert shop.ask(GetEntity("deals")).fields["a"].label == "First"


def test_a_relation_field_finds_its_target_by_slug_by_id_and_in_itself(shop: Shop) -> None:
    """All three end as an id."""
    city = shop.entity("cities")
    by_id = NewField(Field("twin", "Twin", "multi_reference", target_entity_id=city))
    own = shop.entity("homes", relation("city", "reference", "cities"), by_id, relation("next", "reference", "homes"))
    targets = {key: field.target_entity_id for key, field in shop.ask(GetEntity("homes")).fields.items()}
    assert targets == {"city": city, "twin": city, "next": own}


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (relation("city", "reference", "citties"), "citties"),
        (NewField(Field("city", "City", "reference", target_entity_id=99)), 99),
    ],
)
def test_an_unknown_target_is_refused_and_nothing_is_made(shop: Shop, field: NewField, name: str | int) -> None:
    """The error names it and what there is."""
    shop.entity("cities")
    with pytest.raises(TargetEntityNotFound) as refused:
        shop.entity("homes", field)
    assert (refused.value.name, refused.value.known) == (name, ("cities", "homes"))
    assert [entity.slug for entity in shop.ask(ListEntities())] == ["cities"]


def test_an_unknown_slug_is_refused_with_the_slugs_there_are(shop: Shop) -> None:
    """In the order of their ids."""
    shop.entity("leads")
    shop.entity("deals")
    with pytest.raises(EntityNotFound) as refused:
        shop.ask(GetEntity("dealz"))
    assert (refused.value.name, refused.value.known) == ("dealz", ("leads", "deals"))


def test_all_entities_of_the_brand_are_listed_by_id(shop: Shop) -> None:
    """Each whole, as when asked for alone."""
    shop.entity("leads", *fields("a"))
    shop.entity("deals", pipelines=(SALES,))
    listed = shop.ask(ListEntities())
    assert [(entity.id, entity.slug) for entity in listed] == [(1, "leads"), (2, "deals")]
    assert listed == [shop.ask(GetEntity("leads")), shop.ask(GetEntity("deals"))]


def test_another_process_change_of_a_definition_is_seen_at_once(store: Store, store_url: str) -> None:
    """The cache of definitions is kept true by the revision, also when the other store made it."""
    ours = Shop(store)
    ours.entity("deals", *fields("a"))
    assert list(ours.ask(GetEntity("deals")).fields) == ["a"]
    other = open_store(store_url)
    Shop(other).entity("deals", *fields("b"))
    assert list(ours.ask(GetEntity("deals")).fields) == ["a", "b"]
    other.close()


def test_a_definition_that_was_rolled_back_is_not_remembered(shop: Shop, store_url: str) -> None:
    """Even if it was read before: another process's next change uses its revision again."""
    shop.entity("deals", *fields("a"))
    doomed = EnsureEntity("deals", "D", "D", "D", fields=fields("x"))
    reading, breaking = SetFields("deals", ORDER_1, "e1", {"x": 1}), SetFields("deals", ORDER_1, "e1", {"x": nan})
    with pytest.raises(ValueError, match="not JSON compliant"):
        shop.store.apply_batch([("acme", shop.write(command)) for command in (doomed, reading, breaking)])
    other = open_store(store_url)
    Shop(other).entity("deals", *fields("b"))
    other.close()
    assert shop.ids("deals") == []
    entity = shop.ask(GetEntity("deals"))
    assert (list(entity.fields), entity.revision) == (["a", "b"], 2)


def test_a_definition_that_was_refused_in_a_batch_takes_its_revision_with_it(store: Store) -> None:
    """The next write of the batch uses the number."""
    ours = Shop(store)
    ours.entity("deals", *fields("a"))
    spoiled = EnsureEntity("deals", "D", "D", "D", fields=(*fields("x"), relation("y", "reference", "nowhere")))
    good = EnsureEntity("deals", "D", "D", "D", fields=fields("b"))
    outcomes = store.apply_batch([("acme", ours.write(spoiled)), ("acme", ours.write(good))])
    assert isinstance(outcomes[0], TargetEntityNotFound)
    entity = ours.ask(GetEntity("deals"))
    assert (list(entity.fields), entity.revision) == (["a", "b"], 2)
