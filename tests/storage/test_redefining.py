"""Definitions changed on purpose: what becomes of them, and what is refused since data hangs on it."""

from dataclasses import replace

import pytest

from storage import Store
from storage.commands import CreateEntry, Destination, EnsureEntity, NewField, NewPipeline, NewStage, SetRelation
from storage.errors import DefinitionInUse, EntityNotFound
from storage.models import Entity, Field
from storage.queries import GetEntity, ListEntities
from storage.redefining import EntityRemoved, RedefineEntity, RemoveEntity
from tests.storage.shop import CARE, ORDER_1, SALES, Shop, fields, relation

DEALS = EnsureEntity("deals", "Deals", "Deal", "Deals", fields=fields("a", "b"), pipelines=(SALES, CARE))


@pytest.fixture
def shop(store: Store) -> Shop:
    """A brand with the entity ``deals``."""
    shop = Shop(store)
    shop.do(DEALS)
    return shop


def deals(shop: Shop) -> Entity:
    return shop.store.query("acme", GetEntity("deals"))


def outline(entity: Entity) -> dict[str, list[str]]:
    return {pipeline.slug: [stage.slug for stage in pipeline.stages] for pipeline in entity.pipelines}


def test_names_looks_and_order_become_as_said_and_ids_stay(shop: Shop) -> None:
    before = deals(shop)
    won = NewStage("won", "Gewonnen", "#00ff00", "won")
    wanted = replace(
        DEALS,
        name="Verkäufe",
        icon="euro",
        fields=(NewField(Field("b", "Bee", "number", ui_editable=False)), *fields("a")),
        pipelines=(CARE, NewPipeline("sales", "Verkauf", (won, NewStage("new", "Neu")))),
    )
    assert shop.do(RedefineEntity(wanted)).created is False
    after = deals(shop)
    assert (after.id, after.name, after.icon, after.mode) == (before.id, "Verkäufe", "euro", "crm")
    assert list(after.fields.items()) == [
        ("b", Field("b", "Bee", "number", ui_editable=False)),
        ("a", Field("a", "A")),
    ]
    assert outline(after) == {"care": ["open", "won"], "sales": ["won", "new"]}
    ids = {pipeline.slug: pipeline.id for pipeline in before.pipelines}
    assert {pipeline.slug: pipeline.id for pipeline in after.pipelines} == ids
    assert [(stage.slug, stage.name, stage.position) for stage in after.pipelines[1].stages] == [
        ("won", "Gewonnen", 0),
        ("new", "Neu", 1),
    ]
    assert after.revision > before.revision


def test_what_is_not_named_stays_behind_the_rest(shop: Shop) -> None:
    pipeline = NewPipeline("onboarding", "Onboarding", (NewStage("invited", "Invited"),))
    shop.do(RedefineEntity(replace(DEALS, fields=fields("c"), pipelines=(pipeline,))))
    assert list(deals(shop).fields) == ["c", "a", "b"]
    assert list(outline(deals(shop))) == ["onboarding", "sales", "care"]


def test_what_is_not_named_goes_where_it_is_to(shop: Shop) -> None:
    sales = NewPipeline("sales", "Sales", (NewStage("new", "New"),))
    shop.do(RedefineEntity(replace(DEALS, fields=fields("b"), pipelines=(sales,)), remove=True))
    assert list(deals(shop).fields) == ["b"]
    assert outline(deals(shop)) == {"sales": ["new"]}


def test_a_removed_pipeline_s_slug_can_be_used_again(shop: Shop) -> None:
    shop.do(RedefineEntity(replace(DEALS, pipelines=(SALES,)), remove=True))
    shop.do(RedefineEntity(DEALS))
    assert outline(deals(shop)) == {"sales": ["new", "won"], "care": ["open", "won"]}
    assert [pipeline.id for pipeline in deals(shop).pipelines] == [1, 3]


@pytest.mark.parametrize(
    ("pipelines", "what"),
    [((CARE,), "the pipeline 'sales' of 'deals'"), ((replace(SALES, stages=(NewStage("new", "New"),)), CARE), "won")],
    ids=["pipeline", "stage"],
)
def test_a_place_that_has_entries_stays(shop: Shop, pipelines: tuple[NewPipeline, ...], what: str) -> None:
    shop.do(CreateEntry("deals", ORDER_1, shop.new_id(), {}, destination=Destination("start", "sales", None, "won")))
    before = deals(shop)
    with pytest.raises(DefinitionInUse) as refused:
        shop.do(RedefineEntity(replace(DEALS, name="Other", pipelines=pipelines), remove=True))
    assert refused.value.what in (what, f"the stage '{what}' of 'sales' in 'deals'")
    assert refused.value.count == 1
    assert deals(shop) == before


