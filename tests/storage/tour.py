"""Everything that a store can be told and asked, once, in one brand."""

from typing import Any

from storage import Store
from storage.commands import (
    ClearEntries,
    CreateEntry,
    Destination,
    EnsureCustomer,
    Idempotency,
    Move,
    MoveToEntity,
    ReassignReference,
    RemoveRelation,
    SetRelation,
)
from storage.models import Reference
from storage.modules import FindModule, ListModules, PutModule, RemoveModule
from storage.queries import FindCustomer, GetEntity, KnownEntries, ListEntities, Scope, Visitor
from storage.runs import FindRun, FindTape, ForgetRuns, ListRuns
from storage.tokens import CreateToken, FindToken, ListTokens, RevokeToken
from tests.storage.recorded import keep_run, run_id
from tests.storage.shop import CARE, EVERYTHING, ORDER_1, ORDER_2, SALES, Shop, fields, relation, visitor


def take_tour(store: Store, brand: str = "acme") -> list[Any]:
    """What came of each step; the same on every store."""
    shop = Shop(store, brand)
    shop.entity("leads", *fields("a"))
    shop.entity("deals", *fields("a"), relation("next", "multi_reference", "deals"), pipelines=(SALES,))
    shop.entity("deals", *fields("b"), pipelines=(SALES, CARE))
    shop.create("deals", a=1, b="x")
    shop.create("deals", a=2, c=[None, {"k": -0.0}])
    shop.create("deals", visitor("c_1", "Ann@shop.example", "Ann"), a=3)
    key = Idempotency("setCrmField", "k", "digest")
    steps: list[Any] = [
        shop.set("deals", b=4, d=None),
        shop.set("deals", ORDER_2, force=True, b=5),
        shop.do(Move("deals", ORDER_1, Destination("stage", stage_slug="open"), all_entries=True)),
        shop.do(SetRelation("deals", ORDER_1, "next", "e0001")),
        shop.do(SetRelation("deals", ORDER_1, "next", "e0003")),
        shop.do(RemoveRelation("deals", ORDER_1, "next", "e0003")),
        shop.do(MoveToEntity("deals", "leads", ORDER_1, {"a": "a"}, "m1")),
        shop.do(ReassignReference("deals", Reference("order", "2"), ORDER_1)),
        shop.apply(CreateEntry("leads", ORDER_2, "n1", {"a": 1}), operation_id="o1", idempotency=key).outcome,
        shop.apply(CreateEntry("leads", ORDER_2, "n2", {"a": 1}), operation_id="o2", idempotency=key).outcome,
        shop.do(EnsureCustomer(Visitor(email="ANN@shop.example"), "unused")),
        shop.do(ClearEntries("deals", Scope(entry_id="e0001"))),
        shop.do(ClearEntries("leads", ORDER_1)),
        shop.do(SetRelation("deals", ORDER_1, "next", "e0003")),
        shop.do(PutModule("shop/prices", "export const a = 1\0")),
        shop.do(PutModule("gone", "")),
        shop.do(RemoveModule("gone")),
        shop.do(CreateToken("t1", "shop", ("run", "read"), "ab" * 32)),
        shop.do(RevokeToken("t1")),
        *(shop.do(keep_run(number)) for number in (1, 2, 3, 3)),
        shop.do(ForgetRuns(keep=2)),
    ]
    asked = [
        shop.entries(None, EVERYTHING),
        shop.entries(None, ORDER_1),
        shop.entries("deals", EVERYTHING),
        shop.entries("deals", ORDER_1, filters={"b": 4}),
        shop.entries("deals", ORDER_1, stage_slug="open"),
        shop.read("deals", "a", "c", "d", "nowhere"),
        shop.read("deals", "a", scope=EVERYTHING),
        shop.values("deals", "a", EVERYTHING),
        shop.values("deals", "a", visitor(email="ann@SHOP.example")),
        shop.ask(ListEntities()),
        shop.ask(GetEntity("deals")),
        shop.ask(KnownEntries(("e0002", "e0001", "none"))),
        shop.ask(FindCustomer(Visitor("c_1"))),
        shop.ask(FindModule("shop/prices")),
        shop.ask(ListModules()),
        shop.ask(FindToken("t1")),
        shop.ask(ListTokens()),
        shop.ask(ListRuns(10)),
        shop.ask(ListRuns(10, status="ok", file="page3.html")),
        shop.ask(FindRun(run_id(3))),
        shop.ask(FindTape(run_id(3))),
    ]
    return steps + asked
