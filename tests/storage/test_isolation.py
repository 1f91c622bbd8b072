"""Brands: nothing of one is read, touched or even counted by another."""

import pytest

from storage import Store
from storage.commands import (
    ClearEntries,
    Destination,
    EnsureCustomer,
    Move,
    MoveToEntity,
    NewField,
    ReassignReference,
    RemoveRelation,
    SetFields,
    SetRelation,
)
from storage.errors import EntityNotFound, EntryNotFound, TargetEntityNotFound, TargetNotFound
from storage.models import Field, Reference
from storage.modules import FindModule, ListModules, PutModule, RemoveModule
from storage.queries import FindCustomer, GetEntity, KnownEntries, ListEntities, Scope, Visitor
from storage.runs import FindRun, ForgetRuns, ListRuns
from storage.tokens import CreateToken, FindToken, ListTokens, RevokeToken
from tests.storage.recorded import keep_run, run_id
from tests.storage.shop import EVERYTHING, ORDER_1, ORDER_2, SALES, Shop, fields, relation, visitor

OWNERS = ("acme", "acme2", "ACME", "a")


def furnished(store: Store, brand: str) -> Shop:
    """The same shop in every brand, its values marked with their owner; entry ids differ, all else is equal."""
    shop = Shop(store, brand)
    shop.entity("deals", *fields("owner"), relation("next", "multi_reference", "deals"), pipelines=(SALES,))
    shop.entity("leads")
    for number in range(3):
        shop.do(
            SetFields("leads", visitor(f"c_{number}", f"{number}@x.example"), f"{brand}-l{number}", {"owner": brand})
        )
    shop.do(SetFields("deals", ORDER_1, f"{brand}-d", {"owner": brand}))
    shop.do(PutModule("prices", brand))
    shop.do(CreateToken("t1", brand, ("run",), "00" * 32))
    shop.do(keep_run(1, customer_id=brand, record=brand))
    return shop


def everything(shop: Shop) -> object:
    """All that can be seen of a brand."""
    customers = [shop.ask(FindCustomer(Visitor(f"c_{number}"))) for number in range(4)]
    return shop.ask(ListEntities()), shop.entries(None, EVERYTHING), customers, recorded(shop)


def recorded(shop: Shop) -> tuple[object, ...]:
    """What a brand has of modules, tokens and runs."""
    asked = (FindModule("prices"), ListModules(), FindToken("t1"), ListTokens(), ListRuns(9), FindRun(run_id(1)))
    return tuple(shop.ask(query) for query in asked)


def test_every_brand_sees_its_own_and_only_its_own(store: Store) -> None:
    """The same slugs, references, customers and e-mails in each; ids of definitions count from 1 in each."""
    shops = [furnished(store, brand) for brand in OWNERS]
    for shop in shops:
        assert {entity.id for entity in shop.ask(ListEntities())} == {1, 2}
        assert [stage.id for stage in shop.ask(GetEntity("deals")).pipelines[0].stages] == [1, 2]
        found = shop.entries(None, EVERYTHING)
        assert [entry.values for entry in found] == [{"owner": shop.brand}] * 4
        assert shop.read("deals", "owner", scope=EVERYTHING) == {"owner": shop.brand}
        assert shop.values("leads", "owner", EVERYTHING) == [shop.brand] * 3
        assert shop.values("leads", "owner", visitor(email="1@X.example")) == [shop.brand]
        assert shop.ask(FindModule("prices")) == shop.brand
        assert [token.name for token in shop.ask(ListTokens())] == [shop.brand]
        assert [run.customer_id for run in shop.ask(ListRuns(9)).items] == [shop.brand]
        run = shop.ask(FindRun(run_id(1))).run
        assert run is not None
        assert run.record == shop.brand


def test_no_write_of_a_brand_touches_another(store: Store) -> None:
    """Everything that one can do to equal names leaves the others as they were."""
    busy, *others = [furnished(store, brand) for brand in OWNERS]
    before = [everything(shop) for shop in others]
    busy.entity("deals", *fields("more"), pipelines=(SALES,))
    busy.set("deals", ORDER_1, owner="changed", more=1)
    busy.do(Move("deals", ORDER_1, Destination("stage", stage_slug="won")))
    busy.do(SetRelation("deals", ORDER_1, "next", "acme-d"))
    busy.do(RemoveRelation("deals", ORDER_1, "next", "acme-d"))
    busy.do(MoveToEntity("deals", "leads", ORDER_1, {"owner": "owner"}, "n", remove_from_old=True))
    busy.do(ReassignReference("leads", Reference("order", "1"), ORDER_2))
    busy.do(EnsureCustomer(Visitor("c_3", "3@x.example"), "unused"))
    for number in range(3):
        busy.do(ClearEntries("leads", visitor(f"c_{number}")))
    busy.do(PutModule("prices", "changed"))
    busy.do(RemoveModule("prices"))
    busy.do(RevokeToken("t1"))
    busy.do(keep_run(2))
    busy.do(ForgetRuns(keep=0))
    assert [everything(shop) for shop in others] == before


def test_another_brand_s_entry_looks_exactly_like_a_missing_one(store: Store) -> None:
    """To reads and to writes, as an entry and as a target."""
    ours, theirs = furnished(store, "acme"), furnished(store, "rival")
    foreign = Scope(entry_id="rival-d")
    assert ours.ask(KnownEntries(("rival-d", "acme-d"))) == {"acme-d"}
    assert (ours.entries("deals", foreign), ours.read("deals", "owner", scope=foreign)) == ([], {})
    assert ours.values("deals", "owner", foreign) == []
    for command in (
        SetFields("deals", foreign, "n", {"owner": "acme"}),
        ClearEntries("deals", foreign),
        Move("deals", foreign, Destination("stage", stage_slug="won")),
        SetRelation("deals", foreign, "next", "acme-d"),
    ):
        with pytest.raises(EntryNotFound) as refused:
            ours.do(command)
        assert refused.value.entry_id == "rival-d"
    with pytest.raises(TargetNotFound):
        ours.do(SetRelation("deals", ORDER_1, "next", "rival-d"))
    assert theirs.entry("deals", "rival-d").values == {"owner": "rival"}


def test_entry_ids_are_a_brand_s_own(store: Store) -> None:
    """Two brands may have an entry of the same id."""
    shops = [Shop(store, brand) for brand in OWNERS]
    for shop in shops:
        shop.entity("deals")
        shop.do(SetFields("deals", ORDER_1, "same", {"owner": shop.brand}))
    assert [shop.entry("deals", "same").values["owner"] for shop in shops] == list(OWNERS)


def test_another_brand_s_definitions_are_unknown(store: Store) -> None:
    """By slug and by id, and they are not suggested."""
    Shop(store, "rival").entity("secret", *fields("a"))
    ours = Shop(store)
    with pytest.raises(EntityNotFound) as refused:
        ours.ask(GetEntity("secret"))
    assert refused.value.known == ()
    by_id = NewField(Field("to", "To", "reference", target_entity_id=7))
    for number in range(7):
        Shop(store, "rival").entity(f"more-{number}")
    for field in (relation("to", "reference", "secret"), by_id):
        with pytest.raises(TargetEntityNotFound):
            ours.entity("own", field)