def test_another_mode_is_refused(shop: Shop) -> None:
    with pytest.raises(DefinitionInUse) as refused:
        shop.do(RedefineEntity(replace(DEALS, mode="data", pipelines=())))
    assert (refused.value.what, refused.value.count) == ("'deals' in the mode 'crm'", 0)


def test_a_relation_in_use_stays_what_it_is(shop: Shop) -> None:
    wanted = replace(DEALS, fields=(*fields("a", "b"), relation("next", "reference", "deals")))
    shop.do(RedefineEntity(wanted))
    first, second = shop.new_id(), shop.new_id()
    shop.do(CreateEntry("deals", ORDER_1, first, {}))
    shop.do(CreateEntry("deals", ORDER_1, second, {}))
    shop.do(SetRelation("deals", ORDER_1, "next", first))
    for other in (replace(DEALS, fields=fields("a", "b", "next")), DEALS):
        with pytest.raises(DefinitionInUse) as refused:
            shop.do(RedefineEntity(other, remove=True))
        assert (refused.value.what, refused.value.count) == ("the relation 'next' of 'deals'", 1)
    assert deals(shop).fields["next"].type == "reference"


def test_a_new_entity_takes_the_ids_that_are_said_and_later_ones_come_after(store: Store) -> None:
    shop = Shop(store)
    ids = {(): 7, ("sales",): 3, ("sales", "new"): 12, ("sales", "won"): 4}
    shop.do(RedefineEntity(replace(DEALS, pipelines=(SALES,)), ids=ids))
    entity = deals(shop)
    assert (entity.id, entity.pipelines[0].id, [stage.id for stage in entity.pipelines[0].stages]) == (7, 3, [12, 4])
    shop.do(replace(DEALS, slug="more", pipelines=(CARE,)))
    more = store.query("acme", GetEntity("more"))
    assert (more.id, more.pipelines[0].id, [stage.id for stage in more.pipelines[0].stages]) == (8, 4, [13, 14])


@pytest.mark.parametrize(("ids", "what"), [({(): 1}, "the entity id 1"), ({("sales",): 2}, "the pipeline id 2")])
def test_an_id_that_is_taken_is_refused(shop: Shop, ids: dict[tuple[str, ...], int], what: str) -> None:
    with pytest.raises(DefinitionInUse) as refused:
        shop.do(RedefineEntity(replace(DEALS, slug="more"), ids=ids))
    assert refused.value.what == what
    assert [entity.slug for entity in shop.store.query("acme", ListEntities())] == ["deals"]


def test_an_entity_without_entries_can_be_removed_and_made_anew(shop: Shop) -> None:
    assert shop.do(RemoveEntity("deals")) == EntityRemoved(1)
    with pytest.raises(EntityNotFound):
        deals(shop)
    shop.do(DEALS)
    assert (deals(shop).id, outline(deals(shop))) == (2, {"sales": ["new", "won"], "care": ["open", "won"]})


def test_an_entity_that_is_in_use_stays(shop: Shop) -> None:
    shop.do(EnsureEntity("cities", "Cities", "City", "Cities"))
    shop.do(RedefineEntity(replace(DEALS, fields=(relation("city", "reference", "cities"),))))
    shop.do(CreateEntry("deals", ORDER_1, shop.new_id(), {}))
    for slug, what in (("deals", "'deals'"), ("cities", "'cities' as the target of a relation")):
        with pytest.raises(DefinitionInUse) as refused:
            shop.do(RemoveEntity(slug))
        assert (refused.value.what, refused.value.count) == (what, 1)
    with pytest.raises(EntityNotFound):
        shop.do(RemoveEntity("nothing"))


def test_another_brand_s_definitions_are_not_touched(shop: Shop, store: Store) -> None:
    other = Shop(store, "other")
    other.do(DEALS)
    other.do(RedefineEntity(replace(DEALS, name="Other", fields=(), pipelines=()), remove=True))
    other.do(RemoveEntity("deals"))
    assert (deals(shop).name, list(deals(shop).fields), len(deals(shop).pipelines)) == ("Deals", ["a", "b"], 2)
